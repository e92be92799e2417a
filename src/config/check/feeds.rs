//! `feeds:` of the configuration.

use super::Checker;
use crate::config::{Content, FeedSpec, Filter, Format, Per, wire};

impl Checker<'_> {
    pub(super) fn feeds(&mut self, feeds: Option<Vec<wire::Feed>>) -> Vec<FeedSpec> {
        let Some(feeds) = feeds else {
            return vec![
                FeedSpec::new("rss.xml", Format::Rss),
                FeedSpec::new("atom.xml", Format::Atom),
                FeedSpec::new("feed.json", Format::Json),
            ];
        };
        if feeds.is_empty() {
            self.complain(
                ("feeds", ""),
                "`feeds` is empty",
                "list at least one feed, or leave the key out for the default three",
            );
        }
        let feeds: Vec<FeedSpec> = feeds.into_iter().filter_map(|feed| self.feed(feed)).collect();
        for (number, feed) in feeds.iter().enumerate() {
            if feeds[..number].iter().any(|other| other.path.eq_ignore_ascii_case(&feed.path)) {
                self.complain(
                    ("path", &feed.path),
                    format!("two feeds have the path `{}`", feed.path),
                    "give each its own",
                );
            }
        }
        feeds
    }

    fn feed(&mut self, feed: wire::Feed) -> Option<FeedSpec> {
        let path = self.feed_path(&feed)?;
        let format = feed.format.or_else(|| told_by(&path));
        if format.is_none() {
            let message = format!("the format of feed `{path}` cannot be told from its name");
            self.complain(("path", &path), message, "add `format: rss`, `atom` or `json`");
        }
        let only = Filter {
            tags: feed.tags,
            categories: feed.categories,
            authors: feed.authors,
            sections: feed.sections,
            languages: feed.languages,
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
            exclude: feed.exclude,
        })
    }

    fn feed_path(&mut self, feed: &wire::Feed) -> Option<String> {
        let path = feed.path.trim_start_matches('/');
        let unsafe_part = |part: &str| part.is_empty() || part.starts_with('.') || part.ends_with(['.', ' ']);
        if path.split('/').any(unsafe_part)
            || path.contains(['\\', '\0', '?', '#', '%'])
            || path.contains(char::is_control)
        {
            let message = format!("`{}` is no path for a feed", feed.path);
            self.complain(
                ("path", &feed.path),
                message,
                "write one such as `rss.xml` or `tags/:tag.xml`; it stays below `output`",
            );
            return None;
        }
        let placeholder = feed.per.map(Per::placeholder);
        match placeholder {
            Some(placeholder) if !path.contains(placeholder) => {
                let message = format!("`{path}` has no `{placeholder}`, so all of its feeds would be one file");
                self.complain(("path", path), message, format!("write a path such as `feeds/{placeholder}.xml`"));
                None
            }
            None if path.split(['/', '.']).any(|part| Per::ALL.iter().any(|per| part == per.placeholder())) => {
                let message = format!("`{path}` has a placeholder but the feed has no `per`");
                self.complain(("path", path), message, "add `per: tag`, `category`, `author`, `section` or `language`");
                None
            }
            _ => Some(path.to_owned()),
        }
    }
}

/// How many entries a feed has that does not say.
const DEFAULT_LIMIT: usize = 20;

impl FeedSpec {
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

fn told_by(path: &str) -> Option<Format> {
    let path = path.to_lowercase();
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "json" => Some(Format::Json),
        "atom" => Some(Format::Atom),
        "rss" => Some(Format::Rss),
        _ if path.contains("atom") => Some(Format::Atom),
        _ if path.contains("rss") => Some(Format::Rss),
        _ => None,
    }
}
