//! `check`: read everything, build in memory, report; write nothing.

use std::path::Path;
use std::time::Instant;

use chrono::Utc;

use super::against::Against;
use super::blog::Blog;
use super::load::load;
use super::loss::OnLoss;
use super::memory::Memory;
use super::progress::read;
use super::report::Report;
use super::{Ending, Failure};
use crate::cli::Common;
use crate::state::State;

/// Runs it. `against`: an old feed to compare with.
///
/// # Errors
/// When it cannot do its work.
pub fn run(against: Option<&Path>, options: &Common) -> Result<Ending, Failure> {
    let started = Instant::now();
    let loaded = load(options)?;
    let against = against.map(|path| Against::read(path, options.format)).transpose()?;
    let mut state = State::find(loaded.config.state.as_deref(), &loaded.config.output);
    let memory = Memory { on_loss: OnLoss::Tell, ..Memory::of(state.as_mut(), &loaded)? };
    let mut blog = Blog::open(&loaded, memory, Utc::now())?;
    read(&mut blog, options)?;
    let feeds = blog.check()?;
    let compared = against.map(|old| old.compare(&mut blog, &feeds, &loaded)).transpose()?;
    let pipeline = blog.pipeline();
    let mut problems = pipeline.problems();
    problems.extend(pipeline.advice());
    problems.sort();
    let report = Report::of(pipeline, problems, started.elapsed()).kept_ids(pipeline.ledger());
    let report = match compared {
        Some((comparison, problems)) => report.against(comparison, problems),
        None => report,
    };
    report.tell(options);
    let bad = if options.strict { report.problems.len() } else { report.errors() };
    Ok(if bad == 0 { Ending::Well } else { Ending::Problems })
}
