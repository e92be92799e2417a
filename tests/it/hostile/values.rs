//! Values of front matter: of the wrong kind, out of range, too many, or made to get out of somewhere.

use super::case::{Case, Where};

pub fn cases() -> Vec<Case> {
    dates().into_iter().chain(names()).chain(kinds()).chain(addresses()).chain(files()).collect()
}

/// A post whose only date is this.
fn dated(date: &str) -> Case {
    let shown: String = date.chars().take(40).collect();
    Case::named(format!("date: {shown}"), "posts/hostile.md", format!("---\ntitle: Hostile\ndate: {date}\n---\nbody\n"))
}

fn dates() -> Vec<Case> {
    let wrong = [
        "0000-00-00",
        "2024-13-02",
        "2024-02-30",
        "2023-02-29",
        "99999-01-01",
        "-0001-01-01",
        "2024-01-01T25:00:00",
        "2024-01-01T00:61:00",
        "2024-01-01 00:00:00 +99:99",
        "2024-01-01T00:00:00+24:00",
        "1e400",
        "9999999999999999999999999",
        "-9223372036854775808",
        ".inf",
        ".nan",
        "[2024-01-01]",
        "{a: b}",
        "true",
        "\"\"",
        "~",
        "yesterday",
        "\"2024-01-01\\n2024-01-02\"",
        "0x7fffffffffffffff",
    ];
    let mut cases: Vec<Case> = wrong.map(|date| dated(date).refused("posts/")).into();
    let right = ["0001-01-01", "2024-12-31T23:59:60Z", "2024-03-10 02:30:00", "1"];
    cases.extend(right.map(dated));
    cases.push(dated(&"9".repeat(100_000)).refused("posts/"));
    cases.push(dated(&format!("\"{}\"", "2024-01-01 ".repeat(10_000))).refused("posts/"));
    for key in ["updated", "lastmod", "expiryDate", "publishDate"] {
        cases.push(Case::yaml(format!("{key} out of range"), format!("{key}: 99999-99-99")));
        cases.push(Case::yaml(format!("{key} before all time"), format!("{key}: 0000-01-01")));
    }
    cases
}

/// Names that become the names of files.
fn names() -> Vec<Case> {
    let tags = [
        "\"../../etc/passwd\"",
        "\"/etc/passwd\"",
        "\"..\"",
        "\".\"",
        "\"...\"",
        "con",
        "NUL",
        "aux.xml",
        "\"\"",
        "\"   \"",
        "\"\\t\\n\"",
        "\"a\\nb\"",
        "\"a\\0b\"",
        "\"%2e%2e%2f\"",
        "\"a/b\"",
        "\"a\\\\b\"",
        "\"\\e[31mred\"",
        "\"\\u202egnp\"",
        "\"<script>alert(1)</script>\"",
        "\"a' onload='b\"",
        "\"]]>\"",
        "\"-rf\"",
        "\"$(id)\"",
        "\"`id`\"",
        "\"a|b\"",
        "\"*?\"",
        "\"caf\\u00e9\", \"cafe\\u0301\"",
        "A, a",
        "\"a b\", a-b",
        "\"\\ufeff\"",
        "\"\\u200b\"",
        "\"rss\"",
        "\"../atom\"",
        "\".hidden\"",
        "\"feedwright\"",
        "\"a.\"",
        "\"a \"",
        "\":tag\"",
    ];
    let mut cases: Vec<Case> =
        tags.map(|tag| Case::yaml(format!("tag: {tag}"), format!("tags: [{tag}]")).published()).into();
    let long = |n: usize| Case::yaml(format!("a tag of {n} bytes"), format!("tags: [{}]", "t".repeat(n)));
    cases.extend([255, 256, 4096, 100_000].map(long));
    cases.push(Case::yaml("a tag of 255 bytes of many", format!("tags: [{}]", "é".repeat(128))));
    let many: Vec<String> = (0..2_000).map(|n| format!("t{n}")).collect();
    cases.push(Case::yaml("two thousand tags", format!("tags: [{}]", many.join(", "))));
    cases.push(Case::yaml("one tag, often", format!("tags: [{}]", vec!["t"; 10_000].join(", "))).published());
    cases.push(Case::yaml("tags in tags", format!("tags: {}a{}", "[".repeat(90), "]".repeat(90))));
    cases.push(Case::yaml("tags that are mappings", "tags: [{a: b}, [c], 1, null, true, 1.5]"));
    cases.push(Case::yaml("tags in one text", format!("tags: \"{}\"", "a, ".repeat(10_000))).published());
    cases
}

fn kinds() -> Vec<Case> {
    let keys = [
        "title",
        "slug",
        "permalink",
        "url",
        "author",
        "tags",
        "categories",
        "description",
        "image",
        "draft",
        "lang",
        "link",
        "id",
    ];
    let kinds = [
        "[a, [b]]",
        "{a: {b: c}}",
        "99999999999999999999999999999999999999",
        ".nan",
        "1e308",
        "~",
        "\"\"",
        "\"\\0\"",
        "\"\\n\\n\"",
    ];
    let all = keys.iter().flat_map(|key| kinds.iter().map(move |kind| (key, kind)));
    // each in another dialect than the one before, all keys in all of them together
    let dialects = super::case::DIALECTS.iter().cycle();
    let mut cases: Vec<Case> = all
        .zip(dialects)
        .map(|((key, kind), dialect)| {
            let text = format!("---\n{key}: {kind}\ndate: 2024-03-04\n---\nbody\n");
            Case::file(format!("{key}: {kind}"), text).at(Where::In(dialect))
        })
        .collect();
    let long = |key: &str| Case::yaml(format!("a long {key}"), format!("{key}: \"{}\"", "a <b> & é ".repeat(20_000)));
    cases.extend(
        ["slug", "permalink", "author", "description", "image", "lang", "link", "id", "summary", "category"].map(long),
    );
    let title = |name: &str, title: String| {
        Case::file(format!("a title of {name}"), format!("---\ntitle: \"{title}\"\ndate: 2024-03-04\n---\nbody\n"))
            .published()
    };
    cases.push(title("much", "a <b> & é ".repeat(50_000)));
    cases.push(title("Markdown", "*[`a](".repeat(20_000)));
    cases.push(title("HTML", "<b ".repeat(20_000)));
    cases.push(title("references of characters", "&#".repeat(20_000)));
    cases.push(title("control characters", "\\x01\\e[31m\\r\\n\\u202e".into()));
    cases.push(title("a script", "<script>alert(1)</script>".into()));
    cases
}

fn addresses() -> Vec<Case> {
    let written = [
        "../../../etc/passwd",
        "/../../x",
        "/%2e%2e/x",
        "//evil.example/x",
        "\\\\\\\\evil.example\\\\x",
        "http://[::1",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://",
        "https://user:pw@evil.example/",
        "/a\\nb",
        "/a\\0b",
        "/a b<c>\\\"",
        "/\\u202ea",
        "?",
        "#",
        "",
        " ",
        "/:title/:title/:nothing",
        "/{{ page.url }}",
        "http://a:99999/",
        "/\\ud7ff",
        "ht\\ntp://x/",
    ];
    let mut cases = Vec::new();
    for key in ["permalink", "url", "slug", "id", "link", "image"] {
        let case = |address: &str| Case::yaml(format!("{key}: {address}"), format!("{key}: \"{address}\""));
        cases.extend(written.iter().map(|address| case(address)));
    }
    cases.push(Case::yaml("a permalink of placeholders", format!("permalink: \"/{}\"", ":title".repeat(10_000))));
    cases.push(Case::yaml("a permalink of slashes", format!("permalink: \"{}\"", "/".repeat(50_000))));
    cases.push(Case::yaml("a permalink of dots", format!("permalink: \"{}\"", "/..".repeat(20_000))));
    cases.push(Case::yaml("a slug of one letter for many", format!("slug: \"{}\"", "\u{fdfa}".repeat(10_000))));
    cases
}

fn files() -> Vec<Case> {
    let written = [
        "enclosure: /etc/passwd",
        "enclosure: ../../../../etc/passwd",
        "enclosure: file:///dev/zero",
        "enclosure: /dev/zero",
        "enclosure: {url: /a.mp3, length: -1}",
        "enclosure: {url: /a.mp3, length: 99999999999999999999999}",
        "enclosure: {url: /a.mp3, length: .nan, type: \"a\\nb\"}",
        "enclosure: {url: /a.mp3, type: \"<x>\"}",
        "enclosure: [[[[a.mp3]]]]",
        "enclosure: {url: {url: {url: a}}}",
        "enclosure: \"\"",
        "enclosure: 7",
        "enclosure: {url: /a.mp3, duration: \"99:99:99:99\"}",
        "enclosure: {url: /a.mp3, duration: -1}",
        "enclosure: {url: /a.mp3, duration: 99999999999999999999}",
        "audio: \"http://a b/c.mp3\"",
        "audio: \"a\\0.mp3\"",
        "image: {url: [a], alt: {b: c}}",
        "author: {name: \"\", email: \"a\\nb@c\", url: \"javascript:x\"}",
        "author: {name: {name: {name: a}}}",
        "author: [[[a]], {b: c}, 7, ~]",
        "author: \"<a@b> <c@d> (e)\"",
        "lang: \"xx-\\n\"",
        "lang: 999",
        "draft: [true]",
        "published: \"maybe\"",
        "status: {a: b}",
        "feed: [a]",
        "excerpt_separator: \"\"",
        "excerpt_separator: \"b\"",
        "excerpt_separator: [a]",
        "layout: ../../x",
        "aliases: [\"../x\"]",
        "taxonomies: {tags: {a: b}}",
        "taxonomies: [a]",
        "eleventyExcludeFromCollections: [a]",
        "categories: {a: {b: c}}",
    ];
    let mut cases: Vec<Case> = written.map(|line| Case::yaml(line, line)).into();
    let many =
        |key: &str| Case::yaml(format!("ten thousand {key}"), format!("{key}: [{}]", "\"/a.mp3\", ".repeat(10_000)));
    cases.extend(["enclosure", "authors", "categories", "image", "aliases"].map(many));
    cases
}
