//! When posts vanish all at once: a disk that is not mounted, a deploy that went wrong.
//!
//! In: how many posts there are, each time that somebody looks. Out: whether that can be meant. The old feeds stand until
//! the posts are back, somebody confirms that they were deleted, or it has stood for long.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use tracing::warn;

use crate::ledger::{Census, Ledger, Loss};

/// Watches over how many posts there are.
#[derive(Debug)]
pub(super) struct Guard {
    /// How long a loss must stand to be taken for meant.
    patience: Duration,
    on_loss: OnLoss,
    /// What was counted lately: a folder that is emptied takes a while.
    lately: VecDeque<(Instant, Census)>,
}

/// What is done about posts that vanished all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnLoss {
    /// Nothing is published.
    #[default]
    Refuse,
    /// They were deleted on purpose. That is for the next time that somebody looks, and not for later.
    Accept,
    /// It is told, and nothing is kept in mind: for who only looks.
    Tell,
}

/// What happens within this time happens at once.
const AT_ONCE: Duration = Duration::from_mins(10);

impl Guard {
    pub fn new(patience: Duration, on_loss: OnLoss) -> Self {
        Self { patience, on_loss, lately: VecDeque::new() }
    }

    /// Somebody says that what vanished was deleted on purpose.
    pub fn accept(&mut self) {
        self.on_loss = OnLoss::Accept;
    }

    /// Takes in how many posts there are now.
    ///
    /// # Errors
    /// When too many of them vanished.
    pub fn weigh(&mut self, counted: Census, ledger: &mut Ledger, now: DateTime<Utc>) -> Result<()> {
        let instant = Instant::now();
        self.lately.retain(|(counted, _)| instant.duration_since(*counted) < AT_ONCE);
        let before = self.lately.iter().fold(ledger.census().clone(), |most, (_, census)| most.most(census));
        if let Some(loss) = before.loss(&counted) {
            let since = ledger.note_loss(now);
            if self.on_loss == OnLoss::Tell {
                warn!("{}", self.told(&loss, since));
                return Ok(());
            }
            if !self.is_meant(&loss, since, now) {
                bail!("{}", self.told(&loss, since));
            }
            self.lately.clear();
        } else if before != counted {
            self.lately.push_back((instant, counted.clone()));
        }
        self.on_loss = OnLoss::Refuse;
        ledger.count(counted);
        Ok(())
    }

    fn is_meant(&self, loss: &Loss, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let Loss { folder, before, now: left } = loss;
        if self.on_loss == OnLoss::Accept {
            warn!("{} of {before} posts in `{folder}` are gone, as was confirmed", before - left);
        } else if (now - since).to_std().unwrap_or_default() >= self.patience {
            warn!("{} of {before} posts in `{folder}` are gone for good", before - left);
        } else {
            return false;
        }
        true
    }

    fn told(&self, loss: &Loss, since: DateTime<Utc>) -> String {
        let Loss { folder, before, now } = loss;
        let until = since + TimeDelta::from_std(self.patience).unwrap_or_default();
        format!(
            "{} of {before} posts in `{folder}` vanished at once; bring them back, or confirm with \
             `feedwright --accept-loss` that they were deleted (else that is believed from {} on)",
            before - now,
            until.format("%Y-%m-%dT%H:%M:%SZ"),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn census(posts: usize) -> Census {
        Census(BTreeMap::from([("posts".to_owned(), posts)]))
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_loss_is_refused_until_the_posts_are_back() {
        let (mut guard, mut ledger) = (Guard::new(Duration::from_mins(1), OnLoss::Refuse), Ledger::default());
        guard.weigh(census(40), &mut ledger, at("2024-01-01T00:00:00Z")).unwrap();
        let error = guard.weigh(census(3), &mut ledger, at("2024-01-01T00:00:10Z")).unwrap_err().to_string();
        assert_eq!(
            error,
            "37 of 40 posts in `posts` vanished at once; bring them back, or confirm with `feedwright --accept-loss` \
             that they were deleted (else that is believed from 2024-01-01T00:01:10Z on)"
        );
        assert_eq!(guard.weigh(census(3), &mut ledger, at("2024-01-01T00:01:00Z")).unwrap_err().to_string(), error);
        guard.weigh(census(39), &mut ledger, at("2024-01-01T00:01:01Z")).unwrap();
        assert_eq!(ledger.loss(), None);
    }

    #[test]
    fn a_loss_that_is_confirmed_or_stands_for_long_is_meant() {
        let (mut guard, mut ledger) = (Guard::new(Duration::from_mins(1), OnLoss::Accept), Ledger::default());
        guard.weigh(census(40), &mut ledger, at("2024-01-01T00:00:00Z")).unwrap();
        assert!(guard.weigh(census(0), &mut ledger, at("2024-01-01T00:00:01Z")).is_err(), "said too early");
        guard.accept();
        guard.weigh(census(0), &mut ledger, at("2024-01-01T00:00:02Z")).unwrap();
        guard.weigh(census(40), &mut ledger, at("2024-01-01T00:00:03Z")).unwrap();
        assert!(guard.weigh(census(0), &mut ledger, at("2024-01-01T00:00:04Z")).is_err());
        guard.weigh(census(0), &mut ledger, at("2024-01-01T00:01:04Z")).unwrap();
    }

    #[test]
    fn a_folder_that_is_emptied_bit_by_bit_vanishes_at_once_too() {
        let (mut guard, mut ledger) = (Guard::new(Duration::from_mins(1), OnLoss::Refuse), Ledger::default());
        for left in [100, 80, 60] {
            guard.weigh(census(left), &mut ledger, at("2024-01-01T00:00:00Z")).unwrap();
        }
        assert!(guard.weigh(census(40), &mut ledger, at("2024-01-01T00:00:01Z")).is_err());
    }
}
