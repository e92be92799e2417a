//! Entries of front matter, by what their keys are known by.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::super::front_matter::{Entry, FrontMatter};
use super::aliases::Aliases;
use super::name;
use super::names::{self, Names};

/// All keys of a file, and those that are said for it elsewhere.
pub struct Keys<'a> {
    own: Known<'a>,
    given: Known<'a>,
}

impl<'a> Keys<'a> {
    /// Those of front matter.
    pub fn of(front: &'a FrontMatter<'a>) -> Self {
        Self { own: Known::of(&front.entries), given: Known::of(&front.given) }
    }

    /// Whether one of some keys is there.
    pub fn has(&self, aliases: &Aliases) -> bool {
        (self.own.names | self.given.names) & aliases.set != 0
    }

    /// The entries of one name, the post's own first.
    pub fn named(&'a self, known: &str) -> impl Iterator<Item = &'a Entry<'a>> {
        [&self.own, &self.given].into_iter().filter_map(move |keys| keys.named(known))
    }

    /// The first entry that says something.
    pub fn first(&'a self, aliases: &Aliases) -> Option<&'a Entry<'a>> {
        let first = |keys: &'a Known<'a>| {
            if keys.names & aliases.set == 0 { None } else { keys.said(aliases).next() }
        };
        first(&self.own).or_else(|| first(&self.given))
    }

    /// The entries that say something, the most telling first; the post's own come before all others.
    pub fn said(&'a self, aliases: &Aliases) -> impl Iterator<Item = &'a Entry<'a>> + use<'a> {
        self.own.said(aliases).chain(self.given.said(aliases))
    }
}

/// Entries of one origin.
struct Known<'a> {
    entries: &'a [Entry<'a>],
    /// The names that they have.
    names: Names,
    /// Where the entry of each of these names is.
    places: [u32; names::MOST],
    /// The others, made when one is asked for.
    others: OnceCell<HashMap<Cow<'a, str>, &'a Entry<'a>>>,
}

impl<'a> Known<'a> {
    /// Of keys that are known alike the one counts that is written so, else the first.
    fn of(entries: &'a [Entry<'a>]) -> Self {
        let mut known = Self { entries, names: 0, places: [0; names::MOST], others: OnceCell::new() };
        for (entry, place) in entries.iter().zip(0..) {
            let name = name(&entry.key);
            let Some(number) = names::number(&name) else { continue };
            if known.names & 1 << number == 0 || name == entry.key {
                known.places[number] = place;
            }
            known.names |= 1 << number;
        }
        known
    }

    /// What says something under one of some keys, in their order.
    fn said(&'a self, aliases: &Aliases) -> impl Iterator<Item = &'a Entry<'a>> + use<'a> {
        let numbers = aliases.numbers().take(if self.names & aliases.set == 0 { 0 } else { usize::MAX });
        numbers.filter_map(|number| self.numbered(number)).filter(|entry| !entry.value.is_blank())
    }

    fn numbered(&self, number: usize) -> Option<&'a Entry<'a>> {
        if self.names & 1 << number == 0 { None } else { self.entries.get(self.places[number] as usize) }
    }

    fn named(&self, known: &str) -> Option<&'a Entry<'a>> {
        match names::number(known) {
            Some(number) => self.numbered(number),
            None => self.others.get_or_init(|| others(self.entries)).get(known).copied(),
        }
    }
}

/// Entries by their names, where these are none of those that have numbers.
fn others<'a>(entries: &'a [Entry<'a>]) -> HashMap<Cow<'a, str>, &'a Entry<'a>> {
    let mut others = HashMap::new();
    for entry in entries {
        let name = name(&entry.key);
        if name == entry.key {
            others.insert(name, entry);
        } else {
            others.entry(name).or_insert(entry);
        }
    }
    others
}
