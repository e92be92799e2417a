//! Tracing to the terminal (stderr), or to the journal with priorities.

use std::env;
use std::fmt::{self, Debug};
use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing_journald::{Priority, PriorityMappings};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::prelude::*;

use crate::cli::{Color, Common};
use crate::problem;

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
    let filter = EnvFilter::builder().parse_lossy(filter);
    let registry = tracing_subscriber::registry().with(filter);
    if let Some(layer) = journal() {
        registry.with(layer).init();
        return;
    }
    let plain = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .fmt_fields(format::debug_fn(one_line_fields).delimited(" "))
        .with_target(false)
        .with_ansi(wants_color(options.color, &io::stderr()));
    match run {
        Run::OneShot => registry.with(plain.without_time()).init(),
        Run::Service => registry.with(plain.with_timer(Time)).init(),
    }
}

/// Whatever names of files and errors hold, an event is one line: nobody forges another. In the journal, entries are
/// parted by lengths, so nothing in them ends one.
fn one_line_fields(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    let text = format!("{value:?}");
    let text = problem::one_line(&text);
    if field.name() == "message" { write!(writer, "{text}") } else { write!(writer, "{}={text}", field.name()) }
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
