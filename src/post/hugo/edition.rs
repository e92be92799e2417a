//! What a reference to a page means in a language of a Hugo site: `rain.md` is `rain.de.md` in German.

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
}

impl<'a> Edition<'a> {
    /// That of the page at `relative` below the folder of posts; `None`: the site has one language.
    #[must_use]
    pub fn of(relative: &str, generator: &'a Generator) -> Option<Self> {
        let hugo = Hugo::of(generator)?;
        let languages = hugo.languages();
        if languages.len() < 2 {
            return None;
        }
        let name = Name::in_languages(relative, Dialect::Hugo, Some(&languages));
        let place = hugo.place(relative, &name);
        let language = place.language.unwrap_or_else(|| hugo.default_language());
        Some(Self { hugo, language, folders: place.folders })
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

    /// The paths, or ends of paths, that a reference may mean, the likeliest first: beside the page, then anywhere.
    #[must_use]
    pub fn paths(&self, reference: &str) -> Vec<String> {
        let stem = EXTENSIONS.iter().find_map(|extension| reference.strip_suffix(extension)).unwrap_or(reference);
        let above = if stem.starts_with('/') { &[] } else { &*self.folders };
        let (beside, stem) = (resolved(above, stem), resolved(&[], stem));
        let root = self.content();
        let bases = [format!("{root}/{beside}"), format!("{root}/{stem}"), stem];
        let language = &self.language;
        let named = |base: &String| [format!("{base}.{language}"), format!("{base}/index.{language}"), base.clone()];
        bases.iter().flat_map(named).collect()
    }

    /// The folder of its content.
    fn content(&self) -> &'a str {
        let own = self.hugo.setting(&format!("languages.{}.contentDir", self.language));
        let said = own.or_else(|| self.hugo.setting("contentDir")).and_then(Value::as_str);
        places::folder(said.unwrap_or("content"))
    }
}

/// A path from within folders, without `.` and `..`.
fn resolved(folders: &[String], path: &str) -> String {
    let mut parts: Vec<&str> = folders.iter().map(String::as_str).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Texts;
    use crate::value::read;

    fn paths(settings: &str, page: &str, (reference, language): (&str, Option<&str>)) -> Vec<String> {
        let settings = read::yaml(settings).expect("YAML");
        let generator = Generator::new(Dialect::Hugo, "content", settings, Texts::new());
        let edition = Edition::of(page, &generator).expect("several languages");
        language.into_iter().fold(edition, Edition::in_language).paths(reference)
    }

    #[test]
    fn a_reference_means_a_page_in_the_language_of_the_one_that_refers() {
        let named = "languages: {en: {}, de: {}}";
        let beside = ["content/news/rain.de", "content/news/rain/index.de", "content/news/rain"];
        assert_eq!(paths(named, "news/a.de.md", ("rain.md", None))[..3], beside);
        assert_eq!(paths(named, "news/a/index.de.md", ("../news/rain", None))[..3], beside);
        assert_eq!(paths(named, "news/a.md", ("./rain", Some("DE")))[..3], beside);
        assert_eq!(paths(named, "deep/a.de.md", ("/news/rain.md", None))[..3], beside);
        assert_eq!(paths(named, "news/a.de.md", ("x/rain.md", None))[6..], ["x/rain.de", "x/rain/index.de", "x/rain"]);
        let by_folder = "languages: {en: {contentDir: content/english}, de: {contentDir: content/german}}";
        let found = paths(by_folder, "german/news/a.md", ("rain.md", None));
        assert_eq!((&*found[2], &*found[5]), ("content/german/news/rain", "content/german/rain"));
        assert_eq!(paths(by_folder, "german/news/a.md", ("/b.md", Some("en")))[2], "content/english/b");
    }

    #[test]
    fn a_site_with_one_language_has_no_editions() {
        let generator = |settings| {
            let settings = read::yaml(settings).expect("YAML");
            Generator::new(Dialect::Hugo, "content", settings, Texts::new())
        };
        assert!(Edition::of("a.md", &generator("title: x")).is_none());
        assert!(Edition::of("a.md", &generator("languages: {en: {}}")).is_none());
        let two = generator("languages: {en: {}, de: {}}");
        let folder = |page| Edition::of(page, &two).and_then(|edition| edition.folder());
        assert_eq!((folder("a.md"), folder("a.de.md")), (None, Some("de".to_owned())));
    }
}
