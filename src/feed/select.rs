//! Which feeds the configuration asks for, where they go, and which posts are in each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{Config, FeedSpec, Filter, Per};
use crate::post::Post;
use crate::problem::Problem;
use crate::site::{Group, GroupKey, Site, safe_name};

/// A feed that is to be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The line of the configuration that asks for it.
    pub spec: FeedSpec,
    /// What it is of, for a feed per tag and the like, as people write it.
    pub name: Option<String>,
    /// Below the output folder.
    pub path: String,
    /// Newest first, already cut to the limit.
    pub posts: Vec<Arc<Post>>,
}

/// The feeds that show one of the `touched` groups; of those whose group is gone, the path alone.
#[must_use]
pub fn plan(config: &Config, site: &Site, touched: &BTreeSet<GroupKey>) -> (Vec<Plan>, Vec<String>) {
    let (mut plans, mut gone) = (Vec::new(), Vec::new());
    for (number, spec) in config.feeds.iter().enumerate() {
        for key in touched.iter().filter(|key| is_of(key, spec.per)) {
            let path = path_of(spec, key);
            if config.feeds[..number].iter().any(|earlier| makes(earlier, site, &path)) {
                continue; // told by `collisions`
            }
            match site.group(key).map(|group| chosen(spec, site, group)) {
                Some((name, posts)) if !posts.is_empty() || spec.per.is_none() => {
                    plans.push(Plan { spec: spec.clone(), name, path, posts });
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
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for spec in &config.feeds {
        for (key, group) in site.groups().filter(|(key, _)| is_of(key, spec.per)) {
            let path = path_of(spec, key);
            let names: Vec<String> = group.names().map(|name| format!("`{name}`")).collect();
            if names.len() > 1 {
                let message = format!("{} share the feed `{path}`", names.join(" and "));
                problems.push(Problem::warning(name, message).mend("write them alike in all posts"));
            }
            if let Some(other) = seen.insert(path.clone(), spec.path.clone()) {
                let message = format!("the feeds `{other}` and `{}` both make `{path}`", spec.path);
                problems.push(Problem::error(name, message).mend("give one of them another path"));
            }
        }
    }
    problems
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

fn chosen(spec: &FeedSpec, site: &Site, group: &Group) -> (Option<String>, Vec<Arc<Post>>) {
    let name = spec.per.map(|_| group.name().to_owned());
    let fits = |post: &&Arc<Post>| {
        has_one_of_each(&lists(post, site), &spec.only) && !has_any(&lists(post, site), &spec.exclude)
    };
    let posts = site.members(group).filter(fits).take(spec.limit.unwrap_or(usize::MAX)).cloned().collect();
    (name, posts)
}

/// What a post has, in the order of `asked`.
fn lists<'a>(post: &'a Post, site: &'a Site) -> [Vec<&'a str>; 5] {
    [
        post.tags.iter().map(String::as_str).collect(),
        post.categories.iter().map(String::as_str).collect(),
        post.authors.iter().map(|author| author.name.as_str()).collect(),
        post.section.as_deref().into_iter().collect(),
        site.language_of(post).into_iter().collect(),
    ]
}

fn asked(filter: &Filter) -> [&[String]; 5] {
    [&filter.tags, &filter.categories, &filter.authors, &filter.sections, &filter.languages]
}

fn has_one_of_each(has: &[Vec<&str>; 5], filter: &Filter) -> bool {
    has.iter().zip(asked(filter)).all(|(has, asked)| asked.is_empty() || shares(has, asked))
}

fn has_any(has: &[Vec<&str>; 5], filter: &Filter) -> bool {
    has.iter().zip(asked(filter)).any(|(has, asked)| shares(has, asked))
}

/// Case, and how a name is written in a path, make no difference.
fn shares(has: &[&str], asked: &[String]) -> bool {
    asked.iter().any(|name| has.iter().any(|own| safe_name(own) == safe_name(name)))
}
