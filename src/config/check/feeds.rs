//! `feeds:` of the configuration.

use std::collections::HashMap;

use super::Checker;
use crate::config::nearest::nearest;
use crate::config::short::TextOr;
use crate::config::{Content, FeedSpec, Filter, Format, Per, wire};

impl Checker<'_> {
    pub(super) fn feeds(&mut self, feeds: Option<Vec<TextOr<wire::Feed>>>) -> Vec<FeedSpec> {
        let Some(feeds) = feeds else {
            return vec![
                FeedSpec::new("rss.xml", Format::Rss),
                FeedSpec::new("atom.xml", Format::Atom),
                FeedSpec::new("feed.json", Format::Json),
            ];
        };
        if feeds.is_empty() {
            let mend = "list at least one feed, or leave the key out for the default three";
            self.complain("feeds", "`feeds` is empty", mend);
        }
        let feeds = feeds.into_iter().enumerate();
        let feeds: Vec<(usize, FeedSpec)> =
            feeds.filter_map(|(number, feed)| Some((number, self.feed(number, feed.0)?))).collect();
        self.paths_apart(&feeds);
        feeds.into_iter().map(|(_, feed)| feed).collect()
    }

    /// No two feeds have one path, and none has one that is the folder of another.
    fn paths_apart(&mut self, feeds: &[(usize, FeedSpec)]) {
        let mut known = HashMap::new();
        for (number, feed) in feeds {
            if known.insert(feed.path.to_lowercase(), feed.path.as_str()).is_some() {
                let message = format!("two feeds have the path `{}`", feed.path);
                self.complain(&format!("feeds[{number}].path"), message, "give each its own");
            }
        }
        for (number, feed) in feeds {
            let path = feed.path.to_lowercase();
            let mut folders = path.match_indices('/').map(|(end, _)| &path[..end]);
            if let Some(other) = folders.find_map(|folder| known.get(folder)) {
                let message = format!("`{}` is in the folder `{other}`, which is the path of a feed", feed.path);
                self.complain(&format!("feeds[{number}].path"), message, "give one of them another path");
            }
        }
    }

    fn feed(&mut self, number: usize, feed: wire::Feed) -> Option<FeedSpec> {
        let path = self.feed_path(number, &feed)?;
        let format = feed.format.or_else(|| Format::told_by(&path));
        if format.is_none() {
            let message = format!("the format of feed `{path}` cannot be told from its name");
            self.complain(&format!("feeds[{number}].path"), message, "add `format: rss`, `atom` or `json`");
        }
        let only = Filter {
            tags: feed.tags.0,
            categories: feed.categories.0,
            authors: feed.authors.0,
            sections: feed.sections.0,
            languages: feed.languages.0,
        };
        Some(FeedSpec {
            path,
            format: format?,
            limit: feed.limit.map_or(Some(DEFAULT_LIMIT), |limit| limit.0),
            per: feed.per,
            title: feed.title,
            description: feed.description,
            content: feed.content.unwrap_or(Content::Full),
            only,
            exclude: feed.exclude.unwrap_or_default(),
        })
    }

    fn feed_path(&mut self, number: usize, feed: &wire::Feed) -> Option<String> {
        let path = feed.path.trim_start_matches('/');
        let wrong = if is_safe(path) { wrong_placeholder(path, feed.per) } else { Some(unsafe_path(&feed.path)) };
        match wrong {
            Some((message, mend)) => {
                self.complain(&format!("feeds[{number}].path"), message, mend);
                None
            }
            None => Some(path.to_owned()),
        }
    }
}

fn is_safe(path: &str) -> bool {
    let is_bad = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(['.', ' ']);
    !path.split('/').any(is_bad) && !path.contains(['\\', '?', '#', '%']) && !path.contains(char::is_control)
}

fn unsafe_path(path: &str) -> (String, String) {
    let mend = "write one such as `rss.xml` or `tags/:tag.xml`; it stays below `output`";
    (format!("`{path}` is no path for a feed"), mend.to_owned())
}

/// What is wrong with the placeholders of a path, and the mend.
fn wrong_placeholder(path: &str, per: Option<Per>) -> Option<(String, String)> {
    let known = || Per::ALL.iter().map(|per| per.placeholder());
    let found = placeholders(path);
    if let Some(unknown) = found.iter().find(|name| !known().any(|known| known == **name)) {
        let near = nearest(unknown, known()).or_else(|| known().find(|known| unknown.starts_with(known)));
        let mend = near.map_or_else(
            || "known are `:tag`, `:category`, `:author`, `:section` and `:language`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Some((format!("unknown placeholder `{unknown}` in `{path}`"), mend));
    }
    let Some(wanted) = per.map(Per::placeholder) else {
        let mend = |name: &&str| format!("add `per: {}`", name.trim_start_matches(':'));
        return found.first().map(|name| (format!("`{path}` has a placeholder but the feed has no `per`"), mend(name)));
    };
    if let Some(other) = found.iter().find(|name| **name != wanted) {
        let message = format!("`{path}` has `{other}`, but the feed is per `{}`", &wanted[1..]);
        return Some((message, format!("leave `{wanted}` alone in it")));
    }
    match found.len() {
        1 => None,
        0 => {
            let message = format!("`{path}` has no `{wanted}`, so all of its feeds would be one file");
            Some((message, format!("write a path such as `feeds/{wanted}.xml`")))
        }
        _ => Some((format!("`{path}` has `{wanted}` more than once"), "write it once".to_owned())),
    }
}

/// A colon and the letters, digits and `_` behind it, each time there are some.
fn placeholders(path: &str) -> Vec<&str> {
    let colons = path.match_indices(':').map(|(start, _)| &path[start..]);
    let whole = colons.map(|rest| {
        let end = rest[1..].find(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(rest.len(), |end| end + 1);
        &rest[..end]
    });
    whole.filter(|name| name.len() > 1).collect()
}

/// How many entries a feed has that does not say.
const DEFAULT_LIMIT: usize = 20;

impl FeedSpec {
    /// Whether a feed may stand at this path below the output.
    #[must_use]
    pub fn is_safe_path(path: &str) -> bool {
        is_safe(path)
    }

    /// A feed of everything, with the defaults.
    #[must_use]
    pub fn new(path: &str, format: Format) -> Self {
        Self {
            path: path.to_owned(),
            format,
            limit: Some(DEFAULT_LIMIT),
            per: None,
            title: None,
            description: None,
            content: Content::Full,
            only: Filter::default(),
            exclude: Filter::default(),
        }
    }
}

impl Per {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Tag, Self::Category, Self::Author, Self::Section, Self::Language];

    /// What stands in the path of a feed for the name.
    #[must_use]
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Tag => ":tag",
            Self::Category => ":category",
            Self::Author => ":author",
            Self::Section => ":section",
            Self::Language => ":language",
        }
    }
}

impl Format {
    /// The format that a path tells, where it tells one.
    #[must_use]
    pub fn told_by(path: &str) -> Option<Self> {
        let path = path.to_lowercase();
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "json" => Some(Self::Json),
            "atom" => Some(Self::Atom),
            "rss" => Some(Self::Rss),
            _ if path.contains("atom") => Some(Self::Atom),
            _ if path.contains("rss") => Some(Self::Rss),
            _ => None,
        }
    }
}
