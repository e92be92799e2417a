//! The ids file: ids that posts brought along from elsewhere, which no formula gives.
//!
//! In: its text, one line for each post, `posts/2009-01-02-rain.md: https://old.example/?p=123`. Out: [`Ids`], or
//! every [`Problem`] with it; and the other way round, ids as such a text. It is YAML, read as texts only.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::place::Place;
use super::{MOST_PROBLEMS, syntax};
use crate::problem::Problem;

/// The ids that a configuration gives to posts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids {
    /// The file as people name it.
    pub name: String,
    /// By the path of the post as it is told to people.
    pub given: BTreeMap<String, Given>,
}

/// An id that a line of the file gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What is published: valid in all formats.
    pub id: String,
    /// As the file has it.
    pub written: String,
    /// Line and column of the path, where they are known.
    pub place: Option<(u32, u32)>,
}

impl Ids {
    /// The id of the post at `path`.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<&str> {
        self.given.get(path).map(|given| given.id.as_str())
    }
}

/// Reads the text of an ids file, which people know as `name`. `valid`: an id as feeds can hold it, if anything is left.
///
/// # Errors
/// Every problem found, each with its line and column where they are known.
pub fn parse_ids(text: &str, name: &str, valid: &dyn Fn(&str) -> Option<String>) -> Result<Ids, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut ids = Ids { name: name.to_owned(), given: BTreeMap::new() };
    if syntax::is_empty(text) {
        return Ok(ids);
    }
    let lines = read(text, name).map_err(|problem| vec![problem])?;
    let places = places(text);
    let (mut problems, mut owners) = (Vec::new(), HashMap::<String, String>::new());
    for (path, written) in lines.0 {
        let place = places.get(path.as_str()).copied();
        let told = |message: String, mend: &str| {
            let problem = Problem::error(name, message).mend(mend);
            place.map_or(problem.clone(), |(line, column)| problem.at(line, column))
        };
        match valid(&written) {
            None => problems.push(told(format!("`{path}` has no id here"), "write it, or remove the line")),
            Some(id) => {
                if let Some(owner) = owners.insert(id.clone(), path.clone()) {
                    let message = format!("`{path}` has the id `{id}`, which `{owner}` has already");
                    problems.push(told(message, "leave it to the post that subscribers know by it"));
                }
                ids.given.insert(path, Given { id, written, place });
            }
        }
    }
    problems.truncate(MOST_PROBLEMS);
    if problems.is_empty() { Ok(ids) } else { Err(problems) }
}

/// Ids by the path of their post, as the text of an ids file: the same text for the same ids.
#[must_use]
pub fn write_ids(ids: &BTreeMap<String, String>) -> String {
    ids.iter().fold(HEAD.to_owned(), |text, (path, id)| text + &scalar(path) + ": " + &scalar(id) + "\n")
}

const HEAD: &str = "\
# The ids by which subscribers know posts that came from elsewhere: keep this file, and commit it.
# On each line a post and its id. What a post says itself with `id:` wins over it.
";

/// The file in its order.
struct Lines(Vec<(String, String)>);

fn read(text: &str, name: &str) -> Result<Lines, Problem> {
    syntax::check_form(text, name)?;
    serde_yaml::from_str(text).map_err(|error| syntax::explain(&error, text, name))
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Lines;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("lines such as `posts/rain.md: https://old.example/?p=123`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lines, A::Error> {
                let mut lines = Vec::new();
                while let Some(line) = map.next_entry()? {
                    lines.push(line);
                }
                Ok(Lines(lines))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Where the keys stand that stand first on their line.
fn places(text: &str) -> HashMap<&str, Place> {
    let key = |(line, number): (&'_ str, u32)| -> Option<(usize, usize, u32, u32)> {
        let rest = line.trim_start();
        let indentation = line.len() - rest.len();
        let (start, end) = match rest.chars().next()? {
            quote @ ('"' | '\'') => (1, 1 + rest[1..].find(quote)?),
            _ => (0, rest.find(": ").or_else(|| rest.trim_end().strip_suffix(':').map(str::len))?),
        };
        Some((indentation + start, indentation + end, number, u32::try_from(indentation).ok()? + 1))
    };
    let lines = text.lines().zip(1_u32..);
    let found = lines.filter_map(|(line, number)| {
        let (start, end, number, column) = key((line, number))?;
        Some((line[start..end].trim_end(), (number, column)))
    });
    found.collect()
}

/// A text as YAML: plain where that is the same in every reading, else in quotes.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-~?=&+%,;@():!$*' ".contains(c);
    let begins_well = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '.' | '_'));
    let ends_well = text.ends_with(|c: char| c != ' ' && c != ':');
    let is_word = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if begins_well && ends_well && !is_word && text.chars().all(plain) && !text.contains(": ") {
        return text.to_owned();
    }
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
            format!("\\u{:04X}", u32::from(c))
        }
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Result<Ids, Vec<String>> {
        let valid = |id: &str| (!id.trim().is_empty()).then(|| id.trim().to_owned());
        parse_ids(text, "ids.yaml", &valid).map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_line_gives_a_post_its_id() {
        let text = "# what it is\n\nposts/a.md: https://old.example/?p=1\n\"posts/b: c.md\": 'tag:x,2009:#1'\n\
                    posts/n.md: 0042\nposts/ä.md: null\n";
        let ids = parsed(text).unwrap();
        assert_eq!(ids.of("posts/a.md"), Some("https://old.example/?p=1"));
        assert_eq!(ids.of("posts/b: c.md"), Some("tag:x,2009:#1"));
        assert_eq!((ids.of("posts/n.md"), ids.of("posts/ä.md"), ids.of("c.md")), (Some("0042"), Some("null"), None));
        let places: Vec<_> = ids.given.values().map(|given| given.place).collect();
        assert_eq!(places, [Some((3, 1)), Some((4, 1)), Some((5, 1)), Some((6, 1))]);
    }

    #[test]
    fn nothing_but_comments_is_no_id() {
        for text in ["", "\u{feff}# none yet\n", "---\n", "{}\n"] {
            assert_eq!(parsed(text).unwrap().given, BTreeMap::new(), "{text:?}");
        }
    }

    #[test]
    fn each_mistake_is_told_with_its_place() {
        let cases = [
            (
                "a.md: x:1\nb.md: x:1\n",
                "ids.yaml:2:1: `b.md` has the id `x:1`, which `a.md` has already; \
                 leave it to the post that subscribers know by it",
            ),
            ("a.md:\n", "ids.yaml:1:1: `a.md` has no id here; write it, or remove the line"),
            ("a.md: x:1\na.md: x:2\n", "ids.yaml:2:1: the key `a.md` is given a second time; remove one of the two"),
            ("a.md: [x]\n", "ids.yaml:1:7: `a.md` is a list; expected a text"),
            (
                "- a.md\n",
                "ids.yaml:1:1: the file is a list; expected lines such as `posts/rain.md: https://old.example/?p=123`",
            ),
            ("a.md: x:1\n\u{7}\n", "ids.yaml:2:1: a control character stands here (U+0007); remove it"),
        ];
        for (text, expected) in cases {
            assert_eq!(parsed(text).unwrap_err(), [expected], "{text:?}");
        }
    }

    #[test]
    fn is_written_for_people() {
        let ids = [("posts/b.md", "https://old.example/?p=2&x=1"), ("posts/a: b.md", "tag:x,2009:#1")];
        let ids = ids.map(|(path, id)| (path.to_owned(), id.to_owned())).into();
        let text = write_ids(&ids);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines, ["\"posts/a: b.md\": \"tag:x,2009:#1\"", "posts/b.md: https://old.example/?p=2&x=1"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(ids in prop::collection::btree_map("\\PC{1,12}|[ -~]{1,12}", "[!-~\u{80}-\u{2030}]{1,12}", 0..6)) {
            let distinct = ids.values().map(|id| id.trim()).collect::<std::collections::BTreeSet<_>>().len() == ids.len();
            prop_assume!(distinct && ids.values().all(|id| !id.trim().is_empty()));
            let read = parsed(&write_ids(&ids)).unwrap();
            let read: BTreeMap<String, String> = read.given.into_iter().map(|(path, given)| (path, given.written)).collect();
            prop_assert_eq!(read, ids);
        }

        #[test]
        fn any_text_is_read_or_told(text in "[ -~\n\t\u{e4}]{0,60}") {
            if let Err(problems) = parsed(&text) {
                prop_assert!(!problems.is_empty());
            }
        }
    }
}
