//! HTML that never closes, is nested too deep or wrongly, or has too much in one tag.

use super::case::Case;

const MANY: usize = 20_000;

pub fn cases() -> Vec<Case> {
    let all = [open(), nested(), attributes()].into_iter().flatten();
    let mut cases: Vec<Case> = all.clone().map(|(name, body)| Case::body(name, body).everywhere()).collect();
    // the same as files of HTML, where no Markdown stands between
    cases.extend(all.map(|(name, body)| {
        let text = format!("---\ntitle: Hostile\ndate: 2024-03-04\n---\n{body}\n");
        Case::named(format!("{name}, in a file of HTML"), "posts/2024-03-04-hostile.html", text).published()
    }));
    cases
}

fn open() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = [
        ("comments", "<!--"),
        ("comments in comments", "<!-- <!-- --!> "),
        ("empty comments", "<!-->"),
        ("CDATA", "<![CDATA["),
        ("instructions", "<?"),
        ("declarations", "<!A "),
        ("tags", "<a "),
        ("closing tags", "</"),
        ("tags without names", "<>"),
        ("attributes", "<a b=\""),
        ("attributes of one quote", "<a b='"),
        ("attributes without quotes", "<a b="),
        ("tags that are no HTML", "<x-y "),
        ("tags of XML", "<a:b "),
        ("references in attributes", "<a b=\"&"),
    ]
    .map(|(name, unit)| (format!("open {name}"), unit.repeat(MANY)))
    .into();
    let raw = ["script", "style", "textarea", "title", "plaintext", "iframe", "noscript", "xmp", "noembed", "noframes"];
    cases.extend(raw.map(|name| (format!("<{name}> that never closes"), format!("<{name}>") + &"a <b> ".repeat(MANY))));
    cases.extend(raw.map(|name| (format!("<{name}> again and again"), format!("<{name}>\n\n").repeat(MANY / 2))));
    cases
}

fn nested() -> Vec<(String, String)> {
    let elements = [
        "div",
        "p",
        "a",
        "b",
        "i",
        "span",
        "table",
        "table><tr><td",
        "ul><li",
        "dl><dd",
        "blockquote",
        "svg",
        "math",
        "select",
        "option",
        "button",
        "form",
        "ruby",
        "rt",
        "h1",
        "pre",
        "object",
        "template",
        "svg><foreignObject",
        "details><summary",
        "font",
        "nobr",
        "center",
        "marquee",
        "frameset",
        "body",
        "html",
        "video",
        "picture",
        "figure",
    ];
    let mut cases: Vec<(String, String)> =
        elements.map(|name| (format!("ten thousand nested <{name}>"), format!("<{name}>").repeat(10_000) + "a")).into();
    cases.push(("nested and closed".into(), "<div>".repeat(10_000) + "a" + &"</div>".repeat(10_000)));
    cases.push(("closing what is not open".into(), "</div>".repeat(MANY)));
    cases.push(("paragraphs closed that are not open".into(), "</p>".repeat(MANY)));
    cases.push(("misnested".into(), "<b><i></b></i>".repeat(MANY)));
    cases.push(("misnested, deeper and deeper".into(), "<b><p>".repeat(5_000) + &"</b>".repeat(5_000)));
    cases.push(("links in paragraphs".into(), "<a><p>".repeat(5_000) + &"</a>".repeat(5_000)));
    cases.push(("misplaced in tables".into(), "<table>a<tr>b".repeat(5_000)));
    cases.push(("nested with blank lines".into(), "<div>\n\na\n\n".repeat(5_000)));
    cases
}

fn attributes() -> Vec<(String, String)> {
    let many = (0..MANY).map(|n| format!(" a{n}=b")).collect::<String>();
    let all = [
        ("many attributes", format!("<a{many}>a</a>")),
        ("one attribute again and again", format!("<a{}>a</a>", " b=c".repeat(MANY))),
        ("a long attribute", format!("<a href=\"{}\">a</a>", "b".repeat(200_000))),
        ("a long data URL", format!("<img src=\"data:image/png;base64,{}\">", "A".repeat(400_000))),
        ("a long style", format!("<p style=\"{}\">a</p>", "color:red;".repeat(MANY))),
        ("an open style", format!("<p style=\"{}\">a</p>", "a:url(".repeat(MANY))),
        ("comments in a style", format!("<p style=\"{}\">a</p>", "/*".repeat(MANY))),
        ("many classes", format!("<p class=\"{}\">a</p>", "a ".repeat(MANY))),
        ("many pictures to choose from", format!("<img src=a srcset=\"{}\">", "b 1x, ".repeat(MANY))),
        ("an open list of pictures", format!("<img src=a srcset=\"{}\">", "(,".repeat(MANY))),
        ("dots in an address", format!("<a href=\"{}\">a</a>", "../".repeat(MANY))),
        ("percent signs in an address", format!("<a href=\"{}\">a</a>", "%".repeat(MANY))),
        ("a long name of a tag", format!("<{}>a", "a".repeat(200_000))),
        ("many tags", "<b>a</b>".repeat(MANY)),
        ("many breaks", "<br>".repeat(MANY)),
        ("many self-closing tags", "<div/>".repeat(MANY)),
        ("many videos", "<iframe src=\"https://www.youtube.com/embed/a\"></iframe>\n".repeat(5_000)),
        ("an embedded document", format!("<iframe srcdoc=\"{}\">", "&lt;iframe srcdoc=".repeat(5_000))),
    ];
    all.map(|(name, body)| (name.to_owned(), body)).into()
}
