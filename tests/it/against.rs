use crate::support::{Blog, Run, post};

/// An old RSS feed as `WordPress` writes it, of these items: id, link, title, date, body.
fn wordpress(items: &[[&str; 5]]) -> String {
    let item = |[id, link, title, date, body]: &[&str; 5]| {
        format!(
            "\n<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>\
             <guid isPermaLink=\"false\">{id}</guid><description><![CDATA[{body} [&#8230;]]]></description>\
             <content:encoded><![CDATA[<p>{body}</p>]]></content:encoded></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    let modules = "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"";
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" {modules}><channel><title>Old</title>{items}</channel></rss>"
    )
}

/// An old Atom feed, of these entries: id, link, title, date, body.
fn atom(entries: &[[&str; 5]]) -> String {
    let entry = |[id, link, title, date, body]: &[&str; 5]| {
        format!(
            "\n<entry><id>{id}</id><link href=\"{link}\"/><title>{title}</title><published>{date}</published>\
             <updated>{date}</updated><content type=\"html\">&lt;p&gt;{body}&lt;/p&gt;</content></entry>"
        )
    };
    let entries: String = entries.iter().map(entry).collect();
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><link rel=\"self\" href=\"/feed.xml\"/>{entries}</feed>")
}

fn blog() -> Blog {
    Blog::new()
        .configured("feeds: [{path: feed.xml, format: atom}]\n")
        .post("rain.md", post("Rain & shine", "2024-01-02 10:30", "It rained."))
        .post("snow.md", post("Snow", "2024-01-03 11:00", "It snowed."))
}

fn against(blog: &Blog, old: impl AsRef<[u8]>) -> Run {
    blog.save("old.xml", old);
    blog.run(["check", "--against", "old.xml"])
}

const RAIN: [&str; 5] = [
    "http://old.example/?p=1",
    "http://www.example.org/rain",
    "Rain &amp; shine",
    "Tue, 02 Jan 2024 10:30:00 +0000",
    "It rained.",
];
const SNOW: [&str; 5] = [
    "http://old.example/?p=2",
    "http://old.example/2024/01/03/snowing/",
    "Snow",
    "Wed, 03 Jan 2024 11:00:00 +0000",
    "It snowed.",
];

#[test]
fn a_post_with_another_id_would_be_seen_twice() {
    let run = against(&blog(), wordpress(&[SNOW, RAIN])).ended_with(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let told = |name: &str, was: &str, known: &str| {
        format!(
            "posts/{name}.md: subscribers of `old.xml` would see it twice: its id was `{was}`, \
             now it is `https://example.org/{name}/` (same {known}); run `feedwright init --ids-from old.xml`, \
             or write `id: {was}` in its front matter"
        )
    };
    assert_eq!(lines[0], told("snow", "http://old.example/?p=2", "title and date"));
    assert_eq!(lines[1], told("rain", "http://old.example/?p=1", "URL"));
    assert_eq!(
        lines[2],
        "`feed.xml` in place of the old feed: 0 of 2 entries as they were; 2 would be seen twice; \
         `feedwright init --ids-from` would keep 2 ids"
    );
}

#[test]
fn ids_that_are_kept_are_as_they_were() {
    let blog = blog()
        .configured("feeds: [{path: feed.xml, format: atom}]\nids: ids.yaml\n")
        .file("ids.yaml", "posts/rain.md: http://old.example/?p=1\nposts/snow.md: http://old.example/?p=2\n");
    let run = against(&blog, wordpress(&[RAIN])).ended_with(0);
    assert!(
        run.stdout.starts_with("`feed.xml` in place of the old feed: 1 of 1 entry as they were; 1 new\n"),
        "{run:?}"
    );
    let run = against(&blog, wordpress(&[SNOW, RAIN])).ended_with(0);
    assert_eq!(run.stdout.lines().count(), 3, "{run:?}");
    run.told("snow.md: warning: has another URL than in `old.xml`; readers may show it as changed, but not twice");
}

#[test]
fn what_we_publish_is_as_it_is_in_each_format() {
    let blog = blog()
        .configured("")
        .post("both.md", "---\ntitle: 'It\"s <b>'\ndate: 2024-01-04\nid: tag:x,2\n---\n*a* \"b\"\n");
    blog.once().ended_with(0);
    for name in ["rss.xml", "atom.xml", "feed.json"] {
        let old = blog.published(name);
        against(&blog, old)
            .ended_with(0)
            .told(&format!("`{name}` in place of the old feed: 3 of 3 entries as they were\n"));
    }
}

#[test]
fn a_formula_that_would_do_is_named() {
    let old = atom(&[
        ["https://example.org/snow", "https://example.org/snow/", "Snow", "2024-01-03T11:00:00Z", "It snowed."],
        ["https://example.org/rain", "https://example.org/rain/", "Rain", "2024-01-02T10:30:00Z", "It rained."],
    ]);
    against(&blog(), &old).ended_with(1).told("; set `posts.id: jekyll`, which gives the ids that they know");
    let blog = blog().configured("posts: {id: jekyll}\nfeeds: [{path: feed.xml, format: atom}]\n");
    against(&blog, &old)
        .ended_with(0)
        .told("posts/rain.md: warning: has another title than in `old.xml`")
        .told("1 of 2 entries as they were; 1 changed\n");
}

#[test]
fn what_changed_is_named() {
    let old = atom(&[[
        "https://example.org/snow/",
        "https://example.org/winter/",
        "Snow",
        "2024-01-03T12:00:00Z",
        "It snowed, and then it did not.",
    ]]);
    against(&blog(), old)
        .ended_with(0)
        .told("posts/snow.md: warning: has another URL, date and text than in `old.xml`");
}

#[test]
fn a_limit_makes_nothing_new_and_nothing_gone() {
    let names = ["a", "b", "c", "d"];
    let days = ["2024-02-01", "2024-02-02", "2024-02-03", "2024-02-04"];
    let entry = |number: usize| {
        let (id, date) = (format!("https://example.org/{}/", names[number]), format!("{}T01:00:00Z", days[number]));
        [id.clone(), id, names[number].to_owned(), date, "Text.".to_owned()]
    };
    let of = |numbers: &[usize]| {
        let entries: Vec<[String; 5]> = numbers.iter().map(|number| entry(*number)).collect();
        let entries: Vec<[&str; 5]> = entries.iter().map(|entry| entry.each_ref().map(String::as_str)).collect();
        atom(&entries)
    };
    let blog = |limit: usize| {
        let blog = Blog::new().configured(&format!("feeds: [{{path: feed.xml, format: atom, limit: {limit}}}]\n"));
        let names = names.iter().zip(days);
        names.fold(blog, |blog, (name, day)| {
            blog.post(&format!("{name}.md"), post(name, &format!("{day} 01:00"), "Text."))
        })
    };
    against(&blog(1), of(&[3, 2])).ended_with(0).told("1 of 2 entries as they were; 1 beyond the limit of ours\n");
    against(&blog(4), of(&[2]))
        .ended_with(0)
        .told("1 of 1 entry as they were; 1 new; 2 older than the old feed reaches\n");
    against(&blog(4), of(&[3, 1, 0]))
        .ended_with(0)
        .told("posts/c.md: warning: is not in `old.xml`, which has older and newer entries");
}

#[test]
fn what_is_no_post_any_more_is_told_where_it_was() {
    let gone =
        ["http://old.example/?p=9", "http://old.example/gone/", "Gone", "Mon, 01 Jan 2024 09:00:00 +0000", "Text."];
    against(&blog(), wordpress(&[gone, ["https://example.org/rain/", RAIN[1], RAIN[2], RAIN[3], RAIN[4]]]))
        .ended_with(0)
        .told(
            "old.xml:3: warning: the entry `Gone` (`http://old.example/?p=9`) is no post any more; if it is one under ",
        )
        .told("1 of 2 entries as they were; 1 new; 1 gone\n");
}

#[test]
fn an_id_that_no_format_takes_cannot_be_kept() {
    let drupal = ["12 at http://old.example", RAIN[1], RAIN[2], RAIN[3], RAIN[4]];
    let run =
        against(&blog(), wordpress(&[drupal])).ended_with(1).told("which Atom has no place for: it cannot be kept");
    assert!(!run.stdout.contains("init --ids-from"), "{run:?}");
}

#[test]
fn is_told_to_machines() {
    let blog = blog();
    blog.save("old.xml", wordpress(&[RAIN]));
    let run = blog.run(["check", "--against", "old.xml", "--format", "json"]).ended_with(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let told = &report["against"];
    assert_eq!(
        (&told["entries"], &told["same"], &told["newer"], &told["to_keep"]),
        (&1.into(), &0.into(), &1.into(), &1.into())
    );
    assert_eq!(
        (&told["again"][0]["old_id"], &told["again"][0]["likeness"]),
        (&"http://old.example/?p=1".into(), &"url".into())
    );
    assert_eq!((&report["problems"][0]["path"], &report["left_out"]), (&"posts/rain.md".into(), &0.into()));
    blog.run(["check", "--against", "old.xml", "--format", "github"])
        .ended_with(1)
        .told("::error file=posts/rain.md::subscribers of `old.xml` would see it twice");
    assert!(!blog.path("public").exists());
}

#[test]
fn of_several_feeds_that_one_is_compared_that_has_most_of_it() {
    let blog = blog()
        .configured("feeds: [rss.xml, {path: 'tags/:tag.xml', format: atom, per: tag}]\n")
        .post("tagged.md", "---\ntitle: Tagged\ndate: 2024-01-01 09:00\ntags: [x]\n---\nText.\n")
        .post("later.md", "---\ntitle: Later\ndate: 2024-01-05 09:00\ntags: [x]\n---\nText.\n");
    let id = "https://example.org/tagged/";
    let old = atom(&[[id, id, "Tagged", "2024-01-01T09:00:00Z", "Text."]]);
    let run = against(&blog, &old).ended_with(0).told("`rss.xml` in place of the old feed");
    assert!(run.stdout.contains("; 3 new\n"), "{run:?}");
    against(&blog, old.replace("/feed.xml", "https://example.org/tags/x.xml"))
        .ended_with(0)
        .told("`tags/x.xml` in place of the old feed: 1 of 1 entry as they were; 1 new\n");
}

#[test]
fn what_cannot_be_read_is_told_with_what_to_do() {
    let blog = blog();
    against(&blog, "<rss><channel>\n<title>a & b</title></channel></rss>")
        .ended_with(2)
        .complained("old.xml:2:10: is not well-formed XML: ")
        .complained("; mend it here in the saved file");
    blog.run(["check", "--against", "old.xml", "--format", "github"])
        .ended_with(2)
        .told("::error file=old.xml,line=2,col=10::is");
    blog.run(["check", "--against", "none.xml"])
        .ended_with(2)
        .complained("the old feed `none.xml` is not there; save it first");
    blog.run(["check", "--against", "https://old.example/feed"])
        .ended_with(64)
        .complained("save it to a file first: curl -Lo old.xml 'https://old.example/feed'");
}
