//! Bodies with shortcodes, as readers see them.

use std::sync::Arc;

use crate::config::Dialect;
use crate::generator::{Generator, Texts};
use crate::markup::Blog;
use crate::markup::testing::{Surroundings, post};
use crate::post::{Markup, Post};
use crate::value::{Value, read};

fn surroundings(shortcodes: &[(&str, &str)]) -> Surroundings {
    let texts = shortcodes.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Texts>();
    let settings =
        read::toml("[markup.goldmark.renderer]\nunsafe = true\n[params]\nwide = 'A & B'\n").expect("settings");
    let generator = Generator::new(Dialect::Hugo, "content/posts", settings, Texts::new()).with_shortcodes(texts);
    let front = Value::Mapping(vec![("title".to_owned(), Value::String("A Post".to_owned()))]);
    Surroundings { generator, front, ..Surroundings::of(Dialect::Hugo) }
}

fn html(text: &str, shortcodes: &[(&str, &str)]) -> String {
    surroundings(shortcodes).render(text, Markup::Markdown).html.trim().to_owned()
}

#[test]
fn hugos_own_shortcodes_are_shown_or_linked_to() {
    for (text, expected) in [
        (
            "{{< figure src=\"/a.png\" alt=\"A\" caption=\"*C*\" title=\"T\" attr=\"me\" attrlink=\"/me\" >}}",
            "<figure><img src=\"https://example.org/a.png\" alt=\"A\"><figcaption><h4>T</h4><p><em>C</em>\n\
             <a href=\"https://example.org/me\">me</a></p></figcaption></figure>",
        ),
        (
            "{{< highlight go \"hl_lines=1\" >}}\na < b\n{{< /highlight >}}",
            "<pre><code class=\"language-go\">a &lt; b\n</code></pre>",
        ),
        (
            "a {{< highlight sh \"hl_inline=true\" >}}ls{{< /highlight >}}",
            "<p>a <code class=\"language-sh\">ls</code></p>",
        ),
        ("{{< gist ann 1a2b x.go >}}", "<p><a href=\"https://gist.github.com/ann/1a2b\">Gist by ann: x.go</a></p>"),
        ("{{< x user=\"ann\" id=\"12\" >}}", "<p><a href=\"https://x.com/ann/status/12\">Post by @ann on X</a></p>"),
        ("{{< tweet 12 >}}", "<p><a href=\"https://x.com/i/status/12\">Post on X</a></p>"),
        ("{{< instagram Ab1 >}}", "<p><a href=\"https://www.instagram.com/p/Ab1/\">Post on Instagram</a></p>"),
        (
            "{{< youtube aB3 >}}",
            "<p><a href=\"https://www.youtube.com/watch?v=aB3\"><img src=\"https://i.ytimg.com/vi/aB3/hqdefault.jpg\" \
             alt=\"Video on YouTube\"></a></p>",
        ),
        ("{{< vimeo 12 >}}", "<p><a href=\"https://vimeo.com/12\">Video on Vimeo</a></p>"),
        ("{{< param wide >}} {{< param title >}}", "<p>A &amp; B A Post</p>"),
        (
            "{{< details summary=\"S\" >}}*x*{{< /details >}}",
            "<details><summary>S</summary><p><em>x</em></p>\n</details>",
        ),
        (
            "{{< qr text=\"https://example.org/q\" />}}",
            "<p><a href=\"https://example.org/q\">https://example.org/q</a></p>",
        ),
        ("[a]({{< ref \"/notes/b.md#c\" >}})", "<p><a href=\"https://example.org/notes/b/#c\">a</a></p>"),
        ("{{< x.inline >}}{{ now }}{{< /x.inline >}}b", "<p>b</p>"),
        ("`{{</* figure \"x\" */>}}`", "<p><code>{{&lt; figure \"x\" &gt;}}</code></p>"),
    ] {
        assert_eq!(html(text, &[]), expected, "{text}");
    }
}

/// Posts by their paths below `content`.
struct Posts(&'static [&'static str]);

impl Posts {
    fn ending<'p>(&'p self, end: &str) -> impl Iterator<Item = &'p str> {
        let end = format!("/{end}");
        self.0.iter().copied().filter(move |path| format!("/content/{path}").ends_with(&end))
    }
}

impl Blog for Posts {
    fn find(&self, reference: &str) -> Option<Arc<Post>> {
        let url = |path: &str| format!("https://example.org/{path}/");
        self.ending(reference).next().map(|path| Arc::new(Post { url: url(path), ..post(Dialect::Hugo) }))
    }

    fn count(&self, reference: &str) -> usize {
        self.ending(reference).count()
    }

    fn posts(&self) -> Vec<Arc<Post>> {
        Vec::new()
    }

    fn text(&self, _: &str) -> Option<String> {
        None
    }
}

#[test]
fn references_are_relative_before_they_are_names() {
    let blog = || Box::new(Posts(&["go/near", "posts/near", "go/only", "a/same", "b/same"]));
    for (reference, address, notices) in [
        ("near.md", "/posts/near/", 0),
        ("./near", "/posts/near/", 0),
        ("../go/near.md#x", "/go/near/#x", 0),
        ("go/near", "/go/near/", 0),
        ("only.md", "/go/only/", 0),
        ("./only.md", "/posts/only/", 1),
        ("../only", "/only/", 1),
        ("same.md", "/a/same/", 1),
    ] {
        let surroundings = Surroundings { blog: blog(), ..surroundings(&[]) };
        let rendered = surroundings.render(&format!("[a]({{{{< relref \"{reference}\" >}}}})"), Markup::Markdown);
        let link = format!("<p><a href=\"https://example.org{address}\">a</a></p>");
        assert_eq!(rendered.html.trim(), link, "{reference}");
        assert_eq!(rendered.notices.len(), notices, "{reference}: {:?}", rendered.notices);
    }
}

#[test]
fn of_unknown_shortcodes_stays_what_they_enclose_and_one_notice() {
    let rendered = surroundings(&[]).render(
        "{{< note >}}\n  a *b*\n{{< /note >}}\n\n{{% note %}}c{{% /note %}} {{< gone >}}{{< img src=\"p.png\" >}}\n",
        Markup::Markdown,
    );
    let told: Vec<_> = rendered.notices.iter().map(|notice| (notice.line, notice.message.as_str())).collect();
    assert_eq!(
        rendered.html,
        "<p>a <em>b</em></p>\n<p>c </p><figure><img src=\"https://example.org/blog/post/p.png\" alt=\"\"></figure>\n"
    );
    assert_eq!(
        told[..2],
        [
            (8, "the shortcode `gone` is the site's own: nothing of it is shown"),
            (4, "the shortcode `note` is the site's own: only what it encloses is shown"),
        ]
    );
}

#[test]
fn templates_are_followed_where_they_are_simple() {
    let shortcodes = [
        ("short", "<b>{{ 0 }}</b>{{ src }}{{ none }}[{{ inner }}]"),
        (
            "go",
            "{{- $a := .Get \"a\" -}}\n<i title=\"{{ $a }}\">{{ with $a }}{{ . | upper }}{{ else }}-{{ end }}</i>{{/* x */}}",
        ),
        (
            "md",
            "{{ .Inner | markdownify }}{{ if eq (.Get 0) \"x\" }}X{{ else if .IsNamedParams }}N{{ else }}E{{ end }}",
        ),
        (
            "wide",
            "{{ site.Params.wide }}{{ .Page.Title }}{{ printf \"%s-%d\" \"a\" 1 }}{{ .Get \"z\" | default \"d\" }}",
        ),
        ("loop", "{{ range .Params }}{{ . }}{{ end }}"),
        ("call", "{{ partial \"x\" . }}"),
    ];
    for (text, expected) in [
        ("{{< short 1<2 >}}a *b*{{< /short >}}", "<b>1&lt;2</b>[a *b*]"),
        ("{{% short src=\"s\" %}}a *b*{{% /short %}}", "<p><b></b>s[a <em>b</em>]</p>"),
        ("{{< go a=\"q'\" />}}{{< go />}}", "<p><i title=\"q'\">Q&#39;</i><i title=\"\">-</i></p>"),
        ("{{< md x >}}*a*{{< /md >}}", "<em>a</em>X"),
        ("{{< md y=1 >}}*a*{{< /md >}}", "<em>a</em>N"),
        ("a {{< wide />}}", "<p>a A &amp; BA Posta-1d</p>"),
        ("a {{< loop 1 >}}{{< call >}}", "<p>a</p>"),
    ] {
        assert_eq!(html(text, &shortcodes), expected, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_shortcode_is_shown(text in "([ab \n*<>/=\"`]|\\{\\{<|>\\}\\}|\\{\\{%|%\\}\\}|note|figure src=x|/\\*|\\*/){0,40}") {
        let html = html(&text, &[("note", "{{ inner }}")]);
        let is_open = html.contains("{{%") || html.contains("{{&lt;");
        proptest::prop_assert!(!is_open || text.contains("/*"), "{}", html);
    }

    #[test]
    fn any_template_is_followed_or_refused(template in "([a-z .|$\"()]|\\{\\{|\\}\\}|\\.Get 0|if |else|end|with |:= ){0,30}") {
        html("a {{< t x >}}y{{< /t >}}", &[("t", &template)]);
    }
}
