//! `ref` and `relref`: the address of another page, in the language of the page that refers or in the one that it names.

use super::Page;
use super::parse::Shortcode;
use crate::post::Edition;

impl Page<'_, '_> {
    /// The address of another page.
    pub(super) fn reference(&mut self, shortcode: &Shortcode<'_>) -> String {
        let written = shortcode.arguments.named_or_at("path", 0).unwrap_or_default().trim();
        let (path, fragment) = written.split_once('#').map_or((written, None), |(path, rest)| (path, Some(rest)));
        let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        if path.is_empty() {
            return if fragment.is_empty() { self.body.url.to_string() } else { fragment };
        }
        let around = self.body.around;
        let edition = Edition::of(around.post.relative(), around.generator);
        let edition = match shortcode.arguments.named_or_at("lang", 1) {
            Some(language) => edition.map(|edition| edition.in_language(language)),
            None => edition,
        };
        let paths = edition.as_ref().map(|edition| edition.paths(path)).unwrap_or_default();
        let post = paths.iter().map(String::as_str).chain([path]).find_map(|path| around.blog.find(path));
        if let Some(post) = post {
            return format!("{}{fragment}", post.url);
        }
        let shown: String = written.chars().take(80).collect();
        let message = format!("`{}` refers to `{shown}`, which is no post", shortcode.name);
        self.note(shortcode.at, &message, "its link leads to where a page of that name would be");
        let folder = edition.and_then(|edition| edition.folder()).unwrap_or_default();
        format!("{}{fragment}", self.page_at(&folder, path))
    }

    /// Where a page of the site would be, below the folder of a language.
    fn page_at(&self, folder: &str, path: &str) -> String {
        let stem = [".md", ".html"].into_iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path);
        let stem = stem.strip_suffix("_index").or_else(|| stem.strip_suffix("index")).unwrap_or(stem);
        let path = [folder, stem.trim_start_matches(['.', '/']).trim_end_matches('/')]
            .join("/")
            .to_lowercase()
            .replace(' ', "-");
        let path = format!("{}/", path.trim_matches('/'));
        self.body.around.site.url.join(path.trim_start_matches('/')).map(String::from).unwrap_or(path)
    }
}
