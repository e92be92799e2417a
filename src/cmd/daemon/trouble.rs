//! What keeps the service from its work: told once for each cause, however often it comes back and in whatever words.
//!
//! In: what failed. Out: whether that is news. It tells nothing itself.

use std::collections::BTreeSet;

/// What is wrong now, and what was wrong since all was well last.
#[derive(Debug, Default)]
pub struct Trouble {
    now: Option<String>,
    causes: BTreeSet<Cause>,
}

/// What is at the bottom of a failure, and where: of a full disk the same, whichever file could not be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    place: String,
    reason: String,
}

/// Something that fails in ever new ways is not told for ever.
const CAUSES: usize = 20;

impl Cause {
    /// One that has only one form.
    pub fn plain(reason: &str) -> Self {
        Self { place: String::new(), reason: reason.to_owned() }
    }

    /// Of the contexts of an error the first says where, the last is the reason.
    pub fn of(error: &anyhow::Error) -> Self {
        Self { place: error.to_string(), reason: error.root_cause().to_string() }
    }
}

impl Trouble {
    /// Something failed, with this to be told; whether it is news.
    pub fn is_news(&mut self, cause: Cause, text: &str) -> bool {
        self.now = Some(text.to_owned());
        self.causes.len() < CAUSES && self.causes.insert(cause)
    }

    /// All is well; whether that is news.
    pub fn is_over(&mut self) -> bool {
        std::mem::take(self).now.is_some()
    }

    /// What failed last, until all is well again.
    pub fn now(&self) -> Option<&str> {
        self.now.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_cause_is_news_once_until_all_is_well() {
        let full = |file: &str| anyhow!("no space").context(format!("cannot write `{file}`")).context("cannot publish");
        let mut trouble = Trouble::default();
        let mut news = |error: &anyhow::Error| trouble.is_news(Cause::of(error), &format!("{error:#}"));
        assert!(news(&full("rss.xml")));
        assert!(!news(&full("atom.xml")), "another file, the same disk");
        assert!(news(&anyhow!("no space").context("cannot keep the state")));
        assert!(!news(&full("rss.xml")), "they take turns");
        assert_eq!(trouble.now(), Some("cannot publish: cannot write `rss.xml`: no space"));
        assert!(trouble.is_over() && !trouble.is_over());
        assert!(trouble.is_news(Cause::of(&full("rss.xml")), "again"));
    }

    #[test]
    fn what_differs_each_time_is_not_told_for_ever() {
        let mut trouble = Trouble::default();
        let told = (0..1000).filter(|number| trouble.is_news(Cause::plain(&number.to_string()), "it"));
        assert_eq!(told.count(), CAUSES);
    }
}
