//! Everything that is wrong, or could be better, as it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Pipeline;
use crate::feed::select;
use crate::markup;
use crate::post::Post;
use crate::problem::Problem;
use crate::site::Sketch;

/// What is wrong with one file.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Of its reading.
    pub reading: Vec<Problem>,
    /// Of its body.
    pub body: Vec<Problem>,
    /// Of feeds that it cannot be in.
    pub feeds: Vec<Problem>,
}

impl Told {
    /// Whether it cannot be read as a post.
    pub fn is_broken(&self) -> bool {
        self.reading.iter().any(Problem::is_error)
    }
}

impl Pipeline {
    /// Everything that is wrong, by file and line.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let of_files = self.told.values().flat_map(|told| told.reading.iter().chain(&told.feeds));
        let mut problems: Vec<Problem> = of_files.chain(self.unfit.values()).chain(&self.folders).cloned().collect();
        problems.extend(alike_once(self.told.values().map(|told| &*told.body)));
        problems.extend(self.site.collisions());
        problems.extend(self.evaded());
        problems.extend(select::collisions(&self.config, &self.site, &self.name));
        problems.sort();
        problems.dedup();
        problems
    }

    /// What is legal, but bad for readers: posts of one instant, feeds that are too large, ids of no post.
    #[must_use]
    pub fn advice(&self) -> Vec<Problem> {
        let posts: Vec<&Arc<Sketch>> = self.site.newest().collect();
        let twins = posts.windows(2).filter(|pair| pair[0].published == pair[1].published).map(|pair| {
            let message =
                format!("is of the same instant as `{}`, so readers may show them in either order", pair[1].path);
            Problem::warning(&*pair[0].path, message).mend("add a time to its date")
        });
        let large = self.made.iter().filter(|(_, made)| made.bytes > LARGE).map(|(path, made)| {
            let message = format!("the feed `{path}` has {} KB", made.bytes / 1000);
            Problem::warning(&*self.name, message)
                .mend("lower its `limit`, or set `content: summary`; some readers refuse large feeds")
        });
        let early = posts.iter().filter(|post| post.modified > self.site.now()).map(|post| {
            let message = "says that it was changed at a time that has not come yet, and so do its feeds";
            Problem::warning(&*post.path, message).mend("mend its `updated`")
        });
        twins.chain(large).chain(early).chain(self.of_ids()).collect()
    }

    /// Posts whose ids subscribers know as those of others.
    fn evaded(&self) -> impl Iterator<Item = Problem> {
        self.ledger.evaded().map(|(path, id, other)| {
            let message = format!("would have the id `{id}`, by which subscribers know `{other}`");
            Problem::warning(path, message).mend("it gets one of its own; to choose it, write an `id`")
        })
    }

    /// What is wrong with lines of the ids file.
    fn of_ids(&self) -> impl Iterator<Item = Problem> {
        let ids = &self.config.ids;
        let lines = ids.given.iter().filter_map(|(path, given)| {
            let (message, mend) = if self.site.post(path).is_none() && !self.told.contains_key(path.as_str()) {
                (format!("`{path}` names no post"), "write its path from the folder of the configuration".to_owned())
            } else if given.id == given.written {
                return None;
            } else {
                (format!("the id `{}` is no URI", given.written), format!("published as `{}`", given.id))
            };
            Some((given.place, Problem::warning(&*ids.name, message).mend(mend)))
        });
        lines.map(|(place, problem)| place.map_or(problem.clone(), |(line, column)| problem.at(line, column)))
    }

    /// How many files are left out because of the errors among these problems.
    #[must_use]
    pub fn left_out(&self, problems: &[Problem]) -> usize {
        self.broken(problems).filter(|path| !self.is_last_good(path)).count()
    }

    /// How many posts stay as they last were good, though their files are broken now.
    #[must_use]
    pub fn last_good(&self, problems: &[Problem]) -> usize {
        self.broken(problems).filter(|path| self.is_last_good(path)).count()
    }

    fn broken<'a>(&self, problems: &'a [Problem]) -> impl Iterator<Item = &'a str> {
        let broken = problems.iter().filter(|problem| problem.is_error()).map(|problem| problem.path.as_str());
        broken.filter(|path| *path != self.name).collect::<BTreeSet<_>>().into_iter()
    }
}

/// What many posts have alike (a shortcode that nobody knows) is told of the first of them, with how many more there are.
fn alike_once<'a>(bodies: impl Iterator<Item = &'a [Problem]>) -> Vec<Problem> {
    let mut alike: BTreeMap<(&str, &str), Vec<&Problem>> = BTreeMap::new();
    for problem in bodies.flatten() {
        alike.entry((&problem.message, &problem.mend)).or_default().push(problem);
    }
    let told = alike.into_values().flat_map(|mut problems| {
        problems.sort();
        let posts = problems.iter().map(|problem| &problem.path).collect::<BTreeSet<_>>().len();
        if posts <= MOST_ALIKE {
            return problems.into_iter().cloned().collect();
        }
        let message = format!("{} (and in {} more posts)", problems[0].message, posts - 1);
        vec![Problem { message, ..problems[0].clone() }]
    });
    told.collect()
}

/// What a notice of a body says, as a problem of its file.
pub(super) fn told_of(post: &Post, notice: &markup::Notice) -> Problem {
    Problem::warning(&*post.path, &notice.message).on_line(notice.line).mend(&notice.mend)
}

/// So many posts are each told of what they have alike.
const MOST_ALIKE: usize = 3;

/// From here on a feed is a burden: some readers refuse 512 KB.
const LARGE: usize = 500_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_posts_have_alike_is_told_once() {
        let body = |path: &str| vec![Problem::warning(path, "the shortcode `x` is unknown").on_line(3).mend("mend it")];
        let told = |paths: &[&str]| {
            let bodies: Vec<_> = paths.iter().map(|path| body(path)).collect();
            alike_once(bodies.iter().map(Vec::as_slice)).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told(&["b.md", "a.md"]).len(), 2);
        assert_eq!(
            told(&["b.md", "a.md", "d.md", "c.md"]),
            ["a.md:3: warning: the shortcode `x` is unknown (and in 3 more posts); mend it"]
        );
    }
}
