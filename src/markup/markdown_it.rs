//! What an Eleventy site has of markdown-it's plug-ins, by what its package asks for, and how the reader is set.
//!
//! In: the settings of the site. Out: [`Settings`]. A plug-in that the package names is taken to be in use.

use std::borrow::Cow;

use pulldown_cmark::Options;

use crate::value::Value;

/// How markdown-it is set.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// What plug-ins read besides.
    pub added: Options,
    /// `{.class}` behind elements (`markdown-it-attrs`).
    pub has_attributes: bool,
    /// `:::` around blocks (`markdown-it-container`).
    pub has_containers: bool,
    /// Ends of lines are kept.
    pub keeps_lines: bool,
    /// One tilde strikes nothing out.
    pub needs_two_tildes: bool,
    /// What is indented is code.
    pub has_indented_code: bool,
    /// HTML is shown as it is typed.
    pub shows_html: bool,
    /// Addresses without marks are links.
    pub links_addresses: bool,
    /// The attribute that says what stands below a picture that is a paragraph of its own.
    pub caption: Option<&'static str>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            added: Options::empty(),
            has_attributes: false,
            has_containers: false,
            keeps_lines: false,
            needs_two_tildes: false,
            has_indented_code: true,
            shows_html: false,
            links_addresses: false,
            caption: None,
        }
    }
}

/// Plug-ins that read what the parser has as an extension.
const READERS: [(&str, Options); 5] = [
    ("markdown-it-footnote", Options::ENABLE_FOOTNOTES),
    ("markdown-it-deflist", Options::ENABLE_DEFINITION_LIST),
    ("markdown-it-task-lists", Options::ENABLE_TASKLISTS),
    ("markdown-it-sup", Options::ENABLE_SUPERSCRIPT),
    ("markdown-it-mathjax3", Options::ENABLE_MATH),
];

impl Settings {
    /// Those of a site.
    #[must_use]
    pub fn of(settings: &Value) -> Self {
        let packages = ["pkg.dependencies", "pkg.devDependencies"].map(|key| settings.at(key));
        let has = |name: &str| packages.iter().flatten().any(|packages| packages.entry(name).is_some());
        let is = |key: &str| settings.at(&format!("markdown.{key}")).and_then(Value::as_bool).unwrap_or(false);
        // Eleventy's own reads HTML, and since version 2 no indented code
        let is_own = settings.entry("markdownLibrary").is_some();
        let added = READERS.iter().filter(|(name, _)| has(name)).map(|(_, options)| *options);
        Self {
            added: added.fold(Options::empty(), |all, options| all | options),
            has_attributes: has("markdown-it-attrs"),
            has_containers: has("markdown-it-container"),
            keeps_lines: is("breaks"),
            needs_two_tildes: true,
            has_indented_code: is_own || version(settings) < 2,
            shows_html: is_own
                && matches!(settings.entry("markdown"), Some(Value::Mapping(_)))
                && !is("html")
                && !is("unknown"),
            links_addresses: is("linkify"),
            caption: match settings.at("figures.figcaption") {
                Some(Value::Bool(true)) if has("markdown-it-image-figures") => Some("title"),
                Some(Value::Bool(true)) => Some("alt"),
                Some(Value::String(name)) => ["alt", "title"].into_iter().find(|known| name == known),
                _ => None,
            },
        }
    }
}

/// The version of Eleventy that the package asks for; of one that is not told the newest that there is.
fn version(settings: &Value) -> u32 {
    let packages = ["pkg.dependencies", "pkg.devDependencies"].map(|key| settings.at(key));
    let named = packages.iter().flatten().find_map(|packages| packages.entry("@11ty/eleventy")?.as_text());
    let digits = named.unwrap_or_default();
    let digits = digits.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse().ok()).unwrap_or(3)
}

/// HTML with a caption below each picture that is a paragraph of its own, where `attribute` says one.
#[must_use]
pub fn with_captions(html: &str, attribute: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, behind)) = rest.split_once("<p>") {
        out.push_str(before);
        let picture = alone(behind).and_then(|end| Some((end, said(&behind[..end], attribute)?)));
        if let Some((end, caption)) = picture {
            out += &format!("<figure>{}<figcaption>{caption}</figcaption></figure>", &behind[..end]);
            rest = &behind[end + "</p>".len()..];
        } else {
            out.push_str("<p>");
            rest = behind;
        }
    }
    out + rest
}

/// Where a picture ends that is all of a paragraph.
fn alone(behind: &str) -> Option<usize> {
    let start = if behind.starts_with("<!--@") { behind.find("-->")? + "-->".len() } else { 0 };
    let end = start + behind[start..].find('>')? + 1;
    (behind[start..].starts_with("<img ") && behind[end..].starts_with("</p>")).then_some(end)
}

/// What an attribute says, when it says something.
fn said<'h>(tag: &'h str, attribute: &str) -> Option<&'h str> {
    let (_, behind) = tag.split_once(&format!(" {attribute}=\""))?;
    behind.split_once('"').map(|(value, _)| value).filter(|value| !value.is_empty())
}

/// Whether bodies in Markdown are templates, and of the kind that is read.
#[must_use]
pub fn expands(settings: &Value, front: &Value) -> bool {
    let own = front.entry("templateEngineOverride").and_then(Value::as_text);
    let is_off = |value: &Value| value.as_bool() == Some(false);
    !settings.entry("markdownTemplateEngine").is_some_and(is_off)
        && own.is_none_or(|own| own.split(',').any(|engine| matches!(engine.trim(), "njk" | "liquid")))
}

/// The text with empty lines for those that begin or end a container, outside of code between fences.
#[must_use]
pub fn without_containers(text: &str) -> Cow<'_, str> {
    if !text.contains(":::") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut fence) = (String::with_capacity(text.len()), None);
    for line in text.split_inclusive('\n') {
        let plain = line.trim();
        let sign = ["```", "~~~"].into_iter().find(|sign| plain.starts_with(sign));
        match (fence, sign) {
            (None, Some(sign)) => fence = Some(sign),
            (Some(open), Some(sign)) if open == sign => fence = None,
            _ => {}
        }
        let is_sign = fence.is_none() && plain.starts_with(":::");
        out.push_str(if is_sign { "\n" } else { line });
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Dialect;
    use crate::generator::{Generator, Texts};
    use crate::markup::testing::Surroundings;
    use crate::post::Markup;
    use crate::value::read::yaml;

    fn html(settings: &str, text: &str) -> String {
        let mut around = Surroundings::of(Dialect::Eleventy);
        around.generator = Generator::new(Dialect::Eleventy, "", yaml(settings).unwrap(), Texts::new());
        around.render(text, Markup::Markdown).html.trim().to_owned()
    }

    #[test]
    fn plug_ins_of_the_package_are_in_use() {
        let text = "a[^1] b[^1]\n\n::: note\n*b*\n:::\n\n## c {#d}\n\n```\n:::\n```\n\n[^1]: e\n";
        let package = "pkg: {dependencies: {markdown-it-footnote: '4', markdown-it-container: '3'}, devDependencies: {markdown-it-attrs: '4'}}";
        let all = html(package, text);
        assert!(all.contains(">[1]</a>") && all.contains(">[1:1]</a>") && all.contains("<p><em>b</em></p>"), "{all}");
        assert!(all.contains("<h2 id=\"d\">c</h2>") && all.matches(":::").count() == 1, "{all}");
        let none = html("{}", text);
        assert!(none.contains("::: note") && none.contains("{#d}"), "{none}");
    }

    #[test]
    fn bodies_are_no_templates_where_the_site_says_so() {
        assert_eq!(html("{}", "`{{ 1 }}`"), "<p><code>1</code></p>");
        assert_eq!(html("markdownTemplateEngine: false", "`{{ 1 }}`"), "<p><code>{{ 1 }}</code></p>");
        assert!(!expands(&Value::Null, &yaml("templateEngineOverride: md").unwrap()));
        assert!(expands(&Value::Null, &yaml("templateEngineOverride: njk,md").unwrap()));
    }

    #[test]
    fn pictures_have_captions_where_the_site_says_so() {
        let text = "![A](/a.png 'T')\n\nb ![A](/a.png)\n";
        let set = "figures: {figcaption: true}";
        assert!(html(set, text).starts_with("<figure><img src=\"https://example.org/a.png\""));
        assert_eq!(html(set, text).matches("<figcaption>A</figcaption>").count(), 1);
        let titled = format!("{set}\npkg: {{dependencies: {{markdown-it-image-figures: '2'}}}}");
        assert!(html(&titled, text).contains("<figcaption>T</figcaption>"));
        assert!(!html("{}", text).contains("<figure>"));
    }

    #[test]
    fn ends_of_lines_are_kept_where_the_site_says_so() {
        assert_eq!(html("markdown: {breaks: true}", "a\nb"), "<p>a<br>\nb</p>");
    }

    #[test]
    fn what_the_blog_sets_of_the_reader_is_kept() {
        assert_eq!(html("{}", "~one~ ~~two~~ `~c~`"), "<p>~one~ <del>two</del> <code>~c~</code></p>");
        let code = "a\n\n    # b <i>c</i>\n    d\n\n- e\n\n      f\n";
        let plain = "<p>a</p>\n<p># b <i>c</i>\nd</p>\n<ul><li><p>e</p>\n<p>f</p>\n</li>\n</ul>";
        assert_eq!(html("{}", code), plain);
        assert_eq!(html("pkg: {devDependencies: {'@11ty/eleventy': '^2.0.1'}}", code), plain);
        let old = html("pkg: {dependencies: {'@11ty/eleventy': '~1.0.2'}}", code);
        assert_eq!(old.matches("<pre><code>").count(), 2, "{old}");
        let own = "{markdownLibrary: true, markdown: {html: true, linkify: true}}";
        assert_eq!(html(own, code).matches("<pre><code>").count(), 2);
        assert_eq!(
            html(own, "see https://example.org/a. www.example.org and ann@example.org `www.example.org`"),
            "<p>see <a href=\"https://example.org/a\">https://example.org/a</a>. <a href=\"http://www.example.org/\">www.example.org</a> and \
             <a href=\"mailto:ann@example.org\">ann@example.org</a> <code>www.example.org</code></p>"
        );
        let shown = "{markdownLibrary: true, markdown: {}}";
        assert_eq!(html(shown, "<b>*x*</b> y"), "<p>&lt;b&gt;<em>x</em>&lt;/b&gt; y</p>");
        assert_eq!(html(shown, "<div>\n*x*\n</div>"), "<p>&lt;div&gt;\n<em>x</em>\n&lt;/div&gt;</p>");
        assert_eq!(html("markdownLibrary: true", "<b>x</b> www.e.org"), "<p><b>x</b> www.e.org</p>");
    }

    #[test]
    fn what_is_not_known_is_no_link() {
        assert_eq!(
            html("{}", "[part *two*]({% ref 'c1.md' %}) [b](/b)"),
            "<p>part <em>two</em> <a href=\"https://example.org/b\">b</a></p>"
        );
    }

    #[test]
    fn comments_of_nunjucks_are_not_seen() {
        let text = "a {# no #}b {% raw %}{# c #}{% endraw %}";
        assert_eq!(html("markdownTemplateEngine: njk", text), "<p>a b {# c #}</p>");
        assert_eq!(html("markdownTemplateEngine: liquid", "a {# b #}"), "<p>a {# b #}</p>");
    }

    #[test]
    fn includes_are_where_eleventy_has_them() {
        let mut around = Surroundings::of(Dialect::Eleventy);
        let texts = [("_includes/fig.liquid", "![{{ alt }}]({{ src }}) "), ("_includes/sub/x.html", "x{{ y }} ")];
        let texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let settings = yaml("dir: {input: content, includes: ../_includes}").unwrap();
        around.generator = Generator::new(Dialect::Eleventy, "content", settings, texts);
        let text = "{% render \"fig.liquid\", src: \"/a.png\", alt: 'A' %}{% include 'sub/x', y: 3 %}{% include fig %}";
        let html = around.render(text, Markup::Markdown).html;
        assert!(html.contains("<img src=\"https://example.org/a.png\" alt=\"A\"") && html.contains("x3"), "{html}");
    }

    #[test]
    fn blocks_of_nunjucks_are_captured() {
        let text = "{% set x %}*a*{% endset %}{{ x }} {{ 'A' | replace('A', 'b') }} {{ '/c' | url }}";
        assert_eq!(html("{}", text), "<p><em>a</em> b /c</p>");
        assert_eq!(html("{}", "{% set x %}a{% endset %}{{ note('t', x) }} b"), "<p>a b</p>");
    }

    proptest::proptest! {
        #[test]
        fn lines_stay_as_many(text in "(:::|```| |\n|a){0,30}") {
            proptest::prop_assert_eq!(without_containers(&text).matches('\n').count() >= text.matches('\n').count(), true);
        }
    }
}
