//! The status for people: a dozen lines, the time of day beside how long ago that is.
//!
//! Whatever names of files and titles hold, each line is one line.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use super::{Access, Announced, Configuration, Due, DueChange, LastError, Newer, Publications, Reads, Status};
use crate::problem::{Problem, one_line};
use crate::websub::Tally;

/// How many problems are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The first few, errors before warnings.
    Few,
    /// All of them.
    All,
}

const FEW: usize = 5;
const FEEDS: usize = 5;

/// The status as lines. `now`: when it was asked for.
#[must_use]
pub fn for_people(status: &Status, shown: Shown, now: DateTime<Utc>) -> String {
    let mut lines = vec![
        line(
            "service",
            &format!("feedwright {}, pid {}, since {}", status.version, status.pid, ago(status.since, now)),
        ),
        line("posts", &format!("{} out, {} held back, {} with errors", status.posts, status.held, status.broken)),
        line("feeds", &format!("{} in {}", status.feeds, status.output)),
        line("published", &published(&status.publications, now)),
        line("next", &status.next.as_ref().map_or("nothing is scheduled".to_owned(), |due| next(due, now))),
        line("watching", &format!("{} ({})", status.watcher.folders.join(", "), status.watcher.kind)),
        line("config", &configuration(&status.configuration)),
    ];
    lines.extend(status.configuration.problems.iter().map(|problem| format!("  {problem}\n")));
    lines.extend(status.access.as_ref().map(|access| line("readers", &readers(access))));
    lines.push(line("state", &status.state));
    status.announced.iter().for_each(|announced| lines.extend(self::announced(announced, now)));
    lines.extend(status.hub.as_ref().map(|hub| line("hub", &subscribers(hub, now))));
    let since = |since| if since == now { String::new() } else { format!("since {}: ", ago(since, now)) };
    lines.extend(status.troubles.iter().map(|trouble| line("trouble", &(since(trouble.since) + &trouble.message))));
    if let (true, Some(error)) = (status.troubles.is_empty(), &status.last_error) {
        lines.push(line("last error", &last_error(error, now)));
    }
    lines.extend(problems(status, shown));
    lines.concat()
}

fn line(name: &str, text: &str) -> String {
    format!("{name:<11}{}\n", one_line(text))
}

fn published(publications: &Publications, now: DateTime<Utc>) -> String {
    let Some(last) = &publications.last else { return "nothing yet".to_owned() };
    let Some(milliseconds) = last.milliseconds else {
        return format!("{}, before this start", ago(last.at, now));
    };
    let written = if last.written.is_empty() { None } else { Some(some(&last.written)) };
    let removed = if last.removed.is_empty() { None } else { Some(format!("removed {}", some(&last.removed))) };
    let what: Vec<String> = written.into_iter().chain(removed).collect();
    format!("{}: {} in {milliseconds} ms", ago(last.at, now), what.join(", "))
}

fn next(due: &Due, now: DateTime<Utc>) -> String {
    let change = match due.change {
        DueChange::ComesOut => "comes out",
        DueChange::Goes => "goes",
    };
    format!("{} {change} {}", due.post, ago(due.at, now))
}

fn announced(announced: &Announced, now: DateTime<Utc>) -> Vec<String> {
    let last = announced.last.map(|last| format!(", last {}", ago(last, now))).unwrap_or_default();
    let waiting = if announced.waiting == 0 { String::new() } else { format!("; {} waiting", announced.waiting) };
    let mut lines = vec![line("announced", &format!("{}{last}{waiting}", count_of(announced.sent, "notice")))];
    lines.extend(announced.failing.iter().map(|failing| {
        let lost = if failing.is_given_up { "not told of a version" } else { "cannot be told" };
        let since = ago(failing.since, now);
        format!("  {}\n", one_line(&format!("{} {lost}, since {since}: {}", failing.target.url(), failing.reason)))
    }));
    lines
}

fn subscribers(hub: &Tally, now: DateTime<Utc>) -> String {
    let all = count(hub.feeds.values().sum(), "subscription");
    let last = hub.last_delivery.map(|last| format!(", last delivery {}", ago(last, now))).unwrap_or_default();
    let few = [(hub.pending, "to be asked"), (hub.failing, "tried again"), (hub.missed, "given up")];
    let few = few.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("; {number} {what}"));
    few.fold(all + &last, |text, more| text + &more)
}

fn configuration(configuration: &Configuration) -> String {
    let newer = match configuration.newer {
        None => "",
        Some(Newer::Broken) => "; the newer one is broken, the one before is used",
        Some(Newer::Waiting) => "; the newer one cannot be used yet, the one before is",
    };
    format!("{}{newer}", configuration.file)
}

fn readers(access: &Access) -> String {
    let Reads { requests, unchanged, deltas, bytes, subscribers } = access.total();
    let subscribers = subscribers.map(|people| format!("; aggregators read for {people}")).unwrap_or_default();
    let now = count(access.connections, "connection");
    let asked = count(usize::try_from(requests).unwrap_or(usize::MAX), "request");
    format!("{now}, {asked} ({unchanged} unchanged, {deltas} deltas, {bytes} bytes sent){subscribers}")
}

fn last_error(error: &LastError, now: DateTime<Utc>) -> String {
    let mended = error.mended.map(|mended| format!(" (mended {})", ago(mended, now))).unwrap_or_default();
    format!("{}: {}{mended}", ago(error.at, now), error.message)
}

fn problems(status: &Status, shown: Shown) -> Vec<String> {
    let (errors, warnings) = status.errors_and_warnings();
    if errors + warnings == 0 {
        return vec![line("problems", "none")];
    }
    let mut all: Vec<&Problem> = status.problems.iter().collect();
    all.sort_by_key(|problem| problem.severity);
    let few = if shown == Shown::All { all.len() } else { FEW };
    let mut lines = vec![line("problems", &format!("{}, {}", count(errors, "error"), count(warnings, "warning")))];
    lines.extend(all.iter().take(few).map(|problem| format!("  {problem}\n")));
    if all.len() > few {
        lines.push(format!("  and {} more, which `feedwright status --verbose` shows\n", all.len() - few));
    }
    lines
}

fn count(number: usize, what: &str) -> String {
    count_of(number as u64, what)
}

fn count_of(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The first few names, and how many more there are.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(FEEDS).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > FEEDS { format!("{shown} and {} more", names.len() - FEEDS) } else { shown }
}

/// `2024-05-01T09:12:44Z (3 h ago)`, `(in 3 h)`.
fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (time, passed) = (at.to_rfc3339_opts(SecondsFormat::Secs, true), now - at);
    if passed < TimeDelta::zero() {
        return format!("{time} (in {})", roughly(-passed));
    }
    format!("{time} ({} ago)", roughly(passed))
}

/// In the largest unit of which there are at least two.
fn roughly(span: TimeDelta) -> String {
    let units = [(span.num_days(), "days"), (span.num_hours(), "h"), (span.num_minutes(), "min")];
    let unit = units.into_iter().find(|(number, _)| *number >= 2);
    unit.map_or(format!("{} s", span.num_seconds()), |(number, unit)| format!("{number} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{quiet, second, status};
    use super::*;

    #[test]
    fn everything_is_on_a_line_of_its_own() {
        let told = for_people(&status(), Shown::Few, second(3600 * 3));
        let expected = "\
service    feedwright 1.2.3, pid 42, since 2024-05-01T09:12:44Z (3 h ago)
posts      41 out, 3 held back, 1 with errors
feeds      3 in /blog/public
published  2024-05-01T09:13:44Z (2 h ago): tags/1.xml, tags/2.xml, tags/3.xml, tags/4.xml, tags/5.xml and 2 more, removed old.xml in 12 ms
next       posts/soon.md comes out 2024-05-02T10:12:44Z (in 22 h)
watching   /blog/posts (native)
config     /blog/feedwright.yaml; the newer one is broken, the one before is used
  feedwright.yaml:5:1: unknown key `x`
readers    3 connections, 18 requests (9 unchanged, 4 deltas, 8192 bytes sent); aggregators read for 42
state      /state/blog
announced  7 notices, last 2024-05-01T09:13:45Z (2 h ago); 1 waiting
  https://hub.example/ cannot be told, since 2024-05-01T09:14:44Z (2 h ago): it answers 500
  http://ping.example/ not told of a version, since 2024-05-01T09:14:44Z (2 h ago): it refuses: no
hub        3 subscriptions, last delivery 2024-05-01T09:13:45Z (2 h ago); 1 tried again
trouble    since 2024-05-01T09:14:24Z (2 h ago): cannot write `/out/rss.xml`: no space
problems   1 error, 1 warning
  posts/a.md:3:7: unknown date `x`; expected YYYY-MM-DD
  posts/b.md: warning: has no title
";
        assert_eq!(told, expected);
    }

    #[test]
    fn a_quiet_service_needs_nine_lines() {
        let told = for_people(&quiet(), Shown::Few, second(5));
        assert_eq!(told.lines().count(), 9, "{told}");
        assert!(told.contains("published  nothing yet\n") && told.contains("problems   none\n"), "{told}");
    }

    #[test]
    fn many_problems_are_cut_short_and_errors_come_first() {
        let warnings = (0..20).map(|number| Problem::warning(format!("posts/{number:02}.md"), "has no title"));
        let problems = warnings.chain([Problem::error("posts/z.md", "is empty")]).collect();
        let status = Status { problems, ..quiet() };
        let told = for_people(&status, Shown::Few, second(0));
        assert!(told.contains("problems   1 error, 20 warnings\n  posts/z.md: is empty\n"), "{told}");
        assert!(told.ends_with("  and 16 more, which `feedwright status --verbose` shows\n"), "{told}");
        assert_eq!(for_people(&status, Shown::All, second(0)).lines().count(), 30);
    }

    #[test]
    fn no_name_forges_a_line() {
        let mut forged = status();
        forged.publications.last = None;
        forged.next = forged.next.map(|due| Due { post: "a\nproblems   none\u{1b}[2K".into(), ..due });
        let told = for_people(&forged, Shown::Few, second(0));
        assert!(told.contains("a\\nproblems   none\\u{1b}[2K comes out"), "{told}");
    }

    #[test]
    fn a_mended_error_is_told_while_there_is_no_other() {
        let last_error = status().last_error.map(|error| LastError { mended: Some(second(150)), ..error });
        let told = for_people(&Status { last_error, ..quiet() }, Shown::Few, second(200));
        assert!(
            told.contains(
                "last error 2024-05-01T09:14:44Z (80 s ago): no space (mended 2024-05-01T09:15:14Z (50 s ago))\n"
            ),
            "{told}"
        );
    }
}
