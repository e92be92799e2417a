//! What a site keeps of a post: where it stands, what it is grouped by, and by what it is told from others.
//!
//! All else is in its file, and read again when a feed shows it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{GroupKey, Term};
use crate::config::Per;
use crate::post::{Post, Standing, digest};

/// A post in few bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// The file, as [`Post::path`].
    pub path: Arc<str>,
    /// Which of the configured folders it is in.
    pub source: usize,
    /// As [`Post::fingerprint`].
    pub fingerprint: u64,
    /// A digest of its URL.
    pub url: u64,
    /// A digest of its id.
    pub id: u64,
    /// As [`Post::published`].
    pub published: DateTime<Utc>,
    /// As [`Post::modified`].
    pub modified: DateTime<Utc>,
    /// As [`Post::expires`].
    pub expires: Option<DateTime<Utc>>,
    /// Whether subscribers know it.
    pub standing: Standing,
    /// As [`Post::draft`].
    pub draft: bool,
    /// As [`Post::listed`].
    pub listed: bool,
    /// As [`Post::waits`].
    pub waits: bool,
    /// Its tags, categories, authors, section and language; one for each group.
    pub terms: Box<[Arc<Term>]>,
}

impl Sketch {
    /// That of a post. `terms`: those of [`names_of`].
    pub(super) fn of(post: &Post, terms: Box<[Arc<Term>]>) -> Self {
        Self {
            path: post.path.clone(),
            source: post.source,
            fingerprint: post.fingerprint(),
            url: digest(post.url.as_bytes()),
            id: digest(post.id.as_bytes()),
            published: post.published.to_utc(),
            modified: post.modified().to_utc(),
            expires: post.expires.map(|expires| expires.to_utc()),
            standing: post.standing,
            draft: post.draft,
            listed: post.listed,
            waits: post.waits,
            terms,
        }
    }

    /// Whether it is in this group.
    #[must_use]
    pub fn is_in(&self, key: &GroupKey) -> bool {
        *key == GroupKey::All || self.terms.iter().any(|term| term.key == *key)
    }
}

/// Everything that a post is grouped by, as it writes it. `language`: of posts that name none.
pub(super) fn names_of<'a>(post: &'a Post, language: Option<&'a str>) -> impl Iterator<Item = (Per, &'a str)> {
    let authors = post.authors.iter().map(|author| author.name.as_str());
    let language = post.language.as_deref().or(language);
    (post.tags.iter().map(|tag| (Per::Tag, tag.as_str())))
        .chain(post.categories.iter().map(|category| (Per::Category, category.as_str())))
        .chain(authors.map(|author| (Per::Author, author)))
        .chain(post.section.as_deref().map(|section| (Per::Section, section)))
        .chain(language.map(|language| (Per::Language, language)))
}
