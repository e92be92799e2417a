//! What keeps the service from its work: told once for each cause, until it is mended, and that it is.
//!
//! A service tries again and again, and each time it fails a little differently: at another file, for want of space
//! after want of permission, with another count. That is one cause, and one line of the log; what it is at the moment
//! is in the status.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Error;
use chrono::{DateTime, Utc};
use tracing::{debug, error, info};

use crate::status::{Concern, LastError, Trouble};

/// Everything that the service is kept from.
#[derive(Debug, Default)]
pub struct Troubles {
    standing: BTreeMap<Concern, Standing>,
    last: Option<LastError>,
}

#[derive(Debug)]
struct Standing {
    trouble: Trouble,
    /// Those that were told.
    causes: BTreeSet<String>,
}

impl Troubles {
    /// Something failed. It is told unless it was already: by its cause.
    pub fn complain(&mut self, concern: Concern, cause: String, message: String, now: DateTime<Utc>) {
        let trouble = Trouble { concern, message: message.clone(), since: now };
        let standing = self.standing.entry(concern).or_insert(Standing { trouble, causes: BTreeSet::new() });
        standing.trouble.message.clone_from(&message);
        if standing.causes.insert(cause) {
            error!("{message}");
        } else {
            debug!("{message}");
        }
        self.last = Some(LastError { message, at: now, mended: None });
    }

    /// It works.
    pub fn mended(&mut self, concern: Concern, now: DateTime<Utc>) {
        if self.over(concern, now) {
            match concern {
                Concern::Publication => info!("it works again"),
                Concern::Configuration => info!("it works again: the new configuration can be used"),
                Concern::Syndication => info!("feeds are passed on again"),
                Concern::Metrics => info!("the metrics are written again"),
                Concern::Control => info!("`feedwright status` is answered again"),
            }
        }
    }

    /// It is not asked for any more; whether it stood.
    pub fn over(&mut self, concern: Concern, now: DateTime<Utc>) -> bool {
        let Some(standing) = self.standing.remove(&concern) else { return false };
        if let Some(last) = self.last.as_mut().filter(|last| last.message == standing.trouble.message) {
            last.mended = Some(now);
        }
        true
    }

    /// What stands.
    pub fn standing(&self) -> impl Iterator<Item = &Trouble> {
        self.standing.values().map(|standing| &standing.trouble)
    }

    /// The last of them, mended or not.
    pub fn last(&self) -> Option<&LastError> {
        self.last.as_ref()
    }
}

/// The cause of a failure: what failed, but not with which file, how often, or for which reason of the system.
pub fn cause_of(error: &Error) -> String {
    let what = error.to_string();
    let outside_of_names = what.split('`').step_by(2);
    outside_of_names.flat_map(str::chars).filter(|c| !c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn what_varies_is_no_cause_of_its_own() {
        let failed = |file: &str, reason: &'static str| {
            cause_of(&Err::<(), _>(anyhow!(reason)).context(format!("cannot write `{file}` in 3 tries")).unwrap_err())
        };
        assert_eq!(failed("a.xml", "no space"), failed("b.xml", "input/output error"));
        assert_ne!(failed("a.xml", "no space"), cause_of(&anyhow!("cannot watch `a.xml`")));
    }

    #[test]
    fn a_trouble_has_one_beginning_and_the_message_of_now() {
        let (mut troubles, time) = (Troubles::default(), |second| DateTime::from_timestamp(second, 0).unwrap());
        troubles.complain(Concern::Publication, "write".into(), "no space".into(), time(1));
        troubles.complain(Concern::Publication, "write".into(), "read-only".into(), time(2));
        let standing: Vec<&Trouble> = troubles.standing().collect();
        assert_eq!((standing[0].message.as_str(), standing[0].since), ("read-only", time(1)));
        troubles.mended(Concern::Publication, time(3));
        troubles.mended(Concern::Publication, time(4));
        assert_eq!(troubles.standing().count(), 0);
        let last = troubles.last().unwrap();
        assert_eq!((last.message.as_str(), last.at, last.mended), ("read-only", time(2), Some(time(3))));
    }
}
