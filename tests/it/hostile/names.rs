//! Names of files and folders.

use super::case::Case;

pub fn cases() -> Vec<Case> {
    let good = "---\ntitle: Hostile\ndate: 2024-03-04\n---\nbody\n";
    let names = [
        "a\nposts/b.md:1:1: all is well.md",
        "a\r.md",
        "a\tb.md",
        "a\"b.md",
        "a'b.md",
        "a`b.md",
        "a\\b.md",
        "%2e%2e.md",
        "%2e%2e%2f%2e%2e%2fetc.md",
        "a%00b.md",
        "con.md",
        "nul.md",
        "a:b.md",
        "-rf.md",
        "--help.md",
        "$(id).md",
        "a|b.md",
        "a;b.md",
        "a&b.md",
        "a<b>.md",
        "a?b#c.md",
        "[a](b).md",
        "{{ a }}.md",
        "{% raw %}.md",
        "a\u{1b}[31mb.md",
        "a\u{202e}dm.md",
        "a\u{7f}b.md",
        "a\u{1}b.md",
        "\u{feff}a.md",
        "\u{200b}.md",
        " .md",
        " a .md",
        "é.md",
        "e\u{301}.md",
        "\u{1f600}.md",
        "a.md.md",
        "a.MD",
        "index.md",
        "index.en.md",
        "2024-99-99-a.md",
        "0000-00-00-a.md",
        "99999999999999999999-01-01-a.md",
        "2024-01-02-.md",
        "2024-02-30-a.md",
        "2024-01-02-2024-01-03-a.md",
        "-.md",
        "*.md",
        "a,b.md",
        "a=b.md",
        "\u{ad}.md",
        "a.html.md",
        "a.xx-yy-zz.md",
    ];
    let named = |name: &str| Case::named(format!("name: {name:?}"), format!("posts/{name}"), good).everywhere();
    let mut cases: Vec<Case> = names.map(named).into();
    cases.push(Case::named("name: 255 bytes", format!("posts/{}.md", "a".repeat(252)), good).everywhere().published());
    cases.push(
        Case::named("name: 255 bytes of many", format!("posts/{}.md", "é".repeat(126)), good).everywhere().published(),
    );
    cases.push(Case::named("name: two hundred folders", format!("posts/{}a.md", "d/".repeat(200)), good).everywhere());
    // hidden, or what editors leave behind
    cases.extend(["..md", "...md", "~.md", "a~.md", "#a#.md", "_index.md"].map(|name| named(name).ignored()));
    cases.extend(["..a/b.md", ". /b.md"].map(|name| named(name).ignored()));
    let folders = ["a\nb/c.md", "%2e%2e/c.md", "a\u{1b}[2Jb/c.md", "con/c.md", "a.md/b.md", "\u{202e}/c.md"];
    cases.extend(
        folders.map(|name| Case::named(format!("folder: {name:?}"), format!("posts/{name}"), good).everywhere()),
    );
    let many = (0..2_000)
        .fold(named("2024-03-04-hostile.md").published(), |case, n| case.within(format!("posts/{n}.txt"), ""));
    cases.push(Case { name: "two thousand files that are no posts".into(), ..many });
    cases
}
