//! `--once`: build, publish, report, end.

use std::mem;
use std::path::Path;
use std::time::Instant;

use chrono::Utc;
use tracing::warn;

use super::blog::{Blog, Strict};
use super::load::{Loaded, load};
use super::memory::Memory;
use super::metrics::{self, last_changed};
use super::progress::read;
use super::report::Report;
use super::{Ending, Failure};
use crate::cli::{Common, Consent, Format};
use crate::publish::{Published, Publisher};
use crate::status::prometheus::{Build, of_build};

/// Runs it.
///
/// # Errors
/// When it cannot do its work: the old feeds stand.
pub fn run(consent: Consent, options: &Common) -> Result<Ending, Failure> {
    let started = Instant::now();
    let loaded = load(options)?;
    let output = loaded.config.output.clone();
    let mut publisher = Publisher::open(&output, loaded.config.state.as_deref())?;
    let memory = Memory::of(Some(publisher.state()), &loaded)?.cached(options).with(consent);
    let mut blog = Blog::open(&loaded, memory, Utc::now())?;
    let read = read(&mut blog, options);
    blog.keep(&mut publisher)?;
    read?;
    let published = blog.publish(&mut publisher, Strict::of(options))?;
    blog.remember(&publisher);
    let pipeline = blog.pipeline();
    let report = Report::of(pipeline, pipeline.problems(), started.elapsed());
    let Some(published) = published else {
        report.tell(options);
        return Ok(Ending::Problems);
    };
    measure(&loaded, &blog, &report, &published);
    let report = report.published(&published, name_of(&output, &loaded.home));
    let all = options.verbose > 0 || options.format != Format::Human;
    let report = if all { report } else { report.without_warnings() };
    report.tell(options);
    let ending = if report.errors() == 0 { Ending::Well } else { Ending::Problems };
    mem::forget(blog); // the process ends: to take apart what is known of all posts takes a while
    Ok(ending)
}

/// Writes the metrics of this build. That this fails harms nothing else.
fn measure(loaded: &Loaded, blog: &Blog, report: &Report, published: &Published) {
    let Some(file) = &loaded.config.metrics else { return };
    let output = &loaded.config.output;
    let errors = report.errors() + published.refused.len();
    let build = Build {
        output: output.display().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        posts: report.posts,
        held: report.held,
        broken: report.left_out + report.last_good,
        feeds: report.feeds,
        errors,
        warnings: report.problems.len() - report.errors(),
        published: if published.is_change() { Some(Utc::now()) } else { last_changed(output, blog.paths()) },
        due: blog.site().next_due(),
    };
    if let Err(error) = metrics::write(file, of_build(&build), &mut None) {
        warn!("{error:#}; everything else is done");
    }
}

fn name_of(output: &Path, home: &Path) -> String {
    match output.strip_prefix(home) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => output.display().to_string(),
    }
}
