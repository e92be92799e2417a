//! What is around the body, as variables: `site`, `page`, and what tags and filters ask for.

use std::cell::OnceCell;
use std::sync::Arc;

use liquid_core::Value as Liquid;
use liquid_core::model::{KString, Object, ScalarCow};
use liquid_core::{ValueView, model::try_find};

use super::links;
use super::view::{find, liquid, object, text, texts};
use crate::config::Dialect;
use crate::markup::Around;
use crate::post::Post;
use crate::value::Value;

/// The root of what tags and filters ask for; no template can name it.
pub(super) const ASK: &str = "\u{1}";

/// What is around a body.
pub(super) struct Globals<'a> {
    around: Around<'a>,
    all: OnceCell<Vec<Arc<Post>>>,
    posts: OnceCell<Liquid>,
    page: OnceCell<Liquid>,
}

impl<'a> Globals<'a> {
    pub fn new(around: Around<'a>) -> Self {
        Self { around, all: OnceCell::new(), posts: OnceCell::new(), page: OnceCell::new() }
    }

    /// The value at a path; `None`: there is none.
    pub fn find(&self, path: &[ScalarCow<'_>]) -> Option<Liquid> {
        let (root, rest) = path.split_first()?;
        match root.to_kstr().as_str() {
            ASK => self.answer(rest),
            "site" if self.is_jekylls() => Some(self.site(rest)),
            "page" if self.is_jekylls() && matches!(first(rest).as_deref(), Some("previous" | "next")) => {
                Some(self.beside(rest))
            }
            "page" => Some(within(self.page.get_or_init(|| self.page()), rest)),
            "jekyll" => match first(rest).as_deref() {
                Some("environment") => Some(text("production")),
                Some("version") => Some(text("4.4.1")),
                _ => None,
            },
            _ if self.around.generator.dialect() == Dialect::Eleventy => self.data_of_eleventy(path),
            _ => None,
        }
    }

    /// Whether what is known is Jekyll's, not Eleventy's.
    fn is_jekylls(&self) -> bool {
        self.around.generator.dialect() != Dialect::Eleventy
    }

    /// With Eleventy front matter, and behind it global data, are variables of their own.
    fn data_of_eleventy(&self, path: &[ScalarCow<'_>]) -> Option<Liquid> {
        let name = path.first()?.to_kstr();
        let all = [self.around.front, self.around.generator.settings()];
        all.into_iter().find(|data| data.entry(&name).is_some()).map(|data| find(data, path))
    }

    fn answer(&self, path: &[ScalarCow<'_>]) -> Option<Liquid> {
        let [question, subject, ..] = path else { return None };
        let (question, subject) = (question.to_kstr(), subject.to_kstr());
        let answer = match question.as_str() {
            "post_url" => links::post(&self.around, &subject),
            "link" => links::file(&self.around, &subject),
            "include" => self.include(&subject),
            "include_relative" => {
                let folder = self.around.post.relative().rsplit_once('/').map_or("", |(folder, _)| folder);
                let path = format!("{folder}/{subject}");
                self.around.blog.text(&self.around.generator.path_of(path.trim_start_matches('/')))
            }
            "base" => Some(links::base(&self.around)),
            "timezone" => Some(self.around.site.timezone.name().to_owned()),
            _ => None,
        };
        answer.map(|answer| text(&answer))
    }

    fn include(&self, name: &str) -> Option<String> {
        self.around.generator.include(name).map(str::to_owned)
    }

    fn site(&self, path: &[ScalarCow<'_>]) -> Liquid {
        let Some((key, rest)) = path.split_first() else { return liquid(self.around.generator.settings()) };
        let setting = || find(self.around.generator.settings(), path);
        match key.to_kstr().as_str() {
            "url" => text(&links::origin(&self.around)),
            "baseurl" => text(&links::base(&self.around)),
            "posts" | "documents" => within(self.posts.get_or_init(|| self.posts()), rest),
            "time" => self.newest(),
            "data" => find(self.around.generator.data(), rest),
            "title" => or_else(setting(), || text(&self.around.site.title)),
            "description" => or_else(setting(), || text(&self.around.site.description)),
            "lang" => or_else(setting(), || self.around.site.language.as_deref().map_or(Liquid::Nil, text)),
            key @ ("tags" | "categories") => within(&self.terms(key), rest),
            "pages" | "html_pages" | "static_files" | "related_posts" | "collections" => Liquid::Array(Vec::new()),
            "github" => or_else(setting(), || self.github(rest)),
            _ => setting(),
        }
    }

    fn newest(&self) -> Liquid {
        let newest = self.around.blog.newest();
        text(&date(newest.as_deref().unwrap_or(self.around.post)))
    }

    /// What GitHub Pages says of a repository that the configuration names.
    fn github(&self, path: &[ScalarCow<'_>]) -> Liquid {
        let repository = self.around.generator.setting("repository").and_then(Value::as_str).unwrap_or_default();
        match first(path).as_deref() {
            Some("repository_url") if !repository.is_empty() => text(&format!("https://github.com/{repository}")),
            Some("repository_nwo") if !repository.is_empty() => text(repository),
            _ => Liquid::Nil,
        }
    }

    fn posts(&self) -> Liquid {
        Liquid::Array(self.around.blog.posts().iter().map(|post| Liquid::Object(self.described(post))).collect())
    }

    /// Posts by their tags or categories.
    fn terms(&self, key: &str) -> Liquid {
        let mut terms = Object::new();
        for post in self.around.blog.posts() {
            for term in if key == "tags" { &post.tags } else { &post.categories } {
                let value = Liquid::Object(self.described(&post));
                match terms.get_mut(term.as_str()) {
                    Some(Liquid::Array(posts)) => posts.push(value),
                    _ => drop(terms.insert(KString::from_ref(term), Liquid::Array(vec![value]))),
                }
            }
        }
        Liquid::Object(terms)
    }

    fn page(&self) -> Liquid {
        let mut page = object(self.around.front.pairs());
        page.extend(self.described(self.around.post));
        let input = self.around.generator.path_in_input(self.around.post.relative());
        page.insert("fileSlug".into(), text(crate::post::file_slug(&input)));
        page.insert(
            "inputPath".into(),
            text(&format!("./{}", self.around.generator.path_of(self.around.post.relative()))),
        );
        Liquid::Object(page)
    }

    /// The post before this one, or the one after it, and a path in that.
    fn beside(&self, path: &[ScalarCow<'_>]) -> Liquid {
        let posts = self.all.get_or_init(|| self.around.blog.posts()); // the newest first
        let Some(own) = posts.iter().position(|post| post.path == self.around.post.path) else { return Liquid::Nil };
        let is_next = first(path).as_deref() == Some("next");
        let at = if is_next { own.checked_sub(1) } else { Some(own + 1) };
        let post = at.and_then(|at| posts.get(at));
        post.map_or(Liquid::Nil, |post| within(&Liquid::Object(self.described(post)), &path[1..]))
    }

    /// What Jekyll says of a post.
    fn described(&self, post: &Post) -> Object {
        let url = links::path_of(&self.around, &post.url);
        let relative = post.relative();
        let name = relative.rsplit('/').next().unwrap_or(relative);
        let mut described = Object::new();
        let mut put = |key: &'static str, value: Liquid| drop(described.insert(key.into(), value));
        put("title", text(&post.title));
        put("id", text(url.trim_end_matches('/').trim_end_matches(".html")));
        put("url", text(&url));
        put("date", text(&date(post)));
        put("path", text(&self.around.generator.path_of(relative)));
        put("relative_path", text(&self.around.generator.path_of(relative)));
        put("name", text(name));
        put("slug", text(stem(name).splitn(4, '-').nth(3).unwrap_or(stem(name))));
        put("ext", text(name.rfind('.').map_or("", |dot| &name[dot..])));
        put("collection", text("posts"));
        put("draft", Liquid::scalar(post.draft));
        put("tags", texts(post.tags.iter().map(String::as_str)));
        put("categories", texts(post.categories.iter().map(String::as_str)));
        put("excerpt", post.summary.as_deref().map_or(Liquid::Nil, text));
        if let [author] = post.authors.as_slice() {
            put("author", text(&author.name));
        }
        if let Some(image) = &post.image {
            put("image", text(&image.url));
        }
        described
    }
}

/// The first key of a path.
fn first(path: &[ScalarCow<'_>]) -> Option<String> {
    path.first().map(|key| key.to_kstr().into_string())
}

/// A value at a path in a value.
fn within(value: &Liquid, path: &[ScalarCow<'_>]) -> Liquid {
    if path.is_empty() {
        value.clone()
    } else {
        try_find(value, path).map_or(Liquid::Nil, liquid_core::ValueCow::into_owned)
    }
}

fn or_else(value: Liquid, other: impl FnOnce() -> Liquid) -> Liquid {
    if value.is_nil() { other() } else { value }
}

/// A date as Ruby writes one.
fn date(post: &Post) -> String {
    post.published.format("%Y-%m-%d %H:%M:%S %z").to_string()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
