//! What a run has to say, for people and for machines, on stdout.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::cli::{Common, Format};
use crate::ledger::Ledger;
use crate::logging::wants_color;
use crate::pipeline::Pipeline;
use crate::problem::{self, Problem, Severity};
use crate::publish::Published;
use crate::subscription::Comparison;

/// What a run found and did.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Posts that are out.
    pub posts: usize,
    /// Posts that are held back: drafts, scheduled, expired, unlisted.
    pub held: usize,
    /// Files that are left out because of errors.
    pub left_out: usize,
    /// Posts that stay as they last were good, though their files are broken now.
    pub last_good: usize,
    /// How many feeds there are.
    pub feeds: usize,
    /// What was published; absent when nothing was to be.
    #[serde(flatten)]
    pub published: Option<Files>,
    /// What subscribers of an old feed would notice; absent when nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Comparison>,
    /// Ids that stay as subscribers know them, though the configuration would make others; empty when nobody asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept_ids: Vec<KeptId>,
    /// How long it took.
    pub milliseconds: u128,
    /// Sorted by file and line.
    pub problems: Vec<Problem>,
    /// How many more there are that are not told here.
    #[serde(skip)]
    untold: usize,
}

/// An id that stays as subscribers know it.
#[derive(Debug, Serialize)]
pub struct KeptId {
    path: String,
    id: String,
    /// What the configuration would make.
    would_be: String,
}

/// What became of the files of the output.
#[derive(Debug, Serialize)]
pub struct Files {
    output: String,
    written: usize,
    unchanged: usize,
    removed: usize,
}

impl Report {
    /// What there is to say of a build.
    pub fn of(pipeline: &Pipeline, problems: Vec<Problem>, elapsed: Duration) -> Self {
        Self {
            posts: pipeline.site().live(),
            held: pipeline.site().held(),
            left_out: pipeline.left_out(&problems),
            last_good: pipeline.last_good(&problems),
            kept_ids: Vec::new(),
            feeds: pipeline.paths().count(),
            published: None,
            against: None,
            milliseconds: elapsed.as_millis(),
            problems,
            untold: 0,
        }
    }

    /// Leaves the warnings to `check`.
    pub fn without_warnings(mut self) -> Self {
        let all = self.problems.len();
        self.problems.retain(Problem::is_error);
        self.untold = all - self.problems.len();
        self
    }

    /// Adds what was published.
    pub fn published(mut self, published: &Published, output: String) -> Self {
        let (written, removed) = (published.written.len(), published.removed.len());
        self.problems.extend(published.refused.iter().map(|(_, problem)| problem.clone()));
        self.problems.sort();
        self.published = Some(Files { output, written, unchanged: published.unchanged.len(), removed });
        self
    }

    /// Adds which ids stay though the configuration would make others.
    pub fn kept_ids(mut self, ledger: &Ledger) -> Self {
        let kept = ledger.kept_ids().map(|(path, id, would_be)| KeptId {
            path: path.to_owned(),
            id: id.to_owned(),
            would_be: would_be.to_owned(),
        });
        self.kept_ids = kept.collect();
        self
    }

    /// Adds what subscribers of an old feed would notice.
    pub fn against(mut self, comparison: Comparison, problems: Vec<Problem>) -> Self {
        self.problems.extend(problems); // its own were sorted; these go by what weighs most
        self.against = Some(comparison);
        self
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count()
    }

    /// Prints it in the form that the command line asks for.
    pub fn tell(&self, options: &Common) {
        match options.format {
            Format::Human => self.tell_people(options),
            Format::Json => print(&(serde_json::to_string_pretty(self).unwrap_or_default() + "\n")),
            Format::Github => {
                self.problems.iter().for_each(|problem| print(&annotation(problem)));
                print(&(self.summary() + "\n"));
            }
        }
    }

    fn tell_people(&self, options: &Common) {
        let color = wants_color(options.color, &io::stdout());
        let shown = self.problems.iter().filter(|problem| options.quiet < 2 || problem.is_error());
        shown.for_each(|problem| print(&if color { painted(problem) } else { format!("{problem}\n") }));
        if options.quiet == 0 {
            print(&(self.summary() + "\n"));
        }
    }

    fn summary(&self) -> String {
        let compared = self.against.as_ref().map(compared);
        let compared = compared.map(|against| problem::one_line(&against).into_owned() + "\n");
        compared.unwrap_or_default() + &kept(&self.kept_ids) + &problem::one_line(&self.built())
    }

    fn built(&self) -> String {
        let feeds = format!("{} from {}", count(self.feeds, "feed"), count(self.posts, "post"));
        let mut parts = Vec::new();
        let done = match &self.published {
            Some(files) => {
                parts.push(format!(
                    "{} written, {} unchanged, {} removed",
                    files.written, files.unchanged, files.removed
                ));
                format!("published {feeds} to {}", files.output)
            }
            None => format!("{feeds}, nothing published"),
        };
        if self.held > 0 {
            parts.push(format!("{} held back", self.held));
        }
        parts.push(format!("{} left out", self.left_out));
        match self.last_good {
            0 => {}
            1 => parts.push("1 stays as it last was".to_owned()),
            more => parts.push(format!("{more} stay as they last were")),
        }
        let (errors, warnings) = (self.errors(), self.problems.len() - self.errors());
        if errors + warnings > 0 {
            parts.push(format!("{}, {}", count(errors, "error"), count(warnings, "warning")));
        }
        if self.untold > 0 {
            parts.push(format!("{}, which `feedwright check` shows", count(self.untold, "warning")));
        }
        format!("{done} in {} ms: {}", self.milliseconds, parts.join("; "))
    }
}

/// Prints why nothing could be done, for machines; people find it in the log.
pub fn tell_machines(problems: &[Problem], format: Format) {
    match format {
        Format::Human => {}
        Format::Json => {
            let report = serde_json::json!({ "problems": problems });
            print(&(serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"));
        }
        Format::Github => problems.iter().for_each(|problem| print(&annotation(problem))),
    }
}

/// What subscribers of an old feed would notice, on one line.
fn compared(against: &Comparison) -> String {
    let parts = [
        (against.again.len(), format!("{} would be seen twice", against.again.len())),
        (against.to_keep, format!("`feedwright init --ids-from` would keep {}", count(against.to_keep, "id"))),
        (against.changed.len(), format!("{} changed", against.changed.len())),
        (against.new.len() + against.newer, format!("{} new", against.new.len() + against.newer)),
        (against.older, format!("{} older than the old feed reaches", against.older)),
        (against.gone.len(), format!("{} gone", against.gone.len())),
        (against.beyond, format!("{} beyond the limit of ours", against.beyond)),
    ];
    let told = parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, told)| format!("; {told}"));
    let entries = if against.entries == 1 { "entry" } else { "entries" };
    format!(
        "`{}` in place of the old feed: {} of {} {entries} as they were",
        against.feed, against.same, against.entries
    ) + &told.collect::<String>()
}

/// The first few ids that stay, and what the configuration would make.
fn kept(ids: &[KeptId]) -> String {
    const SHOWN: usize = 5;
    if ids.is_empty() {
        return String::new();
    }
    let (keep, would) = if ids.len() == 1 { ("keeps the id", "it") } else { ("keep the ids", "they") };
    let other = if ids.len() == 1 { "another" } else { "others" };
    let posts = count(ids.len(), "post");
    let mut told = format!("{posts} {keep} that subscribers know; by this configuration {would} would be {other}");
    told += " (`--reassign-ids` makes them so, and readers show the posts again):\n";
    for KeptId { path, id, would_be } in ids.iter().take(SHOWN) {
        told += &format!("  {path}: {id} (would be {would_be})\n");
    }
    if ids.len() > SHOWN {
        told += &format!("  and {} more\n", ids.len() - SHOWN);
    }
    told
}

/// `1 post`, `2 posts`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// `::error file=...,line=...::message`, as GitHub Actions reads it.
pub fn annotation(problem: &Problem) -> String {
    let kind = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut place = format!("file={}", property(&problem.path));
    if let Some(line) = problem.line {
        place += &format!(",line={line}");
    }
    if let Some(column) = problem.column {
        place += &format!(",col={column}");
    }
    format!("::{kind} {place}::{}\n", data(&problem.text()))
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    problem::one_line(&text).into_owned()
}

/// The place in bold, the kind in its colour.
fn painted(problem: &Problem) -> String {
    let text = problem.to_string();
    let (kind, color) = match problem.severity {
        Severity::Error => ("error:", 31),
        Severity::Warning => ("warning:", 33),
    };
    let (place, rest) = text.split_once(": ").unwrap_or(("", &text));
    let rest = rest.strip_prefix("warning: ").unwrap_or(rest);
    format!("\x1b[1m{place}:\x1b[0m \x1b[1;{color}m{kind}\x1b[0m {rest}\n")
}

/// Prints to stdout; a reader that has gone away is no reason to fail.
pub fn print(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_escape_what_would_end_them() {
        let problem = Problem::error("a,b.md", "50% off\nnow").at(3, 1);
        assert_eq!(annotation(&problem), "::error file=a%2Cb.md,line=3,col=1::50%25 off%0Anow\n");
    }
}
