//! Tracing to the terminal (stderr), or to the journal with priorities.
//!
//! - `told`: what stands is not told again

mod told;

use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing::level_filters::LevelFilter;
use tracing_journald::{Priority, PriorityMappings};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{FormatFields, Writer, debug_fn};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

use self::told::{FIELDS, Once};
use crate::cli::{Color, Common};
use crate::problem::one_line;

/// What the log is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// A run that somebody waits for: what went wrong, without times.
    OneShot,
    /// A run of months.
    Service,
}

/// Starts the log. Called once.
pub fn start(options: &Common, run: Run) {
    let default = if run == Run::OneShot { LevelFilter::WARN } else { LevelFilter::INFO };
    let level = match (options.quiet, options.verbose) {
        (0, 0) => default,
        (0, 1) => LevelFilter::DEBUG,
        (0, _) => LevelFilter::TRACE,
        (1, _) => LevelFilter::WARN,
        _ => LevelFilter::ERROR,
    };
    // Without a filter of somebody's own, other libraries tell only errors: what they warn of is dealt with.
    let default = format!("error,feedwright={level}");
    let filter = env::var("FEEDWRIGHT_LOG").ok().filter(|filter| !filter.is_empty()).unwrap_or(default);
    // The watcher tells of each event before anyone can look at it, also of one that comes of a log in a watched folder.
    let filter = EnvFilter::builder().parse_lossy(format!("{filter},notify=info"));
    let registry = tracing_subscriber::registry().with(filter).with(Once::default());
    if let Some(layer) = journal() {
        registry.with(layer).init();
        return;
    }
    let plain = tracing_subscriber::fmt::layer()
        .fmt_fields(fields())
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(wants_color(options.color, &io::stderr()));
    match run {
        Run::OneShot => registry.with(plain.without_time()).init(),
        Run::Service => registry.with(plain.with_timer(Time)).init(),
    }
}

/// The message on one line, whatever names it holds, and other fields behind it.
fn fields() -> impl for<'a> FormatFields<'a> + Send + Sync + 'static {
    debug_fn(|writer, field, value| match field.name() {
        "message" => write!(writer, "{}", one_line(&format!("{value:?}"))),
        name if FIELDS.contains(&name) => Ok(()),
        name => write!(writer, " {name}={}", one_line(&format!("{value:?}"))),
    })
}

/// Whether to use colours on a stream. `NO_COLOR` is honoured (no-color.org).
#[must_use]
pub fn wants_color(color: Color, stream: &impl IsTerminal) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// The journal, when stderr leads there (systemd.exec(5), `$JOURNAL_STREAM`).
fn journal() -> Option<tracing_journald::Layer> {
    let stream = env::var("JOURNAL_STREAM").ok()?;
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned().ok()?).metadata().ok()?;
    if stream != format!("{}:{}", stderr.dev(), stderr.ino()) {
        return None;
    }
    let priorities = PriorityMappings {
        info: Priority::Informational,
        debug: Priority::Debug,
        trace: Priority::Debug,
        ..PriorityMappings::new()
    };
    let layer = tracing_journald::layer().ok()?;
    Some(layer.with_priority_mappings(priorities).with_syslog_identifier("feedwright".to_owned()))
}

/// The time of day in UTC, to the millisecond.
struct Time;

impl FormatTime for Time {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{}", chrono::Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}
