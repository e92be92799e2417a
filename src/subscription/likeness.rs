//! By what an old entry and a post can be known as the same, though their ids differ.

use chrono::{DateTime, FixedOffset, Timelike};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use url::Url;

use super::Entry;
use crate::markup;
use crate::post::Post;

/// What an entry and a post have in common; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// The id, letter by letter.
    Id,
    /// The URL, but for its scheme, `www.`, a last slash and the like.
    Url,
    /// The path of the URL, on another host or without `.html`.
    Path,
    /// The title and the instant.
    #[serde(rename = "title and date")]
    TitleAndDate,
    /// The letters of the title.
    Title,
    /// The instant at which it came out.
    #[serde(rename = "date")]
    Instant,
}

impl Likeness {
    /// All, the surest first.
    pub(super) const ALL: [Self; 6] = [Self::Id, Self::Url, Self::Path, Self::TitleAndDate, Self::Title, Self::Instant];

    /// What is compared, in words.
    #[must_use]
    pub fn told(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Url => "URL",
            Self::Path => "path of its URL",
            Self::TitleAndDate => "title and date",
            Self::Title => "title",
            Self::Instant => "date",
        }
    }

    /// What has to be equal of an entry.
    pub(super) fn of_entry(self, entry: &Entry) -> Option<String> {
        match self {
            Self::Id => Some(entry.id.clone()),
            Self::Url => page(entry.url.as_deref()?),
            Self::Path => path(entry.url.as_deref()?),
            Self::TitleAndDate => {
                let seconds = seconds(entry.published?);
                Some(title(&entry.title)? + &seconds)
            }
            Self::Title => title(&entry.title),
            Self::Instant => instant(entry.published?),
        }
    }

    /// The same of a post.
    pub(super) fn of_post(self, post: &Post) -> Option<String> {
        match self {
            Self::Id => Some(post.id.clone()),
            Self::Url => page(&post.url),
            Self::Path => path(&post.url),
            Self::TitleAndDate => Some(title(&post.title)? + &seconds(post.published)),
            Self::Title => title(&post.title),
            Self::Instant => instant(post.published),
        }
    }
}

/// Letters and digits of HTML: punctuation and blanks are set differently by each generator.
pub(super) fn letters(html: &str) -> String {
    markup::html_to_text(html).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A URL without what makes no difference to which page it is.
pub(super) fn page(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let query: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.starts_with("utm_") && !part.is_empty())
        .collect();
    Some(format!("{}{}?{}", host.strip_prefix("www.").unwrap_or(host), plain(&url), query.join("&")))
}

/// The path alone, where it says something.
fn path(url: &str) -> Option<String> {
    let path = plain(&Url::parse(url).ok()?);
    let path = path.strip_suffix(".html").unwrap_or(&path);
    (path.len() > 1).then(|| path.to_owned())
}

/// The path, decoded, without a last slash and the name of an index.
fn plain(url: &Url) -> String {
    let path = percent_decode_str(url.path()).decode_utf8_lossy().into_owned();
    let index = ["index.html", "index.htm", "index.php"].iter().find_map(|name| path.strip_suffix(name));
    let path = index.filter(|rest| rest.ends_with('/')).unwrap_or(&path);
    path.trim_end_matches('/').to_owned()
}

/// The letters of a title; of one that is far too long, of its beginning.
fn title(text: &str) -> Option<String> {
    const LONGEST: usize = 300;
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    let letters = letters(&text[..end]).to_lowercase();
    (!letters.is_empty()).then_some(letters)
}

fn seconds(date: DateTime<FixedOffset>) -> String {
    format!(" {}", date.timestamp())
}

/// Midnight is a day and no instant: posts that have nothing else in common can share it.
fn instant(date: DateTime<FixedOffset>) -> Option<String> {
    (date.num_seconds_from_midnight() != 0).then(|| seconds(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_one_page_are_the_same() {
        let same = [
            "https://example.org/a/b%20c/",
            "http://www.example.org/a/b%20c",
            "HTTPS://EXAMPLE.ORG/a/b c/index.html",
            "https://example.org:443/a/b%20c/?utm_source=feed",
        ];
        for url in same {
            assert_eq!(page(url).as_deref(), Some("example.org/a/b c?"), "{url}");
        }
        assert_ne!(page("https://example.org/?p=1"), page("https://example.org/?p=2"));
        assert_eq!(page("not a url"), None);
        assert_eq!(
            (path("https://old.example/a.html").as_deref(), path("https://old.example/?p=1")),
            (Some("/a"), None)
        );
    }

    #[test]
    fn punctuation_makes_no_other_title() {
        assert_eq!(title("It&#8217;s <em>“new”</em>"), title("It's \"new\""));
        assert_eq!(title(" ?! "), None);
    }

    #[test]
    fn midnight_is_no_instant() {
        let at = |text| instant(DateTime::parse_from_rfc3339(text).unwrap());
        assert_eq!(at("2024-01-02T00:00:00+01:00"), None);
        assert_eq!(at("2024-01-02T10:00:00+01:00"), at("2024-01-02T09:00:00Z"));
    }
}
