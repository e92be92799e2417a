//! What kramdown adds to Markdown, never closed, nested, or too much of it.

use super::case::{Case, Where};

const MANY: usize = 20_000;

pub fn cases() -> Vec<Case> {
    let all = |form: &dyn Fn(usize) -> String| (0..10_000).map(form).collect::<String>();
    let bodies = [
        ("open attribute lists", "{:".repeat(MANY)),
        ("open attribute lists with classes", "{: .a".repeat(MANY)),
        ("attribute lists of blocks", "a\n{:.b}\n\n".repeat(MANY)),
        ("attribute lists of text", "*a*{:.b}".repeat(MANY)),
        ("attribute lists alone", "{:.a}\n".repeat(MANY)),
        ("an attribute list with much in it", format!("a\n{{:{}}}", " .b".repeat(MANY))),
        ("an attribute list with many pairs", format!("a\n{{:{}}}", " b=\"c\"".repeat(MANY))),
        ("open quotes in attribute lists", "{: a=\"".repeat(MANY)),
        ("backslashes in attribute lists", format!("{{: a=\"{}\"}}", "\\".repeat(MANY))),
        ("names of attribute lists", all(&|n| format!("{{:a{n}: .b}}\n")) + "\na\n{:a1}"),
        ("names of attribute lists in a circle", "{:a: b}\n{:b: a}\n\nc\n{:a}".to_owned()),
        ("names of attribute lists in a chain", all(&|n| format!("{{:a{n}: a{}}}\n", n + 1)) + "\na\n{:a0}"),
        ("names of attribute lists that double", {
            (0..60).map(|n| format!("{{:a{}: a{n} a{n} .b{n}}}\n", n + 1)).collect::<String>() + "\na\n{:a60}"
        }),
        ("extensions", "{::".repeat(MANY)),
        ("extensions that never close", "{::comment}\na\n".repeat(MANY)),
        ("texts without Markdown", "{::nomarkdown}a ".repeat(MANY)),
        ("options", "{::options a=\"b\" /}\n".repeat(MANY)),
        ("ends of extensions", "{:/}\n".repeat(MANY)),
        ("tables of contents", "* a\n{:toc}\n\n".repeat(5_000)),
        ("abbreviations", all(&|n| format!("*[a{n}]: b\n")) + &"a1 a2 ".repeat(MANY)),
        ("an abbreviation, often", "*[a]: b\n\n".to_owned() + &"a ".repeat(MANY)),
        ("an abbreviation with a long meaning", format!("*[a]: {}\n\n", "b".repeat(10_000)) + &"a ".repeat(MANY)),
        ("open abbreviations", "*[".repeat(MANY)),
        ("definitions without terms", ": a\n".repeat(MANY)),
        ("terms without definitions", "a\n\n: ".repeat(MANY)),
        ("ends of blocks", "^\n".repeat(MANY)),
        ("formulas within the line", "$$a$$ ".repeat(10_000)),
        ("tables of one line", "a|b\n".repeat(MANY)),
        ("tables with feet", "|a\n|-\n|=\n|b\n\n".repeat(5_000)),
        ("a table that is only rules", "|-|-|\n".repeat(MANY)),
        ("Markdown in HTML", "<div markdown=\"1\">\n".repeat(5_000) + "a"),
        ("Markdown in HTML, closed", "<div markdown=\"1\">".repeat(2_000) + "*a*" + &"</div>".repeat(2_000)),
        ("Markdown in text of HTML", "<b markdown=\"span\">*a*".repeat(5_000)),
        ("Markdown in HTML, deeper and deeper", {
            (0..300).map(|n| " ".repeat(n) + "<div markdown=\"1\">\n").collect::<String>() + "a"
        }),
        ("comments within text", "a <!-- b ".repeat(MANY)),
        ("highlights that never close", "{% highlight ruby %}\n".repeat(2_000)),
        ("lists of mixed indentation", (0..3_000).map(|n| " ".repeat(n % 37) + "* a\n").collect()),
        ("typographic symbols", "<< ... -- --- >> ".repeat(10_000)),
        ("headings with ids of kramdown", "a {#b}\n===\n\n".repeat(5_000)),
        ("links with attribute lists", "[a](/b){:.c} ".repeat(10_000)),
        ("pictures with attribute lists", "![a](/b){: width=\"1\" .c} ".repeat(5_000)),
    ];
    let jekyll = |(name, body): (&str, String)| Case::body(format!("kramdown: {name}"), body).at(Where::In("jekyll"));
    bodies.into_iter().map(jekyll).collect()
}
