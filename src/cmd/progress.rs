//! Reads all posts, with a progress bar where somebody watches.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Failure;
use super::blog::Blog;
use crate::cli::{Common, Format};

/// Reads all posts; on a terminal, when it takes longer than a second, a bar shows how far it is.
///
/// # Errors
/// When a folder of posts cannot be read.
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
