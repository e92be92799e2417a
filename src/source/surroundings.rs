//! The files around a folder of posts that its generator reads: configuration, data, templates.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{Stamp, Unread, absolute, dialect, open};
use crate::config::{Dialect, Source};
use crate::generator::{Generator, Texts, places};
use crate::post;
use crate::problem::Problem;

/// The longest of these files that is read, in bytes.
pub(super) const LONGEST: u64 = 4 << 20;
/// How many bytes of them are read in all.
const MOST: usize = 64 << 20;
/// How many files are told of that could not be read.
const MOST_TOLD: usize = 20;

/// Where the files are that a folder's generator reads.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// The blog's folder; `None`: there is no configuration of a generator.
    root: Option<PathBuf>,
    /// The folder of posts.
    posts: PathBuf,
    dialect: Option<Dialect>,
    /// Files and folders below the blog's folder, absolute.
    places: Vec<PathBuf>,
    /// Whether links out of the blog's folder are followed.
    follows_links: bool,
    /// The files as they were when they were read.
    seen: Vec<(PathBuf, Option<Stamp>)>,
    /// What is wrong with those that could not be.
    problems: Vec<Problem>,
}

impl Surroundings {
    /// Looks around a folder of posts, and reads what its generator would.
    pub fn read(source: &Source) -> (Self, Generator, Vec<Problem>) {
        let (dialect, posts) = (source.dialect, absolute(&source.path).unwrap_or_else(|_| source.path.clone()));
        let Some(root) = dialect::root_of(&posts, dialect) else {
            return (Self { posts, ..Self::default() }, Generator::silent(dialect), Vec::new());
        };
        let prefix = below(&root, &posts).unwrap_or_default();
        let follows_links = source.follow_symlinks;
        let mut around = Self { root: Some(root), posts, dialect: Some(dialect), follows_links, ..Self::default() };
        let mut texts = Texts::new();
        around.look_into(places::configuration(dialect), &mut texts);
        let (settings, mut problems) = Generator::configured(dialect, &texts);
        around.look_into(&places::material(dialect, &settings), &mut texts);
        around.look_into(&places::above_posts(dialect, &prefix), &mut texts);
        around.take(around.beside_posts(), &mut texts);
        problems.append(&mut around.problems);
        let generator = Generator::new(dialect, prefix, settings, texts);
        if source.permalink == post::default_permalink(dialect) {
            problems.extend(generator.uncomputed());
        }
        (around, generator, problems)
    }

    /// Adds the texts of what is at these places below the blog's folder.
    fn look_into(&mut self, places: &[impl AsRef<Path>], texts: &mut Texts) {
        for place in self.root.iter().flat_map(|root| places.iter().map(|place| root.join(place))).collect::<Vec<_>>() {
            self.take(files_in(&place).collect(), texts);
            self.places.push(place);
        }
    }

    /// Adds the texts of files, and keeps in mind what they were before they were read.
    fn take(&mut self, files: Vec<PathBuf>, texts: &mut Texts) {
        let mut left = MOST.saturating_sub(texts.values().map(String::len).sum());
        for file in files {
            self.seen.push((file.clone(), stamp(&file)));
            let Some(path) = self.root.as_ref().and_then(|root| below(root, &file)) else { continue };
            let text = match self.text_of(&file) {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(unread) => {
                    self.note(&path, &unread);
                    continue;
                }
            };
            match left.checked_sub(text.len()) {
                Some(rest) => {
                    texts.insert(path, text);
                    left = rest;
                }
                None => self.note(&path, &Unread::TooLong { has: text.len() as u64, most: left as u64 }),
            }
        }
    }

    /// Remembers what is wrong with a file that is there.
    fn note(&mut self, path: &str, unread: &Unread) {
        if matches!(unread, Unread::Gone) || self.problems.len() >= MOST_TOLD {
            return;
        }
        let problem = unread.told(path, "make it shorter, or take it out; what generators read may have 64MB in all");
        let message = format!("{}, and is passed over", problem.message);
        self.problems.push(Problem::warning(path, message).mend(problem.mend));
    }

    /// `None`: it is a picture, or something else that is no text.
    fn text_of(&self, file: &Path) -> Result<Option<String>, Unread> {
        let bytes = match &self.root {
            Some(root) if !self.follows_links => open::read_within(root, file, LONGEST),
            _ => open::read(file, LONGEST),
        }?;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
        Ok(Some(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned)))
    }

    /// Whether the files are still as they were when they were read.
    pub fn are_current(&self) -> bool {
        let of_places = self.places.iter().flat_map(|place| files_in(place));
        let now = of_places.chain(self.beside_posts()).map(|file| {
            let stamp = stamp(&file);
            (file, stamp)
        });
        now.eq(self.seen.iter().cloned())
    }

    /// The files among the posts that say something of other posts.
    fn beside_posts(&self) -> Vec<PathBuf> {
        let dialect = self.dialect.filter(|dialect| places::are_beside_posts(*dialect));
        dialect.into_iter().flat_map(|_| files_in(&self.posts)).filter(|file| self.is_beside(file)).collect()
    }

    /// Whether a file among the posts, by its name, says something of other posts.
    fn is_beside(&self, path: &Path) -> bool {
        let relative = below(&self.posts, path);
        relative.zip(self.dialect).is_some_and(|(relative, dialect)| places::is_beside_posts(dialect, &relative))
    }

    /// Whether the generator reads this file, or would if it were there.
    pub fn hold(&self, path: &Path) -> bool {
        self.places.iter().any(|place| path.starts_with(place)) || self.is_beside(path)
    }

    /// The folders whose entries may be such files.
    pub fn folders(&self) -> Vec<PathBuf> {
        let Some(root) = &self.root else { return Vec::new() };
        let trees = self.places.iter().filter(|place| place.is_dir());
        let folders = trees.flat_map(|tree| {
            let walk = WalkDir::new(tree).into_iter().filter_entry(is_seen).flatten();
            walk.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path)
        });
        let parents = self.places.iter().filter_map(|place| place.parent()).filter(|folder| folder.is_dir());
        let mut folders: Vec<PathBuf> =
            [root.clone()].into_iter().chain(parents.map(Path::to_owned)).chain(folders).collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// The text of a file below the blog's folder; not of one that a link outside of it leads to.
    pub fn text(&self, path: &str) -> Option<String> {
        let root = fs::canonicalize(self.root.as_ref()?).ok()?;
        let file = fs::canonicalize(root.join(path.trim_start_matches('/'))).ok()?;
        if file.starts_with(&root) { self.text_of(&file).ok()? } else { None }
    }
}

/// A file, or all files in a folder that are not hidden, in the order of their names.
fn files_in(place: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = WalkDir::new(place).sort_by_file_name().into_iter().filter_entry(is_seen).flatten();
    walk.filter(|entry| !entry.file_type().is_dir()).map(walkdir::DirEntry::into_path)
}

fn stamp(file: &Path) -> Option<Stamp> {
    fs::metadata(file).ok().map(|metadata| Stamp::of(&metadata))
}

/// A path below a folder, with `/`.
fn below(folder: &Path, path: &Path) -> Option<String> {
    Some(path.strip_prefix(folder).ok()?.to_str()?.to_owned())
}

fn is_seen(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_str().unwrap_or(".");
    entry.depth() == 0 || !(name.starts_with('.') || name == "node_modules")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{IdFormula, Updates};

    fn source(path: PathBuf, dialect: Dialect) -> Source {
        Source {
            path,
            dialect,
            permalink: String::new(),
            id: IdFormula::Permalink,
            updates: Updates::Said,
            include: Vec::new(),
            exclude: Vec::new(),
            require_front_matter: true,
            follow_symlinks: false,
        }
    }

    #[test]
    fn configuration_data_and_templates_are_read_and_known() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("_data/deep")).unwrap();
        fs::create_dir_all(root.join("news/_posts")).unwrap();
        fs::write(root.join("_config.yml"), "title: T\n").unwrap();
        fs::write(root.join("_data/deep/a.yml"), "x: 1\n").unwrap();
        fs::write(root.join("_data/.hidden.yml"), "x: 1\n").unwrap();
        let (around, generator, problems) = Surroundings::read(&source(root.join("news/_posts"), Dialect::Jekyll));
        assert_eq!(generator.setting("title").and_then(|title| title.as_str()), Some("T"));
        assert_eq!(generator.text("_data/deep/a.yml"), Some("x: 1\n"));
        assert_eq!(generator.text("_data/.hidden.yml"), None);
        assert_eq!((generator.prefix(), problems), ("news/_posts", Vec::new()));
        assert!(around.hold(&root.join("_includes/new.html")) && !around.hold(&root.join("news/_posts/a.md")));
        assert!(around.folders().contains(&root.join("_data/deep")));
        assert_eq!(around.text("/_config.yml").as_deref(), Some("title: T\n"));
        assert_eq!(around.text("../x"), None);
        assert!(around.are_current());
        fs::write(root.join("_data/new.yml"), "x: 1\n").unwrap();
        assert!(!around.are_current());
    }

    #[test]
    fn a_plain_folder_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let (around, generator, _) = Surroundings::read(&source(folder.path().to_owned(), Dialect::Commonmark));
        assert_eq!(generator, Generator::silent(Dialect::Commonmark));
        assert!(around.folders().is_empty());
    }
}
