//! Feeds are published while others are made: by one more thread, which mostly waits for the disk.

use std::collections::BTreeSet;
use std::panic;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::publish::{Bundle, Obsolete, Published, Publisher};

/// What is to be published, and by whom.
pub(super) struct Publication<'a> {
    pub publisher: &'a mut Publisher,
    /// The paths of the feeds that are made.
    pub planned: &'a BTreeSet<String>,
    pub obsolete: Obsolete,
    pub published: &'a mut Published,
}

/// Where feeds are handed on that are made. `None`: that was all.
pub(super) type HandOn = SyncSender<Option<Bundle>>;

impl Publication<'_> {
    /// Publishes what `make` hands on, from the first feed on; what it returns.
    ///
    /// The thread that publishes must not need those that make: they wait for it where it is slower.
    ///
    /// # Errors
    /// When it cannot be published: then nobody takes what is handed on.
    pub fn beside<T>(self, make: impl FnOnce(HandOn) -> T) -> Result<T> {
        let (hand_on, made) = mpsc::sync_channel(WAITING);
        thread::scope(|scope| {
            let publisher = thread::Builder::new().name("publish".into());
            let publisher =
                publisher.spawn_scoped(scope, move || self.publish(&made)).context("cannot start a thread")?;
            let made = make(hand_on);
            publisher.join().unwrap_or_else(|panic| panic::resume_unwind(panic))?;
            Ok(made)
        })
    }

    fn publish(self, made: &Receiver<Option<Bundle>>) -> Result<()> {
        let Self { publisher, planned, obsolete, published } = self;
        publisher.begin(planned)?;
        let mut is_more = true;
        while is_more {
            let mut feeds = Vec::new();
            while is_more && feeds.len() < BATCH {
                match made.recv() {
                    Ok(Some(feed)) => feeds.push(feed),
                    Ok(None) => is_more = false,
                    Err(_) => bail!("the feeds were not made; the old ones stand"),
                }
            }
            publisher.write(&feeds, published)?;
        }
        publisher.finish(obsolete, published)
    }
}

/// How many feeds are written together; fewer are not waited for one by one.
const BATCH: usize = 32;

/// So many feeds may be made and not written: as many as are made while the disk is waited for once.
const WAITING: usize = 96;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::feed::Artifact;

    /// What is published of feeds of these names, and whether that was all.
    fn publish(folder: &Path, names: &[String], is_all: bool) -> (Result<()>, Published) {
        publish_by(&mut publisher(folder), names, is_all)
    }

    fn publisher(folder: &Path) -> Publisher {
        Publisher::open(&folder.join("public"), Some(&folder.join("state"))).unwrap()
    }

    fn publish_by(publisher: &mut Publisher, names: &[String], is_all: bool) -> (Result<()>, Published) {
        let (planned, mut published): (BTreeSet<String>, _) = (names.iter().cloned().collect(), Published::default());
        let obsolete = Obsolete::AllBut(planned.clone());
        let publication = Publication { publisher, planned: &planned, obsolete, published: &mut published };
        let ended = publication.beside(|hand_on| {
            let feed = |name: &String| Artifact { path: name.clone(), bytes: format!("<rss>{name}").into() };
            let handed_on = names.iter().try_for_each(|name| hand_on.send(Some(Bundle::of(feed(name), &[]))));
            let _ = handed_on.and_then(|()| if is_all { hand_on.send(None) } else { Ok(()) });
        });
        (ended, published)
    }

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("tags/{number}.xml")).collect()
    }

    #[test]
    fn all_that_is_handed_on_is_published() {
        for count in [0, 1, BATCH, BATCH + 1, 2 * WAITING] {
            let folder = tempfile::tempdir().unwrap();
            let (ended, published) = publish(folder.path(), &names(count), true);
            ended.unwrap();
            assert_eq!(published.written, names(count));
            let is_there = |name: &String| folder.path().join("public").join(name).is_file();
            assert!(names(count).iter().all(is_there), "{count}");
        }
    }

    #[test]
    fn what_was_not_all_removes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        publish(folder.path(), &["rss.xml".to_owned()], true).0.unwrap();
        let (ended, _) = publish(folder.path(), &names(3), false);
        assert_eq!(ended.unwrap_err().to_string(), "the feeds were not made; the old ones stand");
        assert!(folder.path().join("public/rss.xml").is_file());
        assert!(!folder.path().join("public/tags/0.xml").exists(), "none is put in its place");
    }

    #[test]
    fn nobody_waits_for_who_cannot_publish() {
        let folder = tempfile::tempdir().unwrap();
        let (mut publisher, state) = (publisher(folder.path()), folder.path().join("state"));
        fs::remove_dir_all(&state).unwrap();
        fs::write(&state, "a file in the place of the state").unwrap();
        let (ended, published) = publish_by(&mut publisher, &names(3 * WAITING), true);
        assert!(format!("{:#}", ended.unwrap_err()).contains("state"));
        assert_eq!(published, Published::default());
    }
}
