//! What a reference to a page means in a Hugo site, from the page that refers: `rain.md` is the one beside it, and in German
//! `rain.de.md`.

use super::super::filename::Name;
use super::Hugo;
use crate::config::Dialect;
use crate::generator::{Generator, places};
use crate::value::Value;

/// Endings that a reference may leave out.
const EXTENSIONS: [&str; 4] = [".md", ".markdown", ".html", ".htm"];

/// The pages of a Hugo site in one of its languages, as one of them sees the others.
pub struct Edition<'a> {
    hugo: Hugo<'a>,
    language: String,
    /// The folders of the page that refers, below that of all content.
    folders: Vec<String>,
    /// The folder of its bundle, in these.
    bundle: Option<String>,
}

impl<'a> Edition<'a> {
    /// That of the page at `relative` below the folder of posts; `None`: nobody knows the site.
    #[must_use]
    pub fn of(relative: &str, generator: &'a Generator) -> Option<Self> {
        let hugo = Hugo::of(generator)?;
        let languages = hugo.languages();
        let name = Name::in_languages(relative, Dialect::Hugo, Some(&languages));
        let place = hugo.place(relative, &name);
        let folders = place.folders.into_iter().map(str::to_owned).collect();
        let language = place.language.unwrap_or_else(|| hugo.default_language());
        let bundle = name.is_bundle.then(|| relative.rsplit('/').nth(1).map(str::to_owned)).flatten();
        Some(Self { hugo, language, folders, bundle })
    }

    /// The paths that the page in the site's own language may have, which the page at `relative` is a translation of in the
    /// same folder; `None`: it is none.
    #[must_use]
    pub fn originals(relative: &str, generator: &Generator) -> Option<[String; 2]> {
        let hugo = Hugo::of(generator)?;
        let (name, default) =
            (Name::in_languages(relative, Dialect::Hugo, Some(&hugo.languages())), hugo.default_language());
        let path = generator.path_of(relative);
        let (folder, _) = path.rsplit_once('/').filter(|_| name.is_bundle)?;
        let is_translation = name.language_key.is_some_and(|key| key != default);
        is_translation.then(|| [format!("{folder}/index.{default}"), folder.to_owned()])
    }

    /// The same in another language, by its name in the configuration.
    #[must_use]
    pub fn in_language(self, language: &str) -> Self {
        Self { language: language.to_lowercase(), ..self }
    }

    /// The folder that its addresses are in.
    #[must_use]
    pub fn folder(&self) -> Option<String> {
        self.hugo.folder_of(Some(&self.language))
    }

    /// The paths that a reference may mean, the likeliest first: beside the page, then from where all content is.
    #[must_use]
    pub fn paths(&self, reference: &str) -> Vec<String> {
        let root = self.content();
        let bases = self.places(stem(reference)).map(|place| format!("{root}/{place}"));
        bases.flat_map(|base| self.named(&base)).collect()
    }

    /// The ends of paths that a reference may mean that leads to none of these; a relative path has none.
    #[must_use]
    pub fn ends(&self, reference: &str) -> Vec<String> {
        if reference.starts_with('.') { Vec::new() } else { self.named(&resolved(&[], stem(reference))).into() }
    }

    /// Where a page would be that a reference leads to, below the folder of the language.
    #[must_use]
    pub fn place(&self, reference: &str) -> String {
        self.places(stem(reference)).last().unwrap_or_default()
    }

    /// What a reference may mean below the folder of content. Of a bundle it leads from the folder that the bundle is in,
    /// or from its own.
    fn places(&self, stem: &str) -> impl Iterator<Item = String> {
        let within = || self.folders.iter().chain(&self.bundle).cloned().collect::<Vec<String>>();
        let own = self.bundle.as_ref().filter(|_| !stem.starts_with('/')).map(|_| resolved(&within(), stem));
        let beside = (!stem.starts_with('/')).then(|| resolved(&self.folders, stem));
        let from_root = (!stem.starts_with('.')).then(|| resolved(&[], stem));
        own.into_iter().chain(beside).chain(from_root)
    }

    /// The names that a page may have in this language.
    fn named(&self, base: &str) -> [String; 3] {
        let language = &self.language;
        [format!("{base}.{language}"), format!("{base}/index.{language}"), base.to_owned()]
    }

    /// The folder of its content.
    fn content(&self) -> &'a str {
        let own = self.hugo.setting(&format!("languages.{}.contentDir", self.language));
        let said = own.or_else(|| self.hugo.setting("contentDir")).and_then(Value::as_str);
        places::folder(said.unwrap_or("content"))
    }
}

/// A reference without its extension.
fn stem(reference: &str) -> &str {
    EXTENSIONS.iter().find_map(|extension| reference.strip_suffix(extension)).unwrap_or(reference)
}

/// A path from within folders, without `.` and `..`.
fn resolved(folders: &[String], path: &str) -> String {
    places::resolved(folders.iter().map(String::as_str), path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Texts;
    use crate::value::read;

    fn paths(settings: &str, page: &str, (reference, language): (&str, Option<&str>)) -> Vec<String> {
        let settings = read::yaml(settings).expect("YAML");
        let generator = Generator::new(Dialect::Hugo, "content", settings, Texts::new());
        let edition = Edition::of(page, &generator).expect("a site");
        language.into_iter().fold(edition, Edition::in_language).paths(reference)
    }

    #[test]
    fn a_reference_means_a_page_in_the_language_of_the_one_that_refers() {
        let named = "languages: {en: {}, de: {}}";
        let beside = ["content/news/rain.de", "content/news/rain/index.de", "content/news/rain"];
        assert_eq!(paths(named, "news/a.de.md", ("rain.md", None))[..3], beside);
        assert_eq!(paths(named, "news/a/index.de.md", ("../news/rain", None))[3..6], beside);
        assert_eq!(paths(named, "news/a.md", ("./rain", Some("DE")))[..3], beside);
        assert_eq!(paths(named, "deep/a.de.md", ("/news/rain.md", None)), beside);
        let by_folder = "languages: {en: {contentDir: content/english}, de: {contentDir: content/german}}";
        let found = paths(by_folder, "german/news/a.md", ("rain.md", None));
        assert_eq!((&*found[2], &*found[5]), ("content/german/news/rain", "content/german/rain"));
        assert_eq!(paths(by_folder, "german/news/a.md", ("/b.md", Some("en")))[2], "content/english/b");
    }

    #[test]
    fn a_reference_is_relative_or_from_the_root_or_a_name() {
        let settings = read::yaml("title: x").expect("YAML");
        let generator = Generator::new(Dialect::Hugo, "content", settings, Texts::new());
        let found = |page: &str, reference: &str| {
            let edition = Edition::of(page, &generator).expect("a site");
            let plain = |paths: Vec<String>| paths.into_iter().skip(2).step_by(3).collect::<Vec<_>>().join(" ");
            (plain(edition.paths(reference)), plain(edition.ends(reference)))
        };
        let of = |paths: &str, ends: &str| (paths.to_owned(), ends.to_owned());
        assert_eq!(found("go/a.md", "b.md"), of("content/go/b content/b", "b"));
        assert_eq!(found("go/a.md", "./b.md"), of("content/go/b", ""));
        assert_eq!(found("go/a.md", "../x/b"), of("content/x/b", ""));
        assert_eq!(found("go/a.md", "x/b.md"), of("content/go/x/b content/x/b", "x/b"));
        assert_eq!(found("go/a.md", "/x/b.md"), of("content/x/b", "x/b"));
        assert_eq!(found("go/a/index.md", "../b.md"), of("content/go/b content/b", ""));
        assert_eq!(found("go/a/index.md", "b"), of("content/go/a/b content/go/b content/b", "b"));
    }

    #[test]
    fn addresses_are_in_the_folder_of_their_language() {
        let generator = |settings| {
            let settings = read::yaml(settings).expect("YAML");
            Generator::new(Dialect::Hugo, "content", settings, Texts::new())
        };
        assert!(Edition::of("a.md", &Generator::silent(Dialect::Hugo)).is_none());
        for (settings, page, folder) in [
            ("title: x", "a.md", None),
            ("languages: {en: {}, de: {}}", "a.md", None),
            ("languages: {en: {}, de: {}}", "a.de.md", Some("de")),
        ] {
            let generator = generator(settings);
            assert_eq!(Edition::of(page, &generator).and_then(|edition| edition.folder()).as_deref(), folder);
        }
    }
}
