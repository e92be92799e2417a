//! Zola's links: `@/news/rain.md#noon`.

use percent_encoding::percent_decode_str;

use super::Body;
use crate::post;

/// A path below Zola's folder of content.
pub(super) struct Reference<'a>(&'a str);

impl<'a> Reference<'a> {
    /// What the value of an attribute means.
    pub fn read(value: &'a str) -> Option<Self> {
        value.strip_prefix("@/").map(Self)
    }

    /// The URL of the page: a post, another page, or a section.
    pub fn url(&self, body: &Body<'_>) -> Option<String> {
        let (path, fragment) = self.0.split_at(self.0.find('#').unwrap_or(self.0.len()));
        let path = percent_decode_str(path).decode_utf8().ok()?;
        Some(page(&path, body)? + fragment)
    }
}

fn page(path: &str, body: &Body<'_>) -> Option<String> {
    let around = &body.around;
    let below = format!("content/{path}");
    let is_known = format!("{}/", around.generator.prefix()).starts_with("content/");
    let post = around.blog.find(if is_known { &below } else { path }).filter(|_| !path.contains("_index."));
    let other = || {
        let text = around.generator.text(&below).map(str::to_owned).or_else(|| around.blog.text(&below))?;
        if path.rsplit('/').next().is_some_and(|name| name.starts_with("_index.")) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let language = path.rsplit('.').nth(1).filter(|tag| !tag.ends_with("_index"));
            let path = [language.unwrap_or(""), folder].join("/");
            let path = format!("{}/", path.trim_matches('/'));
            return around.site.url.join(path.trim_start_matches('/')).ok();
        }
        Some(post::page_url(path, &text, &around.site.url, around.generator))
    };
    post.map(|post| post.url.clone()).or_else(|| other().map(String::from))
}
