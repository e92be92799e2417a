//! Subscriptions on disk, whole after any crash: `hub.redb` in the folder of the state.
//!
//! In: what changed. Out: what was kept. A broken file is told, set aside and made anew.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, ReadableDatabase, ReadableTable, StorageError, TableDefinition};
use tracing::warn;

use crate::websub::{Key, Subscription};

/// By topic and callback; a record begins with its form.
const SUBSCRIPTIONS: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("subscriptions");
/// The form of records that this version writes.
const FORM: u8 = 2;
/// Its name.
pub const FILE: &str = "hub.redb";
const ASIDE: &str = "hub.redb.broken";
/// A few thousand subscriptions: all of them are read once, and never again.
const CACHE: usize = 1 << 20;

/// What became of subscriptions; `None`: they are no more.
pub type Changes = HashMap<Key, Option<Subscription>>;

/// The file.
#[derive(Debug)]
pub struct Store {
    /// `None` after a failure: a database that failed once refuses everything until it is opened anew.
    database: Mutex<Option<Database>>,
    file: PathBuf,
}

impl Store {
    /// Opens the file in this folder, or makes it. What it holds is secret: it is for this user alone.
    ///
    /// # Errors
    /// When it cannot be used for another reason than that it is broken.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = folder.join(FILE);
        let database = match open_or_make(&file) {
            Err(error) if is_broken(&error) => {
                let aside = folder.join(ASIDE);
                warn!(
                    "`{}` is broken ({error}) and is made anew; subscribers are lost until they subscribe again, and the old \
                     file is kept as `{}`",
                    file.display(),
                    aside.display()
                );
                fs::rename(&file, &aside).with_context(|| format!("cannot rename `{}`", file.display()))?;
                open_or_make(&file)
            }
            opened => opened,
        };
        let database = database.with_context(|| format!("cannot open `{}`", file.display()))?;
        Ok(Self { database: Mutex::new(Some(database)), file })
    }

    /// All that was kept. A record that cannot be read is passed over.
    ///
    /// # Errors
    /// When the file fails.
    pub fn read(&self) -> Result<Vec<(Key, Subscription)>> {
        let cannot = || format!("cannot read `{}`", self.file.display());
        self.within(|database| self.records(database)).with_context(cannot)
    }

    fn records(&self, database: &Database) -> Result<Vec<(Key, Subscription)>> {
        let table = match database.begin_read()?.open_table(SUBSCRIPTIONS) {
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
            table => table?,
        };
        let (mut records, mut broken) = (Vec::new(), 0);
        for record in table.iter()? {
            let (key, value) = record?;
            match decode(value.value()) {
                Some(subscription) => records.push((Key::new(key.value().0, key.value().1), subscription)),
                None => broken += 1,
            }
        }
        if broken > 0 {
            warn!("`{}` has {broken} broken records, which are passed over", self.file.display());
        }
        Ok(records)
    }

    /// Keeps these, all or none of them; then they last, whatever happens. After a failure it may be tried again.
    ///
    /// # Errors
    /// When the file fails, or cannot be opened anew after that.
    pub fn write(&self, changes: &Changes) -> Result<()> {
        let cannot = || format!("cannot write `{}`", self.file.display());
        self.within(|database| commit(database, changes)).with_context(cannot)
    }

    /// Does something with the database, opened anew if it failed the last time; if it fails, it is closed.
    ///
    /// A file that is broken or gone by now is left alone: all subscriptions are in memory, and an empty file in its
    /// place would keep only those that change.
    fn within<T>(&self, act: impl FnOnce(&Database) -> Result<T>) -> Result<T> {
        let mut place = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        let database = match place.take() {
            Some(database) => database,
            None => open(&self.file)?,
        };
        let done = act(&database)?;
        *place = Some(database);
        Ok(done)
    }
}

fn commit(database: &Database, changes: &Changes) -> Result<()> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(SUBSCRIPTIONS)?;
        for (key, subscription) in changes {
            let at = (&*key.topic, &*key.callback);
            match subscription {
                Some(subscription) => table.insert(at, encode(subscription)?.as_slice())?,
                None => table.remove(at)?,
            };
        }
    }
    Ok(transaction.commit()?)
}

fn open_or_make(file: &Path) -> Result<Database, DatabaseError> {
    database(OpenOptions::new().create(true).truncate(false).mode(0o600), file)
}

fn open(file: &Path) -> Result<Database, DatabaseError> {
    database(&mut OpenOptions::new(), file)
}

/// Looks at all of the file: what is broken is found now, and not in the middle of things.
fn database(options: &mut OpenOptions, file: &Path) -> Result<Database, DatabaseError> {
    let handle = options.read(true).write(true).open(file)?;
    let mut database = Builder::new().set_cache_size(CACHE).create_with_backend(FileBackend::new(handle)?)?;
    database.check_integrity()?;
    Ok(database)
}

/// Whether it is the file itself, not the world around it, that is wrong.
fn is_broken(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Storage(StorageError::Io(error)) => {
            matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof)
        }
        DatabaseError::Storage(StorageError::Corrupted(_)) | DatabaseError::UpgradeRequired(_) => true,
        _ => false,
    }
}

fn encode(subscription: &Subscription) -> Result<Vec<u8>> {
    postcard::to_extend(subscription, vec![FORM]).map_err(|error| anyhow!("a subscription cannot be kept: {error}"))
}

fn decode(record: &[u8]) -> Option<Subscription> {
    let (form, rest) = record.split_first()?;
    if *form == FORM { postcard::from_bytes(rest).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::websub::{Failing, Secret};

    fn subscription(settled: u128) -> Subscription {
        let since = DateTime::from_timestamp(1_700_000_000, 123_000_000).unwrap();
        let failing = Some(Failing { version: 9, since, attempts: 3, next: since + TimeDelta::seconds(8) });
        let secret = Some(Secret::new(b"\xff\x00s"));
        Subscription { secret, expires: since, settled: Some(settled), missed: true, failing }
    }

    fn kept(store: &Store) -> Vec<(Key, Subscription)> {
        store.read().unwrap()
    }

    #[test]
    fn what_was_written_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (Key::new("t", "http://a/"), Key::new("t", "http://b/"));
        {
            let store = Store::open(folder.path()).unwrap();
            assert_eq!(kept(&store), []);
            store
                .write(&[(a.clone(), Some(subscription(1))), (b.clone(), Some(subscription(u128::MAX)))].into())
                .unwrap();
            store.write(&[(a.clone(), Some(subscription(2)))].into()).unwrap();
        }
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(kept(&store), [(a.clone(), subscription(2)), (b.clone(), subscription(u128::MAX))]);
        store.write(&[(a, None)].into()).unwrap();
        assert_eq!(kept(&store), [(b, subscription(u128::MAX))]);
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "secrets are in it");
    }

    #[test]
    fn a_record_of_another_form_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.write(&[(Key::new("t", "http://a/"), Some(subscription(1)))].into()).unwrap();
        let place = store.database.lock().unwrap();
        let transaction = place.as_ref().unwrap().begin_write().unwrap();
        let mut table = transaction.open_table(SUBSCRIPTIONS).unwrap();
        for (callback, record) in [("b", &[FORM + 1][..]), ("c", &[]), ("d", &[FORM, 9, 9])] {
            table.insert(("t", callback), record).unwrap();
        }
        drop(table);
        transaction.commit().unwrap();
        drop(place);
        assert_eq!(kept(&store).len(), 1);
    }

    #[test]
    fn a_broken_file_is_set_aside() {
        for broken in [&b"garbage"[..], &[0; 10_000], b"redb\x1a\x0a\xa9\x0d\x0a but no more of it"] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(FILE), broken).unwrap();
            let store = Store::open(folder.path()).unwrap();
            assert_eq!(kept(&store), []);
            assert_eq!(fs::read(folder.path().join(ASIDE)).unwrap(), broken);
        }
    }

    /// Whatever byte of it is wrong, there is a store, and nothing in it that was not written.
    #[test]
    fn a_file_with_any_wrong_byte_is_read_right_or_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<Key> = (0..50).map(|number| Key::new("t", &format!("http://{number}/"))).collect();
        let all: Changes = keys.iter().map(|key| (key.clone(), Some(subscription(7)))).collect();
        Store::open(folder.path()).unwrap().write(&all).unwrap();
        let whole = fs::read(folder.path().join(FILE)).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 150) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            fs::write(folder.path().join(FILE), &bytes).unwrap();
            let store = Store::open(folder.path()).unwrap();
            assert!(kept(&store).iter().all(|(key, one)| keys.contains(key) && *one == subscription(7)), "byte {at}");
        }
    }
}
