//! `check`: read everything, build in memory, report; write nothing.

use std::time::Instant;

use super::blog::Blog;
use super::load::load;
use super::progress::read;
use super::report::Report;
use super::{Ending, Failure};
use crate::cli::Common;

/// Runs it.
///
/// # Errors
/// When it cannot do its work.
pub fn run(options: &Common) -> Result<Ending, Failure> {
    let started = Instant::now();
    let loaded = load(options)?;
    let mut blog = Blog::open(&loaded, &[])?;
    read(&mut blog, options)?;
    blog.check()?;
    let pipeline = blog.pipeline();
    let mut problems = pipeline.problems();
    problems.extend(pipeline.advice());
    problems.sort();
    let report = Report::of(pipeline, problems, started.elapsed());
    report.tell(options);
    let bad = if options.strict { report.problems.len() } else { report.errors() };
    Ok(if bad == 0 { Ending::Well } else { Ending::Problems })
}
