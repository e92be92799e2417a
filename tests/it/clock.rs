use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rustix::time::{ClockId, Timespec, clock_gettime, clock_settime};

use crate::needs;
use crate::support::{Blog, Service, post};

fn small() -> Blog {
    Blog::new().post("a.md", post("A", "2024-01-02", "Text."))
}

fn date(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn later(milliseconds: i64) -> DateTime<Utc> {
    Utc::now() + TimeDelta::milliseconds(milliseconds)
}

/// Waits for a post that is due, and asserts that it is in time.
#[track_caller]
fn wait_until_out(service: &Service, blog: &Blog, text: &str, due: DateTime<Utc>) {
    service.wait_until(text, || blog.shows("rss.xml", text));
    let late = Utc::now() - due;
    assert!(late >= TimeDelta::zero(), "{text}: before its time, by {late}");
    assert!(late < TimeDelta::seconds(1), "{text}: late by {late}\n{}", service.log());
}

#[test]
fn scheduled_posts_appear_within_a_second_of_their_time_in_the_zone_of_the_site() {
    let (blog, zone) = (small(), chrono_tz::America::Los_Angeles);
    let blog = blog.configured("feeds: [{path: rss.xml, limit: all}]\n");
    let text = fs::read_to_string(blog.path("feedwright.yaml")).unwrap();
    blog.save("feedwright.yaml", text.replace("site:\n", "site:\n  timezone: America/Los_Angeles\n"));
    let service = blog.start();
    let dues = [3_000, 3_700, 5_000].map(later);
    for (number, due) in dues.iter().enumerate() {
        let local = due.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S%.3f").to_string();
        blog.save(&format!("posts/{number}.md"), post("P", &local, &format!("Post {number}.")));
    }
    for (number, due) in dues.into_iter().enumerate() {
        let due = DateTime::from_timestamp_millis(due.timestamp_millis()).unwrap();
        wait_until_out(&service, &blog, &format!("Post {number}."), due);
    }
}

#[test]
fn hundreds_that_are_due_at_one_instant_are_one_publication() {
    let blog = small().configured("feeds: [{path: rss.xml, limit: all}]\n");
    let due = DateTime::from_timestamp_millis(later(8_000).timestamp_millis()).unwrap();
    for number in 0..300 {
        blog.save(&format!("posts/{number}.md"), post("P", &date(due), &format!("Post {number}.")));
    }
    let service = blog.start();
    assert!(Utc::now() < due && !blog.shows("rss.xml", "Post "), "the machine is too slow for this test");
    let before = service.logged("published ");
    service.wait_until("one of them", || blog.shows("rss.xml", "Post 0."));
    assert!((0..300).all(|number| blog.shows("rss.xml", &format!("Post {number}."))), "all of them");
    service.wait_until_logged("(301 posts,");
    assert_eq!(service.logged("published "), before + 1, "{}", service.log());
}

#[test]
fn a_post_that_became_due_while_the_service_was_stopped_appears_when_it_goes_on() {
    let blog = small();
    let due = later(1_500);
    blog.save("posts/soon.md", post("Soon", &date(due), "Now out."));
    let service = blog.start();
    service.signal("STOP");
    while Utc::now() < due + TimeDelta::seconds(1) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!blog.shows("rss.xml", "Now out."));
    service.signal("CONT");
    wait_until_out(&service, &blog, "Now out.", Utc::now() - TimeDelta::milliseconds(1));
}

/// The service with a clock of its own, which shows what stands in a file.
struct Faked {
    blog: Blog,
    file: PathBuf,
}

impl Faked {
    fn new(blog: Blog, start: &str) -> Self {
        let faked = Self { file: blog.path("time"), blog };
        faked.set(start);
        faked
    }

    /// Lets the clock go on from this time, in UTC.
    fn set(&self, time: &str) {
        fs::write(&self.file, format!("@{time}\n")).unwrap();
    }

    fn start(&self) -> Service {
        let file = self.file.to_str().unwrap();
        let variables = [
            ("TZ", "UTC"),
            ("FAKETIME_TIMESTAMP_FILE", file),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("FAKETIME_DONT_RESET", "1"),
        ];
        let library = ["x86_64", "aarch64"].map(|cpu| format!("/usr/lib/{cpu}-linux-gnu/faketime/libfaketime.so.1"));
        let library = library.into_iter().find(|path| fs::exists(path).unwrap()).expect("libfaketime");
        let preload = format!("LD_PRELOAD={library}");
        self.blog.start_by(&["env", &preload], &variables)
    }
}

#[test]
fn a_change_of_daylight_saving_time_moves_no_post() {
    if !needs::program("faketime") {
        return;
    }
    // Both clocks of Los Angeles change at these instants: from 2 to 3, and from 2 back to 1.
    for (start, local) in
        [("2026-03-08 09:59:57", "2026-03-08 03:00:01"), ("2026-11-01 08:59:57", "2026-11-01 01:00:01 -0800")]
    {
        let blog = small().file(
            "feedwright.yaml",
            "site: {title: E, url: 'https://example.org/', timezone: America/Los_Angeles}\nstate: state\n",
        );
        let blog = blog.post("soon.md", post("Soon", local, "After the change."));
        let blog = blog.post("now.md", post("Now", "2026-01-01", "Before the change."));
        let faked = Faked::new(blog, start);
        let (started, service) = (Instant::now(), faked.start());
        assert!(faked.blog.shows("rss.xml", "Before the change.") && !faked.blog.shows("rss.xml", "After the change."));
        service.wait_until(local, || faked.blog.shows("rss.xml", "After the change."));
        let took = started.elapsed();
        assert!(took < Duration::from_millis(5_500), "{local}: {took:?}");
    }
}

#[test]
fn what_a_leap_of_the_clock_would_expire_stays_and_what_is_scheduled_comes_out() {
    if !needs::program("faketime") {
        return;
    }
    let blog = small().post("fading.md", "---\ntitle: F\ndate: 2024-01-01\nexpiryDate: 2026-02-01\n---\nFading.\n");
    let blog = blog.post("soon.md", post("Soon", "2026-03-01", "Scheduled."));
    let faked = Faked::new(blog, "2026-01-10 12:00:00");
    let service = faked.start();
    let blog = &faked.blog;
    assert!(blog.shows("rss.xml", "Fading.") && !blog.shows("rss.xml", "Scheduled."));
    faked.set("2026-06-10 12:00:00");
    for number in 0..3 {
        blog.save("posts/b.md", post("B", "2024-01-03", &format!("Saved {number}.")));
        service.wait_until("a save after the leap", || blog.shows("rss.xml", &format!("Saved {number}.")));
    }
    assert!(blog.shows("rss.xml", "Fading.") && blog.shows("rss.xml", "Scheduled."), "{}", service.log());
    assert_eq!(service.logged("the clock leapt from 2026-01-10T12:00:"), 1, "{}", service.log());
    assert_eq!(service.logged(" to 2026-06-10T12:00:"), 1);
    faked.set("2026-01-10 12:01:00");
    blog.save("posts/b.md", post("B", "2024-01-03", "Right again."));
    service.wait_until("a save after it was set right", || blog.shows("rss.xml", "Right again."));
    assert!(blog.shows("rss.xml", "Fading."));
}

/// Sets the clock of this machine, and puts it back at its end.
struct Clock {
    wall: DateTime<Utc>,
    up: Duration,
}

impl Clock {
    fn new() -> Self {
        Self { wall: Utc::now(), up: uptime() }
    }

    /// Sets it to so much more or less than it should show.
    fn set(&self, off: TimeDelta) {
        let time = self.wall + TimeDelta::from_std(uptime().saturating_sub(self.up)).unwrap() + off;
        let time = Timespec { tv_sec: time.timestamp(), tv_nsec: time.timestamp_subsec_nanos().into() };
        clock_settime(ClockId::Realtime, time).expect("the right to set the clock");
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.set(TimeDelta::zero());
    }
}

fn uptime() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap()
}

#[test]
fn a_clock_that_is_set_brings_posts_out_in_time() {
    if !needs::clock() {
        return;
    }
    let (blog, hours) = (small(), TimeDelta::hours);
    let clock = Clock::new();
    blog.save(
        "posts/fading.md",
        format!("---\ntitle: F\ndate: 2024-01-01\nexpiryDate: {}\n---\nFading.\n", date(later(0) + hours(36))),
    );
    blog.save("posts/ahead.md", post("Ahead", &date(later(0) + hours(3)), "Three hours on."));
    blog.save("posts/leap.md", post("Leap", &date(later(0) + hours(40)), "Forty hours on."));
    let service = blog.start();
    assert!(!blog.shows("rss.xml", "Three hours on."));
    service.wait_until_quiet(Duration::from_millis(300)); // nothing else wakes it
    clock.set(hours(3));
    wait_until_out(&service, &blog, "Three hours on.", Utc::now());
    service.wait_until_quiet(Duration::from_millis(300));
    clock.set(hours(2));
    let due = later(2_000);
    blog.save("posts/back.md", post("Back", &date(due), "After it was set back."));
    wait_until_out(&service, &blog, "After it was set back.", due);
    service.wait_until_quiet(Duration::from_millis(300));
    clock.set(hours(48));
    wait_until_out(&service, &blog, "Forty hours on.", Utc::now());
    assert!(blog.shows("rss.xml", "Fading.") && blog.shows("rss.xml", "Text."));
    service.wait_until_logged("the clock leapt from ");
}
