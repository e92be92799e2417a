//! Counts what the templates of one body do, and stops them when it is too much.
//!
//! [`bound`] puts the calls into the templates that are counted here.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tera::Value as Json;
use tera::{Error, Tera};

use super::bound;

/// How many turns of loops, shortcodes and other templates there may be in one body.
const MOST_TURNS: usize = 50_000;
/// How many bytes are read while a loop takes a turn.
const TURN: usize = 4 << 10;
/// How deep templates and macros may be in each other.
const DEEPEST: usize = 24;
/// The longest text, or list, that a variable may hold, in bytes.
const LONGEST: usize = 256 << 10;

type Arguments = HashMap<String, Json>;

/// What is counted; clones count together.
#[derive(Clone, Default)]
pub(super) struct Meter(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    turns: usize,
    depth: usize,
}

impl Meter {
    /// A shortcode begins, that is handed so many bytes.
    pub fn begin(&self, bytes: usize) -> Result<(), String> {
        self.counts().depth = 0;
        self.spend(bytes).map_err(|_| "there are too many of them".to_owned())
    }

    /// So many bytes are read.
    pub fn spend(&self, bytes: usize) -> tera::Result<()> {
        let mut counts = self.counts();
        counts.turns += 1 + bytes / TURN;
        if counts.turns > MOST_TURNS { Err(Error::msg("it takes too long")) } else { Ok(()) }
    }

    /// Adds what `bound` calls.
    pub fn register(&self, tera: &mut Tera) {
        let (turns, enters, leaves) = (self.clone(), self.clone(), self.clone());
        tera.register_function(bound::TURN, move |_: &Arguments| turns.spend(0).map(|()| Json::from("")));
        tera.register_function(bound::ENTER, move |arguments: &Arguments| enters.enter(arguments));
        tera.register_function(bound::LEAVE, move |_: &Arguments| {
            let mut counts = leaves.counts();
            counts.depth = counts.depth.saturating_sub(1);
            Ok(Json::from(""))
        });
        tera.register_function(bound::MEASURE, measure);
    }

    fn enter(&self, arguments: &Arguments) -> tera::Result<Json> {
        self.spend(0)?;
        let mut counts = self.counts();
        counts.depth += 1;
        if counts.depth > DEEPEST { Err(Error::msg("its templates are nested too deep")) } else { measure(arguments) }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses what grew too large.
fn measure(arguments: &Arguments) -> tera::Result<Json> {
    let size = arguments.values().map(self::size).sum::<usize>();
    if size > LONGEST { Err(Error::msg("a variable holds too much")) } else { Ok(Json::from("")) }
}

/// How much a value takes, in bytes.
pub(super) fn size(value: &Json) -> usize {
    match value {
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(|item| 1 + size(item)).sum(),
        Json::Object(pairs) => pairs.iter().map(|(key, value)| 1 + key.len() + size(value)).sum(),
        _ => 1,
    }
}

/// Takes as many bytes as are left.
pub(super) struct Bounded {
    pub bytes: Vec<u8>,
    pub left: usize,
}

impl Bounded {
    /// Takes so many.
    pub fn of(left: usize) -> Self {
        Self { bytes: Vec::new(), left }
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| io::Error::other("it makes too much text"))?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
