//! Templates that never close, never end, or grow without end: Liquid, Hugo's and Zola's shortcodes and their templates, Obsidian's
//! and Pelican's marks.

use super::case::{Case, Where};

const MANY: usize = 20_000;

pub fn cases() -> Vec<Case> {
    let liquid = liquid();
    let eleventy = liquid.iter().cloned().map(|case| case.at(Where::In("eleventy")));
    eleventy.collect::<Vec<_>>().into_iter().chain(liquid).chain(hugo()).chain(zola()).chain(others()).collect()
}

fn liquid() -> Vec<Case> {
    let bodies = [
        ("open outputs", "{{".repeat(MANY)),
        ("open tags", "{%".repeat(MANY)),
        ("open quotes in outputs", "{{ \"".repeat(MANY)),
        ("outputs", "{{ page.title }}".repeat(10_000)),
        ("outputs of nothing", "{{ a.b.c.d }}".repeat(10_000)),
        ("conditions that never close", "{% if a %}".repeat(5_000)),
        ("conditions that close nothing", "{% endif %}".repeat(5_000)),
        ("loops that never close", "{% for a in b %}".repeat(5_000)),
        ("raw that never closes", "{% raw %}".repeat(MANY)),
        ("comments that never close", "{% comment %}".repeat(MANY)),
        ("captures that never close", "{% capture a %}".repeat(5_000)),
        ("tags that nobody knows", "{% a%}".repeat(MANY)),
        ("different tags that nobody knows", (0..5_000).map(|n| format!("{{% a{n} %}}")).collect()),
        ("loops in loops", "{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}".into()),
        ("a loop over far too much", "{% for i in (1..999999999999) %}x{% endfor %}".into()),
        ("a loop over numbers that are none", "{% for i in (a..99999999999999999999999) %}x{% endfor %}".into()),
        ("a loop that writes much", format!("{{% for i in (1..100000) %}}{}{{% endfor %}}", "x".repeat(10_000))),
        ("a text that doubles", "{% assign a = 'xxxxxxxx' %}".to_owned() + &"{% assign a = a | append: a %}".repeat(60)),
        ("a capture that doubles", "{% capture a %}x{% endcapture %}".to_owned() + &"{% capture a %}{{a}}{{a}}{% endcapture %}".repeat(60)),
        ("a replacement that multiplies", {
            "{% assign a = 'xxxxxxxxxxxxxxxx' %}".to_owned() + &"{% assign a = a | replace: 'x', a %}".repeat(20)
        }),
        ("a replacement within an output", format!("{{{{ '{0}' | replace: 'x', '{0}' }}}}", "x".repeat(7_000))),
        ("a replacement of nothing", format!("{{{{ '{0}' | replace: '', '{0}' }}}}", "x".repeat(7_000))),
        ("replacements in one output", format!("{{{{ '{}'{} }}}}", "x".repeat(30), " | replace: 'x', 'xxxxxxxx'".repeat(12))),
        ("a list that doubles", "{% assign a = 'a,b' | split: ',' %}".to_owned() + &"{% assign a = a | concat: a %}".repeat(60)),
        ("lists of characters", format!("{{{{ '{}' | split: '' | sort | uniq | join: 'abc' }}}}", "ab".repeat(5_000))),
        ("a width of a date", "{{ '2024-01-01' | date: '%999999999d' }}".into()),
        ("widths of dates", "{{ '2024-01-01' | date: '%99999999Y%99999999m%099999999d' }}".repeat(20)),
        ("wrong dates", "{{ '99999-99-99' | date: '%Y %Q %! %' }}".repeat(500)),
        ("huge numbers", "{{ 99999999999999999999999999 | times: 99999999999999999999 | plus: 1 }}".into()),
        ("nothing divided by nothing", "{{ 0 | divided_by: 0 }}{{ 1 | modulo: 0 }}{{ 1.0 | divided_by: 0.0 | round: 99999 }}".into()),
        ("the least number", "{{ -9223372036854775808 | abs }}{{ -9223372036854775808 | divided_by: -1 }}{{ -9223372036854775808 | modulo: -1 }}".into()),
        ("more than the most", "{{ 9223372036854775807 | plus: 1 }}{{ 9223372036854775807 | times: 2 }}{{ -9223372036854775808 | minus: 1 }}".into()),
        ("slices of nothing", "{{ 'a' | slice: -99999999999, 99999999999 }}{{ 'é' | slice: 9223372036854775807, 1 }}".into()),
        ("cuts of nothing", "{{ 'é' | truncate: -1 }}{{ 'é' | truncate: 99999999999999 }}{{ 'a b' | truncatewords: -1 }}".into()),
        ("many filters", format!("{{{{ 'a'{} }}}}", " | upcase".repeat(2_000))),
        ("many conditions", format!("{{% if a{} %}}x{{% endif %}}", " and a".repeat(2_000))),
        ("many brackets", format!("{{{{ a{} }}}}", "[a".repeat(2_000))),
        ("many parentheses", format!("{{{{ {} }}}}", "(".repeat(2_000))),
        ("a long path", format!("{{{{ a{} }}}}", ".b".repeat(2_000))),
        ("many choices", format!("{{% case a %}}{}{{% endcase %}}", "{% when 'b' %}c".repeat(2_000))),
        ("cycles", "{% for i in (1..10000) %}{% cycle 'a', 'b' %}{% endfor %}".into()),
        ("a counter", "{% increment a %}{% decrement a %}".repeat(5_000)),
        ("a table of rows", "{% tablerow i in (1..100000) cols:1 %}{{ i }}{% endtablerow %}".into()),
        ("Markdown made by a loop", "{% for i in (1..90000) %}[{% endfor %}".into()),
        ("quotes made by a loop", "{% for i in (1..10000) %}> {% endfor %}a".into()),
        ("HTML made by a loop", "{% for i in (1..90000) %}<b>{% endfor %}".into()),
        ("filters of HTML", format!("{{{{ '{}' | strip_html | escape | newline_to_br | markdownify }}}}", "<".repeat(10_000))),
        ("posts in posts", "{% for a in site.posts %}{% for b in site.posts %}{{ b.content }}{% endfor %}{% endfor %}".repeat(100)),
    ];
    let mut cases: Vec<Case> = bodies
        .into_iter()
        .map(|(name, body)| Case::body(format!("Liquid: {name}"), body).at(Where::In("jekyll")))
        .collect();
    let include = |name: &str, body: &str, text: String| {
        let case = Case::body(format!("Liquid: {name}"), body).at(Where::In("jekyll"));
        case.within("_config.yml", "title: x\n").within("_includes/a.html", text)
    };
    cases.push(include("an include in itself", "{% include a.html %}", "a{% include a.html %}".into()));
    cases.push(include("includes in itself", "{% include a.html %}", "{% include a.html %}".repeat(10)));
    cases.push(include("an include, often", &"{% include a.html %}".repeat(5_000), "x".repeat(50_000)));
    cases.push(include("an include from outside", "{% include ../../../etc/passwd %}", "x".into()));
    cases.push(include("a long include", "{% include a.html %}", "{% if a %}".repeat(100_000)));
    cases
}

fn hugo() -> Vec<Case> {
    let bodies = [
        ("open shortcodes", "{{<".repeat(MANY)),
        ("open shortcodes of Markdown", "{{%".repeat(MANY)),
        ("shortcodes that never close", "{{< a >}}".repeat(10_000)),
        ("closing what is not open", "{{< /a >}}".repeat(10_000)),
        ("nested shortcodes", "{{< a >}}".repeat(3_000) + &"{{< /a >}}".repeat(3_000)),
        ("nested highlights", "{{< highlight go >}}".repeat(3_000) + &"{{< /highlight >}}".repeat(3_000)),
        ("nested figures", "{{< figure src=\"a\" >}}".repeat(10_000)),
        ("open quotes", "{{< a \"".repeat(MANY)),
        ("open raw strings", "{{< a `".repeat(MANY)),
        ("many arguments", format!("{{{{< a {} >}}}}", "b=\"c\" ".repeat(MANY))),
        ("references to nothing", "{{< ref \"a\" >}}".repeat(5_000)),
        ("comments", "{{</* a */>}}".repeat(MANY)),
        ("open comments", "{{</*".repeat(MANY)),
    ];
    let mut cases: Vec<Case> = bodies
        .into_iter()
        .map(|(name, body)| Case::body(format!("Hugo: {name}"), body).at(Where::In("hugo")))
        .collect();
    let own = |name: &str, body: String, template: String| {
        let case = Case::body(format!("Hugo: {name}"), body).at(Where::In("hugo"));
        case.within("hugo.toml", "title = 'x'\n").within("layouts/shortcodes/a.html", template)
    };
    let nested = || "{{< a >}}".repeat(60) + "x" + &"{{< /a >}}".repeat(60);
    cases.push(own("what is enclosed, doubled", nested(), "{{ .Inner }}{{ .Inner }}".into()));
    cases.push(own(
        "what is enclosed, as Markdown",
        nested(),
        "{{ .Inner | markdownify }}{{ .Inner | markdownify }}".into(),
    ));
    cases.push(own("a width", "{{< a >}}".into(), "{{ printf \"%999999999d\" 1 }}".into()));
    cases.push(own("a repetition", "{{< a >}}".into(), "{{ strings.Repeat 999999999 \"x\" }}".into()));
    cases.push(own("a long template, often", "{{< a >}}".repeat(5_000), "x".repeat(50_000)));
    cases.push(own("open blocks", "{{< a >}}".into(), "{{ if .Get 0 }}".repeat(20_000)));
    cases.push(own("parentheses", "{{< a >}}".into(), format!("{{{{ {} }}}}", "(".repeat(50_000))));
    cases.push(own("pipes", "{{< a >}}".into(), format!("{{{{ \"a\" {} }}}}", "| upper ".repeat(20_000))));
    cases.push(own("a variable that doubles", "{{< a >}}".into(), {
        "{{ $x := \"xxxxxxxx\" }}".to_owned() + &"{{ $x = printf \"%s%s\" $x $x }}".repeat(60) + "{{ $x }}"
    }));
    cases.push(own("a replacement that multiplies", "{{< a >}}".into(), {
        "{{ $x := \"xxxxxxxx\" }}".to_owned() + &"{{ $x = replace $x \"x\" $x }}".repeat(20) + "{{ $x }}"
    }));
    cases
}

fn zola() -> Vec<Case> {
    let bodies = [
        ("open shortcodes", "{{ a(".repeat(MANY)),
        ("open shortcodes with bodies", "{% a(".repeat(MANY)),
        ("shortcodes that never close", "{% a() %}".repeat(5_000)),
        ("closing what is not open", "{% end %}".repeat(MANY)),
        ("shortcodes", "{{ a() }}".repeat(5_000)),
        ("open lists", format!("{{{{ a(b={}", "[".repeat(MANY))),
        ("many arguments", format!("{{{{ a({}) }}}}", "b=1,".repeat(MANY))),
        ("open quotes", "{{ a(b=\"".repeat(MANY)),
        ("comments", "{{/* a */}}".repeat(5_000)),
        ("open comments", "{{/*".repeat(MANY)),
        ("links within", "[a](@/b.md) ".repeat(5_000)),
    ];
    let mut cases: Vec<Case> = bodies
        .into_iter()
        .map(|(name, body)| Case::body(format!("Zola: {name}"), body).at(Where::In("zola")))
        .collect();
    let own = |name: &str, body: String, template: String| {
        let case = Case::body(format!("Zola: {name}"), body).at(Where::In("zola"));
        case.within("zola.toml", "base_url = 'https://example.org'\n").within("templates/shortcodes/a.html", template)
    };
    let one = || "{{ a() }}".to_owned();
    cases.push(own("a loop over far too much", one(), "{% for i in range(end=999999999) %}x{% endfor %}".into()));
    cases.push(own("loops in loops", one(), {
        "{% for i in range(end=9999) %}{% for j in range(end=9999) %}x{% endfor %}{% endfor %}".into()
    }));
    cases.push(own("a variable that doubles", one(), {
        "{% set x = 'xxxxxxxx' %}".to_owned() + &"{% set x = x ~ x %}".repeat(60) + "{{ x }}"
    }));
    cases.push(own("a replacement that multiplies", one(), {
        "{% set x = 'xxxxxxxx' %}".to_owned() + &"{% set x = x | replace(from='x', to=x) %}".repeat(20) + "{{ x }}"
    }));
    cases.push(own("a macro in itself", one(), {
        "{% macro m() %}{{ self::m() }}{{ self::m() }}{% endmacro %}{{ self::m() }}".into()
    }));
    cases.push(own("a template in itself", one(), "{% include 'shortcodes/a.html' %}".into()));
    cases.push(own("a width of a date", one(), "{{ 1 | date(format='%999999999d') }}".into()));
    cases.push(own("a regular expression", one(), {
        "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' | regex_replace(pattern='(a+)+$|(a{1000}){1000}', rep='b') }}".into()
    }));
    cases.push(own("parentheses", one(), format!("{{{{ {} }}}}", "(".repeat(20_000))));
    cases.push(own("open blocks", one(), "{% if a %}".repeat(20_000)));
    cases.push(own("filters", one(), format!("{{{{ 'a' {} }}}}", "| upper ".repeat(20_000))));
    cases.push(own("a file from outside", one(), "{{ load_data(path='/etc/passwd') }}".into()));
    cases.push(own("shortcodes, often", "{{ a() }}".repeat(5_000), "x".repeat(20_000)));
    cases
}

fn others() -> Vec<Case> {
    let pelican = |name: &str, body: String| Case::body(format!("Pelican: {name}"), body).at(Where::In("pelican"));
    let headed = |name: &str, text: String| Case::file(format!("Pelican: {name}"), text).at(Where::In("pelican"));
    vec![
        pelican("references to files", "[a]({filename}b.md) ".repeat(5_000)),
        pelican("open references", "[a]({filename}".repeat(10_000)),
        pelican("references from outside", "[a]({filename}/../../../etc/passwd) {static}/etc/passwd".into()),
        headed("a header that goes on", format!("Title: a\nDate: 2024-01-01\n{}\nb\n", "    c\n".repeat(50_000))),
        headed("a header of many keys", (0..20_000).map(|n| format!("K{n}: a\n")).collect::<String>() + "\nb\n"),
        headed("a header of one key", "Title: a\n".repeat(50_000) + "\nb\n"),
        headed("a header without an end", "Title: a\nDate: 2024-01-01".into()),
        Case::body("Obsidian: comments", "%%a ".repeat(MANY) + "%%"),
        Case::body("Obsidian: embedded notes", "![[2024-01-02-rain]] ".repeat(5_000)),
        Case::body("Obsidian: a note in itself", "![[2024-03-04-hostile]]".repeat(1_000)),
        Case::body("Obsidian: highlights in highlights", "==a ".repeat(10_000) + &"== ".repeat(10_000)),
    ]
}
