//! `ref` and `relref`: the address of another page, in the language of the page that refers or in the one that it names.

use std::sync::Arc;

use super::Page;
use super::parse::Shortcode;
use crate::post::{Edition, Post};

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
        if let Some(post) = self.referred(shortcode, path, edition.as_ref()) {
            return format!("{}{fragment}", post.url);
        }
        let shown: String = written.chars().take(80).collect();
        let message = format!("`{}` refers to `{shown}`, which is no post", shortcode.name);
        self.note(shortcode.at, &message, "its link leads to where a page of that name would be");
        let folder = edition.as_ref().and_then(Edition::folder).unwrap_or_default();
        let place = edition.map_or_else(|| path.to_owned(), |edition| edition.place(path));
        format!("{}{fragment}", self.page_at(&folder, &place))
    }

    /// The post that a path means: by where it is, else by its name, which should be that of one post alone.
    fn referred(&mut self, shortcode: &Shortcode<'_>, path: &str, edition: Option<&Edition<'_>>) -> Option<Arc<Post>> {
        let blog = self.body.around.blog;
        let Some(edition) = edition else { return blog.find(path) };
        let find = |paths: Vec<String>| paths.into_iter().find_map(|path| Some((blog.find(&path)?, path)));
        if let Some((post, _)) = find(edition.paths(path)) {
            return Some(post);
        }
        let (post, end) = find(edition.ends(path))?;
        let all = blog.count(&end);
        if all > 1 {
            let shown: String = path.chars().take(80).collect();
            let message = format!("`{}` refers to `{shown}`, which may be any of {all} posts", shortcode.name);
            self.note(shortcode.at, &message, "write its path from the folder of content, such as `/posts/rain.md`");
        }
        Some(post)
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
