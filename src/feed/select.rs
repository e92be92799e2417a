//! Which feeds the configuration asks for, where they go, and which posts are in each.

use std::collections::BTreeSet;
use std::hash::Hasher;
use std::sync::Arc;

use twox_hash::XxHash3_64;

use crate::config::{Config, FeedSpec, Filter, Per};
use crate::problem::Problem;
use crate::site::{Group, GroupKey, Site, Sketch, safe_name};

/// A feed that is to be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The line of the configuration that asks for it.
    pub spec: FeedSpec,
    /// What it is of, for a feed per tag and the like, as people write it.
    pub name: Option<String>,
    /// Below the output folder.
    pub path: String,
    /// The paths of its posts, newest first, already cut to the limit.
    pub posts: Vec<Arc<str>>,
    /// Of one configuration: another one, another feed.
    pub fingerprint: u64,
}

/// The feeds that show one of the `touched` groups; of those whose group is gone, the path alone.
#[must_use]
pub fn plan(config: &Config, site: &Site, touched: &BTreeSet<GroupKey>) -> (Vec<Plan>, Vec<String>) {
    let (mut plans, mut gone) = (Vec::new(), Vec::new());
    for (number, spec) in config.feeds.iter().enumerate() {
        let choice = Choice::of(spec);
        for key in touched.iter().filter(|key| is_of(key, spec.per)) {
            let path = path_of(spec, key);
            if config.feeds[..number].iter().any(|earlier| makes(earlier, site, &path)) {
                continue; // told by `collisions`
            }
            match site.group(key).map(|group| (group, choice.among(site, group))) {
                Some((group, posts)) if !posts.is_empty() || spec.per.is_none() => {
                    let name = spec.per.map(|_| group.name().to_owned());
                    let fingerprint = fingerprint(name.as_deref(), &posts);
                    let posts = posts.into_iter().map(|post| post.path.clone()).collect();
                    plans.push(Plan { spec: spec.clone(), name, path, posts, fingerprint });
                }
                _ => gone.push(path),
            }
        }
    }
    (plans, gone)
}

/// Feeds whose names share a path, or whose path is that of another feed.
#[must_use]
pub fn collisions(config: &Config, site: &Site, name: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, spec) in config.feeds.iter().enumerate() {
        let of_spec = || site.groups().filter(|(key, _)| is_of(key, spec.per));
        for (key, group) in of_spec().filter(|(_, group)| group.names().nth(1).is_some()) {
            let names: Vec<String> = group.names().map(|name| format!("`{name}`")).collect();
            let message = format!("{} share the feed `{}`", names.join(" and "), path_of(spec, key));
            problems.push(Problem::warning(name, message).mend("write them alike in all posts"));
        }
        let rivals: Vec<&FeedSpec> = config.feeds[..number].iter().filter(|other| may_collide(spec, other)).collect();
        let paths = of_spec().filter(|_| !rivals.is_empty()).map(|(key, _)| path_of(spec, key));
        for path in paths {
            if let Some(other) = rivals.iter().rev().find(|other| makes(other, site, &path)) {
                let message = format!("the feeds `{}` and `{}` both make `{path}`", other.path, spec.path);
                problems.push(Problem::error(name, message).mend("give one of them another path"));
            }
        }
    }
    problems
}

/// Whether two lines of the configuration can make the same path at all: the name of a group has neither `/` nor `.`.
fn may_collide(one: &FeedSpec, other: &FeedSpec) -> bool {
    let parts = |spec: &FeedSpec| {
        let is_open = |part: &str| spec.per.is_some_and(|per| part.contains(per.placeholder()));
        spec.path.split(['/', '.']).map(|part| (!is_open(part)).then(|| part.to_owned())).collect::<Vec<_>>()
    };
    let (one, other) = (parts(one), parts(other));
    let agree = |(one, other): (&Option<String>, &Option<String>)| one.is_none() || other.is_none() || one == other;
    one.len() == other.len() && one.iter().zip(&other).all(agree)
}

fn is_of(key: &GroupKey, per: Option<Per>) -> bool {
    match key {
        GroupKey::All => per.is_none(),
        GroupKey::Of(of, _) => per == Some(*of),
    }
}

fn path_of(spec: &FeedSpec, key: &GroupKey) -> String {
    match key {
        GroupKey::All => spec.path.clone(),
        GroupKey::Of(per, safe) => spec.path.replace(per.placeholder(), safe),
    }
}

/// Whether a feed of this line of the configuration has this path now.
fn makes(spec: &FeedSpec, site: &Site, path: &str) -> bool {
    let Some(per) = spec.per else { return spec.path == path };
    let Some((before, after)) = spec.path.split_once(per.placeholder()) else { return false };
    let safe = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    safe.is_some_and(|safe| site.group(&GroupKey::Of(per, safe.to_owned())).is_some())
}

fn fingerprint(name: Option<&str>, posts: &[&Arc<Sketch>]) -> u64 {
    let mut hasher = XxHash3_64::new();
    hasher.write(name.unwrap_or_default().as_bytes());
    posts.iter().for_each(|post| hasher.write_u64(post.fingerprint));
    hasher.finish()
}

/// Which posts of a group a feed shows.
struct Choice {
    /// Of each of these at least one.
    only: Vec<Vec<GroupKey>>,
    exclude: Vec<GroupKey>,
    limit: usize,
}

impl Choice {
    fn of(spec: &FeedSpec) -> Self {
        let only = asked(&spec.only).into_iter().filter(|keys| !keys.is_empty()).collect();
        let exclude = asked(&spec.exclude).concat();
        Self { only, exclude, limit: spec.limit.unwrap_or(usize::MAX) }
    }

    fn among<'a>(&self, site: &'a Site, group: &'a Group) -> Vec<&'a Arc<Sketch>> {
        site.members(group).filter(|post| self.fits(post)).take(self.limit).collect()
    }

    fn fits(&self, post: &Sketch) -> bool {
        let has = |key: &GroupKey| post.is_in(key);
        self.only.iter().all(|keys| keys.iter().any(has)) && !self.exclude.iter().any(has)
    }
}

/// The groups that a filter names, by their kinds: case, and how a name is written in a path, make no difference.
fn asked(filter: &Filter) -> [Vec<GroupKey>; 5] {
    let keys = |per, names: &[String]| names.iter().map(|name| GroupKey::Of(per, safe_name(name))).collect();
    [
        keys(Per::Tag, &filter.tags),
        keys(Per::Category, &filter.categories),
        keys(Per::Author, &filter.authors),
        keys(Per::Section, &filter.sections),
        keys(Per::Language, &filter.languages),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Format;

    #[test]
    fn only_paths_of_one_shape_can_be_the_same() {
        let spec = |path: &str, per| FeedSpec { per, ..FeedSpec::new(path, Format::Atom) };
        let tag = |path| spec(path, Some(Per::Tag));
        for (one, other, can) in [
            (tag("tags/:tag.xml"), spec("tags/all.xml", None), true),
            (tag("tags/:tag.xml"), tag("tags/x-:tag.xml"), true),
            (tag(":tag/feed.xml"), spec("feed/:category.xml", Some(Per::Category)), true),
            (spec("a.xml", None), spec("a.xml", None), true),
            (spec("a.xml", None), spec("b.xml", None), false),
            (tag("tags/:tag.rss.xml"), tag("tags/:tag.atom.xml"), false),
            (tag("tags/:tag.xml"), tag("tags/:tag.json"), false),
            (tag("tags/:tag.xml"), spec("atom.xml", None), false),
        ] {
            assert_eq!(may_collide(&one, &other), can, "{} {}", one.path, other.path);
            assert_eq!(may_collide(&other, &one), can, "{} {}", other.path, one.path);
        }
    }
}
