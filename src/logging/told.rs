//! What stands is not told again.
//!
//! An event with the field `cause` is told once, until one with the same as `mended` tells that it is over; and that is
//! told only if the cause was. So a room that tries something again and again need not keep in mind what it said:
//! `warn!(cause = "watch", ..)`. What follows a `/` in a cause is part of it, and is mended with it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The fields that are about telling, and are not told themselves.
pub const FIELDS: [&str; 2] = ["cause", "mended"];

/// The layer that holds back what was told.
#[derive(Debug, Default)]
pub struct Once {
    standing: Mutex<BTreeSet<String>>,
}

impl Once {
    /// Whether this is news.
    fn is_news(&self, fields: Fields) -> bool {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new_cause = fields.cause.is_none_or(|cause| standing.insert(cause));
        let Some(mended) = fields.mended else { return is_new_cause };
        let below = format!("{mended}/");
        let before = standing.len();
        standing.retain(|cause| *cause != mended && !cause.starts_with(&below));
        is_new_cause && standing.len() < before
    }
}

impl<S: Subscriber> Layer<S> for Once {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.is_news(fields)
    }
}

/// What an event says of causes.
#[derive(Debug, Default)]
struct Fields {
    cause: Option<String>,
    mended: Option<String>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "cause" => self.cause = Some(value.to_owned()),
            "mended" => self.mended = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if FIELDS.contains(&field.name()) {
            self.record_str(field, &format!("{value:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(name: &str) -> Fields {
        Fields { cause: Some(name.to_owned()), mended: None }
    }

    fn mended(name: &str) -> Fields {
        Fields { cause: None, mended: Some(name.to_owned()) }
    }

    #[test]
    fn a_cause_is_news_once_and_so_is_its_end() {
        let once = Once::default();
        assert!(!once.is_news(mended("watch")));
        assert!(once.is_news(cause("watch")) && !once.is_news(cause("watch")));
        assert!(once.is_news(mended("watch")) && !once.is_news(mended("watch")));
        assert!(once.is_news(cause("watch")));
        assert!(once.is_news(Fields::default()) && once.is_news(Fields::default()));
    }

    #[test]
    fn what_is_below_a_cause_is_mended_with_it() {
        let once = Once::default();
        assert!(once.is_news(cause("state/a")) && once.is_news(cause("state/b")) && once.is_news(cause("states")));
        assert!(once.is_news(mended("state")) && once.is_news(cause("state/a")) && !once.is_news(cause("states")));
    }
}
