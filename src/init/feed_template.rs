//! Eleventy's templates of feeds: where each is written, which collection it lists, and what it says of the site by
//! expressions over its data (`<title>{{ metadata.title }}</title>`). None is run.

use super::Blog;
use super::expression::Data;
use super::said::{Said, Settings};
use super::template::{self, Template};
use crate::config::{Dialect, Format};
use crate::generator::Generator;
use crate::post;
use crate::value::Value;

/// A feed that is a template.
pub(super) struct FeedTemplate {
    /// Its file.
    pub file: String,
    /// Where it is written.
    pub address: String,
    /// What it is.
    pub found: Template,
    text: String,
    front: Value,
}

/// Those of a blog.
pub(super) fn all(blog: &Blog, said: &Settings) -> Vec<FeedTemplate> {
    let is_template = |path: &&String| {
        let ends = [".njk", ".liquid", ".hbs", ".html", ".xml", ".11ty.js", ".11ty.cjs", ".11ty.mjs"];
        ends.iter().any(|end| path.ends_with(end)) && !path.contains("_includes")
    };
    blog.files.iter().filter(is_template).filter_map(|file| FeedTemplate::read(blog, said, file)).collect()
}

impl FeedTemplate {
    fn read(blog: &Blog, said: &Settings, file: &str) -> Option<Self> {
        let text = blog.text(file)?;
        let found = template::read(&text)?;
        let front = if file.contains(".11ty.") {
            Generator::exported(&text).into_iter().find(|exported| exported.entry("permalink").is_some())?
        } else {
            post::front_matter(text.as_bytes(), file, &Generator::silent(Dialect::Eleventy))
        };
        let permalink = front.entry("permalink").filter(|permalink| permalink.as_bool().is_none())?.as_text()?;
        let address = Data { front: &front, settings: &said.merged }.expand(&permalink)?;
        let is_page = [".html", ".11ty.js", ".11ty.cjs", ".11ty.mjs"].iter().any(|end| file.ends_with(end));
        let names_feed = [".xml", ".json", ".rss", ".atom"].iter().any(|end| address.ends_with(end));
        (names_feed || !is_page).then(|| Self { file: file.to_owned(), address, found, text, front })
    }

    /// The collection that it lists: that of its loop, else the first that it names; `None`: it names none.
    pub fn collection(&self) -> Option<&str> {
        let named = self.text.match_indices("collections").filter_map(|(at, word)| {
            let behind = &self.text[at + word.len()..];
            let name = behind.strip_prefix('.').or_else(|| behind.strip_prefix('[')?.strip_prefix(['"', '\'']))?;
            let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(name.len());
            let tag = self.text[..at].rfind(['{', '\n']).map_or(0, |start| start + 1);
            let is_loop = ["for ", "each "].iter().any(|word| self.text[tag..at].contains(word));
            Some((is_loop, &name[..end]))
        });
        let mut named: Vec<(bool, &str)> = named.filter(|(_, name)| !name.is_empty()).collect();
        named.sort_by_key(|(is_loop, _)| !is_loop);
        named.first().map(|(_, name)| *name)
    }

    /// What stands before its entries.
    fn head(&self) -> &str {
        let mark = match self.found.format {
            Format::Atom => "<entry",
            Format::Rss => "<item",
            Format::Json => "\"items\"",
        };
        self.text.find(mark).map_or(&self.text, |end| &self.text[..end])
    }

    fn expanded(&self, settings: &Settings, text: &str, from: &str) -> Option<Said> {
        let text = Data { front: &self.front, settings: &settings.merged }.expand(&plain(text))?;
        let text = post::one_line(&text);
        let from = format!("{}: {from}", self.file);
        (!text.is_empty()).then_some(Said { value: Value::String(text), from })
    }

    /// What its own front matter says of the site.
    fn own(&self, key: &str) -> Option<Said> {
        let value = self.front.at("metadata")?.at(key).filter(|value| !value.is_blank())?.clone();
        Some(Said { value, from: format!("{}: metadata.{key}", self.file) })
    }

    /// What an element of its head says, or a key of JSON.
    fn said(&self, settings: &Settings, name: &str) -> Option<Said> {
        let head = self.head();
        let text = match self.found.format {
            Format::Json => member(head, name)?,
            _ => inside(head, name)?,
        };
        let told = if self.found.format == Format::Json { name.to_owned() } else { format!("<{name}>") };
        self.expanded(settings, text, &told)
    }

    /// The title of the site.
    pub fn title(&self, settings: &Settings) -> Option<Said> {
        self.said(settings, "title").or_else(|| self.own("title"))
    }

    /// What the site is about.
    pub fn description(&self, settings: &Settings) -> Option<Said> {
        let name = if self.found.format == Format::Atom { "subtitle" } else { "description" };
        self.said(settings, name).or_else(|| self.own("subtitle")).or_else(|| self.own("description"))
    }

    /// The address of the site: never that of the feed.
    pub fn url(&self, settings: &Settings) -> Option<Said> {
        let of_link = || {
            let links =
                self.head().match_indices("<link").map(|(at, _)| self.head()[at..].split('>').next().unwrap_or(""));
            let mut links = links.filter(|link| !link.contains("self") && !link.contains("hub"));
            links.find_map(|link| self.expanded(settings, attribute(link, "href")?, "<link>"))
        };
        let said = match self.found.format {
            Format::Atom => [self.said(settings, "id"), of_link()],
            Format::Rss => [self.said(settings, "link"), None],
            Format::Json => [self.said(settings, "home_page_url"), None],
        };
        let is_site = |said: &Said| {
            let text = said.text().unwrap_or_default();
            text.starts_with("http") && ![".xml", ".json", ".atom", ".rss"].iter().any(|end| text.ends_with(end))
        };
        said.into_iter().flatten().find(is_site).or_else(|| self.own("url"))
    }

    /// Its language.
    pub fn language(&self, settings: &Settings) -> Option<Said> {
        let of_root = || self.expanded(settings, attribute(self.head(), "xml:lang")?, "xml:lang");
        self.said(settings, "language").or_else(of_root).or_else(|| self.own("language"))
    }

    /// Who writes.
    pub fn author(&self, settings: &Settings) -> Option<Said> {
        let author = inside(&self.text, "author").unwrap_or_default();
        let part = |name: &str| self.expanded(settings, inside(author, name)?, "<author>");
        let pairs = ["name", "email", "uri"].into_iter().filter_map(|key| Some((key.to_owned(), part(key)?.value)));
        let pairs: Vec<(String, Value)> = pairs.collect();
        let is_named = pairs.first().is_some_and(|(key, _)| key == "name");
        let from = format!("{}: <author>", self.file);
        if is_named { Some(Said { value: Value::Mapping(pairs), from }) } else { self.own("author") }
    }
}

/// What stands in the first element of a name.
fn inside<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let opening = format!("<{name}");
    let mut starts = text.match_indices(&opening).map(|(at, _)| at + opening.len());
    let start = starts.find(|start| text[*start..].starts_with(['>', ' ']))?;
    let (_, content) = text[start..].split_once('>')?;
    content.split_once(&format!("</{name}>")).map(|(content, _)| content)
}

/// The text of an attribute.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, behind) = tag.split_once(&format!("{name}="))?;
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    behind[1..].split_once(quote).map(|(value, _)| value)
}

/// The scalar of a key of JSON.
fn member<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, behind) = text.split_once(&format!("\"{name}\""))?;
    let line = behind.trim_start().strip_prefix(':')?.lines().next()?;
    Some(line.trim().trim_end_matches(',').trim_matches('"'))
}

/// Without what marks text in XML.
fn plain(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("<![CDATA[").and_then(|text| text.strip_suffix("]]>")).unwrap_or(text);
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (reference, sign)| text.replace(reference, sign))
}
