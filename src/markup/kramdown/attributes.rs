//! What stands between the braces of an attribute list.
//!
//! In: `.class #id key="value" name}` up to the closing brace. Out: a [`Typed`] list, or `None` when
//! it is no attribute list at all, as `{:?}`.

/// How many classes, and how many other attributes, an element can have; what comes later is left out.
const MOST_MERGED: usize = 100;

/// Attributes to apply to an element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttributeList {
    /// The last `#id`.
    pub id: Option<String>,
    /// Every `.class`, in order.
    pub classes: Vec<String>,
    /// Every `key="value"` but `class` and `id`; a later one replaces an earlier.
    pub pairs: Vec<(String, String)>,
    /// The list it stands on is to become a table of contents.
    pub toc: bool,
}

impl AttributeList {
    /// Whether it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds `other`, which wins where both say something.
    pub fn merge(&mut self, other: &Self) {
        if other.id.is_some() {
            self.id.clone_from(&other.id);
        }
        for class in &other.classes {
            self.add_class(class);
        }
        for (key, value) in &other.pairs {
            self.set(key, value.clone());
        }
        self.toc |= other.toc;
    }

    /// Sets one attribute.
    pub fn set(&mut self, key: &str, value: String) {
        match key {
            "id" => self.id = Some(value),
            "class" => value.split_whitespace().for_each(|class| self.add_class(class)),
            _ => match self.pairs.iter().position(|(known, _)| known == key) {
                Some(at) => self.pairs[at].1 = value,
                None if self.pairs.len() < MOST_MERGED => self.pairs.push((key.to_owned(), value)),
                None => {}
            },
        }
    }

    /// How many classes and attributes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len() + self.pairs.len()
    }

    fn add_class(&mut self, class: &str) {
        if self.classes.len() < MOST_MERGED && !self.classes.iter().any(|known| known == class) {
            self.classes.push(class.to_owned());
        }
    }
}

/// A list as it is typed: references to other lists are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// What it says itself.
    pub own: AttributeList,
    /// The names of other lists.
    pub references: Vec<String>,
}

/// How the values of a list may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// kramdown: values in quotes, references to other lists.
    Kramdown,
    /// kramdown, with bare values too.
    Lenient,
    /// Goldmark: values may be bare, no references.
    Goldmark,
}

/// The longest list, in bytes; what is longer is text.
const LONGEST: usize = 4096;

/// How many items a list may have; what has more is text.
const MOST: usize = 64;

/// Reads a list up to its closing brace; also returns the number of bytes up to and with the brace.
#[must_use]
pub fn parse(text: &str, grammar: Grammar) -> Option<(Typed, usize)> {
    let mut list = Typed::default();
    let mut rest = text;
    for _ in 0..MOST {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if let Some(after) = rest.strip_prefix('}') {
            return (after.len() + 2 <= text.len()).then_some((list, text.len() - after.len()));
        }
        rest = item(rest, grammar, &mut list)?;
        if text.len() - rest.len() > LONGEST || !rest.starts_with([' ', '\t', '\n', '\r', '}', '.', '#']) {
            return None;
        }
    }
    None
}

/// Reads a list as kramdown does where there can be nothing but a list: up to the first brace, passing over the items
/// that it does not know. More generous than kramdown, it takes bare values (`width=50%`).
#[must_use]
pub fn parse_leniently(text: &str) -> Option<(Typed, usize)> {
    let end = end_of_list(text)?;
    let inner = &text[..end];
    let mut list = Typed::default();
    let mut rest = inner;
    for _ in 0..MOST {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        if rest.is_empty() {
            break;
        }
        let mut alone = Typed::default();
        let separate = |rest: &&str| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r', '.', '#']);
        match item(rest, Grammar::Lenient, &mut alone).filter(separate) {
            Some(after) => {
                list.own.merge(&alone.own);
                list.references.append(&mut alone.references);
                rest = after;
            }
            None => rest = rest.find([' ', '\t', '\n', '\r']).map_or("", |blank| &rest[blank..]),
        }
    }
    Some((list, end + 1))
}

/// Where the first brace is that closes a list; a list holds no blank line.
fn end_of_list(text: &str) -> Option<usize> {
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match (before, byte) {
            (b'\\', b'}') => {}
            (_, b'}') => return (at > 0).then_some(at),
            (b'\n', b'\n') => return None,
            _ => {}
        }
        if byte != b'\r' {
            before = byte;
        }
    }
    None
}

/// One item of a list; what follows it.
fn item<'a>(text: &'a str, grammar: Grammar, list: &mut Typed) -> Option<&'a str> {
    if let Some(class) = text.strip_prefix('.') {
        let (class, rest) = word(class, |c| !c.is_whitespace() && !".#}{=\"'".contains(c))?;
        list.own.classes.push(class.to_owned());
        return Some(rest);
    }
    if let Some(id) = text.strip_prefix('#') {
        let (id, rest) = word(id, |c| c.is_alphanumeric() || "_-:.".contains(c))?;
        list.own.id = Some(id.to_owned());
        return Some(rest);
    }
    let (name, rest) = word(text, |c| c.is_alphanumeric() || "_-:".contains(c))?;
    if let Some(rest) = rest.strip_prefix('=') {
        let (value, rest) = value(rest, grammar)?;
        list.own.set(&name.to_ascii_lowercase(), value);
        return Some(rest);
    }
    match (grammar, name) {
        (Grammar::Goldmark, _) => return None,
        (_, "toc") => list.own.toc = true,
        _ => list.references.push(name.to_owned()),
    }
    Some(rest)
}

fn word(text: &str, belongs: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let end = text.char_indices().take(LONGEST).find(|(_, c)| !belongs(*c)).map_or(text.len(), |(at, _)| at);
    (end > 0).then(|| text.split_at(end))
}

/// A value with its quotes; `\}` and `\"` stand for themselves.
fn value(text: &str, grammar: Grammar) -> Option<(String, &str)> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        let bare = |c: char| !c.is_whitespace() && !"}{\"'".contains(c);
        return word(text, bare).filter(|_| grammar != Grammar::Kramdown).map(|(value, rest)| (value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).take(LONGEST).peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => match characters.peek() {
                Some((_, next)) if *next == '}' || *next == quote => value.extend(characters.next().map(|(_, c)| c)),
                _ => value.push('\\'),
            },
            c if c == quote => return Some((value, &text[at + 1..])),
            '\n' => value.push(' '),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Typed, usize)> {
        parse(text, Grammar::Kramdown)
    }

    #[test]
    fn every_kind_of_item() {
        let (list, length) = read(".a .b#c key=\"v w\" k2='x' class=\"d e\" toc ref } rest").expect("a list");
        assert_eq!(length, ".a .b#c key=\"v w\" k2='x' class=\"d e\" toc ref }".len());
        assert_eq!(list.own.classes, ["a", "b", "d", "e"]);
        assert_eq!(list.own.id.as_deref(), Some("c"));
        assert_eq!(list.own.pairs, [("key".into(), "v w".into()), ("k2".into(), "x".into())]);
        assert!(list.own.toc);
        assert_eq!(list.references, ["ref"]);
    }

    #[test]
    fn escapes_in_values() {
        let (list, _) = read("title=\"a \\} b \\\" c \\n\"}").expect("a list");
        assert_eq!(list.own.pairs, [("title".into(), "a } b \" c \\n".into())]);
    }

    #[test]
    fn what_is_no_list() {
        for text in ["?}", "}", "#?}", ">8}", ".a", "a=b}", "a=\"b}", "a b {c}", "", "{:}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_passed_over() {
        let read = |text| {
            let (list, length) = parse_leniently(text)?;
            assert!(text[..length].ends_with('}'), "{text}");
            let Typed { own, references } = list;
            Some(format!("{:?} {} {:?} {} {references:?}", own.id, own.classes.join(" "), own.pairs, own.toc))
        };
        for (text, expected) in [
            ("width=50%}", "None  [(\"width\", \"50%\")] false []"),
            (" .x data=1} rest", "None x [(\"data\", \"1\")] false []"),
            ("toc .cls max_level=2}", "None cls [(\"max_level\", \"2\")] true []"),
            (" class=btn}", "None btn [] false []"),
            (" \"foo bar\" .a}", "None a [] false []"),
            (".a ?b #c! .d}", "None a d [] false []"),
            (".a title=\"b #c}", "Some(\"c\") a [] false []"),
            ("a=\"x \\} y\" .b}", "None b [(\"a\", \"x } y\")] false []"),
            ("ok, value}", "None  [] false [\"value\"]"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["}", "", ".a", ".a\n\n.b}", ".a \\}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn goldmark_takes_bare_values_and_no_references() {
        let (list, _) = parse(".a width=20 }", Grammar::Goldmark).expect("a list");
        assert_eq!(list.own.pairs, [("width".into(), "20".into())]);
        assert_eq!(parse("name}", Grammar::Goldmark), None);
    }

    #[test]
    fn the_later_list_wins() {
        let mut list = read(".a #x k=\"1\"}").expect("a list").0.own;
        list.merge(&read(".b .a #y k=\"2\"}").expect("a list").0.own);
        assert_eq!(list.classes, ["a", "b"]);
        assert_eq!(list.id.as_deref(), Some("y"));
        assert_eq!(list.pairs, [("k".into(), "2".into())]);
    }

    proptest::proptest! {
        #[test]
        fn never_reads_past_the_text(text in "[.#a-c\"'= }{\\\\:\n]{0,40}") {
            if let Some((_, length)) = read(&text) {
                assert!(text[..length].ends_with('}'));
            }
        }
    }
}
