//! `author` and `authors` -> persons.
//!
//! A text is one person, commas or not; a mapping has a name, an address and a page; a list has any
//! of these.

use std::collections::HashMap;

use super::text::{on_one_line, one_line};
use super::vocabulary::{AUTHORS, Fields, Found, member, told};
use super::{Rules, address};
use crate::config::{Person, is_email};
use crate::value::Value;

/// The deepest that lists of authors are nested.
const DEEPEST: usize = 4;
/// So many are compared one by one.
const FEW: usize = 8;

/// The authors of a post, the site's when it names none.
pub(super) fn authors(fields: &mut Fields<'_>, rules: &Rules<'_>) -> Vec<Person> {
    let elsewhere = || fields.find_anywhere(AUTHORS).or_else(|| fields.find_taxonomy(AUTHORS));
    let elsewhere = if fields.find(AUTHORS).is_none() { elsewhere() } else { None };
    let own = fields.said(AUTHORS);
    let mut reader = Reader { fields, rules, people: Vec::new(), known: HashMap::new() };
    own.for_each(|found| read(&found, found.value, DEEPEST, &mut reader));
    elsewhere.iter().for_each(|found| read(found, found.value, DEEPEST, &mut reader));
    if reader.people.is_empty() { rules.site.authors.clone() } else { reader.people }
}

struct Reader<'r, 'f> {
    fields: &'r mut Fields<'f>,
    rules: &'r Rules<'r>,
    people: Vec<Person>,
    /// Where each name is in `people`, once there are more than a few.
    known: HashMap<String, usize>,
}

fn read<'f>(found: &Found<'f>, value: &Value, depth: usize, reader: &mut Reader<'_, 'f>) {
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Sequence(items) if depth > 0 => items.iter().for_each(|item| read(found, item, depth - 1, reader)),
        Value::Mapping(_) => match described(found, value, reader) {
            Some(person) => reader.add(person),
            None => reader.fields.misshapen(found, "a name, or a mapping with `name`"),
        },
        Value::String(name) => {
            let known = reader.rules.generator.author(name).and_then(|known| described(found, known, reader));
            known.or_else(|| Person::parse(&on_one_line(name))).into_iter().for_each(|person| reader.add(person));
        }
        other => match other.text().map(|text| Person::parse(&on_one_line(&text))) {
            Some(person) => person.into_iter().for_each(|person| reader.add(person)),
            None => reader.fields.misshapen(found, "a name, a list of names, or mappings with `name`"),
        },
    }
}

/// A person as a mapping describes it.
fn described<'f>(found: &Found<'f>, value: &Value, reader: &mut Reader<'_, 'f>) -> Option<Person> {
    let said = |aliases: &[&str]| {
        member(value, aliases).and_then(|(key, value)| Some((key.to_owned(), one_line(&value.text()?))))
    };
    let text = |aliases: &[&str]| said(aliases).map(|(_, text)| text);
    let name = text(&["name", "displayname", "fullname", "nickname"]);
    let email = said(&["email", "mail"]);
    let url = said(&["url", "uri", "link", "website", "homepage", "web"]);
    let mut person = Person::parse(name.as_deref().or(email.as_ref().map(|(_, text)| text.as_str()))?)?;
    if let Some((key, email)) = email {
        let address = email.strip_prefix("mailto:").unwrap_or(&email);
        if is_email(address) {
            person.email = Some(address.to_owned());
        } else {
            let message = format!("`{}` is not an e-mail address", told(address));
            let found = reader.fields.nested(found, &key, &email);
            reader.fields.warn(&found, message, "expected one such as `ann@example.org`");
        }
    }
    if let Some((key, url)) = url {
        person.url = address::below_site(&reader.rules.site.url, &url).map(String::from);
        if person.url.is_none() {
            let found = reader.fields.nested(found, &key, &url);
            reader.fields.warn(&found, format!("`{}` is not a web address", told(&url)), "expected `https://...`");
        }
    }
    Some(person)
}

impl Reader<'_, '_> {
    /// Where the person of this name is.
    fn known(&mut self, name: &str) -> Option<usize> {
        if self.people.len() <= FEW {
            return self.people.iter().position(|person| person.name == name);
        }
        for (at, person) in self.people.iter().enumerate().skip(self.known.len()) {
            self.known.insert(person.name.clone(), at);
        }
        self.known.get(name).copied()
    }

    /// Adds a person, or what is new about one who is there.
    fn add(&mut self, person: Person) {
        match self.known(&person.name).and_then(|at| self.people.get_mut(at)) {
            None => {
                // most are alone, and are kept as long as the post
                self.people.reserve_exact(usize::from(self.people.is_empty()));
                self.people.push(person);
            }
            Some(known) => {
                known.email = known.email.take().or(person.email);
                known.url = known.url.take().or(person.url);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::front_matter;
    use super::super::testing;
    use super::super::vocabulary::Keys;
    use super::*;
    use crate::config::{Dialect, Site};
    use crate::generator::Generator;

    fn read(yaml: &str) -> (Vec<Person>, Vec<String>) {
        let text = format!("---\n{yaml}\n---\n");
        let front = front_matter::read(&text).unwrap().front.unwrap();
        let keys = Keys::of(&front);
        let mut fields = Fields::new("a.md", &keys).within(&text);
        let site = Site { authors: vec![named("The Site")], ..testing::site("https://example.org/") };
        let texts = [("_data/authors.yml".to_owned(), "eve: {name: Eve Example, email: eve@example.org}\n".to_owned())];
        let generator = Generator::new(Dialect::Jekyll, "_posts", Value::Null, texts.into());
        let source = testing::source(Dialect::Jekyll);
        let people = authors(&mut fields, &testing::rules(&site, &source, &generator));
        (people, fields.problems.iter().map(ToString::to_string).collect())
    }

    fn named(name: &str) -> Person {
        Person { name: name.into(), ..Person::default() }
    }

    #[test]
    fn reads_every_shape() {
        let ann = Person { name: "Ann".into(), email: Some("ann@example.org".into()), url: None };
        let full = Person { url: Some("https://example.org/ann".into()), ..ann.clone() };
        let cases = [
            ("author: Ann", vec![named("Ann")]),
            ("author: Ann, Bob and Eve", vec![named("Ann, Bob and Eve")]),
            ("authors: [Ann, Bob, Ann]", vec![named("Ann"), named("Bob")]),
            ("author: Ann <ann@example.org>", vec![ann.clone()]),
            ("author: {name: Ann, email: ann@example.org, url: /ann, twitter: '@ann'}", vec![full.clone()]),
            ("author: Ann\nauthors:\n- name: Bob\n- name: Ann\n  mail: ann@example.org", vec![ann, named("Bob")]),
            ("author: 42", vec![named("42")]),
            (
                "author: eve",
                vec![Person { name: "Eve Example".into(), email: Some("eve@example.org".into()), url: None }],
            ),
            ("author: ''\nextra: {author: Eve}", vec![named("Eve")]),
            ("taxonomies: {authors: [Eve]}", vec![named("Eve")]),
            ("author: false", vec![named("The Site")]),
            ("title: x", vec![named("The Site")]),
        ];
        for (yaml, expected) in cases {
            assert_eq!(read(yaml), (expected, vec![]), "{yaml}");
        }
    }

    #[test]
    fn tells_what_is_wrong() {
        let (people, problems) = read("author: {twitter: x}");
        assert_eq!(people, [named("The Site")]);
        assert_eq!(problems, ["a.md:2:9: `author` is a mapping; expected a name, or a mapping with `name`"]);
        let (people, problems) = read("authors:\n- {name: Ann, email: nobody, url: 'mailto:x'}");
        assert_eq!(people, [named("Ann")]);
        assert_eq!(problems.len(), 2);
        assert!(problems[0].starts_with("a.md:3:22: warning: `nobody` is not an e-mail address"), "{problems:?}");
    }
}
