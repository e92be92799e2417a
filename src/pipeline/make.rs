//! A plan and rendered bodies -> the bytes of a feed, parsed again.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::cache::Cache;
use crate::config::{Config, FeedSpec, Format, Per};
use crate::feed::{self, Artifact, Entry, Feed, Verifier, select};
use crate::site::Site;

/// What feeds are made of.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub config: &'a Config,
    pub site: &'a Site,
    pub cache: &'a Cache,
    pub verifier: &'a Verifier,
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
    pub fn make(&self, plan: &select::Plan) -> Result<Artifact, Unfit> {
        let format = plan.spec.format;
        let mut feed = self.feed(plan);
        let bytes = feed::write(&feed, format);
        let Err(reason) = self.verifier.verify(&bytes, format) else {
            return Ok(Artifact { path: plan.path.clone(), bytes });
        };
        let (fit, culprits) = part(std::mem::take(&mut feed.entries), &feed, format);
        if culprits.is_empty() {
            return Err(Unfit { reason, culprits, rest: None });
        }
        feed.entries = fit;
        feed.updated = updated(&feed.entries);
        let bytes = feed::write(&feed, format);
        let rest = feed::verify(&bytes, format).is_ok().then(|| Artifact { path: plan.path.clone(), bytes });
        Err(Unfit { reason, culprits, rest })
    }

    fn feed(&self, plan: &select::Plan) -> Feed {
        let site = &self.config.site;
        let entry = |path: &Arc<str>| {
            let shown = self.cache.get(self.site.post(path)?)?.clone();
            Some(Entry { post: shown.post, rendered: shown.rendered })
        };
        let entries: Vec<Entry> = plan.posts.iter().filter_map(entry).collect();
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
