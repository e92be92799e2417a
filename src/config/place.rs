//! Where something stands in the text of the configuration.
//!
//! In: the text, and a path such as `site.author.url` or `feeds[2].path`. Out: its line and column.
//! The parser knows where it is only when a reader refuses something, so [`of`] reads the text once
//! more with a reader that refuses exactly what is looked for: quotes, brackets, comments and aliases are all the
//! parser's business.

use std::collections::HashSet;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// Line and column, both from 1.
pub(super) type Place = (u32, u32);

/// The place of the value at `path`; of its key when it is empty; of what is around it when it is not there.
pub(super) fn of(text: &str, path: &str) -> Option<Place> {
    let steps = steps(path);
    (1..=steps.len()).rev().find_map(|length| {
        let steps = &steps[..length];
        match refused(text, Seek { steps, stop: Stop::Value }) {
            Some((_, message)) if message.contains(EMPTY) => refused(text, Seek { steps, stop: Stop::Key }),
            found => found,
        }
        .map(|(place, _)| place)
    })
}

/// The place of the key at `path`.
pub(super) fn of_key(text: &str, path: &str) -> Option<Place> {
    refused(text, Seek { steps: &steps(path), stop: Stop::Key }).map(|(place, _)| place)
}

/// The second one of two keys of one mapping that are the same, with its place. The error is the parser's.
pub(super) fn repeated(text: &str) -> Result<(), serde_yaml::Error> {
    Unique.deserialize(serde_yaml::Deserializer::from_str(text))
}

/// What the message of [`repeated`] begins with, before the key in backticks.
pub(super) const REPEATED: &str = "duplicate key ";

/// The place of the character with this number, from 0.
pub(super) fn at(text: &str, index: usize) -> Place {
    let (mut line, mut column) = (1_u32, 1_u32);
    let mut characters = text.chars().peekable();
    for _ in 0..index {
        match characters.next() {
            Some('\r') if characters.peek() == Some(&'\n') => {}
            Some('\n' | '\r') => (line, column) = (line.saturating_add(1), 1),
            Some(_) => column = column.saturating_add(1),
            None => break,
        }
    }
    (line, column)
}

const EMPTY: &str = "an empty value stands here";
const HERE: &str = "a value stands here";

fn refused(text: &str, seek: Seek) -> Option<(Place, String)> {
    let error = seek.deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    Some((at(text, error.location()?.index()), error.to_string()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// `a.b[2].c` in its parts.
fn steps(path: &str) -> Vec<Step<'_>> {
    let parts = path.split(['.', '[']).filter(|part| !part.is_empty());
    parts
        .map(|part| part.strip_suffix(']').and_then(|number| number.parse().ok()).map_or(Step::Key(part), Step::Index))
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Value,
    Key,
}

/// Goes to a value and refuses it.
#[derive(Clone, Copy)]
struct Seek<'a> {
    steps: &'a [Step<'a>],
    stop: Stop,
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// All scalars but texts alike.
macro_rules! scalars {
    ($value:ty, $error:ident => $made:expr) => {
        fn visit_bool<$error: Error>(self, _: bool) -> Result<$value, $error> {
            $made
        }
        fn visit_i64<$error: Error>(self, _: i64) -> Result<$value, $error> {
            $made
        }
        fn visit_u64<$error: Error>(self, _: u64) -> Result<$value, $error> {
            $made
        }
        fn visit_i128<$error: Error>(self, _: i128) -> Result<$value, $error> {
            $made
        }
        fn visit_u128<$error: Error>(self, _: u128) -> Result<$value, $error> {
            $made
        }
        fn visit_f64<$error: Error>(self, _: f64) -> Result<$value, $error> {
            $made
        }
    };
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    scalars!((), E => Err(E::custom(HERE)));

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Err(E::custom(HERE))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Err(E::custom(EMPTY))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let steps = match self.steps {
            [] => return Err(A::Error::custom(HERE)),
            [Step::Index(_), rest @ ..] => rest, // one mapping stands for a list of it
            steps => steps,
        };
        let [Step::Key(wanted), rest @ ..] = steps else { return Err(A::Error::custom(HERE)) };
        let refuse = rest.is_empty() && self.stop == Stop::Key;
        while let Some(found) = map.next_key_seed(Key { wanted, refuse })? {
            if found {
                map.next_value_seed(Seek { steps: rest, ..self })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let [Step::Index(index), rest @ ..] = self.steps else { return Err(A::Error::custom(HERE)) };
        for _ in 0..*index {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        list.next_element_seed(Seek { steps: rest, ..self })?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Whether a key is the wanted one, which it refuses when it is told to.
struct Key<'a> {
    wanted: &'a str,
    refuse: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self) // numbers, too
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        // `author` may be written `authors`
        let found = key == self.wanted || (self.wanted == "author" && key == "authors");
        if found && self.refuse { Err(E::custom(HERE)) } else { Ok(found) }
    }
}

/// Refuses the second of two keys that are the same.
#[derive(Clone, Copy)]
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    scalars!((), E => Ok(()));

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut known = HashSet::new();
        while map.next_key_seed(NewKey(&mut known))?.is_some() {
            map.next_value_seed(Unique)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Unique)?.is_some() {}
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (IgnoredAny, value) = tagged.variant()?;
        value.newtype_variant_seed(Unique)
    }
}

/// Refuses a key that is known.
struct NewKey<'a>(&'a mut HashSet<String>);

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self) // numbers, too
    }
}

impl Visitor<'_> for NewKey<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        let name = if key == "authors" { "author" } else { key }; // one key, in two spellings
        if self.0.insert(name.to_owned()) { Ok(()) } else { Err(E::custom(format!("{REPEATED}`{key}`"))) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "# title: no\nfeeds:\n  - {title: \"F: x\", path: a.xml}\n  - path: 'b.xml'\nsite:\n  title:\n  \
                        \"url\" :  https://e.org\n  authors: [Ann, {name: Bo, url: /bo}]\nposts: blog\n";

    #[test]
    fn values_are_found_by_their_path() {
        let cases = [
            ("site.title", (6, 3)),
            ("site.url", (7, 12)),
            ("site.author[1].url", (8, 34)),
            ("feeds[0].path", (3, 27)),
            ("feeds[1].path", (4, 11)),
            ("feeds[1].format", (4, 5)),
            ("posts[0].path", (9, 8)),
            ("watch.settle", (1, 1)),
        ];
        for (path, expected) in cases {
            let found = of(TEXT, path);
            assert_eq!(found, (path != "watch.settle").then_some(expected), "{path}");
        }
        assert_eq!(of_key(TEXT, "site.url"), Some((7, 3)));
    }

    #[test]
    fn lines_end_as_they_do_in_yaml() {
        assert_eq!(
            [at("a\r\nb", 3), at("a\rb", 2), at("a\nb", 2), at("ä\u{85}b", 2)],
            [(2, 1), (2, 1), (2, 1), (1, 3)]
        );
    }

    proptest! {
        #[test]
        fn any_text_has_places_or_none(text in "[ -~\n\t\u{e4}]{0,60}", path in "[a-z.\\[\\]0-9]{0,12}") {
            if let Some((line, column)) = of(&text, &path) {
                prop_assert!(line >= 1 && column >= 1);
            }
        }
    }
}
