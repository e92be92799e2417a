//! `init`: look at a blog, write its configuration, and build with it in memory.
//!
//! - `look`: which blog in a folder is meant, and what its configuration has to say
//! - `ids`: the ids of an old feed that no formula gives

mod ids;
mod look;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use chrono::Utc;

use self::ids::Kept;
use self::look::{Looked, look};
use super::blog::Blog;
use super::load::load_bytes;
use super::memory::Memory;
use super::progress::read;
use super::report::{Report, count, print};
use super::{Ending, Failure};
use crate::atomic_file;
use crate::cli::{Common, Format, Init};
use crate::init::{Draft, Line};
use crate::problem::Problem;
use crate::source::absolute;

/// The file that is written.
const FILE: &str = "feedwright.yaml";

/// Where the configuration is to stand.
struct Target {
    /// The folder, absolute.
    folder: PathBuf,
    /// The file as people name it.
    name: String,
}

/// Runs it.
///
/// # Errors
/// When there is no blog, something is not known without which there are no feeds, or a file is in the way.
pub fn run(asked: &Init, options: &Common) -> Result<Ending, Failure> {
    let target = Target::of(asked)?;
    let mut looked = look(&target.folder, &target.name, asked)?;
    let mut blog = build(&looked.draft, &target, options)?;
    let kept = asked.ids_from.as_deref().map(|old| ids::kept(old, &target.folder, &mut blog, options)).transpose()?;
    if kept.as_ref().is_some_and(|kept| !kept.ids.is_empty()) || target.folder.join(ids::FILE).exists() {
        looked.draft.ids =
            Some(Line::text("ids", ids::FILE, "ids that no formula gives: keep this file, and commit it"));
    }
    let text = looked.draft.file();
    if asked.dry_run {
        print(&text);
        looked.draft.open.iter().chain(&looked.remarks).for_each(|open| tracing::warn!("{open}"));
        return Ok(Ending::Well);
    }
    if let Some(kept) = kept.as_ref().filter(|kept| !kept.ids.is_empty()) {
        write(&target.folder.join(ids::FILE), &kept.text())?;
    }
    write(&target.folder.join(FILE), &text)?;
    tell(&looked, &target, (&mut blog, kept.as_ref()), options);
    Ok(Ending::Well)
}

impl Target {
    fn of(asked: &Init) -> Result<Self, Failure> {
        let folder = asked.dir.as_deref().unwrap_or(Path::new("."));
        let told = folder.display().to_string();
        let wrong =
            |message: String, mend: &str| Failure::Configuration(vec![Problem::error(&told, message).mend(mend)]);
        match fs::read_dir(folder).map_err(|error| (error.kind(), error)) {
            Ok(_) => {}
            Err((io::ErrorKind::NotFound, _)) => {
                return Err(wrong("is not there".into(), "name the folder of your blog"));
            }
            Err((io::ErrorKind::NotADirectory, _)) => {
                return Err(wrong("is a file".into(), "name the folder of your blog"));
            }
            Err((_, error)) => return Err(wrong(format!("cannot be looked into: {error}"), "let this user read it")),
        }
        let name = asked.dir.as_ref().map_or_else(|| FILE.to_owned(), |dir| dir.join(FILE).display().to_string());
        if !asked.force && !asked.dry_run && fs::symlink_metadata(folder.join(FILE)).is_ok() {
            let advice = "`--force` replaces it, `--dry-run` prints what would be written";
            return Err(anyhow!("`{name}` is there already; {advice}").into());
        }
        Ok(Self { folder: absolute(folder)?, name })
    }
}

/// Reads the blog with the configuration as it is to be written, and makes every feed in memory.
fn build(draft: &Draft, target: &Target, options: &Common) -> Result<Blog, Failure> {
    let bytes = draft.file().into_bytes();
    let loaded = load_bytes(bytes, &target.folder.join(FILE), &target.name, options)?;
    let mut blog = Blog::open(&loaded, Memory::default(), Utc::now())?;
    read(&mut blog, options)?;
    blog.check()?;
    Ok(blog)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = atomic_file::write(path, text.as_bytes());
    Ok(written.with_context(|| format!("cannot write `{}`", path.display()))?)
}

/// What was found and written, what is not known, and what comes next.
fn tell(looked: &Looked, target: &Target, (blog, kept): (&mut Blog, Option<&Kept>), options: &Common) {
    let pipeline = blog.pipeline();
    let problems = pipeline.problems();
    let report = Report::of(pipeline, problems, std::time::Duration::ZERO);
    let open: Vec<&String> = looked.draft.open.iter().chain(&looked.remarks).collect();
    if options.format == Format::Json {
        let told = serde_json::json!({
            "file": target.name, "found": looked.found, "posts": report.posts, "left_out": report.left_out,
            "feeds": report.feeds, "ids": kept.map_or(0, |kept| kept.ids.len()), "open": open,
        });
        return print(&format!("{told:#}\n"));
    }
    let mut lines = vec![looked.found.clone(), format!("wrote {}", target.name)];
    lines.extend(kept.map(Kept::told));
    lines.extend(open.iter().map(|open| format!("not known: {open}")));
    let (errors, warnings) = (report.errors(), report.problems.len() - report.errors());
    if errors + warnings > 0 {
        let all = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
        let left_out =
            if report.left_out > 0 { format!("{} left out; ", count(report.left_out, "file")) } else { String::new() };
        lines.push(format!("{left_out}{all}, which `feedwright check` shows"));
    }
    if is_mostly_unread(report.posts + report.held, report.left_out) {
        lines.push("more than a third of the files cannot be read as posts: see why before you publish".to_owned());
    }
    let named = if target.name == FILE { String::new() } else { format!(" -c {}", target.name) };
    let made = format!("{} in {}", count(report.posts, "post"), count(report.feeds, "feed"));
    lines.push(format!("{made}, next: feedwright --once{named}"));
    if options.quiet == 0 {
        print(&(lines.join("\n") + "\n"));
    }
}

/// Whether more than a third of the files that should be posts are none.
fn is_mostly_unread(posts: usize, left_out: usize) -> bool {
    left_out * 2 > posts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_the_files_may_be_no_posts() {
        let told =
            [(2, 1), (3, 2), (0, 1), (0, 0), (100, 50)].map(|(posts, left_out)| is_mostly_unread(posts, left_out));
        assert_eq!(told, [false, true, true, false, false]);
    }
}
