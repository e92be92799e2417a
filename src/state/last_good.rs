//! The posts that feeds show, as they were when they were good: for the case that their files break.
//!
//! To lose it costs broken posts their place in the feeds, and nothing else.

use std::collections::{HashMap, HashSet};
use std::hash::Hasher;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tracing::warn;
use twox_hash::XxHash3_64;

use super::journal::{Journal, Lasting};
use crate::cache::Shown;
use crate::markup::Rendered;
use crate::post::Post;

const FILE: &str = "last-good.jsonl";

/// Posts as they last were good.
#[derive(Debug)]
pub struct LastGood {
    journal: Journal,
    /// What is kept, by path.
    kept: HashMap<Arc<str>, u64>,
}

/// A post and its body, with what tells this version from others.
#[derive(Serialize)]
struct Line<'a> {
    version: u64,
    post: &'a Post,
    rendered: &'a Rendered,
}

/// As much of a line as tells what it is.
#[derive(Deserialize)]
struct Label {
    version: u64,
    post: Labelled,
}

#[derive(Deserialize)]
struct Labelled {
    path: Arc<str>,
}

/// A line, read whole.
#[derive(Deserialize)]
struct Good {
    post: Post,
    rendered: Rendered,
}

impl LastGood {
    pub(super) fn open(folder: &Path) -> Self {
        let mut good = Self { journal: Journal::at(folder.join(FILE)), kept: HashMap::new() };
        let kept = &mut good.kept;
        let read = good.journal.read(|label: Label| {
            kept.insert(label.post.path, label.version);
        });
        if let Err(error) = read {
            warn!("cannot read `{}`: {error}; broken posts leave the feeds", good.journal.path().display());
        }
        good
    }

    pub(super) fn copy_to(&self, other: &Self) -> Result<()> {
        self.journal.copy_to(&other.journal)
    }

    /// Those of these paths that are kept in the state folder.
    #[must_use]
    pub fn find(folder: &Path, paths: &HashSet<Arc<str>>) -> Vec<Shown> {
        let mut found = HashMap::new();
        let mut journal = Journal::at(folder.join(FILE));
        let read = journal.read(|good: Good| {
            if paths.contains(&good.post.path) {
                let (post, rendered) = (Arc::new(good.post), Arc::new(good.rendered));
                found.insert(post.path.clone(), Shown { post, rendered });
            }
        });
        if let Err(error) = read {
            warn!("cannot read `{}`: {error}; broken posts leave the feeds", journal.path().display());
        }
        found.into_values().collect()
    }

    /// Keeps the posts that feeds show now, each of another path. `is_shown`: whether any feed shows the post of a path;
    /// `worth`: how many posts feeds show.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn keep(&mut self, shown: &[Shown], is_shown: &dyn Fn(&str) -> bool, worth: usize) -> Result<()> {
        let kept = &self.kept;
        let new = shown.par_iter().with_min_len(FEW).filter_map(|Shown { post, rendered }| {
            let version = version(post, rendered);
            (kept.get(&post.path) != Some(&version)).then_some(Line { version, post, rendered })
        });
        let mut new: Vec<Line> = new.collect();
        if new.is_empty() {
            return Ok(());
        }
        new.sort_by(|a, b| a.post.path.cmp(&b.post.path));
        if self.journal.is_due(new.len(), worth) {
            self.kept.retain(|path, _| is_shown(path));
            self.write_anew()?;
        }
        self.journal.append(&new, Lasting::No)?;
        self.kept.extend(new.iter().map(|line| (line.post.path.clone(), line.version)));
        Ok(())
    }

    /// Keeps the newest line of each post that is still shown, and no other.
    fn write_anew(&mut self) -> Result<()> {
        let mut lines: HashMap<Arc<str>, serde_json::Value> = HashMap::new();
        self.journal.read(|line: serde_json::Value| {
            let path = line.pointer("/post/path").and_then(serde_json::Value::as_str).unwrap_or_default();
            if self.kept.contains_key(path) {
                lines.insert(path.into(), line);
            }
        })?;
        self.journal.replace(lines.into_values())
    }
}

/// So few posts are not worth another core.
const FEW: usize = 64;

/// What is shown of a post: another one, another version.
fn version(post: &Post, rendered: &Rendered) -> u64 {
    let mut hasher = XxHash3_64::new();
    hasher.write_u64(post.version.file);
    for text in [&post.id, &post.url, &rendered.html, &rendered.summary_html] {
        hasher.write(text.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.write_i64(post.modified().timestamp());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::journal::SPARE;
    use super::*;
    use crate::feed::sample;

    #[test]
    fn what_could_not_be_written_is_written_the_next_time() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state");
        let mut good = LastGood::open(&folder);
        let entry = sample::entry(1);
        let path = entry.post.path.clone();
        let shown = [Shown { post: entry.post, rendered: entry.rendered }];
        assert!(good.keep(&shown, &|_| true, 1).is_err(), "there is no such folder");
        fs::create_dir(&folder).unwrap();
        for _ in 0..2 {
            good.keep(&shown, &|_| true, 1).unwrap();
        }
        assert_eq!(fs::read_to_string(folder.join(FILE)).unwrap().lines().count(), 1);
        assert_eq!(LastGood::find(&folder, &HashSet::from([path])).len(), 1);
    }

    #[test]
    fn posts_that_no_feed_shows_any_more_are_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let mut good = LastGood::open(folder.path());
        for number in 0..u32::try_from(4 * SPARE).unwrap() {
            let entry = sample::entry(1);
            let mut post = Post::clone(&entry.post);
            post.path = format!("{number}.md").into();
            let newest = post.path.clone();
            let shown = [Shown { post: Arc::new(post), rendered: entry.rendered }];
            good.keep(&shown, &|path| *path == *newest, 1).unwrap();
        }
        assert!(good.kept.len() <= SPARE + 1, "{}", good.kept.len());
        let lines = fs::read_to_string(folder.path().join(FILE)).unwrap().lines().count();
        assert!(lines <= 2 * SPARE + 1000, "{lines}");
    }
}
