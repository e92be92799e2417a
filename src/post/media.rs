//! The picture of a post, and how files that it names are resolved ([`Assets`]).

use std::borrow::Cow;

use url::Url;

use super::address::{self, Address};
use super::text::one_line;
use super::vocabulary::{Fields, IMAGE, IMAGE_ALT, member, told};
use super::{Image, Rules};
use crate::config::Dialect;
use crate::value::Value;

/// The deepest that lists and mappings of pictures are nested.
const DEEPEST: usize = 3;

/// Resolves the files that a post names.
#[derive(Clone, Copy)]
pub(super) struct Assets<'a> {
    pub rules: &'a Rules<'a>,
    /// The post's own.
    pub page: &'a Address<'a>,
    /// The post's file below the folder of posts.
    pub relative: &'a str,
    pub is_bundle: bool,
}

impl Assets<'_> {
    /// The web address of a file by its reference in front matter.
    ///
    /// From the root: below the site, with Hugo of the host. Else beside the post in a bundle or
    /// when it begins with a dot, below the site everywhere else and always with Jekyll.
    pub fn resolve(&self, reference: &str) -> Option<Url> {
        let (site, dialect) = (&self.rules.site.url, self.rules.source.dialect);
        let reference = reference.trim();
        let beside = dialect != Dialect::Jekyll && (self.is_bundle || reference.starts_with('.'));
        match reference {
            "" => None,
            _ if address::is_absolute(reference) => address::absolute(site, reference),
            _ if reference.starts_with('/') && dialect == Dialect::Hugo => address::from_page(site, reference),
            _ if reference.starts_with('/') || !beside => address::below_site(site, reference),
            _ => address::from_page(&self.page.url(), reference),
        }
    }

    /// The length of a file of the site, in bytes.
    pub fn size(&self, reference: &str) -> Option<u64> {
        let site = self.rules.site.url.as_str();
        let own = reference.trim().strip_prefix(site).map(|rest| format!("/{rest}"));
        (self.rules.asset_size)(own.as_deref().unwrap_or(reference.trim()), self.relative)
    }
}

/// The media type by the name of a file.
pub(super) fn media_type(url: &Url) -> Option<&'static str> {
    url.path().rsplit('/').next()?.rsplit_once('.').and_then(|(_, extension)| of_extension(extension))
}

/// The media type by what stands behind the dot.
pub(super) fn of_extension(extension: &str) -> Option<&'static str> {
    match mime_guess::from_ext(extension).first_raw()? {
        // what is registered (RFC 4337)
        "audio/m4a" | "audio/x-m4a" => Some("audio/mp4"),
        known => Some(known),
    }
}

/// The picture that stands for a post.
pub(super) fn image(fields: &mut Fields<'_>, assets: &Assets<'_>) -> Option<Image> {
    let found = fields.find_anywhere(IMAGE)?;
    if matches!(found.value, Value::Bool(_)) {
        return None;
    }
    let Described { key, reference, alt } = described(found.value, DEEPEST)?;
    let url = assets.resolve(&reference);
    let media_type = url.as_ref().and_then(media_type).filter(|known| known.starts_with("image/"));
    match url.filter(|_| media_type.is_some() || address::is_absolute(&reference)) {
        None => {
            let message = format!("`{}` names no picture: `{}`", found.key, told(&reference));
            let found = key.map_or_else(|| found.clone(), |key| fields.nested(&found, key, &reference));
            fields.warn(&found, message, "expected the path or URL of one");
            None
        }
        Some(url) => {
            let beside = || fields.find_anywhere(IMAGE_ALT).and_then(|found| found.text());
            let alt = alt.map(Cow::Owned).or_else(beside).map(|alt| one_line(&alt)).filter(|alt| !alt.is_empty());
            Some(Image { url: url.into(), media_type: media_type.map(str::to_owned), alt })
        }
    }
}

/// What is said of a picture.
struct Described<'a> {
    /// Of the mapping that it is in.
    key: Option<&'a str>,
    reference: String,
    alt: Option<String>,
}

/// The reference to a picture, and what it shows.
fn described(value: &Value, depth: usize) -> Option<Described<'_>> {
    const SOURCE: [&str; 11] =
        ["path", "url", "src", "image", "file", "feature", "teaser", "overlayimage", "thumbnail", "filename", "href"];
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Sequence(items) => items.iter().find_map(|item| described(item, depth)),
        Value::Mapping(_) => {
            let (key, source) = member(value, &SOURCE)?;
            let inner = described(source, depth)?;
            let own = member(value, &["alt", "alttext", "imagealt", "caption"]).and_then(|(_, alt)| alt.as_text());
            Some(Described { key: inner.key.or(Some(key)), alt: own.or(inner.alt), ..inner })
        }
        Value::String(text) if !text.trim().is_empty() => {
            Some(Described { key: None, reference: text.trim().to_owned(), alt: None })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::post;
    use super::*;
    use Dialect::{Commonmark, Hugo, Jekyll, Zola};

    fn image(dialect: Dialect, relative: &str, yaml: &str) -> (Option<(String, Option<String>)>, usize) {
        let (post, problems) = post(dialect, relative, &format!("---\ntitle: x\ndate: 2024-01-02\n{yaml}\n---\n"));
        (post.image.map(|image| (image.url, image.alt)), problems.len())
    }

    #[test]
    fn finds_pictures_of_every_shape() {
        let root = "https://example.org";
        let cases = [
            (Jekyll, "2024-01-02-a.md", "image: assets/a b.png", format!("{root}/assets/a%20b.png")),
            (Jekyll, "2024-01-02-a.md", "image: {path: /a.png, alt: A}", format!("{root}/a.png A")),
            (Jekyll, "2024-01-02-a.md", "featured-img: 'assets/a.gif'\nimage_alt: B", format!("{root}/assets/a.gif B")),
            (Jekyll, "2024-01-02-a.md", "header: {teaser: /t.jpg}", format!("{root}/t.jpg")),
            (Hugo, "a/index.md", "cover: {image: c.webp, alt: C}", format!("{root}/a/c.webp C")),
            (Hugo, "a.md", "images: [i.png, j.png]", format!("{root}/i.png")),
            (Hugo, "a.md", "params: {featured_image: /i.png}", format!("{root}/i.png")),
            (Zola, "s/a/index.md", "extra: {thumbnail: t.png}", format!("{root}/s/a/t.png")),
            (Commonmark, "a.md", "thumbnail: ./t.png", format!("{root}/a/t.png")),
            (Commonmark, "a.md", "image: //cdn.example/t?w=1", "https://cdn.example/t?w=1".to_owned()),
        ];
        for (dialect, relative, yaml, expected) in cases {
            let (found, problems) = image(dialect, relative, yaml);
            let (url, alt) = found.unwrap_or_else(|| panic!("no image: {yaml}"));
            assert_eq!(format!("{url} {}", alt.unwrap_or_default()).trim(), expected, "{yaml}");
            assert_eq!(problems, 0);
        }
        let (post, _) = post(Commonmark, "a.md", "---\ndate: 2024-01-02\nimage: a.svg\n---\n");
        assert_eq!(post.image.unwrap().media_type.as_deref(), Some("image/svg+xml"));
    }

    #[test]
    fn what_is_no_picture_is_left_out() {
        assert_eq!(image(Commonmark, "a.md", "image: false"), (None, 0));
        assert_eq!(image(Commonmark, "a.md", "image: ''"), (None, 0));
        assert_eq!(image(Commonmark, "a.md", "header: Welcome"), (None, 1));
        assert_eq!(image(Commonmark, "a.md", "image: 'data:image/png;base64,AA'"), (None, 1));
        let text = "---\ntitle: x\ndate: 2024-01-02\nimage:\n  alt: y\n  path: nothing\n---\n";
        assert!(post(Commonmark, "a.md", text).1[0].starts_with("posts/a.md:6:9: warning: `image` names no picture"));
    }
}
