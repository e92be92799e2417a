//! Markdown made to be quadratic, or deep: what is known of cmark, kramdown, goldmark and commonmark.js.

use super::case::Case;

/// Enough that what is quadratic in it shows.
const MANY: usize = 40_000;

pub fn cases() -> Vec<Case> {
    [brackets(), emphasis(), code(), blocks(), references(), tables(), text()]
        .into_iter()
        .flatten()
        .map(|(name, body)| Case::body(name, body).everywhere())
        .collect()
}

type Bodies = Vec<(&'static str, String)>;

fn brackets() -> Bodies {
    vec![
        ("ten thousand nested brackets", "[".repeat(10_000) + "a" + &"]".repeat(10_000)),
        ("open brackets", "[".repeat(MANY)),
        ("closing brackets", "]".repeat(MANY)),
        ("open brackets and text", "[a".repeat(MANY)),
        ("open pictures", "![".repeat(MANY)),
        ("open links", "[a](".repeat(MANY)),
        ("links in links", "[a](b".repeat(10_000) + &")".repeat(10_000)),
        ("open links in angles", "[a](<b".repeat(MANY)),
        ("open titles", "[a](b \"".repeat(MANY)),
        ("brackets and parentheses", "[ (](".repeat(MANY)),
        ("pictures in pictures", "![[]()".repeat(MANY)),
        ("nested pictures", "![".repeat(5_000) + "a" + &"](b)".repeat(5_000)),
        ("parentheses in an address", "[a](".to_owned() + &"(".repeat(MANY) + &")".repeat(MANY) + ")"),
        ("open references", "[a][".repeat(MANY)),
        ("backslashes in brackets", "[\\".repeat(MANY)),
        ("brackets and emphasis", "**x [a*b**c*](d)".repeat(10_000)),
        ("brackets with code", "[a`](".repeat(MANY)),
        ("many links", "[a](/b) ".repeat(20_000)),
        ("many pictures", "![a](/b) ".repeat(20_000)),
        ("open double brackets", "[[".repeat(MANY)),
        ("embedded notes", "![[a]] ".repeat(10_000)),
        ("autolinks", "<http://a.example/> ".repeat(10_000)),
        ("open autolinks", "<http://".repeat(20_000)),
        ("bare addresses", "http://a.example/( ".repeat(10_000)),
        ("an address of parentheses", "http://a.example/".to_owned() + &"(".repeat(MANY)),
        ("bare names of hosts", "www.a".repeat(20_000)),
        ("addresses of people", "a@".repeat(MANY)),
        ("dots of a domain", "a@b".to_owned() + &".c".repeat(MANY)),
    ]
}

fn emphasis() -> Bodies {
    vec![
        ("open emphasis", "*a ".repeat(MANY)),
        ("closing emphasis", "a* ".repeat(MANY)),
        ("emphasis of two kinds", "*a_ ".repeat(MANY)),
        ("emphasis of two lengths", "*a **a ".repeat(20_000)),
        ("open and closing emphasis", "a**b c* ".repeat(20_000)),
        ("triple emphasis", "a***".repeat(20_000)),
        ("a line of stars", "*".repeat(MANY) + "a"),
        ("a line of underscores", "a".to_owned() + &"_".repeat(MANY)),
        ("nested emphasis", "*a ".repeat(5_000) + &"b*".repeat(5_000)),
        ("nested strong emphasis", "**a *b ".repeat(5_000) + &"c* d**".repeat(5_000)),
        ("strikethrough", "~~a ".repeat(20_000)),
        ("tildes of one and two", "~a ~~b ".repeat(20_000)),
        ("highlights", "==a ".repeat(20_000)),
        ("superscripts", "^a ".repeat(20_000)),
        ("inserted text", "++a ".repeat(20_000)),
    ]
}

fn code() -> Bodies {
    let longer = |unit: &str| (1..500).map(|n| "a".to_owned() + &unit.repeat(n)).collect::<String>();
    vec![
        ("backticks, longer and longer", longer("`")),
        ("backticks and text", "a`".repeat(MANY) + "`"),
        ("a line of backticks", "`".repeat(MANY)),
        ("fences", "```\n".repeat(20_001)),
        ("fences of two kinds", "```\n~~~\n".repeat(10_000)),
        ("fences, longer and longer", (3..400).map(|n| "`".repeat(n) + "\n").collect()),
        ("a fence with much behind it", "```".to_owned() + &"a ".repeat(MANY) + "\nb\n```"),
        ("a fence that never closes", "```\n".to_owned() + &"<b> & a\n".repeat(20_000)),
        ("fences in quotes", "> ```\n".repeat(10_000)),
        ("indented code", "    a\n\n".repeat(20_000)),
        ("formulas", "$a ".repeat(20_000)),
        ("formulas of blocks", "$$a ".repeat(20_000)),
        ("open formulas of TeX", "\\\\(a ".repeat(20_000)),
        ("open blocks of TeX", "\\\\[a \n".repeat(10_000)),
    ]
}

fn blocks() -> Bodies {
    let deeper = |mark: &str| (0..500).map(|n| " ".repeat(2 * n) + mark + " a\n").collect::<String>();
    vec![
        ("ten thousand nested quotes", ">".repeat(10_000) + " a"),
        ("ten thousand nested quotes with blanks", "> ".repeat(10_000) + "a"),
        ("quotes, deeper and deeper", (1..400).map(|n| ">".repeat(n) + " a\n").collect()),
        ("quotes, deeper and shallower", (1..4000).map(|n| ">".repeat(1 + n % 60) + " a\n\n").collect()),
        ("ten thousand nested lists", "* ".repeat(10_000) + "a"),
        ("ten thousand nested numbers", "1. ".repeat(10_000) + "a"),
        ("lists in quotes in lists", "> * ".repeat(5_000) + "a"),
        ("lists of mixed marks", "- + * ".repeat(3_000) + "a"),
        ("lists, deeper and deeper", deeper("-")),
        ("numbers, deeper and deeper", deeper("1.")),
        ("tasks, deeper and deeper", deeper("- [ ]")),
        ("empty items", "*\n".repeat(20_000)),
        ("items and blank lines", "* a\n\n\n".repeat(10_000)),
        ("items that are code", "*     a\n".repeat(10_000)),
        ("huge numbers of items", "999999999. a\n".repeat(5_000)),
        ("blank lines", "\n".repeat(200_000)),
        ("blanks", " ".repeat(200_000) + "a"),
        ("tabs", "\t".repeat(100_000) + "a"),
        ("an endless line", "word ".repeat(100_000)),
        ("an endless word", "a".repeat(500_000)),
        ("one paragraph of many lines", "a\n".repeat(100_000)),
        ("lines with breaks", "a  \n".repeat(50_000)),
        ("lines with backslashes", "a\\\n".repeat(50_000)),
        ("rules", "***\n".repeat(20_000)),
        ("almost a rule", "* ".repeat(20_000) + "a"),
        ("underlined headings", "a\n=\n".repeat(20_000)),
        ("alike headings", "# a\n".repeat(20_000)),
        ("headings with ids", "# a {#b}\n".repeat(20_000)),
        ("a heading of number signs", "#".repeat(MANY) + " a"),
        ("open braces behind a heading", "# a ".to_owned() + &"{".repeat(MANY)),
        ("definitions", "a\n: b\n\n".repeat(10_000)),
        ("nested definitions", "a\n".to_owned() + &": ".repeat(10_000) + "b"),
        ("callouts", "> [!a] b\n".repeat(10_000)),
        ("nested callouts", (1..200).map(|n| "> ".repeat(n) + "[!a] b\n").collect()),
    ]
}

fn references() -> Bodies {
    let all = |form: &dyn Fn(usize) -> String| (0..20_000).map(form).collect::<String>();
    vec![
        ("a flood of definitions", all(&|n| format!("[a{n}]: /b\n"))),
        ("a flood of definitions that are used", all(&|n| format!("[a{n}]\n\n[a{n}]: /b\n"))),
        ("one definition again and again", "[a]: /b\n".repeat(20_000) + "[a]"),
        ("a long address, often", format!("[a]: /{}\n\n", "b".repeat(20_000)) + &"[a] ".repeat(20_000)),
        ("a long title, often", format!("[a]: /b \"{}\"\n\n", "c".repeat(20_000)) + &"[a] ".repeat(20_000)),
        ("references to nothing", "[a] ".repeat(MANY)),
        ("a reference with a long name", format!("[{}]", "a".repeat(MANY))),
        ("definitions that go on", "[a]:\n".repeat(20_000)),
        ("definitions with open titles", "[a]: b \"\n".repeat(20_000)),
        ("a flood of footnotes", all(&|n| format!("[^{n}]: a\n"))),
        ("a flood of footnotes that are used", all(&|n| format!("a[^{n}]\n\n[^{n}]: b\n\n"))),
        ("one footnote, often", "a[^1] ".repeat(20_000) + "\n\n[^1]: b"),
        ("footnotes in footnotes", all(&|n| format!("[^{n}]: a[^{}]\n\n", n + 1)) + "a[^0]"),
        ("a footnote in itself", "[^1]: a[^1]\n\nb[^1]".to_owned()),
        ("open footnotes", "[^".repeat(MANY)),
        ("footnotes of nothing", "[^a] ".repeat(20_000)),
        ("nested footnotes", (0..300).map(|n| " ".repeat(4 * n) + "[^1]: a\n\n").collect()),
        ("footnotes in quotes", "> [^1]: a\n".repeat(10_000)),
    ]
}

fn tables() -> Bodies {
    let wide = |columns: usize| format!("{}\n{}\n", "|a".repeat(columns), "|-".repeat(columns));
    vec![
        ("a table with short rows", wide(1_000) + &"|\n".repeat(20_000)),
        ("a table with long rows", wide(2) + &("|a".repeat(1_000) + "\n").repeat(100)),
        ("a wide table", wide(10_000) + &"|a".repeat(10_000)),
        ("many tables", (wide(2) + "\n").repeat(10_000)),
        ("heads without tables", "|a|b|\n".repeat(20_000)),
        ("bars", "|".repeat(MANY)),
        ("bars and dashes", "|-".repeat(MANY) + "\n" + &"|-".repeat(MANY)),
        ("bars in code", wide(2) + &"|`a|` ".repeat(10_000)),
        ("escaped bars", wide(2) + &"\\|".repeat(MANY)),
    ]
}

fn text() -> Bodies {
    vec![
        ("quotation marks", "\"a ".repeat(MANY)),
        ("quotation marks alone", "\"".repeat(MANY)),
        ("apostrophes", "'a ".repeat(MANY)),
        ("apostrophes alone", "'".repeat(MANY)),
        ("dashes", "-".repeat(MANY) + "a"),
        ("dots", "a...".repeat(20_000)),
        ("backslashes", "\\".repeat(MANY)),
        ("escapes", "\\*".repeat(MANY)),
        ("open references of characters", "&a".repeat(MANY)),
        ("numbers of characters", "&#".repeat(MANY)),
        ("huge numbers of characters", "&#99999999999999999999; &#x110000; &#0; ".repeat(5_000)),
        ("a long name of a character", format!("&{};", "a".repeat(MANY))),
        ("names of faces", ":a".repeat(MANY)),
        ("colons", ":".repeat(MANY)),
        ("percent signs", "%%a ".repeat(20_000)),
        ("marks on one letter", "a".to_owned() + &"\u{301}".repeat(50_000)),
        ("turned text", "\u{202e}a".repeat(20_000)),
        ("joined faces", "\u{1f468}\u{200d}".repeat(20_000)),
        ("marks of summaries", "<!--more-->\n\na\n\n".repeat(10_000)),
        ("angles", "<".repeat(MANY)),
        ("closing angles", "a>".repeat(MANY)),
    ]
}
