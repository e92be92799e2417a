//! Values as YAML on one line: plain where every reader takes them for the same text, else in quotes.

use std::fmt::Write as _;

use crate::value::{Value, read};

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A text, whatever is in it.
    Text(String),
    /// A number or a truth value.
    Plain(String),
    /// Values in order.
    List(Vec<Node>),
    /// Keys and values, in order.
    Map(Vec<(&'static str, Node)>),
}

impl Node {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Texts: one for itself, more of them as a list.
    pub fn texts(texts: impl IntoIterator<Item = String>) -> Self {
        let mut nodes: Vec<Self> = texts.into_iter().map(Self::Text).collect();
        if nodes.len() == 1 { nodes.remove(0) } else { Self::List(nodes) }
    }
}

/// A value as YAML's flow style has it.
#[must_use]
pub fn flow(node: &Node) -> String {
    match node {
        Node::Text(text) => scalar(text),
        Node::Plain(text) => text.clone(),
        Node::List(nodes) => format!("[{}]", nodes.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Node::Map(pairs) => {
            let pairs: Vec<String> = pairs.iter().map(|(key, node)| format!("{key}: {}", flow(node))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

/// A text as YAML.
fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// Whether a text may stand without quotes, in a list or mapping on one line too.
fn is_plain(text: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "/._-~?=+%@;!$*'() ^|•–—’".contains(c) || c == ':' || c == '&';
    let begins = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '_' | '.'));
    let is_word = matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off");
    if !begins || is_word || !text.chars().all(plain) {
        return false;
    }
    let inside = read::yaml(&format!("{{ k: {text}, l: [{text}] }} # c\n"));
    inside.is_ok_and(|found| {
        let one = Value::String(text.to_owned());
        found.entry("k") == Some(&one) && found.entry("l").map(Value::items) == Some(&[one])
    })
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_only_what_needs_them() {
        let plain = ["A Blog", "America/Los_Angeles", "/blog/:title/", "_posts", ".", "https://example.org/", "R&D's"];
        for text in plain {
            assert_eq!(scalar(text), text);
        }
        let quoted = [
            ("", "\"\""),
            ("A: B", "\"A: B\""),
            ("2024", "\"2024\""),
            ("no", "\"no\""),
            ("null", "\"null\""),
            ("a #b", "\"a #b\""),
            ("- a", "\"- a\""),
            ("a, b", "\"a, b\""),
            ("a \"b\"", "\"a \\\"b\\\"\""),
            (":tag.xml", "\":tag.xml\""),
            ("a\u{7}\\b\n", "\"a\\u0007\\\\b\\u000A\""),
        ];
        for (text, expected) in quoted {
            assert_eq!(scalar(text), expected);
        }
    }

    #[test]
    fn flows() {
        let node = Node::Map(vec![
            ("path", Node::text("a.xml")),
            ("limit", Node::Plain("20".into())),
            ("tags", Node::texts(["a".to_owned(), "b, c".to_owned()])),
            ("authors", Node::texts(["Ann".to_owned()])),
        ]);
        assert_eq!(flow(&node), r#"{ path: a.xml, limit: 20, tags: [a, "b, c"], authors: Ann }"#);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "\\PC*|[ -~\\n\\t]{0,20}|[:#,\\[\\]{}&*!|>'\"%@` a1~.-]{0,8}|.{0,12}") {
            let written = format!("- {}\n- {{ a: {} }} # c\n", scalar(&text), scalar(&text));
            let found = read::yaml(&written).unwrap();
            let text = Value::String(text);
            prop_assert_eq!(&found.items()[0], &text);
            prop_assert_eq!(found.items()[1].entry("a"), Some(&text));
        }
    }
}
