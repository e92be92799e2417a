//! Old feeds of several generators, and posts that have moved in from there.

use std::sync::Arc;

use super::*;
use crate::feed::sample;
use crate::post::Post;

fn told(text: &str) -> String {
    read(text.as_bytes(), "old.xml").unwrap_err().to_string()
}

const WORDPRESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
	<title>Old Blog</title>
	<atom:link href="https://old.example/feed/" rel="self" type="application/rss+xml" />
	<link>https://old.example</link>
	<item>
		<title>Rain &#038; shine</title>
		<link>https://old.example/2009/01/02/rain/</link>
		<dc:creator><![CDATA[Ann]]></dc:creator>
		<pubDate>Fri, 02 Jan 2009 10:30:00 +0000</pubDate>
		<guid isPermaLink="false">http://old.example/?p=123</guid>
		<description><![CDATA[It rained. [&#8230;]]]></description>
		<content:encoded><![CDATA[<p>It rained.</p><p>Then not.</p>]]></content:encoded>
	</item>
</channel>
</rss>
"#;

#[test]
fn reads_what_wordpress_writes() {
    let feed = read(WORDPRESS.as_bytes(), "old.xml").unwrap();
    assert_eq!(feed.url.as_deref(), Some("https://old.example/feed/"));
    let entry = &feed.entries[0];
    assert_eq!((entry.id.as_str(), entry.line), ("http://old.example/?p=123", Some(8)));
    assert_eq!(entry.url.as_deref(), Some("https://old.example/2009/01/02/rain/"));
    assert_eq!(entry.html, "<p>It rained.</p><p>Then not.</p>");
    assert_eq!(entry.published.unwrap().to_rfc3339(), "2009-01-02T10:30:00+00:00");
}

#[test]
fn reads_what_jekyll_writes() {
    let text = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<link href="https://example.org/feed.xml" rel="self" type="application/atom+xml" />
<link href="https://example.org/" rel="alternate" type="text/html" />
<id>https://example.org/feed.xml</id><title type="html">Blog</title>
<entry><title type="html">One &amp;amp; all</title><link href="https://example.org/2024/01/02/one.html" rel="alternate"
 type="text/html" title="One" /><published>2024-01-02T08:00:00+01:00</published>
<updated>2024-02-02T08:00:00+01:00</updated><id>https://example.org/2024/01/02/one</id>
<content type="html" xml:base="https://example.org/2024/01/02/one.html"><![CDATA[<p>Text.</p>]]></content></entry>
<entry><title>Two</title><link href="/two"/><id> urn:two
</id><updated>2024-01-01T00:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A <b>b</b></p><p>c</p></div></content></entry>
</feed>"#;
    let feed = read(text.as_bytes(), "feed.xml").unwrap();
    let [one, two] = feed.entries.as_slice() else { panic!("{feed:?}") };
    assert_eq!((one.id.as_str(), one.title.as_str()), ("https://example.org/2024/01/02/one", "One & all"));
    assert_eq!(one.published.unwrap().to_rfc3339(), "2024-01-02T08:00:00+01:00");
    assert_eq!((two.id.as_str(), two.url.as_deref()), ("urn:two", Some("https://example.org/two")));
    assert_eq!(likeness::letters(&two.html), "Abc");
}

#[test]
fn reads_old_kinds_of_rss() {
    let rdf = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><link>https://a.example/</link>
</channel><item rdf:about="https://a.example/1"><title>1</title><link>https://a.example/1.html</link>
<dc:date>2004-05-06T07:08:09+02:00</dc:date></item></rdf:RDF>"#;
    let feed = read(rdf.as_bytes(), "a.rdf").unwrap();
    assert_eq!((feed.entries[0].id.as_str(), feed.entries.len()), ("https://a.example/1", 1));
    assert_eq!(feed.entries[0].published.unwrap().timestamp(), 1_083_820_089);
    let rss = "<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://x.example/rss-0.91.dtd\">\n\
               <rss version='0.91'><channel><item><title>T</title><link> https://a.example/t </link></item>\
               <item><title>T</title><link>https://a.example/t</link></item><item><title>None</title></item></channel></rss>";
    let feed = read(rss.as_bytes(), "a.rss").unwrap();
    assert_eq!(feed.entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["https://a.example/t"]);
}

#[test]
fn reads_json_feeds() {
    let text = r#"{"version":"https://jsonfeed.org/version/1","feed_url":"https://a.example/f.json","items":[
 {"id":7,"url":"https://a.example/7","title":"Seven","content_text":"Text","date_published":"2024-01-02T03:04:05Z"},
 {"url":"https://a.example/8","content_html":"<p>x</p>"}]}"#;
    let feed = read(text.as_bytes(), "f.json").unwrap();
    assert_eq!(feed.entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["7", "https://a.example/8"]);
    assert_eq!(feed.entries[0].html, "Text");
}

#[test]
fn reads_the_encoding_that_is_declared() {
    let item = |title: &[u8]| {
        [&b"<rss><channel><item><link>https://a.example/</link><title>"[..], title, b"</title></item></channel></rss>"]
            .concat()
    };
    let latin = [&b"<?xml version='1.0' encoding='ISO-8859-1'?>\n"[..], &item(b"Z\xfcrich")].concat();
    assert_eq!(read(&latin, "a").unwrap().entries[0].title, "Zürich");
    let text = String::from_utf8(item("Zürich".as_bytes())).unwrap();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read(&wide, "a").unwrap().entries[0].title, "Zürich");
    let marked = [&b"\xef\xbb\xbf\n\n"[..], text.as_bytes()].concat();
    assert_eq!(read(&marked, "a").unwrap().entries[0].line, Some(3));
    let broken = read(&item(b"\nZ\xfcrich"), "a").unwrap_err().to_string();
    assert_eq!(broken, "a:2: is not UTF-8 from here on; name its encoding in the first line, or save it as UTF-8");
}

#[test]
fn what_is_no_feed_is_told_with_what_it_is() {
    let save = "; save the feed itself, such as with `curl -Lo old.xml https://example.org/feed.xml`";
    assert_eq!(told(" \n"), format!("old.xml: is empty{save}"));
    assert_eq!(told("404 not found"), format!("old.xml: is neither XML nor JSON{save}"));
    assert_eq!(told("<!DOCTYPE html><html><br></html>"), format!("old.xml:1:1: is a web page, not a feed{save}"));
    assert_eq!(told("<urlset/>"), format!("old.xml:1:1: is `<urlset>`, not a feed{save}"));
    assert_eq!(told("{\"a\": 1}"), format!("old.xml: is JSON without `items`, not a JSON Feed{save}"));
    assert!(told("{\"items\": [\n1,]}").starts_with("old.xml:2:3: is not JSON: "));
    let broken = told("\n<rss><channel>\n<title>a & b</title></channel></rss>");
    assert!(broken.starts_with("old.xml:3:10: is not well-formed XML: "), "{broken}");
    assert!(broken.ends_with("; mend it here in the saved file"), "{broken}");
    assert!(read(b"\x1f\x8b\x08", "old.xml").unwrap_err().to_string().contains("is compressed"));
}

#[test]
fn hostile_feeds_come_to_an_end() {
    let deep = format!("<rss><channel>{}", "<item>".repeat(200_000));
    assert!(told(&deep).contains("well-formed"));
    let lol =
        (1..30).fold("<!ENTITY e0 'lol'>".to_owned(), |all, n| all + &format!("<!ENTITY e{n} '&e{0};&e{0};'>", n - 1));
    assert!(
        told(&format!("<!DOCTYPE rss [{lol}]><rss><channel><title>&e29;</title></channel></rss>"))
            .contains("well-formed")
    );
    let closed = format!("<rss><channel>{}{}</channel></rss>", "<item>".repeat(50_000), "</item>".repeat(50_000));
    assert_eq!(read(closed.as_bytes(), "a").unwrap().entries, []);
    let nested = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a</id><content>{}{}</content></entry></feed>",
        "<a>".repeat(500),
        "</a>".repeat(500)
    );
    assert_eq!(read(nested.as_bytes(), "a").unwrap().entries.len(), 1);
    assert!(read("[".repeat(100_000).as_bytes(), "a").is_err());
    assert!(read(format!("{{\"items\":{}", "[".repeat(100_000)).as_bytes(), "a").is_err());
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_feed_or_told(text in "(<rss><channel><item>|\\{\"items\":\\[|<feed>)?\\PC{0,60}") {
        let _ = read(text.as_bytes(), "old.xml").map_err(|problem| assert!(!problem.message.is_empty()));
    }
}

/// A post at `https://example.org/NAME/` whose id is that, too.
fn post(name: &str, published: &str) -> Arc<Post> {
    let url = format!("https://example.org/{name}/");
    Arc::new(Post {
        path: format!("posts/{name}.md").into(),
        id: url.clone(),
        url,
        title: name.to_owned(),
        published: DateTime::parse_from_rfc3339(published).unwrap(),
        ..sample::post(1)
    })
}

fn old(id: &str, url: &str, title: &str, published: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        url: (!url.is_empty()).then(|| url.to_owned()),
        title: title.to_owned(),
        published: date(published),
        ..Entry::default()
    }
}

#[test]
fn ids_are_kept_by_the_surest_likeness() {
    let posts = [
        post("same", "2024-01-01T01:00:00Z"),
        post("url", "2024-01-02T01:00:00Z"),
        post("path", "2024-01-03T01:00:00Z"),
        post("title", "2024-01-04T01:00:00Z"),
        post("date", "2024-01-05T01:00:00Z"),
        post("day", "2024-01-06T00:00:00Z"),
        post("bare", "2024-01-07T01:00:00Z"),
    ];
    let entries = [
        old("https://example.org/same/", "https://example.org/url/", "path", ""),
        old("https://old.example/?p=2", "http://www.example.org/url/index.html", "title", ""),
        old("https://old.example/?p=3", "https://old.example/path.html", "x", "2024-01-05T01:00:00Z"),
        old("https://old.example/?p=4", "", "<b>Title!</b>", ""),
        old("https://old.example/?p=5", "https://old.example/?p=5", "y", "2024-01-05T02:00:00+01:00"),
        old("https://old.example/?p=6", "", "z", "2024-01-06T00:00:00Z"),
        old("7 at old", "https://example.org/bare", "", ""),
    ];
    let kept = ids_from(&entries, &posts);
    let ids: Vec<(&str, &str)> = kept.ids.iter().map(|(path, id)| (path.as_str(), id.as_str())).collect();
    // the third entry has no date of its own to offer any more, as its path told it
    assert_eq!(
        ids,
        [
            ("posts/date.md", "https://old.example/?p=5"),
            ("posts/path.md", "https://old.example/?p=3"),
            ("posts/title.md", "https://old.example/?p=4"),
            ("posts/url.md", "https://old.example/?p=2"),
        ]
    );
    assert_eq!(kept.unmatched, [&entries[5]], "a day is no instant");
    assert_eq!(kept.unfit, [("posts/bare.md".to_owned(), &entries[6])]);
    let file = crate::config::write_ids(&kept.ids);
    let read = crate::config::parse_ids(&file, "ids.yaml", &crate::post::valid_id).unwrap();
    assert_eq!(read.of("posts/title.md"), Some("https://old.example/?p=4"));
}

#[test]
fn what_several_have_in_common_tells_none_of_them() {
    let posts = [post("a", "2024-01-01T01:00:00Z"), post("b", "2024-01-01T01:00:00Z")];
    let entries = [
        old("urn:x:1", "", "Weekly", "2024-01-01T01:00:00Z"),
        old("urn:x:2", "", "a", ""),
        old("urn:x:3", "", "A", ""),
    ];
    let kept = ids_from(&entries, &posts);
    assert_eq!((kept.ids.len(), kept.unmatched.len()), (0, 3));
    let entries =
        [old("urn:x:1", "", "a", "2024-01-01T02:00:00+01:00"), old("urn:x:2", "", "A", "2023-01-01T01:00:00Z")];
    let kept = ids_from(&entries, &posts);
    assert_eq!(kept.ids, [("posts/a.md".to_owned(), "urn:x:1".to_owned())].into(), "title and date are one post's own");
}
