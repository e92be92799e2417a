//! What subscribers would notice, as problems: what they would see twice is an error, the rest a warning.

use super::compare::{Again, Changed, Comparison, Gone, New};
use crate::problem::Problem;

impl Comparison {
    /// All of it. `old`: the old feed as people name it; `formula`: the one by which more ids would be as they were.
    #[must_use]
    pub fn problems(&self, old: &str, formula: Option<&str>) -> Vec<Problem> {
        let again = self.again.iter().map(|again| again.told(old, formula));
        let changed = self.changed.iter().map(|changed| changed.told(old));
        let new = self.new.iter().map(|new| new.told(old));
        let gone = self.gone.iter().map(|gone| gone.told(old));
        again.chain(changed).chain(new).chain(gone).collect()
    }
}

impl Again {
    fn told(&self, old: &str, formula: Option<&str>) -> Problem {
        let Self { path, id, old_id, likeness, can_be_kept } = self;
        let known = likeness.told();
        let message = format!(
            "subscribers of `{old}` would see it twice: its id was `{old_id}`, now it is `{id}` (same {known})"
        );
        Problem::error(path, message).mend(match formula {
            _ if !can_be_kept => "such an id is no URI, which Atom has no place for: it cannot be kept".to_owned(),
            Some(formula) => format!("set `posts.id: {formula}`, which gives the ids that they know"),
            None => format!("run `feedwright init --ids-from {old}`, or write `id: {old_id}` in its front matter"),
        })
    }
}

impl Changed {
    fn told(&self, old: &str) -> Problem {
        let message = format!("has another {} than in `{old}`", and(&self.differs));
        Problem::warning(&self.path, message).mend("readers may show it as changed, but not twice")
    }
}

impl New {
    fn told(&self, old: &str) -> Problem {
        let message = format!("is not in `{old}`, which has older and newer entries");
        Problem::warning(&self.path, message)
            .mend("its subscribers would see it as new; keep it out if they should not")
    }
}

impl Gone {
    fn told(&self, old: &str) -> Problem {
        let message = format!("the entry `{}` (`{}`) is no post any more", short(&self.title), self.id);
        let mend = "if it is one under another name, write the id as `id:` in its front matter";
        let problem = Problem::warning(old, message).mend(mend);
        self.line.map_or(problem.clone(), |line| problem.on_line(line))
    }
}

/// `title, date and text`
fn and(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        names => names.concat(),
    }
}

fn short(title: &str) -> String {
    const LONGEST: usize = 80;
    if title.chars().count() <= LONGEST {
        title.to_owned()
    } else {
        title.chars().take(LONGEST).chain(['…']).collect()
    }
}
