//! The status as Prometheus reads it: the text format 0.0.4, for the textfile collector of `node_exporter`.
//!
//! Every series is labelled with the output, so that the files of several services do not clash. What is not known has
//! no series. Nothing in it changes by the mere passing of time.
//! <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>

use std::fmt::Display;

use chrono::{DateTime, Utc};

use super::{Access, Announced, Concern, Reads, Status};
use crate::websub::Tally;

/// What a build is measured by, with a service or without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The folder that is published to.
    pub output: String,
    /// Of Feedwright.
    pub version: String,
    /// Posts that are out.
    pub posts: usize,
    /// Posts that are held back.
    pub held: usize,
    /// Files with errors.
    pub broken: usize,
    /// How many feeds there are.
    pub feeds: usize,
    /// How many errors there are.
    pub errors: usize,
    /// How many warnings there are.
    pub warnings: usize,
    /// When something was published last.
    pub published: Option<DateTime<Utc>>,
    /// When something comes out or goes next.
    pub due: Option<DateTime<Utc>>,
}

/// Whether a service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It does.
    Running,
    /// It was stopped: what it measured last stands.
    Stopped,
}

impl Build {
    /// What the service of this status has built.
    #[must_use]
    pub fn of(status: &Status) -> Self {
        let (errors, warnings) = status.errors_and_warnings();
        Self {
            output: status.output.clone(),
            version: status.version.clone(),
            posts: status.posts,
            held: status.held,
            broken: status.broken,
            feeds: status.feeds,
            errors,
            warnings,
            published: status.publications.last.as_ref().map(|last| last.at),
            due: status.next.as_ref().map(|due| due.at),
        }
    }
}

/// The metrics of a build.
#[must_use]
pub fn of_build(build: &Build) -> String {
    let mut text = Text { output: label(&build.output), text: String::new() };
    text.gauge("build_info", "The version of Feedwright.").with("version", &build.version, 1);
    text.gauge("posts", "Posts: out, held back (draft, scheduled, expired, unlisted), or with errors.")
        .with("state", "out", build.posts)
        .with("state", "held_back", build.held)
        .with("state", "error", build.broken);
    text.gauge("feeds", "Feeds that there are.").is(build.feeds);
    text.gauge("problems", "Problems of posts and feeds.").with("severity", "error", build.errors).with(
        "severity",
        "warning",
        build.warnings,
    );
    if let Some(published) = build.published {
        text.gauge("last_publication_timestamp_seconds", "When a feed was written or removed last.")
            .is(seconds(published.timestamp_millis()));
    }
    if let Some(due) = build.due {
        text.gauge("next_due_timestamp_seconds", "When the next post comes out or goes.")
            .is(seconds(due.timestamp_millis()));
    }
    text.text
}

/// The metrics of a service.
#[must_use]
pub fn of_service(status: &Status, life: Life) -> String {
    let mut text = Text { output: label(&status.output), text: of_build(&Build::of(status)) };
    let flag = |is_so: bool| u8::from(is_so);
    text.gauge("up", "Whether the service runs; 0: it was stopped.").is(flag(life == Life::Running));
    text.gauge("start_time_seconds", "When the service was started.").is(seconds(status.since.timestamp_millis()));
    let publications = &status.publications;
    text.counter("publications_total", "Publications since the start.").is(publications.count);
    text.summary("publication_duration_seconds", "How long publications took, from the change to the last feed.")
        .part("_sum", seconds(i64::try_from(publications.milliseconds).unwrap_or(i64::MAX)))
        .part("_count", publications.count);
    text.gauge("watcher", "Which watcher is in use.")
        .with("kind", "native", flag(status.watcher.kind.contains("native")))
        .with("kind", "polling", flag(status.watcher.kind.contains("polling")));
    text.gauge("configuration_current", "Whether the configuration on disk is in use; 0: it is broken, or waits.")
        .is(flag(status.configuration.newer.is_none()));
    let stands = |concern| flag(status.troubles.iter().any(|trouble| trouble.concern == concern));
    text.gauge("trouble", "Whether something keeps the service from its work now.")
        .with("concern", "configuration", stands(Concern::Configuration))
        .with("concern", "publication", stands(Concern::Publication))
        .with("concern", "syndication", stands(Concern::Syndication));
    status.announced.iter().for_each(|announced| of_notices(&mut text, announced));
    status.hub.iter().for_each(|hub| of_hub(&mut text, hub));
    let last = status.last_error.as_ref().map_or(0, |error| error.at.timestamp_millis());
    text.gauge("last_error_timestamp_seconds", "When something kept the service from its work last; 0: never.")
        .is(seconds(last));
    if let Some(access) = &status.access {
        text.access(access);
    }
    text.text
}

fn of_hub(text: &mut Text, hub: &Tally) {
    let feeds = text.gauge("hub_subscriptions", "Subscriptions of a feed at the hub.");
    hub.feeds.iter().fold(feeds, |metric, (feed, count)| metric.with("feed", feed, count));
    text.gauge("hub_subscriptions_failing", "Subscriptions whose subscribers lack the version that there is.")
        .with("state", "tried_again", hub.failing)
        .with("state", "given_up", hub.missed);
    text.gauge("hub_requests_pending", "Requests whose subscribers are still to be asked.").is(hub.pending);
    let last = hub.last_delivery.map_or(0, |last| last.timestamp_millis());
    text.gauge(
        "hub_last_delivery_timestamp_seconds",
        "When a subscriber was sent a version last; 0: not since the start.",
    )
    .is(seconds(last));
}

fn of_notices(text: &mut Text, announced: &Announced) {
    text.counter("notices_sent_total", "Notices that hubs and the like took since the start.").is(announced.sent);
    text.gauge("notices_waiting", "Notices that wait to be sent.").is(announced.waiting);
    let lost = announced.failing.iter().filter(|failing| failing.is_given_up).count();
    text.gauge("notice_targets_failing", "Hubs and the like that could not be told last.")
        .with("state", "tried_again", announced.failing.len() - lost)
        .with("state", "given_up", lost);
}

/// What is counted of reads.
type Count = fn(&Reads) -> u64;

/// Text in the making.
struct Text {
    /// The label that all series have.
    output: String,
    text: String,
}

impl Text {
    fn gauge(&mut self, name: &str, help: &str) -> Metric<'_> {
        self.begin(name, "gauge", help)
    }

    fn counter(&mut self, name: &str, help: &str) -> Metric<'_> {
        self.begin(name, "counter", help)
    }

    fn summary(&mut self, name: &str, help: &str) -> Metric<'_> {
        self.begin(name, "summary", help)
    }

    /// Who read what, by feed and kind of reader.
    fn access(&mut self, access: &Access) {
        self.gauge("http_connections", "Connections of readers.").is(access.connections);
        let counters: [(&str, &str, Count); 4] = [
            ("http_requests_total", "Requests for feeds.", |reads| reads.requests),
            ("http_not_modified_total", "Of these, who had all already (304).", |reads| reads.unchanged),
            ("http_deltas_total", "Of these, who got only what it lacked (226).", |reads| reads.deltas),
            ("http_sent_bytes_total", "Bytes of feeds sent, as they were coded.", |reads| reads.bytes),
        ];
        let of = |access: &Access, metric: Metric<'_>, number: &dyn Fn(&Reads) -> Option<u64>| {
            let all = access
                .feeds
                .iter()
                .flat_map(|(feed, kinds)| kinds.iter().map(move |(kind, reads)| (feed, kind, reads)));
            let known = all.filter_map(|(feed, kind, reads)| Some((feed, kind, number(reads)?)));
            known.fold(metric, |metric, (feed, kind, number)| metric.of(feed, kind, number));
        };
        for (name, help, count) in counters {
            of(access, self.counter(name, help), &|reads| Some(count(reads)));
        }
        of(access, self.gauge("http_subscribers", "For how many a reader says to read."), &|reads| reads.subscribers);
    }

    fn begin(&mut self, name: &str, kind: &str, help: &str) -> Metric<'_> {
        let name = format!("feedwright_{name}");
        self.text += &format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
        Metric { text: self, name }
    }
}

/// One metric, whose samples follow.
struct Metric<'a> {
    text: &'a mut Text,
    name: String,
}

impl Metric<'_> {
    /// Its only sample.
    fn is(self, value: impl Display) {
        self.part("", value);
    }

    /// A sample whose name ends so.
    fn part(self, suffix: &str, value: impl Display) -> Self {
        self.text.text += &format!("{}{suffix}{{output=\"{}\"}} {value}\n", self.name, self.text.output);
        self
    }

    /// A sample of one kind of reader of one feed.
    fn of(self, feed: &str, kind: &str, value: impl Display) -> Self {
        let labels = format!("output=\"{}\",feed=\"{}\",reader=\"{}\"", self.text.output, label(feed), label(kind));
        self.text.text += &format!("{}{{{labels}}} {value}\n", self.name);
        self
    }

    /// A sample with a label.
    fn with(self, name: &str, of: &str, value: impl Display) -> Self {
        let labels = format!("output=\"{}\",{name}=\"{}\"", self.text.output, label(of));
        self.text.text += &format!("{}{{{labels}}} {value}\n", self.name);
        self
    }
}

/// The value of a label, for between its quotation marks.
fn label(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn seconds(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    let milliseconds = milliseconds.unsigned_abs();
    format!("{sign}{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{quiet, status};
    use super::*;

    #[test]
    fn a_service_is_measured() {
        let text = of_service(&status(), Life::Running);
        for line in [
            "# TYPE feedwright_posts gauge",
            "feedwright_build_info{output=\"/blog/public\",version=\"1.2.3\"} 1",
            "feedwright_posts{output=\"/blog/public\",state=\"held_back\"} 3",
            "feedwright_problems{output=\"/blog/public\",severity=\"error\"} 1",
            "feedwright_last_publication_timestamp_seconds{output=\"/blog/public\"} 1714554824.000",
            "feedwright_publications_total{output=\"/blog/public\"} 5",
            "feedwright_publication_duration_seconds_sum{output=\"/blog/public\"} 1.500",
            "feedwright_watcher{output=\"/blog/public\",kind=\"native\"} 1",
            "feedwright_trouble{output=\"/blog/public\",concern=\"publication\"} 1",
            "feedwright_configuration_current{output=\"/blog/public\"} 0",
            "feedwright_up{output=\"/blog/public\"} 1",
            "feedwright_hub_subscriptions{output=\"/blog/public\",feed=\"https://example.org/a.xml\"} 2",
            "feedwright_hub_subscriptions_failing{output=\"/blog/public\",state=\"tried_again\"} 1",
            "feedwright_hub_last_delivery_timestamp_seconds{output=\"/blog/public\"} 1714554825.000",
            "feedwright_http_connections{output=\"/blog/public\"} 3",
            "feedwright_http_requests_total{output=\"/blog/public\",feed=\"rss.xml\",reader=\"Feedly\"} 10",
            "feedwright_http_deltas_total{output=\"/blog/public\",feed=\"atom.xml\",reader=\"curl\"} 1",
            "feedwright_http_subscribers{output=\"/blog/public\",feed=\"rss.xml\",reader=\"Feedly\"} 42",
        ] {
            assert!(text.lines().any(|other| other == line), "no `{line}` in\n{text}");
        }
        assert!(of_service(&status(), Life::Stopped).contains("feedwright_up{output=\"/blog/public\"} 0\n"));
    }

    #[test]
    fn what_is_not_known_has_no_series() {
        let text = of_service(&quiet(), Life::Running);
        assert!(!text.contains("last_publication_timestamp") && !text.contains("next_due_timestamp"), "{text}");
        assert!(!text.contains("_http_") && !text.contains("_hub_"), "nobody is answered: {text}");
        assert!(text.contains("feedwright_last_error_timestamp_seconds{output=\"/blog/public\"} 0.000\n"), "{text}");
    }

    #[test]
    fn no_name_of_a_folder_ends_its_label() {
        let text = of_service(&Status { output: "/a \"b\"\\c\nd".into(), ..quiet() }, Life::Running);
        assert!(text.contains("feedwright_feeds{output=\"/a \\\"b\\\"\\\\c\\nd\"} 3\n"), "{text}");
    }
}
