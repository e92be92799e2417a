//! Media RSS elements (<https://www.rssboard.org/media-rss>) for what the formats have no element of their own.
//!
//! In: a post's picture and its enclosures. Out: `media:` elements, neither of the `rss` crate nor of
//! `atom_syndication`: both have their own type for the same thing.

use super::{Entry, text, uri};
use crate::post::{Enclosure, Image, Post};

/// What `media:` stands for.
pub(super) const NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// An element of Media RSS.
pub(super) struct Element {
    /// With its prefix.
    pub(super) name: &'static str,
    /// In the order of their names; clean, not escaped.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// An element in it, by name and with text.
    pub(super) child: Option<(&'static str, String)>,
}

/// The picture that stands for the post. A picture that the author chose may be missing from the
/// body, so it comes as content of its own too; one found in the body only as a thumbnail, as
/// readers would show it a second time.
pub(super) fn pictures(entry: &Entry) -> Vec<Element> {
    let chosen = entry.post.image.as_ref().and_then(picture);
    chosen.into_iter().chain(lead_image(entry).map(thumbnail)).collect()
}

/// The address of that picture.
pub(super) fn lead_image(entry: &Entry) -> Option<String> {
    let chosen = entry.post.image.as_ref().and_then(|image| uri::web(&image.url));
    chosen.or_else(|| uri::web(&entry.rendered.image.as_ref()?.0)).map(std::borrow::Cow::into_owned)
}

/// The files that come with a post and that a reader can load.
pub(super) fn files(post: &Post) -> impl Iterator<Item = &Enclosure> {
    post.enclosures.iter().filter(|file| uri::web(&file.url).is_some())
}

/// Such a file.
pub(super) fn file(enclosure: &Enclosure) -> Element {
    let url = uri::uri(&enclosure.url).into_owned();
    let media_type = text::media_type(&enclosure.media_type);
    let medium = media_type.split('/').next().filter(|kind| ["audio", "image", "video"].contains(kind));
    let attributes = [
        ("duration", enclosure.duration.map(|seconds| seconds.to_string())),
        ("fileSize", (enclosure.length > 0).then(|| enclosure.length.to_string())),
        ("medium", medium.map(str::to_owned)),
        ("type", Some(media_type.to_owned())),
        ("url", Some(url)),
    ];
    content(attributes, ("media:title", enclosure.title.as_deref()))
}

fn picture(image: &Image) -> Option<Element> {
    let url = uri::web(&image.url)?.into_owned();
    let media_type = image.media_type.as_deref().map(text::media_type).filter(|kind| kind.starts_with("image/"));
    let attributes =
        [("medium", Some("image".to_owned())), ("type", media_type.map(str::to_owned)), ("url", Some(url))];
    Some(content(attributes, ("media:description", image.alt.as_deref())))
}

fn thumbnail(url: String) -> Element {
    Element { name: "media:thumbnail", attributes: vec![("url", url)], child: None }
}

fn content<const N: usize>(
    attributes: [(&'static str, Option<String>); N],
    child: (&'static str, Option<&str>),
) -> Element {
    let words = child.1.map(|words| text::line(words).into_owned()).filter(|words| !text::is_blank(words));
    Element {
        name: "media:content",
        attributes: attributes.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        child: words.map(|words| (child.0, words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::sample;

    fn told(element: &Element) -> String {
        let attributes = element.attributes.iter().map(|(name, value)| format!("{name}={value}"));
        let child = element.child.iter().map(|(name, words)| format!("[{name} {words}]"));
        [element.name.to_owned()].into_iter().chain(attributes).chain(child).collect::<Vec<_>>().join(" ")
    }

    fn image(url: &str) -> Image {
        Image { url: url.to_owned(), media_type: Some("image/png".to_owned()), alt: Some("a\ncat".to_owned()) }
    }

    #[test]
    fn a_chosen_picture_is_content_and_thumbnail() {
        let mut post = sample::post(1);
        post.image = Some(image("https://example.org/a.png?x&y"));
        let elements: Vec<_> = pictures(&sample::entry_of(post, "", "")).iter().map(told).collect();
        assert_eq!(
            elements,
            [
                "media:content medium=image type=image/png url=https://example.org/a.png?x&y [media:description a cat]",
                "media:thumbnail url=https://example.org/a.png?x&y"
            ]
        );
    }

    #[test]
    fn a_picture_of_the_body_is_only_a_thumbnail() {
        let mut entry = sample::entry(1);
        let rendered = std::sync::Arc::make_mut(&mut entry.rendered);
        rendered.image = Some(("https://example.org/in.jpg".to_owned(), "alt".to_owned()));
        assert_eq!(
            pictures(&entry).iter().map(told).collect::<Vec<_>>(),
            ["media:thumbnail url=https://example.org/in.jpg"]
        );
    }

    #[test]
    fn what_cannot_be_loaded_is_left_out() {
        let mut post = sample::post(1);
        post.image = Some(image("data:image/png;base64,AAAA"));
        assert!(pictures(&sample::entry_of(post, "", "")).is_empty());
        let mut post = sample::post(1);
        post.enclosures = ["/a.mp3", "https://example.org/b.mp3", "javascript:c"].map(sample::enclosure).to_vec();
        assert_eq!(files(&post).map(|file| file.url.as_str()).collect::<Vec<_>>(), ["https://example.org/b.mp3"]);
    }

    #[test]
    fn a_file_says_what_is_known_of_it() {
        let known = told(&file(&sample::enclosure("https://example.org/a.mp3")));
        assert_eq!(
            known,
            "media:content duration=61 fileSize=1234 medium=audio type=audio/mpeg url=https://example.org/a.mp3 [media:title Talk]"
        );
        let mut unknown = sample::enclosure("https://example.org/a.bin");
        (unknown.length, unknown.duration, unknown.title, unknown.media_type) = (0, None, None, "what".to_owned());
        assert_eq!(told(&file(&unknown)), "media:content type=application/octet-stream url=https://example.org/a.bin");
    }
}
