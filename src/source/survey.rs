//! Everything in a folder that may be a blog: the names of its files, and their bytes when somebody asks.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::open;
use super::surroundings::LONGEST;
use crate::problem::{Problem, Severity};

/// How many files are looked at.
const MOST: usize = 100_000;

/// Folders of programs, of packages, and of what generators made.
const NOT_WRITTEN: [&str; 9] =
    ["node_modules", "_site", "public", "dist", "target", "vendor", "venv", "__pycache__", "bower_components"];

/// A folder that was looked through.
#[derive(Debug)]
pub struct Survey {
    root: PathBuf,
    /// The paths of all its files, with `/`, sorted.
    pub files: Vec<String>,
    problems: RefCell<Vec<Problem>>,
}

impl Survey {
    /// Looks through a folder; not into hidden ones, and not through links.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let mut survey = Self { root: root.to_owned(), files: Vec::new(), problems: RefCell::default() };
        let walk = WalkDir::new(root).into_iter().filter_entry(is_written);
        for entry in walk.take(MOST) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let path = entry.path().strip_prefix(root).ok().and_then(Path::to_str);
                    survey.files.extend(path.map(str::to_owned));
                }
                Ok(_) => {}
                Err(error) => survey.note(&error),
            }
        }
        survey.files.sort();
        survey
    }

    fn note(&self, error: &walkdir::Error) {
        let path = error.path().and_then(|path| path.strip_prefix(&self.root).ok()).unwrap_or(Path::new("."));
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        let problem = Problem::warning(path.to_string_lossy(), format!("cannot be looked into: {reason}"));
        self.problems.borrow_mut().push(problem.mend("let this user read it, and run `feedwright init` again"));
    }

    /// The bytes of a file; of one that is too long for anything but pictures there are none.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let file = self.root.join(path);
        open::read_within(&self.root, &file, LONGEST)
            .map_err(|unread| {
                let problem = Problem { severity: Severity::Warning, ..unread.told(path, "make it shorter") };
                let mut problems = self.problems.borrow_mut();
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            })
            .ok()
    }

    /// What could not be looked at.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().clone()
    }
}

fn is_written(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_str().unwrap_or(".");
    match entry.depth() {
        0 => true,
        _ if matches!(name, ".eleventy.js" | ".eleventyignore") => true,
        _ if entry.file_type().is_dir() => !name.starts_with('.') && !NOT_WRITTEN.contains(&name),
        _ => !name.starts_with('.'),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn sees_what_somebody_wrote() {
        let folder = tempfile::tempdir().unwrap();
        for path in
            ["a.md", "b/c.md", ".git/x.md", "node_modules/y.md", ".eleventy.js", ".eleventyignore", "b/_site/z.md"]
        {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        let survey = Survey::of(folder.path());
        assert_eq!(survey.files, [".eleventy.js", ".eleventyignore", "a.md", "b/c.md"]);
        assert_eq!(survey.read("b/c.md").as_deref(), Some(&b"text"[..]));
        assert_eq!((survey.read("none.md"), survey.problems().len()), (None, 1));
    }
}
