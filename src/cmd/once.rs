//! `--once`: build, publish, report, end.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::blog::Blog;
use super::load::load;
use super::report::Report;
use super::{Ending, Failure};
use crate::cli::{Common, Format};
use crate::publish::Publisher;

/// Runs it.
///
/// # Errors
/// When it cannot do its work: the old feeds stand.
pub fn run(options: &Common) -> Result<Ending, Failure> {
    let started = Instant::now();
    let loaded = load(options)?;
    let output = loaded.config.output.clone();
    let mut publisher = Publisher::open(&output, loaded.config.state.as_deref())?;
    let mut blog = Blog::open(&loaded, &[publisher.state().folder()])?;
    read(&mut blog, options)?;
    let publication = blog.build()?;
    let pipeline = blog.pipeline();
    let problems = pipeline.problems();
    if options.strict && !problems.is_empty() {
        Report::of(pipeline, problems, started.elapsed()).tell(options);
        return Ok(Ending::Problems);
    }
    let paths: BTreeSet<String> = pipeline.paths().map(str::to_owned).collect();
    let published = publisher.publish(&publication.artifacts, &paths)?;
    let report =
        Report::of(pipeline, problems, started.elapsed()).published(&published, name_of(&output, &loaded.home));
    let all = options.verbose > 0 || options.format != Format::Human;
    let report = if all { report } else { report.without_warnings() };
    report.tell(options);
    Ok(if report.errors() == 0 { Ending::Well } else { Ending::Problems })
}

/// Reads all posts, with a progress bar where somebody watches for longer than a second.
pub fn read(blog: &mut Blog, options: &Common) -> Result<(), Failure> {
    let shown = io::stderr().is_terminal() && options.quiet == 0 && options.format == Format::Human;
    if !shown {
        return Ok(blog.scan(&|_, _| {})?);
    }
    let style = ProgressStyle::with_template("reading posts {bar:30} {pos}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_style(style);
    let started = Instant::now();
    let scanned = blog.scan(&|done, all| {
        if bar.is_hidden() && started.elapsed() > Duration::from_secs(1) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    Ok(scanned?)
}

fn name_of(output: &Path, home: &Path) -> String {
    match output.strip_prefix(home) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => output.display().to_string(),
    }
}
