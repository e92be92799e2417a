//! The order of posts, what is held back, and that a change costs what it touches.

use super::*;
use crate::config::{Dialect, Per, Person};
use crate::post::{BodySpan, Markup, Says, Standing, Version};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn post(path: &str, published: &str) -> Post {
    Post {
        path: path.into(),
        below: 0,
        source: 0,
        version: Version { file: 1, body: 1 },
        says: Says::default(),
        standing: Standing::New,
        id: format!("https://example.org/{path}/"),
        url: format!("https://example.org/{path}/"),
        title: path.into(),
        published: instant(published).fixed_offset(),
        updated: None,
        expires: None,
        authors: vec![Person { name: "Ann".into(), ..Person::default() }],
        tags: vec![],
        categories: vec![],
        section: None,
        language: None,
        summary: None,
        image: None,
        enclosures: vec![],
        link: None,
        draft: false,
        listed: true,
        waits: true,
        body: BodySpan { offset: 0, line: 1, markup: Markup::Markdown, dialect: Dialect::Commonmark },
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it reads well")]
fn site(posts: Vec<Post>) -> Site {
    let mut site = Site::new(Some("en".into()), instant("2024-06-01T00:00:00Z"));
    posts.iter().for_each(|post| site.put(post));
    site
}

fn paths(site: &Site, key: &GroupKey) -> Vec<String> {
    let group = site.group(key).expect("a group");
    site.members(group).map(|post| post.path.to_string()).collect()
}

fn tag(name: &str) -> GroupKey {
    GroupKey::Of(Per::Tag, name.into())
}

#[test]
fn newest_first_and_ties_by_path() {
    let site = site(vec![
        post("a", "2024-01-01T00:00:00Z"),
        post("c", "2024-01-02T00:00:00Z"),
        post("b", "2024-01-02T00:00:00Z"),
    ]);
    assert_eq!(paths(&site, &GroupKey::All), ["c", "b", "a"]);
}

#[test]
fn drafts_unlisted_scheduled_and_expired_posts_are_held_back() {
    let mut site = site(vec![
        Post { draft: true, ..post("draft", "2024-01-01T00:00:00Z") },
        Post { listed: false, ..post("unlisted", "2024-01-01T00:00:00Z") },
        post("soon", "2024-06-02T00:00:00Z"),
        Post {
            expires: Some(instant("2024-06-03T00:00:00Z").fixed_offset()),
            ..post("fading", "2024-01-01T00:00:00Z")
        },
    ]);
    assert_eq!(paths(&site, &GroupKey::All), ["fading"]);
    assert_eq!(site.next_due(), Some(instant("2024-06-02T00:00:00Z")));
    site.advance(instant("2024-06-02T00:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon", "fading"]);
    site.advance(instant("2024-06-03T00:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon"]);
    assert_eq!(site.next_due(), None);
}

#[test]
fn a_clock_that_is_set_back_takes_nothing_back() {
    let mut site = site(vec![post("soon", "2024-06-02T00:00:00Z"), post("a", "2024-01-01T00:00:00Z")]);
    site.advance(instant("2024-06-02T00:00:00Z"));
    site.know("soon");
    site.take_touched();
    site.advance(instant("2004-06-01T00:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon", "a"]);
    assert!(site.take_touched().is_empty());
    let edited = Post { title: "Edited".into(), standing: Standing::Known, ..post("soon", "2024-06-02T00:00:00Z") };
    site.put(&edited);
    site.put(&post("new", "2024-01-02T00:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon", "a"], "nobody knows the new one yet");
    site.advance(instant("2024-06-03T00:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon", "new", "a"]);
}

#[test]
fn whom_subscribers_know_keeps_its_url_whoever_is_older() {
    let known = || post("known", "2024-02-01T00:00:00Z");
    let mut site = site(vec![known()]);
    site.know("known");
    site.put(&Post { url: known().url, ..post("older", "2024-01-01T00:00:00Z") });
    assert_eq!(paths(&site, &GroupKey::All), ["known"]);
    assert_eq!(site.collisions()[0].path, "older");
    site.remove("known");
    assert_eq!(paths(&site, &GroupKey::All), ["older"]);
}

#[test]
fn a_change_touches_its_old_and_its_new_groups_and_no_other() {
    let mut site = site(vec![
        Post { tags: vec!["Rust".into()], ..post("a", "2024-01-01T00:00:00Z") },
        Post { tags: vec!["Go".into()], ..post("b", "2024-01-01T00:00:00Z") },
    ]);
    site.take_touched();
    site.put(&Post { tags: vec!["Zig".into()], ..post("a", "2024-01-01T00:00:00Z") });
    let touched = site.take_touched();
    assert!(touched.contains(&tag("rust")) && touched.contains(&tag("zig")) && touched.contains(&GroupKey::All));
    assert!(!touched.contains(&tag("go")));
    assert!(site.group(&tag("rust")).is_none(), "a group without posts is gone");
    assert!(site.take_touched().is_empty());
}

#[test]
fn names_that_share_a_path_are_known() {
    let site = site(vec![
        Post { tags: vec!["Rust".into(), "rust".into()], ..post("a", "2024-01-01T00:00:00Z") },
        Post { tags: vec!["rust".into()], ..post("b", "2024-01-01T00:00:00Z") },
        Post { tags: vec!["rust".into()], ..post("c", "2024-01-01T00:00:00Z") },
    ]);
    let group = site.group(&tag("rust")).unwrap();
    assert_eq!(group.names().collect::<Vec<_>>(), ["Rust", "rust"]);
    assert_eq!(group.name(), "rust");
}

#[test]
fn of_two_posts_with_one_url_the_older_has_it_whatever_the_order() {
    let older = || post("older", "2024-01-01T00:00:00Z");
    let newer = || Post { url: older().url, ..post("newer", "2024-02-01T00:00:00Z") };
    for posts in [vec![older(), newer()], vec![newer(), older()]] {
        let mut site = site(posts);
        assert_eq!(paths(&site, &GroupKey::All), ["older"]);
        let problem = &site.collisions()[0];
        assert_eq!(problem.path, "newer");
        assert!(problem.message.contains("`older`"), "{problem}");
        site.remove("older");
        assert_eq!(paths(&site, &GroupKey::All), ["newer"]);
        assert!(site.collisions().is_empty());
    }
}

#[test]
fn of_two_posts_with_one_id_the_older_has_it() {
    let twin = Post { id: "https://example.org/a/".into(), ..post("b", "2024-02-01T00:00:00Z") };
    let mut site = site(vec![twin, post("a", "2024-01-01T00:00:00Z")]);
    assert_eq!(paths(&site, &GroupKey::All), ["a"]);
    assert_eq!(site.unnamed_claims().into_iter().collect::<Vec<_>>(), ["a".into()]);
    site.name_claims(&post("a", "2024-01-01T00:00:00Z"));
    assert!(site.unnamed_claims().is_empty());
    assert!(site.collisions()[0].message.starts_with("has the id `https://example.org/a/`"));
}

#[test]
fn groups_are_by_author_section_and_language_too() {
    let french =
        Post { language: Some("fr".into()), section: Some("notes".into()), ..post("a", "2024-01-01T00:00:00Z") };
    let site = site(vec![french, post("b", "2024-01-01T00:00:00Z")]);
    let names = |per, name: &str| paths(&site, &GroupKey::Of(per, name.into()));
    assert_eq!(names(Per::Author, "ann"), ["b", "a"]);
    assert_eq!(names(Per::Section, "notes"), ["a"]);
    assert_eq!(names(Per::Language, "fr"), ["a"]);
    assert_eq!(names(Per::Language, "en"), ["b"]);
}

#[test]
fn while_the_clock_is_doubted_posts_come_out_and_none_goes_that_was_not_to_go() {
    let fading = Post {
        expires: Some(instant("2024-07-01T00:00:00Z").fixed_offset()),
        ..post("fading", "2024-01-01T00:00:00Z")
    };
    let brief =
        Post { expires: Some(instant("2024-06-02T00:00:00Z").fixed_offset()), ..post("brief", "2024-01-02T00:00:00Z") };
    let mut site = site(vec![fading, brief, post("soon", "2024-08-01T00:00:00Z")]);
    site.doubt(Some(instant("2024-06-03T00:00:00Z")));
    site.advance(instant("2030-01-01T00:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon", "fading"]);
    site.take_touched();
    site.doubt(Some(instant("2024-06-03T00:30:00Z")));
    site.advance(instant("2030-01-01T00:30:00Z"));
    assert!(site.take_touched().is_empty());
    site.doubt(None);
    site.advance(instant("2030-01-01T01:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon"]);
    site.doubt(Some(instant("2024-06-03T02:00:00Z")));
    site.advance(instant("2030-01-01T02:00:00Z"));
    assert_eq!(paths(&site, &GroupKey::All), ["soon"], "what went stays away");
}
