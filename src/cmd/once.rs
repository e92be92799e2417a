//! `--once`: build, publish, report, end.

use std::mem;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use anyhow::Result;
use chrono::Utc;
use tracing::{error, info, warn};

use super::announcing::{Announce, Announcing};
use super::blog::{Blog, Strict};
use super::editions::Editions;
use super::load::{Loaded, load};
use super::memory::Memory;
use super::metrics::{self, last_changed};
use super::progress::read;
use super::report::{Report, count};
use super::{Ending, Failure};
use crate::cli::{Common, Consent, Format};
use crate::publish::{Published, Publisher};
use crate::status::prometheus::{Build, of_build};

/// Runs it.
///
/// # Errors
/// When it cannot do its work: the old feeds stand.
pub fn run(consent: Consent, announce: Announce, options: &Common) -> Result<Ending, Failure> {
    let started = Instant::now();
    let loaded = load(options)?;
    let output = loaded.config.output.clone();
    let mut publisher = Publisher::open(&output, loaded.config.state.as_deref())?;
    let memory = Memory::of(Some(publisher.state()), &loaded)?.cached(options).with(consent);
    let mut blog = Blog::open(&loaded, memory, Utc::now())?;
    if let Err(error) = read(&mut blog, options) {
        blog.keep(&mut publisher)?; // since when posts are missed
        return Err(error);
    }
    let published = blog.publish(&mut publisher, Strict::of(options))?;
    blog.remember(&publisher);
    let pipeline = blog.pipeline();
    let report = Report::of(pipeline, pipeline.problems(), started.elapsed());
    let Some(published) = published else {
        report.tell(options);
        return Ok(Ending::Problems);
    };
    measure(&loaded, &blog, &report, &published);
    let is_told = tell(&loaded, &mut publisher, &published, announce).unwrap_or_else(|error| {
        error!("{error:#}; the feeds are published all the same");
        false
    });
    let report = report.published(&published, name_of(&output, &loaded.home));
    let all = options.verbose > 0 || options.format != Format::Human;
    let report = if all { report } else { report.without_warnings() };
    report.tell(options);
    let ending = if report.errors() == 0 && is_told { Ending::Well } else { Ending::Problems };
    mem::forget(blog); // the process ends: to take apart what is known of all posts takes a while
    Ok(ending)
}

/// Keeps in mind who is to be told of what is new, or tells them; whether nothing is left of that.
fn tell(loaded: &Loaded, publisher: &mut Publisher, published: &Published, announce: Announce) -> Result<bool> {
    let (config, state) = (&loaded.config, publisher.state().folder().to_owned());
    let (sender, done) = mpsc::channel();
    let on_done = Arc::new(move |errand, outcome| drop(sender.send((errand, outcome))));
    let Some(mut announcing) = Announcing::open(config, &state, on_done, None)? else {
        if announce == Announce::Now {
            warn!("`--announce` tells nobody: `{}` names no hub; see `websub`, `rsscloud` and `ping`", loaded.name);
        }
        return Ok(true);
    };
    if announcing.is_new() {
        info!("nothing is known of earlier builds, so nobody is told of this one");
    }
    let mut editions = Editions::open(&state, config.output_url.clone(), None);
    let news = editions.news(published, publisher, Utc::now())?;
    announcing.look(&news, Utc::now());
    editions.keep()?;
    if announce == Announce::Later {
        announcing.keep()?;
        return Ok(true);
    }
    announcing.send_all(&done)?;
    let waiting = announcing.waiting();
    if waiting > 0 {
        error!("{} wait to be sent; `--once --announce` or the service tries again", count(waiting, "notice"));
    }
    Ok(waiting == 0 && announcing.given_up() == 0)
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
