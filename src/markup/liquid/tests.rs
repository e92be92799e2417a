//! Bodies with Liquid in them.

use std::sync::Arc;

use super::*;
use crate::config::Dialect;
use crate::generator::{Generator, Texts};
use crate::markup::testing::{Surroundings, post};
use crate::markup::{Blog, Rendered};
use crate::post::{Markup, Post};
use crate::value::{Value, read};

/// A blog with one other post and one page.
struct Neighbours;

impl Blog for Neighbours {
    fn find(&self, reference: &str) -> Option<Arc<Post>> {
        let other =
            Post { url: "https://example.org/blog/rain/".into(), title: "Rain".into(), ..post(Dialect::Jekyll) };
        reference.contains("2024-05-01-rain").then(|| Arc::new(other))
    }

    fn posts(&self) -> Vec<Arc<Post>> {
        let tagged = |title: &str, tags: &[&str]| Post {
            title: title.into(),
            tags: tags.iter().map(ToString::to_string).collect(),
            url: format!("https://example.org/blog/{title}/"),
            ..post(Dialect::Jekyll)
        };
        vec![Arc::new(tagged("b", &["x", "y"])), Arc::new(tagged("a", &["x"]))]
    }

    fn text(&self, path: &str) -> Option<String> {
        match path {
            "about.md" => Some("---\ntitle: About\n---\nText".into()),
            "_docs/deep/install.md" => Some("---\n---\n".into()),
            "contact.md" | "src/contact.md" => Some("---\npermalink: /hello/\n---\n".into()),
            _ => None,
        }
    }
}

fn around() -> Surroundings {
    let config = "url: https://example.org\nbaseurl: /blog\nrepository: ann/blog\ncollections: {docs: {permalink: '/:collection/:path/'}}\n";
    let texts = [
        ("_data/people.yml", "ann: {name: Ann}\nbo: {}\n"),
        ("_data/rates.csv", "year,rate\n2023,1.5\n2024,2\n"),
        ("_data/deep/list.json", "[{\"n\": 3}, {\"n\": 1}]"),
        (
            "_includes/figure.html",
            "<figure><img src=\"{{ include.src | relative_url }}\" alt=\"{{ include.alt }}\">{% if include.caption %}<figcaption>{{ include.caption | markdownify }}</figcaption>{% endif %}</figure>",
        ),
        ("_includes/loop.html", "{% include loop.html %}"),
        ("_includes/wrong.html", "{{ 1 | nosuch }}!"),
    ];
    let texts: Texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let mut around = Surroundings::of(Dialect::Jekyll);
    around.site.url = url::Url::parse("https://example.org/blog/").unwrap();
    around.post.url = "https://example.org/blog/post/".into();
    around.generator = Generator::new(Dialect::Jekyll, "_posts", read::yaml(config).unwrap(), texts);
    let front =
        "title: A Post\nlist: [a, b]\nflag: true\nmap: {k: v}\nkeys: {e: 5, b: {z: 1, y: 2}, d: 4, a: 1, c: 3}\n";
    around.front = read::yaml(front).unwrap();
    around.blog = Box::new(Neighbours);
    around
}

fn expanded(text: &str) -> (String, Vec<(u32, String)>) {
    let around = around();
    let url = url::Url::parse(&around.post.url).unwrap();
    let expanded = expand(&around.body(text, Markup::Markdown, &url));
    let notices = expanded.notices.into_iter().map(|notice| (notice.line, notice.message)).collect();
    (expanded.held.put_back(&expanded.text).into_owned(), notices)
}

fn quiet(text: &str) -> String {
    let (text, notices) = expanded(text);
    assert_eq!(notices, [], "{text}");
    text
}

#[test]
fn variables_are_those_of_jekyll() {
    for (text, expected) in [
        ("{{ site.url }}{{ site.baseurl }}/x", "https://example.org/blog/x"),
        ("{{ site.repository }} {{ site.github.repository_url }}", "ann/blog https://github.com/ann/blog"),
        ("{{ page.title }} {{ page.url }} {{ page.list | join: '+' }}", "A Post /post/ a+b"),
        ("{{ page.date | date: '%-d %B %Y' }}", "2 January 2024"),
        ("{{ site.data.people.ann.name }} {{ site.data['people'].ann.name }}", "Ann Ann"),
        ("{% for r in site.data.rates %}{{ r.year }}={{ r.rate }};{% endfor %}", "2023=1.5;2024=2;"),
        ("{{ site.data.deep.list | map: 'n' | join: ',' }}", "3,1"),
        ("{% for p in site.posts %}{{ p.title }}{{ p.url }} {% endfor %}", "b/b/ a/a/ "),
        ("{{ site.time | date: '%Y' }} {{ 'now' | date: '%Y' }}", "2024 2024"),
        ("[{{ nothing }}{{ page.nothing.at.all }}{{ site.nothing }}]", "[]"),
        ("{{ jekyll.environment }}", "production"),
    ] {
        assert_eq!(quiet(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_there_is_nothing() {
    for (text, expected) in [
        ("{% if page.nothing.x == 'a' %}1{% else %}2{% endif %}", "2"),
        ("{% for p in site.data.people %}{% if p[1].name == 'Ann' %}{{ p[0] }}{% endif %}{% endfor %}", "ann"),
        ("{% for x in nothing %}1{% else %}none{% endfor %}", "none"),
        ("{% assign a = page.nothing | default: 'x' %}{{ a }}", "x"),
        ("{{ nothing | split: ',' | first | upcase }}", ""),
        ("{% case page.nothing %}{% when 'a' %}1{% else %}2{% endcase %}", "2"),
        ("{% unless nothing contains 'a' %}1{% endunless %}", "1"),
    ] {
        assert_eq!(quiet(text), expected, "{text}");
    }
}

#[test]
fn addresses_and_links() {
    for (text, expected) in [
        ("{{ '/a.png' | relative_url }} {{ 'a.png' | absolute_url }}", "/blog/a.png https://example.org/blog/a.png"),
        ("{{ 'https://other.example/x' | relative_url }}", "https://other.example/x"),
        ("{% post_url 2024-05-01-rain %}", "/blog/rain/"),
        ("[x]({% link _posts/2024-05-01-rain.md %})", "[x](/blog/rain/)"),
        (
            "{% link about.md %} {% link contact.md %} {% link assets/a b.pdf %}",
            "/blog/about.html /blog/hello/ /blog/assets/a%20b.pdf",
        ),
        ("{% link _docs/deep/install.md %}", "/blog/docs/deep/install/"),
        ("{{ 'a b&ü' | cgi_escape }} {{ 'http://x/a b' | uri_escape }}", "a+b%26%C3%BC http://x/a%20b"),
    ] {
        assert_eq!(quiet(text), expected, "{text}");
    }
    assert_eq!(
        expanded("a\n{% post_url 2020-01-01-no %}").1,
        [(5, "`{% post_url 2020-01-01-no %}` names no post".to_owned())]
    );
}

/// Whatever order a run has them in.
const KEYS: &str = r#"abcde {"a"=>1, "b"=>{"y"=>2, "z"=>1}, "c"=>3, "d"=>4, "e"=>5}"#;

#[test]
fn filters_of_lists() {
    for (text, expected) in [
        ("{{ site.posts | where: 'title', 'a' | map: 'url' }}", "/a/"),
        ("{{ site.posts | where: 'tags', 'y' | size }}", "1"),
        ("{{ site.posts | where_exp: 'p', \"p.tags contains 'x'\" | size }}", "2"),
        ("{% assign g = site.posts | group_by: 'collection' %}{{ g[0].name }} {{ g[0].size }}", "posts 2"),
        ("{{ site.posts | sort: 'title' | map: 'title' | join: '' }}", "ab"),
        ("{{ site.tags['y'].size }} {{ site.tags.x | size }}", "1 2"),
        ("{{ page.keys | jsonify }}", r#"{"a":1,"b":{"y":2,"z":1},"c":3,"d":4,"e":5}"#),
        ("{% for pair in page.keys %}{{ pair[0] }}{% endfor %} {{ page.keys | inspect }}", KEYS),
        ("{{ page.keys | join: '+' }}", &KEYS[6..]),
        ("{{ page.keys | append: '+' | prepend: 'abcde ' | remove: '+' }}", KEYS),
        ("abcde {{ page.keys | replace: '+', '-' }}{{ page.keys | replace: page.keys, '' }}", KEYS),
        ("abcde {% assign two = page.keys | concat: page.list %}{{ two }}", &format!("{KEYS}ab")),
        ("{{ page.map | jsonify }} {{ page.list | array_to_sentence_string }}", "{\"k\":\"v\"} a and b"),
        ("{{ 'a  b\nc' | number_of_words }} {{ 'ä' | size }}", "3 1"),
        ("{{ 'Ein schöner Tag' | slugify }}", "ein-schöner-tag"),
        ("{{ '*a*' | markdownify | strip }}", "<p><em>a</em></p>"),
        (
            "{{ page.date | date_to_string: 'ordinal', 'US' }} {{ page.date | date_to_xmlschema }}",
            "Jan 2nd, 2024 2024-01-02T00:00:00+00:00",
        ),
    ] {
        assert_eq!(quiet(text), expected, "{text}");
    }
}

#[test]
fn includes_are_given_what_they_are_given() {
    let figure = quiet("{% include figure.html src=\"/a.png\" alt='A \"b\"' caption=page.title %}");
    assert_eq!(
        figure,
        "<figure><img src=\"/blog/a.png\" alt=\"A \"b\"\"><figcaption><p>A Post</p>\n</figcaption></figure>"
    );
    let figure = quiet("{% assign n = 'figure' %}{% include {{ n }}.html src=\"x\" %}");
    assert_eq!(figure, "<figure><img src=\"/blog/x\" alt=\"\"></figure>");
    assert_eq!(expanded("{% include none.html %}").1, [(4, "the include `none.html` is not there".to_owned())]);
    let (_, notices) = expanded("{% include loop.html %}");
    assert_eq!(notices, [(4, "the include `loop.html` includes itself".to_owned())]);
    assert_eq!(
        expanded("\n{% include wrong.html %}"),
        ("\n1!".into(), vec![(5, "the filter `nosuch` is not known".into())])
    );
}

#[test]
fn code_and_raw_text_are_kept() {
    assert_eq!(
        quiet("{% highlight ruby linenos %}\na = \"<b>\"\n\n  {% raw %}{{ x }}{% endraw %}\n{% endhighlight %}"),
        format!(
            "{}<pre><code class=\"language-ruby\">a = \"&lt;b&gt;\"\n\n  {{{{ x }}}}\n</code></pre>{}",
            crate::markup::line_numbers::start(1, 3),
            crate::markup::line_numbers::END
        )
    );
    assert_eq!(quiet("{% highlight c %}\na\n{% endhighlight %}"), "<pre><code class=\"language-c\">a\n</code></pre>");
    assert_eq!(quiet("a{% comment %}{{ b }}{% if %}{% endcomment %}c \"q\""), "ac \"q\"");
    assert_eq!(quiet("{% gist ann/123 %}"), "<p><a href=\"https://gist.github.com/ann/123\">Gist</a></p>");
}

#[test]
fn one_wrong_tag_costs_no_more_than_itself() {
    for (text, expected, told) in [
        ("a\n{% nosuch x %}b", "a\nb", "the tag `{% nosuch %}` is not known"),
        ("{% note %}in{% if true %}ner{% endif %}{% endnote %}\n!", "inner\n!", "the tag `{% note %}` is not known"),
        ("{{ page.title | nosuch | upcase }}", "A POST", "the filter `nosuch` is not known"),
        ("{{ a b }}c", "c", "`{{ a b }}` cannot be understood"),
        ("{% if a == %}x{% else %}y{% endif %}z", "z", "`{% if a == %}` cannot be understood"),
        ("{% if true %}x", "x", "`{% if %}` is not closed"),
        ("x{% endif %}", "x", "`{% endif %}` closes nothing"),
        ("x{% else %}y", "xy", "`{% else %}` is in no block"),
        ("{% for x in (1..3) %}{% if true %}{{ x }}{% endfor %}", "123", "`{% if %}` is not closed"),
        ("{% case 1 %} text {% when 1 %}a{% endcase %}", "a", ""),
        ("a {{ b", "a {{ b", ""),
    ] {
        let (out, notices) = expanded(text);
        assert_eq!(out, expected, "{text}");
        let messages: Vec<&str> = notices.iter().map(|(_, message)| message.as_str()).collect();
        assert_eq!(messages, if told.is_empty() { vec![] } else { vec![told] }, "{text}");
    }
}

#[test]
fn filters_of_lists_take_one_value_for_a_list() {
    for (text, expected) in [
        ("{{ 'abc' | join: ', ' }}", "abc"),
        ("[{{ nil | join: '-' }}]", "[]"),
        ("{% assign l = 'a,b' | split: ',' %}{{ 'abc' | concat: l | join: '-' }}", "abc-a-b"),
        ("[{{ 'abc' | map: 'x' }}][{{ 'abc' | first }}][{{ 12 | last }}]", "[][][]"),
        ("{{ 'abc' | reverse }}{{ 'abc' | uniq }}{{ 'abc' | compact }}{{ 'abc' | sort_natural }}", "abcabcabcabc"),
        ("{{ 'a,b' | split: ',' | last }}", "b"),
    ] {
        assert_eq!(expanded(text), (expected.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn rows_of_tables_are_made() {
    for (text, expected) in [
        (
            "{% tablerow i in (1..3) cols:2 %}{{ i }}{% endtablerow %}",
            "<tr class=\"row1\">\n<td class=\"col1\">1</td><td class=\"col2\">2</td></tr>\n<tr class=\"row2\"><td class=\"col1\">3</td></tr>\n",
        ),
        ("{% tablerow i in nothing %}{{ i }}{% endtablerow %}", ""),
        (
            "{% for x in (7..7) %}{% tablerow i in (1..2) cols:1 %}{{ forloop.index }}{{ tablerowloop.index }}{{ tablerowloop.row }}{% endtablerow %}{% endfor %}",
            "<tr class=\"row1\">\n<td class=\"col1\">111</td></tr>\n<tr class=\"row2\"><td class=\"col1\">122</td></tr>\n",
        ),
        (
            "{% tablerow i in (1..2) %}{% endtablerow %}",
            "<tr class=\"row1\">\n<td class=\"col1\"></td><td class=\"col2\"></td></tr>\n",
        ),
    ] {
        assert_eq!(expanded(text), (expected.to_owned(), vec![]), "{text}");
    }
    assert!(!expanded("{% tablerow i in (1..9000000000) %}{{ i }}{% endtablerow %}").1.is_empty());
}

#[test]
fn the_posts_before_and_after_are_known() {
    let (out, notices) = expanded(
        "{{ page.previous.title }} {{ page.previous.url }}{% if page.next %} {{ page.next.title }}{% endif %}",
    );
    assert_eq!((out.as_str(), notices), ("a /a/", vec![]));
}

#[test]
fn nothing_goes_on_for_ever() {
    let (out, notices) = expanded("{% for a in (1..1000) %}{% for b in (1..1000) %}.{% endfor %}{% endfor %}");
    assert!(out.len() <= 100_000 && notices.iter().any(|(_, message)| message.contains("turns")));
    let (_, notices) = expanded(
        "{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a | size }}",
    );
    assert!(notices.iter().any(|(_, message)| message.contains("too large")), "{notices:?}");
    for deep in ["[a".repeat(20_000) + &"]".repeat(20_000), " and a".repeat(50_000), " | append: 'a'".repeat(50_000)] {
        assert_eq!(expanded(&format!("{{% if a{deep} %}}{{% endif %}}{{{{ a{deep} }}}}")).1.len(), 2);
    }
    let deep = "{% if true %}".repeat(5_000) + "x" + &"{% endif %}".repeat(5_000);
    assert!(!expanded(&deep).1.is_empty());
}

#[test]
fn includes_and_pages_are_below_the_source() {
    let mut around = around();
    let texts = Texts::from([("src/_includes/x.html".to_owned(), "X".to_owned())]);
    around.generator = Generator::new(Dialect::Jekyll, "src/_posts", read::yaml("source: src").unwrap(), texts);
    assert!(around.render("{% include x.html %}", Markup::Markdown).html.contains("<p>X</p>"));
    assert!(around.render("[x]({% link contact.md %})", Markup::Markdown).html.contains("/hello/"));
}

#[test]
fn the_whole_body_comes_out_of_it() {
    let text = "First {{ page.title }}.\n\n![a]({{ '/a.png' | relative_url }}){:.c}\n\n{% highlight c %}\nint a;\n\nint b;\n{% endhighlight %}\n\n![]({{ site.url }}/x.png)\n";
    let Rendered { html, notices, .. } = around().render(text, Markup::Markdown);
    assert!(html.contains("<p>First A Post.</p>"), "{html}");
    assert!(html.contains("src=\"https://example.org/blog/a.png\""), "{html}");
    assert!(html.contains("int a;\n\nint b;\n</code></pre>"), "{html}");
    assert_eq!(notices.iter().map(|notice| notice.line).collect::<Vec<_>>(), [14], "{notices:?}");
}

#[test]
fn a_post_may_say_that_there_is_none() {
    let mut around = around();
    around.front = read::yaml("render_with_liquid: false\n").unwrap();
    assert!(around.render("`{{ a }}`", Markup::Markdown).html.contains("{{ a }}"));
    assert_eq!(around.front.entry("render_with_liquid").and_then(Value::as_bool), Some(false));
}

proptest::proptest! {
    #[test]
    fn any_text_is_expanded(text in "(\\{\\{|\\}\\}|\\{%|%\\}| |-|\\||:|'|\"|if |endif|for |in |endfor|page|\\.|title|assign |=|case |when |raw|else|x|é|\n){0,40}") {
        expanded(&text);
    }
}
