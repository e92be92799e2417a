//! Front matter that is a bomb, is nested too deep, never closes, or is no mapping.

use super::case::{Case, Where};

const MANY: usize = 10_000;

pub fn cases() -> Vec<Case> {
    yaml().into_iter().chain(toml()).chain(json()).chain(fences()).collect()
}

fn yaml() -> Vec<Case> {
    let laughs: String =
        (1..10).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))).collect();
    let merges: String = (1..30).map(|n| format!("a{n}: &a{n}\n  <<: *a{}\n  k{n}: 1\n", n - 1)).collect();
    let deep: String = (0..1_000).map(|n| " ".repeat(n) + "a:\n").collect();
    vec![
        Case::yaml("YAML: a billion laughs", format!("a0: &a0 [x, x, x, x, x, x, x, x, x]\n{laughs}"))
            .refused("grows too large"),
        Case::yaml("YAML: a long text, often", format!("a: &a {}\nb: [{}]", "x".repeat(100_000), "*a, ".repeat(MANY)))
            .refused("grows too large"),
        Case::yaml("YAML: merged mappings", format!("a0: &a0 {{k: 1}}\n{merges}")),
        Case::yaml("YAML: an alias of itself", "a: &a [*a]"),
        Case::yaml("YAML: an alias of nothing", "a: *b").refused("*"),
        Case::yaml("YAML: many anchors", (0..MANY).map(|n| format!("a{n}: &b{n} c\n")).collect::<String>()).published(),
        Case::yaml("YAML: brackets", format!("a: {}", "[".repeat(MANY))).refused("posts/"),
        Case::yaml("YAML: closed brackets", format!("a: {}{}", "[".repeat(MANY), "]".repeat(MANY))).refused("posts/"),
        Case::yaml("YAML: a hundred thousand brackets", format!("a: {}", "[".repeat(100_000))).refused("posts/"),
        Case::yaml("YAML: braces", format!("a: {}", "{a: ".repeat(MANY))).refused("posts/"),
        Case::yaml("YAML: nested items", format!("a:\n  {}b", "- ".repeat(MANY))).refused("posts/"),
        Case::yaml("YAML: nested questions", format!("{}b", "? ".repeat(MANY))).refused("posts/"),
        Case::yaml("YAML: nested mappings", deep).refused("posts/"),
        Case::yaml("YAML: many keys", (0..MANY).map(|n| format!("k{n}: v\n")).collect::<String>()).published(),
        Case::yaml("YAML: one key, often", "a: b\n".repeat(MANY)).refused("posts/"),
        Case::yaml("YAML: one key, often, for Jekyll", "a: b\n".repeat(MANY)).at(Where::In("jekyll")).published(),
        Case::yaml("YAML: a key that is a list", "[a, b]: c"),
        Case::yaml("YAML: a long key", format!("{}: a", "k".repeat(100_000))),
        Case::yaml("YAML: a very long value", format!("a: {}", "v".repeat(2_000_000))).refused("posts/"),
        Case::yaml("YAML: an open quote", format!("a: \"{}", "b\n".repeat(MANY))).refused("quote"),
        Case::yaml("YAML: open quotes", "a: 'b\n".repeat(MANY)).refused("posts/"),
        Case::yaml("YAML: a folded text", format!("a: >\n{}", "  b\n".repeat(MANY))).published(),
        Case::yaml("YAML: an indentation too deep", "a: |9\n  b"),
        Case::yaml("YAML: tabs", "a:\n\t- b").refused("tab"),
        Case::yaml("YAML: comments", "# a\n".repeat(50_000)).published(),
        Case::yaml("YAML: a tag of Python", "a: !!python/object/apply:os.system ['true']"),
        Case::yaml("YAML: tags", format!("a: {}", "!b ".repeat(MANY))).refused("posts/"),
        Case::yaml("YAML: binary", "a: !!binary QUJD"),
        Case::yaml("YAML: a directive", "%YAML 9.9"),
        Case::yaml("YAML: control characters", "a: \u{1}\u{8}\u{1b}").refused("cannot be seen"),
        Case::yaml("YAML: escapes of characters that are none", "a: \"\\ud800\\uffff\\x00\""),
        Case::yaml("YAML: breaks of lines", "a: b\u{2028}c\u{85}d").published(),
        Case::yaml("YAML: colons", ":".repeat(50_000)).refused("posts/"),
        Case::yaml("YAML: dashes", "-".repeat(50_000)),
        Case::yaml("YAML: ampersands", "a: ".to_owned() + &"&".repeat(50_000)).refused("posts/"),
    ]
}

fn toml() -> Vec<Case> {
    let dotted = vec!["a"; MANY].join(".");
    let cases = vec![
        Case::toml("TOML: a deep table", format!("[{dotted}]")).refused("nested"),
        Case::toml("TOML: a deep key", format!("{dotted} = 1")).refused("nested"),
        Case::toml("TOML: brackets", format!("a = {}", "[".repeat(MANY))).refused("posts/"),
        Case::toml("TOML: closed brackets", format!("a = {}{}", "[".repeat(MANY), "]".repeat(MANY))).refused("posts/"),
        Case::toml("TOML: braces", format!("a = {}", "{a=".repeat(MANY))).refused("posts/"),
        Case::toml("TOML: closed braces", format!("a = {}1{}", "{a=".repeat(MANY), "}".repeat(MANY))).refused("posts/"),
        Case::toml("TOML: many tables", (0..MANY).map(|n| format!("[a{n}]\n")).collect::<String>()).published(),
        Case::toml(
            "TOML: tables in tables",
            (1..90).map(|n| format!("[{}]\n", vec!["a"; n].join("."))).collect::<String>(),
        ),
        Case::toml("TOML: a list of many tables", "[[a]]\n".repeat(MANY)).published(),
        Case::toml("TOML: lists of tables in each other", {
            (1..90).map(|n| format!("[[{}]]\n", vec!["a"; n].join("."))).collect::<String>().repeat(20)
        }),
        Case::toml("TOML: many keys of one table", (0..MANY).map(|n| format!("a.k{n} = 1\n")).collect::<String>())
            .published(),
        Case::toml("TOML: one key, often", "a = 1\n".repeat(MANY)).refused("duplicate"),
        Case::toml("TOML: an open quote", "a = \"b").refused("posts/"),
        Case::toml("TOML: an open text of many lines", format!("a = '''{}", "b\n".repeat(MANY))).refused("posts/"),
        Case::toml("TOML: a huge number", format!("a = {}", "9".repeat(MANY))),
        Case::toml("TOML: a huge fraction", "a = 1e999999999"),
        Case::toml("TOML: a number of base two", format!("a = 0b{}", "1".repeat(MANY))),
        Case::toml("TOML: a date that is none", "a = 2024-13-45").refused("posts/"),
        Case::toml("TOML: a time that is none", "a = 25:61:61").refused("posts/"),
        Case::toml("TOML: a NUL", "a = \"\u{0}\"").refused("posts/"),
        Case::toml("TOML: a table instead of a title", "[title]\na = 1").refused("posts/"),
        Case::toml("TOML: equal signs", "=".repeat(50_000)).refused("posts/"),
    ];
    cases.into_iter().map(|case| case.at(Where::In("hugo"))).collect()
}

fn json() -> Vec<Case> {
    let cases = vec![
        Case::json("JSON: brackets", format!("\"a\": {}", "[".repeat(100_000))).refused("posts/"),
        Case::json("JSON: closed brackets", format!("\"a\": {}{}", "[".repeat(MANY), "]".repeat(MANY)))
            .refused("posts/"),
        Case::json("JSON: braces", format!("\"a\": {}", "{\"a\":".repeat(MANY))).refused("posts/"),
        Case::json("JSON: closed braces", format!("\"a\": {}1{}", "{\"a\":".repeat(MANY), "}".repeat(MANY)))
            .refused("posts/"),
        Case::json("JSON: many keys", (0..MANY).map(|n| format!("\"k{n}\": 1,")).collect::<String>() + "\"a\": 1")
            .published(),
        Case::json("JSON: one key, often", vec!["\"a\": 1"; MANY].join(",")).refused("a"),
        Case::json("JSON: a huge number", format!("\"a\": {}", "9".repeat(MANY))),
        Case::json("JSON: a huge fraction", "\"a\": 1e999999999"),
        Case::json("JSON: half a character", "\"a\": \"\\ud800\""),
        Case::json("JSON: a NUL in the title", "\"title2\": \"\\u0000\"").published(),
        Case::json("JSON: an open text", format!("\"a\": \"{}", "b".repeat(MANY))).refused("posts/"),
        Case::json("JSON: brackets in a text", format!("\"a\": \"{}\"", "[{".repeat(50_000))),
        Case::json("JSON: backslashes", format!("\"a\": \"{}\"", "\\\\".repeat(50_000))).published(),
        Case::json("JSON: a very long text", format!("\"a\": \"{}\"", "b".repeat(2_000_000))).refused("posts/"),
    ];
    cases.into_iter().map(|case| case.at(Where::In("hugo"))).collect()
}

fn fences() -> Vec<Case> {
    let files = [
        ("a scalar", "---\njust text\n---\nbody\n".to_owned()),
        ("a number", "---\n42\n---\nbody\n".to_owned()),
        ("a list", "---\n- a\n- b\n---\nbody\n".to_owned()),
        ("nothing", "---\n---\nbody\n".to_owned()),
        ("null", "---\nnull\n---\nbody\n".to_owned()),
        ("no end", "---\ntitle: Hostile\ndate: 2024-03-04\n\nbody\n".to_owned()),
        ("only a fence", "---".to_owned()),
        ("many fences", "---\n".repeat(50_000)),
        ("an empty TOML", "+++\n+++\nbody\n".to_owned()),
        ("no end of TOML", "+++\ntitle = 'a'\n".to_owned()),
        ("an empty object", "{}\nbody\n".to_owned()),
        ("a list of JSON", "[]\nbody\n".to_owned()),
        ("an open object", "{".repeat(50_000)),
        ("marks of a merge", "<<<<<<< a\n---\ntitle: a\n=======\n".to_owned()),
        ("three dots", "---\ntitle: Hostile\ndate: 2024-03-04\n...\nbody\n".to_owned()),
        ("blank lines before", "\n".repeat(50_000) + "---\ntitle: a\n---\n"),
        ("two fences at once", "---\n+++\ntitle: a\n+++\n---\n".to_owned()),
        ("a file of nothing", String::new()),
        ("a file of blanks", " \n\t\n".repeat(20_000)),
    ];
    let everywhere = |(name, text): (&str, String)| Case::file(format!("fence: {name}"), text).everywhere();
    files.into_iter().map(everywhere).collect()
}
