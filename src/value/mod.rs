//! What front matter, configurations and data files say, of any syntax, as one kind of value.
//!
//! A [`Value`] is read through serde, from YAML, TOML and JSON alike, with a [`Budget`] that bounds
//! what a few bytes of aliases can grow to, and with duplicate keys refused at the second one,
//! if not asked otherwise.
//!
//! - `read`: whole texts, by their syntax

pub mod read;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value of front matter, a configuration or a data file.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    String(String),
    /// TOML's, as its text.
    DateTime(String),
    Sequence(Vec<Value>),
    /// In the order written, without two of one key.
    Mapping(Vec<(String, Value)>),
}

/// What becomes of a list that another is laid over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// The other one counts.
    Replaced,
    /// The other one's items come behind its own.
    Joined,
}

impl Value {
    /// The value of a key of a mapping.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Self> {
        self.pairs().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value at a path of keys, such as `feed.path`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |value, key| value.entry(key))
    }

    /// The value at a path of keys, whatever their case.
    #[must_use]
    pub fn find_at(&self, path: &str) -> Option<&Self> {
        let entry =
            |value: &'_ Self, key: &str| value.pairs().iter().position(|(name, _)| name.eq_ignore_ascii_case(key));
        path.split('.').try_fold(self, |value, key| Some(&value.pairs()[entry(value, key)?].1))
    }

    /// The keys and values of a mapping; of anything else none.
    #[must_use]
    pub fn pairs(&self) -> &[(String, Self)] {
        if let Self::Mapping(pairs) = self { pairs } else { &[] }
    }

    /// The items of a list; of anything else none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::Sequence(items) = self { items } else { &[] }
    }

    /// A text, a date as it is written too.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::DateTime(text) => Some(text),
            _ => None,
        }
    }

    /// A truth value.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// Lays `other` over this: of mappings key by key, of anything else whole.
    pub fn overlay(&mut self, other: Self) {
        self.overlay_joining(other, Lists::Replaced);
    }

    /// The same, and says what becomes of lists. A mapping laid over nothing is that mapping.
    pub fn overlay_joining(&mut self, other: Self, lists: Lists) {
        match (self, other) {
            (Self::Mapping(pairs), Self::Mapping(more)) => {
                for (key, value) in more {
                    match pairs.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, known)) => known.overlay_joining(value, lists),
                        None => pairs.push((key, value)),
                    }
                }
            }
            (Self::Sequence(items), Self::Sequence(more)) if lists == Lists::Joined => items.extend(more),
            (this, other) => *this = other,
        }
    }

    /// A scalar as text; numbers and truth values count. `None` for nothing, lists and mappings.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::String(text) | Self::DateTime(text) => Some(text.into()),
            Self::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            Self::Integer(number) => Some(number.to_string().into()),
            Self::Float(number) => Some(number.to_string().into()),
            Self::Null | Self::Sequence(_) | Self::Mapping(_) => None,
        }
    }

    /// The same as a text of its own.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        self.text().map(Cow::into_owned)
    }

    /// Whether nothing is said: no value, or a blank one.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::String(text) => text.chars().all(char::is_whitespace),
            Self::Sequence(items) => items.is_empty(),
            Self::Mapping(pairs) => pairs.is_empty(),
            _ => false,
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Bool(_) => "true or false",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::String(_) => "text",
            Self::DateTime(_) => "a date",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

/// How many values, keys and bytes of text a front matter may still hold.
#[derive(Debug)]
pub struct Budget {
    left: Cell<usize>,
    /// The keys that stand twice, where that is no error.
    repeated: Option<RefCell<Vec<String>>>,
}

/// The message of an error when a [`Budget`] is spent.
pub const TOO_MUCH: &str = "holds too much";
/// How the message of an error about a key that stands twice begins.
pub const DUPLICATE: &str = "duplicate key ";

impl Budget {
    /// A budget of so much.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self { left: Cell::new(size), repeated: None }
    }

    /// The same, and of two values of one key the later one counts.
    #[must_use]
    pub fn taking_the_last(self) -> Self {
        Self { repeated: Some(RefCell::default()), ..self }
    }

    /// The keys that stood twice, in order.
    #[must_use]
    pub fn repeated(self) -> Vec<String> {
        self.repeated.map(RefCell::into_inner).unwrap_or_default()
    }

    fn spend<E: Error>(&self, size: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(size).ok_or_else(|| E::custom(TOO_MUCH))?;
        self.left.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &Budget {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Budget {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.spend(1).map(|()| Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.visit_i128(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.visit_i128(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.spend(1).map(|()| Value::Integer(value))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_string(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.spend(1).map(|()| Value::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.spend(value.len() + 1).map(|()| Value::String(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.spend(1).map(|()| Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let mut seen = HashSet::new();
        let mut pairs = Vec::new();
        let mut merged = Vec::new();
        while let Some(key) = access.next_key_seed(Key { seen: &mut seen, budget: self })? {
            let value = access.next_value_seed(self)?;
            if key == "<<" { merged.push(value) } else { pairs.push((key, value)) }
        }
        if pairs.len() > seen.iter().filter(|key| *key != "<<").count() {
            keep_last(&mut pairs);
        }
        merge(merged, &mut pairs, &mut seen);
        Ok(Value::Mapping(pairs))
    }

    /// A value with a YAML tag: the tag says nothing here.
    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let (_, value): (AnyTag, _) = access.variant()?;
        value.newtype_variant_seed(self)
    }
}

/// Of pairs with one key only the last stays.
fn keep_last(pairs: &mut Vec<(String, Value)>) {
    let mut later = HashSet::new();
    pairs.reverse();
    pairs.retain(|(key, _)| later.insert(key.clone()));
    pairs.reverse();
}

/// Adds what YAML's merge keys bring, where it is not said already.
fn merge(merged: Vec<Value>, pairs: &mut Vec<(String, Value)>, seen: &mut HashSet<String>) {
    for value in merged {
        match value {
            Value::Sequence(items) => merge(items, pairs, seen),
            Value::Mapping(more) => pairs.extend(more.into_iter().filter(|(key, _)| seen.insert(key.clone()))),
            _ => {}
        }
    }
}

struct AnyTag;

impl<'de> Deserialize<'de> for AnyTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|_| Self)
    }
}

/// Reads a key as text and refuses one that was there, so that the error is at its place.
struct Key<'a> {
    seen: &'a mut HashSet<String>,
    budget: &'a Budget,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is text")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        self.budget.spend(key.len() + 1)?;
        if !self.seen.insert(key.to_owned()) {
            match &self.budget.repeated {
                Some(repeated) => repeated.borrow_mut().push(key.to_owned()),
                None => return Err(E::custom(format_args!("{DUPLICATE}`{key}`"))),
            }
        }
        Ok(key.to_owned())
    }

    fn visit_bool<E: Error>(self, key: bool) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_i64<E: Error>(self, key: i64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_u64<E: Error>(self, key: u64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_u128<E: Error>(self, key: u128) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_f64<E: Error>(self, key: f64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        self.visit_str("")
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn yaml(text: &str) -> Result<Value, serde_yaml::Error> {
        Budget::new(10_000).deserialize(serde_yaml::Deserializer::from_str(text))
    }

    fn text(value: &str) -> Value {
        Value::String(value.into())
    }

    #[test]
    fn reads_every_kind() {
        let value = yaml("a: ~\nb: true\nc: -7\nd: 1.5\ne: x\nf: [1, {g: h}]\n18446744073709551616: !tag y\n").unwrap();
        let Value::Mapping(pairs) = value else { panic!("no mapping") };
        let values: Vec<_> = pairs.iter().map(|(_, value)| value.clone()).collect();
        let inner = Value::Mapping(vec![("g".into(), text("h"))]);
        let list = Value::Sequence(vec![Value::Integer(1), inner]);
        assert_eq!(
            values,
            [Value::Null, Value::Bool(true), Value::Integer(-7), Value::Float(1.5), text("x"), list, text("y")]
        );
    }

    #[test]
    fn refuses_the_second_of_two_keys_where_it_stands() {
        let error = yaml("a: 1\nb:\n  c: 1\n  c: 2\n").unwrap_err();
        let location = error.location().unwrap();
        assert_eq!((location.line(), location.column()), (4, 3));
        assert!(error.to_string().contains("duplicate key `c`"), "{error}");
    }

    #[test]
    fn takes_the_last_of_two_where_that_is_asked_for() {
        let budget = Budget::new(1000).taking_the_last();
        let value = budget.deserialize(serde_yaml::Deserializer::from_str("a: 1\nb: {c: 1, c: 2}\na: 3\n")).unwrap();
        assert_eq!(value.entry("a"), Some(&Value::Integer(3)));
        assert_eq!(value.at("b.c"), Some(&Value::Integer(2)));
        assert_eq!((value.pairs().len(), budget.repeated()), (2, vec!["c".to_owned(), "a".to_owned()]));
    }

    #[test]
    fn merges_mappings() {
        let value = yaml("base: &b {x: 1, y: 2}\nall:\n  y: 3\n  <<: *b\n").unwrap();
        let Value::Mapping(pairs) = value else { panic!("no mapping") };
        let all = Value::Mapping(vec![("y".into(), Value::Integer(3)), ("x".into(), Value::Integer(1))]);
        assert_eq!(pairs[1].1, all);
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..20 {
            let before = level - 1;
            let refs = vec![format!("*a{before}"); 10].join(", ");
            writeln!(bomb, "a{level}: &a{level} [{refs}]").unwrap();
        }
        assert!(yaml(&bomb).is_err());
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(4_000), ["*a"; 40].join(", "));
        assert!(yaml(&long).unwrap_err().to_string().contains(TOO_MUCH));
    }
}
