//! Bodies of a blog of Zola, rendered.

use proptest::prelude::*;

use super::*;
use crate::config::Dialect;
use crate::generator::{Generator, Texts};
use crate::markup::Rendered;
use crate::markup::testing::Surroundings;
use crate::value::read;

/// A body of a blog with these templates, rendered.
fn rendered(templates: &[(&str, &str)], text: &str) -> Rendered {
    let texts: Texts = templates.iter().map(|(name, text)| (format!("templates/{name}"), (*text).to_owned())).collect();
    let settings =
        read::toml("default_language = 'de'\n[extra]\nx = 'config x'\n[translations]\nhi = 'Hallo'").expect("TOML");
    let generator = Generator::new(Dialect::Zola, "content", settings, texts);
    let front = read::toml("[extra]\ny = 'page y'\n[taxonomies]\ntags = ['a']").expect("TOML");
    Surroundings { generator, front, ..Surroundings::of(Dialect::Zola) }.render(text, Markup::Markdown)
}

fn html(templates: &[(&str, &str)], text: &str) -> String {
    let rendered = rendered(templates, text);
    assert_eq!(rendered.notices, [], "{text}");
    rendered.html.trim().to_owned()
}

fn told(templates: &[(&str, &str)], text: &str) -> (String, Vec<(u32, String)>) {
    let rendered = rendered(templates, text);
    let notices = rendered.notices.into_iter().map(|notice| (notice.line, notice.message));
    (rendered.html.trim().to_owned(), notices.collect())
}

#[test]
fn templates_of_html_are_put_in_after_markdown() {
    let box_ = ("shortcodes/box.html", "<div class=\"{{ kind }}\">{{ body | markdown | safe }}</div>");
    assert_eq!(
        html(&[box_], "a\n\n{% box(kind=\"k\") %}\n*b*\n{% end %}\n\nc"),
        "<p>a</p>\n<div class=\"k\"><p><em>b</em></p>\n</div>\n<p>c</p>"
    );
    let star = ("shortcodes/star.html", "*{{ n }}*");
    assert_eq!(html(&[star], "a {{ star(n=1) }} b"), "<p>a *1* b</p>");
    assert_eq!(html(&[star], "```\n{{ star(n=2) }}\n```"), "<pre><code>*2*\n</code></pre>");
    assert_eq!(
        html(&[star], "`{{ star(n=2) }}` {{/* star(n=3) */}}"),
        "<p><code>{{ star(n=2) }}</code> {{ star(n=3) }}</p>"
    );
}

#[test]
fn templates_of_markdown_are_read_with_the_rest() {
    let list = ("shortcodes/list.md", "{% for item in items %}- *{{ item }}*\n{% endfor %}");
    assert_eq!(
        html(&[list], "{{ list(items=[\"a<b>\", 1]) }}"),
        "<ul><li><em>a<b></b></em></li>\n<li><em>1</em></li>\n</ul>"
    );
}

#[test]
fn shortcodes_may_be_in_each_other_and_are_counted() {
    let templates = [("shortcodes/n.html", "[{{ nth }}]"), ("shortcodes/w.html", "<i>{{ body | safe }}</i>")];
    assert_eq!(
        html(&templates, "{{ n() }}{% w() %} a {{ n() }} {% w() %}b{% end %}{% end %}{{ n() }}"),
        "<p>[1]<i>a [2] <i>b</i></i>[3]</p>"
    );
}

#[test]
fn templates_know_page_config_and_functions() {
    let show = |template: &str| html(&[("shortcodes/s.html", template)], "{{ s() }}");
    for (template, expected) in [
        ("{{ page.title }} {{ page.extra.y }} {{ page.taxonomies.tags.0 }}", "A Post page y a"),
        ("{{ config.extra.x }} {{ config.title }} {{ lang }}", "config x An Example de"),
        ("{{ trans(key=\"hi\") }} {{ \"Ä b\" | slugify }}", "Hallo a-b"),
        ("<a href=\"{{ get_url(path='/a/b.png') }}\">x</a>", "<a href=\"https://example.org/a/b.png\">x</a>"),
        ("<a href=\"{{ get_url(path='x', lang='fr') }}\">x</a>", "<a href=\"https://example.org/fr/x\">x</a>"),
        (
            "{% set r = resize_image(path='static/i.png', width=9) %}{{ r.url | safe }} {{ r.width }}",
            "https://example.org/i.png 9",
        ),
        ("{{ get_taxonomy_url(kind='tags', name='A b') }}", "https://example.org/tags/a-b/"),
        ("{% for n in range(end=3) %}{{ n }}{% endfor %}", "012"),
        ("{{ \"*a*\" | markdown(inline=true) | safe }}", "<em>a</em>"),
        ("{{ page.date | date(format=\"%d.%m.\") }}", "02.01."),
    ] {
        assert_eq!(show(template), expected, "{template}");
    }
}

#[test]
fn templates_use_other_templates() {
    let templates = [
        ("shortcodes/s.html", "{% import \"m/a.html\" as m %}{{ m::f(x=2) }}{% include \"i.html\" %}"),
        ("m/a.html", "{% macro f(x) %}f{{ x }}{% if x > 0 %}{{ self::f(x=x - 1) }}{% endif %}{% endmacro f %}"),
        ("i.html", "<b>{{ nth }}</b>"),
    ];
    assert_eq!(html(&templates, "{{ s() }}"), "f2f1f0<b>1</b>");
}

#[test]
fn zolas_own_are_there() {
    assert!(html(&[], "{{ youtube(id=\"abc\") }}").contains("https://www.youtube.com/"));
    assert!(html(&[], "{{ vimeo(id=\"1\") }}").contains("vimeo.com/"));
    assert!(
        html(&[], "{{ gist(url=\"https://gist.github.com/a/1\") }}").contains("href=\"https://gist.github.com/a/1\"")
    );
    assert_eq!(html(&[("shortcodes/gist.html", "own")], "{{ gist(url=\"x\") }}"), "own");
}

#[test]
fn what_fails_is_told_and_leaves_its_text() {
    let (shown, notices) =
        told(&[("shortcodes/s.html", "{{ x.y }}")], "a\n\n{% s() %}*b*{% end %} {{ none(x=1) }} {% end %}c");
    assert_eq!(shown, "<p>a</p>\n<p><em>b</em>  c</p>");
    let lines: Vec<u32> = notices.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [6, 6, 6], "{notices:?}");
    assert!(notices[0].1.starts_with("the shortcode `s` is not expanded: "), "{notices:?}");
    assert_eq!(notices[1].1, "the shortcode `none` is not expanded: there is no template of that name");
    assert_eq!(told(&[], "`{{ none(x=1) }}`\n\n    {% none() %}").1, []);
    assert_eq!(told(&[], "{% katex() %}a_1 \\\\ b_2{% end %}").0, "a_1 \\\\ b_2");
    assert_eq!(told(&[], "a {{ katex(body='x_1 * y_1 * z') }}").0, "<p>a x_1 * y_1 * z</p>");
    let (shown, _) = told(&[], "{{ none(src='/a.png') }}\n*b*");
    assert_eq!(shown, "<p><img src=\"https://example.org/a.png\" alt=\"\">\n<em>b</em></p>");
}

proptest! {
    #[test]
    fn any_text_is_rendered(text in "(\\{\\{|\\}\\}|\\{%|%\\}|/\\*|\\*/| s\\(|\\)|end|[a-z=,\"'`\\[1 \n>é-])*") {
        let templates = [("shortcodes/s.html", "{{ body | default(value=\"x\") }}")];
        prop_assert!(rendered(&templates, &text).notices.len() <= MOST_TOLD + 20);
    }

    #[test]
    fn any_template_is_read(template in "(\\{\\{|\\}\\}|\\{%-?|-?%\\}|\\{#|#\\}| for a in b| endfor | set x = | macro f\\(|raw|[a-z=,\"'`()\\[1 \né-])*") {
        rendered(&[("shortcodes/s.html", &template)], "{{ s() }}");
    }
}

#[test]
fn many_shortcodes_take_no_long_time() {
    let templates = [("shortcodes/s.html", "{{ n }}")];
    assert!(html(&templates, &"{{ s(n=1) }} ".repeat(5_000)).ends_with("1 1</p>"));
    let (_, notices) = told(&templates, &"{{ none() }}\n{% end %}\n".repeat(5_000));
    assert_eq!(notices.len(), 2);
}

#[test]
fn templates_do_not_run_for_ever() {
    let names =
        ["{{ now() }}", "{{ get_env(name='HOME') }}", "{{ load_data(path='x') }}", "{{ get_random(start=1,end=2) }}"];
    for template in names {
        let notices = told(&[("shortcodes/s.html", template)], "{{ s() }}").1;
        assert!(notices.len() == 1 && notices[0].1.contains("feeds"), "{notices:?}");
    }
    let loops = "{% for a in range(end=9999) %}".repeat(4) + &"{% endfor %}".repeat(4);
    let double = "{% set_global x = x ~ x %}";
    let grows = format!("{{% set x = 'xxxxxxxx' %}}{{% for i in range(end=99) %}}{double}{{% endfor %}}");
    let again =
        "{% macro f(x) %}{{ self::f(x=x) }}{% endmacro f %}{% import \"shortcodes/s.html\" as s %}{{ s::f(x=1) }}";
    let itself = "{% include \"shortcodes/s.html\" %}";
    for template in [&loops, &grows, again, itself, &"{{ ((((".repeat(50), "{% for %}", "{{ range(end=99999999999) }}"]
    {
        let notices = told(&[("shortcodes/s.html", template)], "{{ s() }}").1;
        assert_eq!(notices.len(), 1, "{template}");
    }
}
