//! `--ids-from`: the ids of an old feed that no formula gives, for the ids file.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::Common;
use crate::cmd::Failure;
use crate::cmd::against::Against;
use crate::cmd::blog::Blog;
use crate::cmd::load::LONGEST;
use crate::cmd::report::count;
use crate::config;
use crate::post;
use crate::source;
use crate::subscription;

/// The ids file, beside the configuration.
pub const FILE: &str = "feedwright.ids.yaml";

/// What became of the ids of an old feed.
pub struct Kept {
    /// By the path of their post; those of an ids file that is there already too.
    pub ids: BTreeMap<String, String>,
    /// How many entries there are in the old feed.
    entries: usize,
    /// How many of them have an id that the formula does not give.
    new: usize,
    /// Titles of entries that are no post.
    unmatched: Vec<String>,
    /// Ids that cannot be kept, since they are no URIs.
    unfit: usize,
}

/// The ids of an old feed that the posts of a blog do not have by themselves.
///
/// # Errors
/// When the feed, or the ids file that is there already, cannot be read.
pub fn kept(old: &Path, folder: &Path, blog: &mut Blog, options: &Common) -> Result<Kept, Failure> {
    let old = Against::read(old, options.format)?;
    let mut ids = known(folder)?;
    let kept = subscription::ids_from(old.entries(), &blog.posts());
    let title =
        |entry: &&subscription::Entry| if entry.title.is_empty() { entry.id.clone() } else { entry.title.clone() };
    let (new, unfit) = (kept.ids.len(), kept.unfit.len());
    let unmatched = kept.unmatched.iter().map(title).collect();
    ids.extend(kept.ids);
    Ok(Kept { ids, entries: old.entries().len(), new, unmatched, unfit })
}

/// The ids of the file that is there already.
fn known(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let Ok(bytes) = source::read_file(&folder.join(FILE), LONGEST) else { return Ok(BTreeMap::new()) };
    let text = config::decode(&bytes, FILE).map_err(|problem| Failure::Configuration(vec![problem]))?;
    let ids = config::parse_ids(text, FILE, &post::valid_id).map_err(Failure::Configuration)?;
    Ok(ids.given.into_iter().map(|(path, given)| (path, given.written)).collect())
}

impl Kept {
    /// The ids file.
    pub fn text(&self) -> String {
        config::write_ids(&self.ids)
    }

    /// What became of them, in a sentence.
    pub fn told(&self) -> String {
        let mut parts = vec![match self.new {
            0 => "every post has its old id by itself".to_owned(),
            new => format!("{} kept in {FILE}", count(new, "id")),
        }];
        if self.unfit > 0 {
            parts.push(format!(
                "{} no URI, and cannot be kept",
                if self.unfit == 1 { "1 is".to_owned() } else { format!("{} are", self.unfit) }
            ));
        }
        if !self.unmatched.is_empty() {
            let titles: Vec<String> =
                self.unmatched.iter().take(SHOWN).map(|title| format!("`{}`", post::one_line(title))).collect();
            let more = if self.unmatched.len() > SHOWN { ", ..." } else { "" };
            let entries = if self.unmatched.len() == 1 { "entry is" } else { "entries are" };
            parts.push(format!("{} {entries} no post: {}{more}", self.unmatched.len(), titles.join(", ")));
        }
        format!(
            "{} in the old feed: {}",
            if self.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", self.entries) },
            parts.join("; ")
        )
    }
}

/// How many entries are named that are no post.
const SHOWN: usize = 5;
