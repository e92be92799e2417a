//! How many posts there are in each folder, and how many at once are a loss that nobody meant: a disk that is not
//! mounted, a deploy that went wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Files of posts by folder, as the configuration describes it: another description is another folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Census(pub BTreeMap<String, usize>);

/// Posts that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Where, as in the [`Census`].
    pub folder: String,
    /// How many there were.
    pub before: usize,
    /// How many there are.
    pub now: usize,
}

/// Fewer than this are taken out by hand.
const MANY: usize = 10;

impl Census {
    /// The first folder that has lost all of its posts, or more than half of them and many.
    #[must_use]
    pub fn loss(&self, now: &Self) -> Option<Loss> {
        self.0.iter().find_map(|(folder, &before)| {
            let now = *now.0.get(folder)?;
            let lost = before.saturating_sub(now);
            let is_sudden = lost > 0 && (now == 0 || (lost >= MANY && lost * 2 > before));
            is_sudden.then(|| Loss { folder: folder.clone(), before, now })
        })
    }

    /// For each folder of this one the larger number of both.
    #[must_use]
    pub fn most(mut self, other: &Self) -> Self {
        for (folder, number) in &mut self.0 {
            *number = (*number).max(other.0.get(folder).copied().unwrap_or_default());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(posts: usize) -> Census {
        Census(BTreeMap::from([("posts".to_owned(), posts)]))
    }

    #[test]
    fn all_is_a_loss_and_so_is_more_than_half_of_many() {
        for (before, now, is_loss) in [
            (1, 0, true),
            (9, 0, true),
            (0, 0, false),
            (9, 1, false),
            (12, 3, false),
            (13, 3, true),
            (20, 10, false),
            (21, 10, true),
            (1000, 501, false),
            (1000, 499, true),
            (5, 500, false),
        ] {
            assert_eq!(census(before).loss(&census(now)).is_some(), is_loss, "{before} -> {now}");
        }
    }

    #[test]
    fn a_folder_that_is_described_otherwise_is_another_one() {
        assert_eq!(census(50).loss(&Census(BTreeMap::from([("others".to_owned(), 0)]))), None);
        assert_eq!(census(3).most(&census(7)), census(7));
        assert_eq!(census(3).most(&Census::default()), census(3));
    }
}
