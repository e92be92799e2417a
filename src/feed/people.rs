//! Authors as feeds name them.
//!
//! In: people as the configuration and the posts have them. Out: those who have a name, with an
//! address and a page only where readers and validators take them for such.

use std::borrow::Cow;

use crate::config::{Person, is_email};

use super::{text, uri};

/// Somebody as feeds can name them.
pub(super) struct Author<'a> {
    /// Clean, on one line, not blank.
    pub(super) name: Cow<'a, str>,
    /// An addr-spec (RFC 4287 §3.2.3).
    pub(super) email: Option<&'a str>,
    /// An absolute address.
    pub(super) url: Option<Cow<'a, str>>,
}

/// Those of `people` who have a name.
pub(super) fn authors(people: &[Person]) -> impl Iterator<Item = Author<'_>> {
    people.iter().map(author).filter(|author| !text::is_blank(&author.name))
}

impl Author<'_> {
    /// `ann@example.org (Ann)`, as RSS has people (RSS Best Practices Profile); nothing without an address.
    pub(super) fn mailbox(&self) -> Option<String> {
        let name = text::line(&self.name.replace(['(', ')', '\\'], " ")).into_owned();
        self.email.map(|email| if text::is_blank(&name) { email.to_owned() } else { format!("{email} ({name})") })
    }
}

fn author(person: &Person) -> Author<'_> {
    Author {
        name: text::line(&person.name),
        email: person.email.as_deref().map(str::trim).filter(|email| is_address(email)),
        url: person.url.as_deref().and_then(uri::link),
    }
}

/// Whether mail can be sent there: the domain is a host name of two labels or more.
fn is_address(text: &str) -> bool {
    let label =
        |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !l.starts_with('-');
    is_email(text) && text.rsplit('@').next().is_some_and(|domain| domain.split('.').all(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, email: &str, url: &str) -> Person {
        Person { name: name.to_owned(), email: Some(email.to_owned()), url: Some(url.to_owned()) }
    }

    #[test]
    fn keeps_what_is_right() {
        let people =
            [person("Ann\u{b}  B", "ann@example.org", "https://example.org/~ann"), person(" ", "x@example.org", "")];
        let authors: Vec<_> = authors(&people).collect();
        assert_eq!(authors.len(), 1);
        assert_eq!(authors[0].name, "Ann B");
        assert_eq!(authors[0].email, Some("ann@example.org"));
        assert_eq!(authors[0].url.as_deref(), Some("https://example.org/~ann"));
        assert_eq!(authors[0].mailbox().as_deref(), Some("ann@example.org (Ann B)"));
    }

    #[test]
    fn drops_addresses_that_are_none() {
        for email in [
            "",
            "ann",
            "ann@localhost",
            "ann@.",
            "ann@a..b",
            "ann@ex ample.org",
            "<ann@example.org>",
            "ann@exämple.org",
        ] {
            let people = [person("Ann", email, "@ann")];
            let author = authors(&people).next().unwrap();
            assert_eq!((author.mailbox(), author.email, author.url), (None, None, None), "{email}");
        }
    }

    #[test]
    fn a_mailbox_has_no_parentheses_in_its_name() {
        let mailbox = |name| authors(&[person(name, "a@b.org", "")]).next().unwrap().mailbox().unwrap();
        assert_eq!(mailbox("Ann (she) B\\"), "a@b.org (Ann she B)");
        assert_eq!(mailbox("()"), "a@b.org");
    }
}
