//! A plan, rendered bodies and entries that stand -> the bytes of a feed, parsed again.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::Pipeline;
use super::standing::Standing;
use crate::cache::Cache;
use crate::config::{Config, FeedSpec, Format, Per};
use crate::feed::piece::{self, Piece};
use crate::feed::select::Plan;
use crate::feed::{self, Artifact, Entry, Feed, Verifier};
use crate::problem::Problem;
use crate::site::{Site, Sketch};

/// What became of a plan.
#[derive(Debug)]
pub struct Verdict {
    /// How long the feed is; nothing where there is none.
    bytes: usize,
    unfit: Option<Unfit>,
}

/// Why a feed is not fit to be published as it was planned.
#[derive(Debug)]
struct Unfit {
    reason: String,
    /// The posts that make it unfit, with the reason.
    culprits: Vec<(Arc<str>, String)>,
}

impl Pipeline {
    /// Makes a planned feed; all of them at once could be more than fits into memory. What became of it is to be
    /// [noted](Self::note).
    #[must_use]
    pub fn make(&self, plan: &Plan, standing: &Standing) -> (Option<Artifact>, Verdict) {
        let (config, site, cache) = (&self.config, &self.site, &self.cache);
        Maker { config, site, cache, verifier: &self.verifier, standing }.make(plan)
    }

    /// Remembers what became of plans, in their order; of those behind the last verdict nothing is known.
    pub fn note(&mut self, plans: &[Plan], verdicts: impl IntoIterator<Item = Verdict>) {
        plans.iter().zip(verdicts).for_each(|(plan, verdict)| self.note_one(plan, verdict));
    }

    fn note_one(&mut self, plan: &Plan, verdict: Verdict) {
        self.unfit.remove(&plan.path);
        if let Some(made) = self.made.get_mut(&plan.path) {
            made.bytes = verdict.bytes;
        }
        let Some(unfit) = verdict.unfit else { return };
        for (path, reason) in &unfit.culprits {
            let message = format!("cannot be in the feed `{}`: {reason}", plan.path);
            let problem = Problem::error(&**path, message).mend("please report this as a defect of Feedwright");
            let told = self.told.entry(path.clone()).or_default();
            if !told.feeds.contains(&problem) {
                told.feeds.push(problem);
            }
        }
        if verdict.bytes == 0 {
            let message = format!("the feed `{}` would not be valid: {}", plan.path, unfit.reason);
            let problem = Problem::error(&*self.name, message).mend("it is not published; the old one stands");
            self.unfit.insert(plan.path.clone(), problem);
        }
    }
}

/// What feeds are made of.
#[derive(Clone, Copy)]
struct Maker<'a> {
    config: &'a Config,
    site: &'a Site,
    cache: &'a Cache,
    verifier: &'a Verifier,
    standing: &'a Standing,
}

impl Maker<'_> {
    /// A feed's bytes, parsed again; without the posts that make it unfit.
    fn make(&self, plan: &Plan) -> (Option<Artifact>, Verdict) {
        let mut feed = self.feed(plan);
        let (artifact, unfit) = match self.artifact(plan, &feed) {
            Ok(artifact) => (Some(artifact), None),
            Err(reason) => {
                let (fit, culprits) = part(std::mem::take(&mut feed.entries), &feed, plan.spec.format);
                (feed.updated, feed.entries) = (updated(&fit), fit);
                let rest = if culprits.is_empty() { None } else { self.artifact(plan, &feed).ok() };
                (rest, Some(Unfit { reason, culprits }))
            }
        };
        let bytes = artifact.as_ref().map_or(0, |artifact| artifact.bytes.len());
        (artifact, Verdict { bytes, unfit })
    }

    /// The bytes of a feed, with the entries that stand already.
    fn artifact(&self, plan: &Plan, feed: &Feed) -> Result<Artifact, String> {
        let format = plan.spec.format;
        let bytes = if self.standing.has(plan) { self.assembled(plan, feed) } else { Some(feed::write(feed, format)) };
        let bytes = bytes.ok_or("its entries do not come apart")?;
        self.verifier.verify(&bytes, format)?;
        Ok(Artifact { path: plan.path.clone(), bytes })
    }

    fn assembled(&self, plan: &Plan, feed: &Feed) -> Option<Vec<u8>> {
        let format = plan.spec.format;
        let new = piece::pieces(&feed::write(feed, format), format).filter(|new| new.len() == feed.entries.len())?;
        let new: HashMap<&Arc<str>, &Piece> = feed.entries.iter().map(|entry| &entry.post.path).zip(&new).collect();
        let piece = |path: &Arc<str>| {
            Some((self.site.post(path)?, self.standing.piece(plan, path).or(new.get(path).copied())?))
        };
        let pieces: Vec<(&Arc<Sketch>, &Piece)> = plan.posts.iter().filter_map(piece).collect();
        // what it prints is less exact than what is compared
        let newest = pieces.iter().max_by_key(|(post, _)| post.modified).and_then(|(_, piece)| piece.modified);
        let feed = Feed { updated: newest.unwrap_or(feed.updated), ..feed.clone() };
        piece::assemble(&feed, &pieces.into_iter().map(|(_, piece)| piece).collect::<Vec<_>>(), format)
    }

    /// The feed of a plan, with the entries that do not stand already.
    fn feed(&self, plan: &Plan) -> Feed {
        let site = &self.config.site;
        let entry = |path: &Arc<str>| {
            let shown = self.cache.get(self.site.post(path)?)?.clone();
            Some(Entry { post: shown.post, rendered: shown.rendered })
        };
        let entries: Vec<Entry> = self.standing.missing(plan).filter_map(entry).collect();
        let language = if plan.spec.per == Some(Per::Language) { plan.name.clone() } else { site.language.clone() };
        Feed {
            title: title(&site.title, &plan.spec, plan.name.as_deref()),
            description: plan.spec.description.clone().unwrap_or_else(|| site.description.clone()),
            home: site.url.clone(),
            url: self.config.output_url.join(&plan.path).unwrap_or_else(|_| self.config.output_url.clone()),
            hubs: self.config.hubs().cloned().collect(),
            cloud: self.config.announce.cloud.clone(),
            language,
            authors: site.authors.clone(),
            copyright: site.copyright.clone(),
            icon: site.icon.clone(),
            image: site.image.clone(),
            updated: updated(&entries),
            content: plan.spec.content,
            entries,
            asks: None,
        }
    }
}

/// Parts entries into those that are fit alone, and those that are not.
fn part(entries: Vec<Entry>, frame: &Feed, format: Format) -> (Vec<Entry>, Vec<(Arc<str>, String)>) {
    let (mut fit, mut culprits) = (Vec::new(), Vec::new());
    for entry in entries {
        let alone = Feed { entries: vec![entry.clone()], ..frame.clone() };
        match feed::verify(&feed::write(&alone, format), format) {
            Ok(()) => fit.push(entry),
            Err(reason) => culprits.push((entry.post.path.clone(), reason)),
        }
    }
    (fit, culprits)
}

/// The newest change; of nothing: the start of Unix time, since `now` would be another one at each build.
fn updated(entries: &[Entry]) -> DateTime<FixedOffset> {
    entries.iter().map(|entry| entry.post.modified()).max().unwrap_or_default()
}

fn title(site: &str, spec: &FeedSpec, name: Option<&str>) -> String {
    match (&spec.title, name, spec.per) {
        (Some(title), Some(name), Some(per)) => title.replace(per.placeholder(), name),
        (Some(title), ..) => title.clone(),
        (None, Some(name), _) => format!("{site}: {name}"),
        (None, None, _) => site.to_owned(),
    }
}
