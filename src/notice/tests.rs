//! The queue: what is told to whom, when, and what is kept of it.

use super::*;

const WAIT: TimeDelta = TimeDelta::minutes(10);

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn hub(number: u32) -> Target {
    Target::Hub(url(&format!("https://hub{number}.example/")))
}

fn topic(name: &str, digest: u128, targets: &[Target]) -> Topic {
    Topic { url: url(&format!("https://example.org/{name}")), digest, targets: targets.to_vec() }
}

fn later(reason: &str) -> Outcome {
    Outcome::Later { reason: reason.to_owned(), after: None, etag: None }
}

/// One that knows version 1 of `a` and `b`, and asks no address.
fn notices(targets: &[Target]) -> Notices {
    let mut notices = Notices::default();
    notices.look(&[topic("a", 1, targets), topic("b", 1, targets)], TimeDelta::zero(), at(0));
    assert_eq!(notices.waiting(), 0, "the first look tells nobody");
    notices
}

fn moment(now: DateTime<Utc>) -> Moment {
    Moment { now, chance: 1.0, wait: WAIT }
}

fn note(notices: &mut Notices, errand: &Errand, outcome: Outcome, second: i64) -> Option<Told> {
    notices.note(errand, outcome, moment(at(second)))
}

#[test]
fn each_hub_is_told_once_of_each_feed_that_differs() {
    let hubs = [hub(1), hub(2)];
    let mut notices = notices(&hubs);
    notices.look(&[topic("a", 2, &hubs), topic("b", 1, &hubs), topic("new", 9, &hubs)], TimeDelta::zero(), at(1));
    let due = notices.take_due(at(1));
    let tell = |hub: Target| Errand::Tell { target: hub, topic: url("https://example.org/a"), digest: 2 };
    assert_eq!(due, [tell(hub(1)), tell(hub(2))], "not of a new feed, which has no subscribers");
    assert!(notices.take_due(at(1)).is_empty() && notices.next_due().is_none(), "both are under way");
    for errand in &due {
        assert!(matches!(note(&mut notices, errand, Outcome::Done, 2), Some(Told::Sent { is_mended: false, .. })));
    }
    assert_eq!((notices.waiting(), notices.next_due()), (0, None));
    notices.look(&[topic("a", 2, &hubs)], TimeDelta::zero(), at(3));
    assert_eq!(notices.waiting(), 0);
}

#[test]
fn a_burst_is_one_notice_of_the_newest() {
    let mut notices = notices(&[hub(1)]);
    for digest in 2..50 {
        notices.look(&[topic("a", digest, &[hub(1)])], TimeDelta::zero(), at(1));
    }
    let due = notices.take_due(at(1));
    assert!(matches!(due.as_slice(), [Errand::Tell { digest: 49, .. }]), "{due:?}");
    notices.look(&[topic("a", 50, &[hub(1)])], TimeDelta::zero(), at(2));
    assert!(notices.take_due(at(2)).is_empty(), "the one under way is waited for");
    note(&mut notices, &due[0], Outcome::Done, 3);
    assert!(matches!(notices.take_due(at(3)).as_slice(), [Errand::Tell { digest: 50, .. }]));
}

#[test]
fn what_fails_is_told_once_tried_again_and_given_up_after_a_day() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], TimeDelta::zero(), at(0));
    let (mut tries, mut told) = (0, Vec::new());
    while let Some(due) = notices.next_due() {
        let errand = notices.take_due(due).remove(0);
        told.extend(notices.note(&errand, later("it answers 500"), moment(due)));
        tries += 1;
    }
    assert!((25..40).contains(&tries), "{tries}");
    let [Told::Failing(first), Told::GivenUp(last)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((first.reason.as_str(), first.since), ("it answers 500", at(0)));
    assert_eq!(last.reason, "it answers 500; it was tried for a day");
    assert!(notices.failing()[0].is_given_up && notices.waiting() == 0);
    notices.look(&[topic("a", 3, &[hub(1)])], TimeDelta::zero(), at(100_000));
    let errand = notices.take_due(at(100_000)).remove(0);
    assert!(matches!(note(&mut notices, &errand, Outcome::Done, 100_000), Some(Told::Sent { is_mended: true, .. })));
    assert!(notices.failing().is_empty());
}

#[test]
fn what_is_refused_is_not_tried_again() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], TimeDelta::zero(), at(0));
    let errand = notices.take_due(at(0)).remove(0);
    let told = note(&mut notices, &errand, Outcome::Never { reason: "it answers 400".to_owned() }, 1);
    assert!(matches!(told, Some(Told::GivenUp(Failing { is_given_up: true, .. }))), "{told:?}");
    assert_eq!(notices.next_due(), None);
}

#[test]
fn who_asks_to_be_left_alone_is() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], TimeDelta::zero(), at(0));
    let errand = notices.take_due(at(0)).remove(0);
    let outcome = Outcome::Later { reason: "busy".to_owned(), after: Some(TimeDelta::seconds(90)), etag: None };
    note(&mut notices, &errand, outcome, 0);
    assert!(notices.take_due(at(90)).is_empty());
    assert_eq!(notices.take_due(at(95)).len(), 1);
}

#[test]
fn a_feed_is_announced_once_its_address_serves_it() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], WAIT, at(0));
    let look = notices.take_due(at(0)).remove(0);
    assert!(matches!(&look, Errand::Look { digest: 2, etag: None, .. }), "{look:?}");
    let old = Outcome::Later { reason: "old".to_owned(), after: None, etag: Some("\"1\"".to_owned()) };
    assert_eq!(note(&mut notices, &look, old, 0), None);
    assert!(notices.take_due(at(0)).is_empty());
    let look = notices.take_due(at(1)).remove(0);
    assert!(matches!(&look, Errand::Look { etag: Some(etag), .. } if etag == "\"1\""), "{look:?}");
    assert_eq!(note(&mut notices, &look, Outcome::Done, 1), None);
    assert!(matches!(notices.take_due(at(1)).as_slice(), [Errand::Tell { digest: 2, .. }]));
}

#[test]
fn an_address_that_lags_for_too_long_is_told_and_loses_no_notice() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], WAIT, at(0));
    let mut told = None;
    while told.is_none() {
        let due = notices.next_due().unwrap();
        let look = notices.take_due(due).remove(0);
        told = notices.note(&look, later("it serves another version"), moment(due));
        assert!(due <= at(660));
    }
    assert!(matches!(told, Some(Told::Lagging { .. })), "{told:?}");
    assert!(matches!(notices.take_due(at(700)).as_slice(), [Errand::Tell { .. }]));
}

#[test]
fn only_a_few_errands_are_under_way_at_once() {
    let hubs: Vec<Target> = (0..20).map(hub).collect();
    let mut notices = notices(&hubs);
    notices.look(&[topic("a", 2, &hubs)], TimeDelta::zero(), at(0));
    let due = notices.take_due(at(0));
    assert_eq!((due.len(), notices.next_due()), (AT_ONCE, None));
    note(&mut notices, &due[0], Outcome::Done, 0);
    assert_eq!(notices.take_due(at(0)).len(), 1);
}

#[test]
fn a_hub_that_hangs_keeps_no_other_waiting() {
    let hubs = [hub(1), hub(2)];
    let names: Vec<String> = (0..30).map(|number| number.to_string()).collect();
    let mut notices = Notices::default();
    let topics = |digest| names.iter().map(|name| topic(name, digest, &hubs)).collect::<Vec<_>>();
    notices.look(&topics(1), TimeDelta::zero(), at(0));
    notices.look(&topics(2), TimeDelta::zero(), at(0));
    let mut told = 0;
    loop {
        let due = notices.take_due(at(0));
        let (_, good): (Vec<_>, Vec<_>) = due.into_iter().partition(|errand| errand.url() == hub(1).url());
        if good.is_empty() {
            break;
        }
        told += good.len();
        good.iter().for_each(|errand| drop(note(&mut notices, errand, Outcome::Done, 0)));
    }
    assert_eq!((told, notices.waiting()), (30, 30));
}

#[test]
fn a_newer_version_waits_as_long_as_the_hub_asked_for_and_is_tried_for_a_day_of_its_own() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], TimeDelta::zero(), at(0));
    let errand = notices.take_due(at(0)).remove(0);
    let busy = Outcome::Later { reason: "busy".to_owned(), after: Some(TimeDelta::hours(1)), etag: None };
    note(&mut notices, &errand, busy, 0);
    notices.look(&[topic("a", 3, &[hub(1)])], TimeDelta::zero(), at(60));
    assert!(notices.take_due(at(60)).is_empty());
    let errand = notices.take_due(at(3605)).remove(0);
    assert!(matches!(errand, Errand::Tell { digest: 3, .. }));
    note(&mut notices, &errand, later("down"), 86_400);
    assert_eq!(notices.waiting(), 1, "a minute is left of its day, and few tries were made");
}

#[test]
fn a_clock_that_leaps_ahead_gives_nothing_up() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], TimeDelta::zero(), at(0));
    let errand = notices.take_due(at(0)).remove(0);
    note(&mut notices, &errand, later("down"), 400 * 86_400);
    assert_eq!(notices.waiting(), 1);
}

#[test]
fn nobody_is_told_of_feeds_that_are_no_more() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)]), topic("b", 2, &[hub(1)])], WAIT, at(0));
    notices.drop_topics(&[url("https://example.org/a")]);
    assert_eq!(notices.take_due(at(0)).len(), 1);
}

#[test]
fn an_address_that_wants_to_be_left_alone_is_not_waited_for_longer_than_it_may_lag() {
    let mut notices = notices(&[hub(1)]);
    notices.look(&[topic("a", 2, &[hub(1)])], WAIT, at(0));
    let look = notices.take_due(at(0)).remove(0);
    let busy = Outcome::Later { reason: "busy".to_owned(), after: Some(TimeDelta::hours(9)), etag: None };
    note(&mut notices, &look, busy, 0);
    assert_eq!(notices.next_due(), Some(at(600)));
}

#[test]
fn a_killed_process_loses_nothing() {
    let hubs = [hub(1), Target::Directory(url("https://ping.example/"))];
    let mut notices = notices(&hubs);
    notices.look(&[topic("a", 2, &hubs)], WAIT, at(0));
    let look = notices.take_due(at(0)).remove(0);
    note(&mut notices, &look, Outcome::Done, 0);
    let due = notices.take_due(at(0));
    note(&mut notices, &due[0], later("down"), 1);
    assert!(notices.is_unkept());
    notices.kept();
    assert!(!notices.is_unkept());
    let text = serde_json::to_string(&notices).unwrap();
    let mut kept: Notices = serde_json::from_str(&text).unwrap();
    assert_eq!((kept.waiting(), kept.failing()), (2, notices.failing()));
    assert_eq!(kept.take_due(at(6)).len(), 2, "what was under way when it ended is due again");
    // One that was killed before it kept anything of a version looks at it for the first time.
    let mut kept = self::notices(&hubs);
    kept.look(&[topic("a", 2, &hubs)], TimeDelta::zero(), at(9));
    assert_eq!(kept.waiting(), 2);
}

#[test]
fn who_is_named_no_more_is_told_no_more() {
    let hubs = [hub(1), hub(2)];
    let mut notices = notices(&hubs);
    notices.look(&[topic("a", 2, &hubs)], TimeDelta::zero(), at(0));
    notices.keep_targets(&hubs[1..]);
    assert!(matches!(notices.take_due(at(0)).as_slice(), [Errand::Tell { target, .. }] if *target == hub(2)));
}
