//! `feeds:`: those that the site has already, at their paths, and the other formats beside them.

use super::draft::{Draft, Line};
use super::yaml::Node;
use crate::config::{FeedSpec, Format, Per};

/// A feed that the site has already.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Below the site.
    pub path: String,
    /// What it is written as.
    pub format: Format,
    /// How many entries at most.
    pub limit: Limit,
    /// What is more to be said of it.
    pub more: Vec<(&'static str, Node)>,
    /// What says that it is there.
    pub from: String,
}

/// How many entries a feed has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So many.
    Of(usize),
    /// All.
    All,
}

/// So many entries there are at most in a feed whose generator sets no limit, since ours hold whole posts.
const MOST: usize = 50;

impl Limit {
    /// A limit that is said; zero and less mean all.
    #[must_use]
    pub fn said(number: i128) -> Self {
        usize::try_from(number).ok().filter(|number| *number > 0).map_or(Self::All, Self::Of)
    }

    /// That of a feed of whole posts, of which there are so many.
    #[must_use]
    pub fn or_fewer(self, posts: usize) -> Self {
        if self == Self::All && posts > MOST { Self::Of(MOST) } else { self }
    }
}

impl Known {
    /// A feed of everything.
    #[must_use]
    pub fn new(path: impl Into<String>, format: Format, limit: Limit, from: impl Into<String>) -> Self {
        let path = path.into().trim_start_matches('/').to_owned();
        Self { path, format, limit, more: Vec::new(), from: from.into() }
    }

    /// Says more of it.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: Node) -> Self {
        self.more.push((key, value));
        self
    }

    /// One for each tag and so on.
    #[must_use]
    pub fn per(self, per: Per) -> Self {
        self.with("per", Node::text(&per.placeholder()[1..]))
    }

    /// Whether it is one for each tag and so on.
    fn is_per(&self) -> bool {
        self.more.iter().any(|(key, _)| *key == "per")
    }

    /// Which posts are in it; nothing: all.
    fn chosen(&self) -> Vec<(&'static str, Node)> {
        self.more.iter().filter(|(key, _)| !matches!(*key, "title" | "content")).cloned().collect()
    }

    fn line(self) -> Line {
        let mut pairs = vec![("path", Node::Text(self.path.clone()))];
        if Format::told_by(&self.path) != Some(self.format) {
            pairs.push(("format", Node::text(name(self.format))));
        }
        let limit = match self.limit {
            Limit::Of(number) => Node::Plain(number.to_string()),
            Limit::All => Node::text("all"),
        };
        pairs.push(("limit", limit));
        pairs.extend(self.more);
        Line::new("", Node::Map(pairs), self.from)
    }
}

impl Draft {
    /// The feeds of a site: the known ones, of which the first that is one file is that of everything, and the formats
    /// that are not among them; where none is known, the three of a new blog.
    pub(super) fn feeds(&mut self, known: Vec<Known>) {
        let known = self.possible(known);
        let Some(first) = known.first() else { return };
        let (limit, chosen) = known
            .iter()
            .find(|feed| !feed.is_per())
            .map_or((first.limit, Vec::new()), |main| (main.limit, main.chosen()));
        let all = [
            (Format::Rss, "rss.xml", "RSS"),
            (Format::Atom, "atom.xml", "Atom"),
            (Format::Json, "feed.json", "JSON Feed"),
        ];
        let mut beside = Vec::new();
        for (format, path, told) in all {
            let is_there = known.iter().any(|feed| feed.format == format && feed.chosen() == chosen);
            let is_taken = known.iter().any(|feed| feed.path.eq_ignore_ascii_case(path));
            if !is_there && !is_taken {
                let feed = Known::new(path, format, limit, format!("new: the same posts as {told}"));
                beside.push(Known { more: chosen.clone(), ..feed });
            }
        }
        let (main, parts): (Vec<Known>, Vec<Known>) = known.into_iter().partition(|feed| feed.chosen() == chosen);
        self.feeds = main.into_iter().chain(beside).chain(parts).map(Known::line).collect();
    }

    /// Without feeds whose path cannot be theirs, or is another's.
    fn possible(&mut self, known: Vec<Known>) -> Vec<Known> {
        let mut possible: Vec<Known> = Vec::new();
        for feed in known {
            let path = feed.path.to_lowercase();
            let is_taken = possible.iter().any(|other| {
                let other = other.path.to_lowercase();
                other == path || super::below(&other, &path).is_some() || super::below(&path, &other).is_some()
            });
            let has_placeholder = feed.path.contains(':');
            if is_taken || !FeedSpec::is_safe_path(&feed.path) || feed.is_per() != has_placeholder {
                self.open.push(format!(
                    "the feed `{}` ({}) is left to the generator: ours cannot have that path",
                    feed.path, feed.from
                ));
            } else {
                possible.push(feed);
            }
        }
        possible
    }
}

/// As the configuration names it.
fn name(format: Format) -> &'static str {
    match format {
        Format::Rss => "rss",
        Format::Atom => "atom",
        Format::Json => "json",
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml::flow;
    use super::*;

    #[test]
    fn the_other_formats_stand_beside() {
        let mut draft = Draft::default();
        let tags = Known::new("feed/by_tag/:tag.xml", Format::Atom, Limit::Of(10), "").per(Per::Tag);
        draft.feeds(vec![Known::new("/feed.xml", Format::Atom, Limit::Of(10), ""), tags]);
        let lines: Vec<String> = draft.feeds.iter().map(|line| flow(&line.value)).collect();
        assert_eq!(
            lines,
            [
                "{ path: feed.xml, format: atom, limit: 10 }",
                "{ path: rss.xml, limit: 10 }",
                "{ path: feed.json, limit: 10 }",
                "{ path: feed/by_tag/:tag.xml, format: atom, limit: 10, per: tag }",
            ]
        );
    }

    #[test]
    fn feeds_of_parts_are_no_model_of_a_feed_of_everything() {
        let mut draft = Draft::default();
        draft.feeds(vec![Known::new(":section/index.xml", Format::Rss, Limit::Of(10), "").per(Per::Section)]);
        let lines: Vec<String> = draft.feeds.iter().map(|line| flow(&line.value)).collect();
        assert_eq!(
            lines,
            [
                "{ path: rss.xml, limit: 10 }",
                "{ path: atom.xml, limit: 10 }",
                "{ path: feed.json, limit: 10 }",
                "{ path: \":section/index.xml\", format: rss, limit: 10, per: section }",
            ]
        );
    }

    #[test]
    fn whole_posts_are_not_listed_without_end() {
        assert_eq!(Limit::said(-1).or_fewer(1000), Limit::Of(50));
        assert_eq!(Limit::said(-1).or_fewer(10), Limit::All);
        assert_eq!(Limit::said(100).or_fewer(1000), Limit::Of(100));
    }
}
