//! What stands of feeds as they are published: entries whose posts are as they were, which need neither be rendered nor
//! written nor verified again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Member, Pipeline, Published};
use crate::feed::piece::{self, Piece};
use crate::feed::select::Plan;
use crate::post::digest;
use crate::site::Sketch;

/// So many feeds are looked at before they are made: when more of them change, most bodies are needed anyway.
const MOST_FEEDS: usize = 64;

/// The entries that stand, by the path of their feed, then by that of their post.
#[derive(Debug, Default)]
pub struct Standing(BTreeMap<String, HashMap<Arc<str>, Piece>>);

impl Standing {
    /// The entry of a post as it stands in the feed of a plan.
    pub(super) fn piece(&self, plan: &Plan, post: &Arc<str>) -> Option<&Piece> {
        self.0.get(&plan.path)?.get(post)
    }

    /// The posts of a plan whose entries do not stand.
    pub fn missing<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Arc<str>> {
        plan.posts.iter().filter(|post| self.piece(plan, post).is_none())
    }

    /// Whether any entry of a plan's feed stands.
    pub(super) fn has(&self, plan: &Plan) -> bool {
        self.0.contains_key(&plan.path)
    }
}

impl Pipeline {
    /// What stands of the feeds that are planned.
    pub(super) fn standing(&self, feeds: &[Plan], published: &dyn Published) -> Standing {
        let stands = |plan: &Plan| Some((plan.path.clone(), self.stands(plan, published)?));
        if feeds.len() > MOST_FEEDS {
            Standing::default()
        } else {
            Standing(feeds.par_iter().filter_map(stands).collect())
        }
    }

    fn stands(&self, plan: &Plan, published: &dyn Published) -> Option<HashMap<Arc<str>, Piece>> {
        let (made, format) = (self.made.get(&plan.path)?, plan.spec.format);
        let planned: HashSet<&Arc<str>> = plan.posts.iter().collect();
        let stands = |member: &Member| planned.contains(&member.0) && self.is_as_shown(member);
        let is_standing: Vec<bool> = made.members.iter().map(stands).collect();
        if !is_standing.contains(&true) || self.unfit.contains_key(&plan.path) {
            return None;
        }
        let bytes = published.feed(&plan.path, made.fingerprint)?;
        let pieces = piece::pieces(&bytes, format).filter(|pieces| pieces.len() == made.members.len())?;
        self.verifier.trust(&bytes, &pieces, format);
        let pieces = pieces.into_iter().zip(&made.members).zip(is_standing).filter(|(_, stands)| *stands);
        let pieces = pieces.map(|((piece, (path, _)), _)| (path.clone(), piece));
        let pieces = pieces.filter(|(path, piece)| self.site.post(path).is_some_and(|post| is_of(piece, post)));
        Some(pieces.collect()).filter(|pieces: &HashMap<_, _>| !pieces.is_empty())
    }

    /// Whether an entry of this version of a post would be the same now.
    fn is_as_shown(&self, (path, fingerprint): &Member) -> bool {
        self.site.post(path).is_some_and(|post| post.fingerprint == *fingerprint) && self.is_as_it_was(path)
    }
}

fn is_of(piece: &Piece, post: &Sketch) -> bool {
    digest(piece.id.as_bytes()) == post.id
}
