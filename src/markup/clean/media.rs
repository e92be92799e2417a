//! Pictures, players and pages within the page, as feed readers can show them.

use url::Url;

use super::attribute::Attributes;
use super::page::{MOST_NOTICES, Page};
use super::style;
use crate::markup::absolute_url::{self, Target, candidates, resolve, resolve_image, resolve_srcset};
use crate::markup::entity::{self, write_attribute as write};

/// Where lazy loaders keep the true picture, in the order of trust.
const LAZY: &[&str] =
    &["data-src", "data-original", "data-lazy-src", "data-lazy", "data-orig-file", "data-hi-res-src", "src"];
const LAZY_SET: &[&str] = &["data-srcset", "data-lazy-srcset", "data-original-set", "srcset"];

impl Page {
    /// Writes a picture, with the true source of a lazy one.
    pub(super) fn picture(&mut self, attributes: &Attributes) {
        if is_invisible(attributes) {
            return;
        }
        let set = attributes.first_of(LAZY_SET).and_then(|set| resolve_srcset(&self.base, set));
        let source = match (attributes.first_of(LAZY), &set) {
            (Some(source), _) => self.reference(source, resolve_image(&self.base, source)),
            (None, Some(set)) => candidates(set).next().map(|(url, _)| url.to_owned()),
            (None, None) => None,
        };
        let alt = attributes.get("alt");
        let Some(source) = source else { return self.text(alt.unwrap_or("")) };
        if alt.is_none() && !is_decoration(attributes) {
            self.note_missing_alt(attributes.first_of(LAZY).unwrap_or(&source));
        }
        let part = self.part;
        self.tag("img", |out| {
            write(out, "src", &source);
            write(out, "alt", alt.unwrap_or(""));
            if let Some(set) = &set {
                write(out, "srcset", set);
            }
            attributes.write_safe(out, part, if set.is_some() { &["alt"] } else { &["alt", "sizes"] });
        });
        self.images += 1;
        if self.image.is_none() && !source.starts_with("data:") && !is_small(attributes) {
            self.image = Some((source, alt.unwrap_or("").trim().to_owned()));
        }
    }

    /// Told at the end, unless text beside the picture says it.
    fn note_missing_alt(&mut self, source: &str) {
        if self.without_alt.len() < MOST_NOTICES {
            let shown: String = source.chars().take(120).collect();
            self.without_alt.push((self.out.len(), self.line, shown));
        }
    }

    /// Writes one of the sources of a `picture`, `video` or `audio`.
    pub(super) fn source(&mut self, attributes: &Attributes) {
        let Some(parent) = self.top().map(|top| top.name.clone()) else { return };
        let mut written = String::new();
        if parent == "picture" {
            let set = attributes.first_of(LAZY_SET).and_then(|set| resolve_srcset(&self.base, set));
            let Some(set) = set else { return };
            write(&mut written, "srcset", &set);
            attributes.write_safe(&mut written, self.part, &[]);
            self.stand_in(&set);
        } else if parent == "video" || parent == "audio" {
            let source = attributes.first_of(LAZY).map(|source| resolve(&self.base, source));
            let Some(Target::Absolute(source) | Target::Climbed(source)) = source else { return };
            write(&mut written, "src", &source);
            attributes.write_safe(&mut written, self.part, &["sizes"]);
        } else {
            return;
        }
        self.tag("source", |out| out.push_str(&written));
    }

    /// A `picture` without `img` shows nothing: the first of its sources stands in.
    fn stand_in(&mut self, set: &str) {
        let Some((first, _)) = candidates(set).next() else { return };
        let mut image = String::from("<img");
        write(&mut image, "src", first);
        write(&mut image, "alt", "");
        image.push('>');
        if let Some(picture) = self.top().filter(|top| top.instead.is_none()) {
            picture.instead = Some(image);
        }
    }

    /// Opens a player; it always has controls, and does not start by itself.
    pub(super) fn player(&mut self, name: &'static str, attributes: &Attributes) -> Option<u64> {
        let mut written = String::new();
        for (attribute, from) in [("src", &["data-src", "src"][..]), ("poster", &["data-poster", "poster"])] {
            let value = attributes.first_of(from).map(|value| resolve_image(&self.base, value));
            if let Some(Target::Absolute(url) | Target::Climbed(url)) = value {
                write(&mut written, attribute, &url);
            }
        }
        written.push_str(" controls=\"\"");
        attributes.write_safe(&mut written, self.part, &["controls"]);
        self.open(name, |out| out.push_str(&written))
    }

    /// Writes a link to what a frame or plug-in shows, with its title or, of videos, a picture.
    pub(super) fn frame(&mut self, attributes: &Attributes) {
        if let Some(link) = self.frame_link(attributes) {
            let alone = self.top().is_none_or(|top| super::element::carries_the_text(&top.name) && top.name != "span");
            let (before, after) = if alone { ("<p>", "</p>") } else { ("", "") };
            self.out.push_str(before);
            self.out.push_str(&link);
            self.out.push_str(after);
            self.images += 1;
        }
    }

    /// The link itself; `None` for what is not meant to be seen.
    pub(super) fn frame_link(&mut self, attributes: &Attributes) -> Option<String> {
        let source =
            attributes.first_of(&["data-src", "data-lazy-src", "data-litespeed-src", "src", "data"])?.to_owned();
        if is_invisible(attributes) {
            return None;
        }
        let url = self.reference(&source, resolve(&self.base, &source)).filter(|url| !url.starts_with('#'))?;
        let video = Video::of(&url);
        let title = attributes.first_of(&["title", "aria-label", "alt"]).map_or_else(|| video.title(), str::to_owned);
        let mut link = String::from("<a");
        write(&mut link, "href", &video.page);
        link.push('>');
        if let Some(thumbnail) = video.thumbnail {
            link.push_str("<img");
            write(&mut link, "src", &thumbnail);
            write(&mut link, "alt", &title);
            link.push('>');
            self.thumbnail.get_or_insert((thumbnail, title));
        } else {
            entity::escape_text_into(&mut link, &title);
        }
        link.push_str("</a>");
        Some(link)
    }

    /// What a reference came to, told when it came to nothing.
    pub(super) fn reference(&mut self, typed: &str, target: Target) -> Option<String> {
        let shown = || typed.chars().take(120).collect::<String>();
        match target {
            Target::Invalid => {
                self.notice(format!("`{}` is no URL", shown()), "write an absolute one, or a path on the site");
            }
            Target::Climbed(_) => {
                self.notice(format!("`{}` leads above the root of the site", shown()), "take a `../` away");
            }
            Target::Fragment(_) | Target::Absolute(_) | Target::Unsafe => {}
        }
        target.into_string()
    }

    /// The HTML of a `noscript`, which is what readers without scripts are to see; a picture that was just shown is not
    /// shown again.
    pub(super) fn unscripted(&mut self, html: &str) {
        if html.to_ascii_lowercase().contains("<noscript") {
            return;
        }
        let inner = super::clean(html, &self.base, self.line, self.part);
        let is_shown = inner.image.as_ref().is_some_and(|image| self.shows(&image.0));
        if is_shown || inner.html.trim().is_empty() {
            return;
        }
        self.graft(&inner.html);
        if let Some(image) = inner.image {
            self.images += 1;
            self.image.get_or_insert(image);
        }
    }

    /// Whether the picture at `url` was written a moment ago.
    fn shows(&self, url: &str) -> bool {
        let mut from = self.out.len().saturating_sub(2000 + url.len());
        while !self.out.is_char_boundary(from) {
            from += 1;
        }
        {
            let mut shown = String::new();
            write(&mut shown, "src", url);
            self.out[from..].contains(&shown)
        }
    }
}

/// A film elsewhere, or any other page.
struct Video {
    page: String,
    thumbnail: Option<String>,
    site: String,
}

impl Video {
    fn of(embedded: &str) -> Self {
        let page = |page: String, thumbnail, site: &str| Self { page, thumbnail, site: site.to_owned() };
        let Ok(url) = Url::parse(embedded) else { return page(embedded.to_owned(), None, "") };
        let host = url.host_str().unwrap_or("").trim_start_matches("www.");
        let mut segments = url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty());
        let (first, second, third) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""), segments.next());
        let id = |id: &str| id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) && !id.is_empty();
        match (host, first, second) {
            ("youtube.com" | "youtube-nocookie.com", "embed" | "v" | "shorts", v) if id(v) && v != "videoseries" => {
                page(
                    format!("https://www.youtube.com/watch?v={v}"),
                    Some(format!("https://i.ytimg.com/vi/{v}/hqdefault.jpg")),
                    "YouTube",
                )
            }
            ("player.vimeo.com", "video", v) if id(v) => page(format!("https://vimeo.com/{v}"), None, "Vimeo"),
            ("dailymotion.com", "embed", "video") if third.is_some_and(id) => {
                page(format!("https://www.dailymotion.com/video/{}", third.unwrap_or("")), None, "Dailymotion")
            }
            _ => page(embedded.to_owned(), None, host),
        }
    }

    fn title(&self) -> String {
        match self.site.as_str() {
            "" => self.page.clone(),
            "YouTube" | "Vimeo" | "Dailymotion" => format!("Video on {}", self.site),
            host => format!("Embedded page on {host}"),
        }
    }
}

/// A size in pixels, when the attribute is one.
fn pixels(attributes: &Attributes, name: &str) -> Option<u32> {
    let value = attributes.get(name)?.trim();
    value.strip_suffix("px").unwrap_or(value).trim().parse().ok()
}

/// Pixels that count readers, and frames that only load something.
fn is_invisible(attributes: &Attributes) -> bool {
    let tiny = |name| pixels(attributes, name).is_some_and(|pixels| pixels <= 1);
    (tiny("width") && tiny("height")) || attributes.get("style").is_some_and(style::hides)
}

/// Whether a picture says of itself that it needs no alternative text.
fn is_decoration(attributes: &Attributes) -> bool {
    let says = |name, values: &[&str]| attributes.get(name).is_some_and(|value| values.contains(&value.trim()));
    says("role", &["presentation", "none"]) || says("aria-hidden", &["true"])
}

/// Signs and faces in the line are not the picture of a post.
fn is_small(attributes: &Attributes) -> bool {
    let small = |name| pixels(attributes, name).is_some_and(|pixels| pixels <= 48);
    small("width") || small("height") || attributes.get("class").is_some_and(|class| class.contains("emoji"))
}

/// Resolves the reference of a link; a fragment of a summary leads to the post.
pub(super) fn link_target(page: &Page, reference: &str) -> Target {
    match resolve(&page.base, reference) {
        Target::Fragment(fragment) if page.part == super::Part::Summary => absolute_url::resolve(
            &page.url,
            &format!("{}{fragment}", page.url.as_str().split('#').next().unwrap_or("")),
        ),
        target => target,
    }
}
