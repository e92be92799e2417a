//! What is kept of one thing: a line of the ledger.

use std::mem;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use super::{Census, Policy};
use crate::config::Updates;
use crate::post::{Post, Version, digest};

/// A line of the ledger; later ones win.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// The post in this file is known as this.
    Known(Arc<str>, Box<Entry>),
    /// Nothing is known of this file any more.
    Forgotten(Arc<str>),
    /// There were posts at paths of these digests.
    Seen(Vec<u64>),
    /// So many posts there are.
    Census(Census),
    /// Since then more are missing than anybody can have meant.
    Loss(Option<DateTime<Utc>>),
}

/// As what subscribers know a post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Empty: it is to be made anew.
    pub id: String,
    /// When it came out.
    pub published: DateTime<FixedOffset>,
    /// Its last change, where its author does not say one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<DateTime<FixedOffset>>,
    /// By which it is recognised, with its date.
    pub title: String,
    /// By which it is recognised.
    pub version: Version,
    /// A digest of what its author wrote for readers.
    pub(super) content: u64,
    /// Its file moved, and the date in the new name is not when it came out.
    #[serde(default, skip_serializing_if = "is_not_so")]
    pub keeps_date: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_not_so(is_so: &bool) -> bool {
    !is_so
}

impl Entry {
    /// As what a post is published. `known`: as what it was before.
    pub(super) fn of(post: &Post, known: Option<&Self>) -> Self {
        Self {
            id: post.id.clone(),
            published: post.published,
            updated: known.and_then(|known| known.updated),
            title: post.title.clone(),
            version: post.version,
            content: content(post),
            keeps_date: known.is_some_and(|known| known.keeps_date) && !post.says.date,
        }
    }

    /// Takes note of a change of the post; whether there is something new to tell subscribers.
    pub(super) fn note(&mut self, post: &Post, policy: Policy) -> bool {
        let is_made = policy.updates == Updates::OnChange && post.updated.is_none();
        let is_changed = is_made && self.content != content(post);
        if is_changed {
            (self.updated, self.content) = (Some(policy.now), content(post));
        }
        is_changed
    }

    /// Makes of the post what subscribers know; the id that was made for it, if that is another one.
    pub(super) fn dress(&self, post: &mut Post, updates: Updates) -> Option<String> {
        let is_other = !post.says.id && !self.id.is_empty() && post.id != self.id;
        let made = is_other.then(|| mem::replace(&mut post.id, self.id.clone()));
        if self.keeps_date && !post.says.date {
            post.published = self.published;
        }
        if updates == Updates::OnChange && post.updated.is_none() {
            post.updated = self.updated;
        }
        made
    }

    /// A digest of what it makes of a post whose file stays as it is.
    pub(super) fn mark(&self) -> u64 {
        let facts = (&self.id, self.published, self.updated, self.keeps_date);
        digest(format!("{facts:?}").as_bytes())
    }

    /// Whether a file with this post may be the one that this entry is of.
    pub(super) fn is_alike(&self, post: &Post) -> bool {
        let Version { file, body } = self.version;
        file == post.version.file
            || body == post.version.body
            || self.title == post.title
            || self.published == post.published
    }
}

/// What its author wrote for readers: another one, and the post has changed.
fn content(post: &Post) -> u64 {
    let words = [Some(&post.title), post.summary.as_ref(), post.link.as_ref()];
    let words = words.map(|text| text.map_or("", |text| text.trim())).join("\0");
    digest(format!("{words}\0{:016x}", post.version.body).as_bytes())
}
