//! A plan, rendered bodies and entries that stand -> the bytes of a feed, parsed again.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::standing::Standing;
use crate::cache::Cache;
use crate::config::{Config, FeedSpec, Format, Per};
use crate::feed::piece::{self, Piece};
use crate::feed::select::Plan;
use crate::feed::{self, Artifact, Entry, Feed, Verifier};
use crate::site::{Site, Sketch};

/// What feeds are made of.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub config: &'a Config,
    pub site: &'a Site,
    pub cache: &'a Cache,
    pub verifier: &'a Verifier,
    pub standing: &'a Standing,
}

/// Why a feed is not fit to be published, and what is left of it.
pub(super) struct Unfit {
    pub reason: String,
    /// The posts that make it unfit, with the reason.
    pub culprits: Vec<(Arc<str>, String)>,
    /// The feed without them.
    pub rest: Option<Artifact>,
}

impl Maker<'_> {
    /// A feed's bytes, parsed again; without the posts that make it unfit.
    pub fn make(&self, plan: &Plan) -> Result<Artifact, Unfit> {
        let mut feed = self.feed(plan);
        self.artifact(plan, &feed).map_err(|reason| {
            let (fit, culprits) = part(std::mem::take(&mut feed.entries), &feed, plan.spec.format);
            (feed.updated, feed.entries) = (updated(&fit), fit);
            let rest = if culprits.is_empty() { None } else { self.artifact(plan, &feed).ok() };
            Unfit { reason, culprits, rest }
        })
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
