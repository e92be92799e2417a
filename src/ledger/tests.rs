//! What stays as subscribers know it.

use super::*;
use crate::feed::sample;
use crate::post::{Says, Version};

fn instant(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

fn policy() -> Policy {
    Policy { updates: Updates::Said, now: instant("2024-06-01T00:00:00Z") }
}

/// A post with an id by a formula, and a version that is its own.
fn post(path: &str, id: &str, version: u64) -> Post {
    let version = Version { file: version, body: version };
    Post { path: path.into(), id: id.into(), title: format!("T{}", version.file), version, ..sample::post(1) }
}

/// A ledger by which these posts are known.
fn known(posts: &[Post]) -> Ledger {
    let mut ledger = Ledger::default();
    posts.iter().for_each(|post| assert!(ledger.record(post)));
    ledger
}

fn settled(ledger: &mut Ledger, post: &Post) -> Post {
    let mut post = post.clone();
    ledger.settle(&mut post, policy());
    post
}

#[test]
fn an_id_that_was_published_stays_whatever_the_formula_makes() {
    let mut ledger = known(&[post("a.md", "https://old.example/a", 1)]);
    let edited = settled(&mut ledger, &post("a.md", "https://new.example/a", 2));
    assert_eq!((edited.id.as_str(), edited.standing), ("https://old.example/a", Standing::Known));
    assert_eq!(ledger.kept_ids().collect::<Vec<_>>(), [("a.md", "https://old.example/a", "https://new.example/a")]);
    assert!(!ledger.record(&edited), "another version is no news");
    let own = Post { says: Says { id: true, date: false }, ..post("a.md", "urn:x:own", 3) };
    assert_eq!(settled(&mut ledger, &own).id, "urn:x:own");
}

#[test]
fn ids_are_made_anew_when_that_is_asked_for() {
    let mut ledger = known(&[post("a.md", "https://old.example/a", 1)]);
    ledger.forget_ids();
    let again = settled(&mut ledger, &post("a.md", "https://new.example/a", 1));
    assert_eq!(again.id, "https://new.example/a");
    assert!(ledger.record(&again));
    assert_eq!(settled(&mut ledger, &post("a.md", "https://newest.example/a", 1)).id, "https://new.example/a");
}

#[test]
fn a_file_that_moved_is_known_by_its_bytes_its_body_or_its_title_and_date() {
    let old = post("old.md", "https://x.example/old", 7);
    let version = |file, body| Version { file, body };
    let whole = post("new.md", "https://x.example/new", 7);
    let body = Post { version: version(8, 7), title: "Another".into(), ..whole.clone() };
    let front = Post { version: version(8, 8), ..whole.clone() };
    for moved in [whole.clone(), body, front] {
        let mut ledger = known(std::slice::from_ref(&old));
        ledger.lose("old.md");
        let moved = settled(&mut ledger, &moved);
        assert_eq!((moved.id.as_str(), moved.standing), ("https://x.example/old", Standing::Known), "{moved:?}");
        let gone = Record::Forgotten("old.md".into());
        assert!(ledger.unkept().0.contains(&gone), "{:?}", ledger.unkept());
    }
    let mut ledger = known(std::slice::from_ref(&old));
    assert_eq!(settled(&mut ledger, &whole).id, "https://x.example/new", "a copy is another post");
    ledger.lose("old.md");
    let other = Post { path: "other.md".into(), version: version(9, 9), title: "Another".into(), ..whole };
    assert_eq!(settled(&mut ledger, &other).id, "https://x.example/new", "and so is what is not alike");
}

#[test]
fn what_many_have_in_common_tells_none_of_them() {
    let draft = |path: &str, id: &str| Post { title: "Notes".into(), ..post(path, id, 1) };
    let mut one = draft("a.md", "urn:x:a");
    one.version.file = 2;
    let mut ledger = known(&[one, draft("b.md", "urn:x:b")]);
    ["a.md", "b.md"].into_iter().for_each(|path| ledger.lose(path));
    let mut new = draft("c.md", "urn:x:c");
    new.version.file = 9;
    assert_eq!(settled(&mut ledger, &new).id, "urn:x:c");
}

#[test]
fn a_post_that_was_there_all_the_time_did_not_move() {
    let mut ledger = known(&[post("a.md", "urn:x:a", 1)]);
    settled(&mut ledger, &post("old.md", "urn:x:old", 1));
    ledger.lose("a.md");
    for mut ledger in [ledger.clone(), Ledger::of(ledger.records()), Ledger::of(ledger.unkept().0)] {
        ledger.lose("a.md");
        assert_eq!(settled(&mut ledger, &post("old.md", "urn:x:old", 1)).id, "urn:x:old");
        assert_eq!(settled(&mut ledger, &post("new.md", "urn:x:new", 1)).id, "urn:x:a");
    }
}

#[test]
fn a_date_in_a_name_stays_when_the_file_moves_and_one_in_the_post_is_its_own() {
    let old = post("2024-01-02-a.md", "urn:x:a", 1);
    let mut ledger = known(std::slice::from_ref(&old));
    ledger.lose("2024-01-02-a.md");
    let later = instant("2024-03-03T00:00:00Z");
    let moved = Post { published: later, ..post("2024-03-03-a.md", "urn:x:b", 1) };
    let kept = settled(&mut ledger, &moved);
    assert_eq!((kept.published, kept.standing), (old.published, Standing::Known));
    ledger.record(&kept);
    assert_eq!(settled(&mut ledger, &moved).published, old.published, "and from then on");
    let said = Post { says: Says { id: false, date: true }, ..moved };
    assert_eq!(settled(&mut ledger, &said).published, later);
}

#[test]
fn a_new_post_in_the_place_of_an_old_one_is_a_new_post() {
    let old = post("a.md", "https://x.example/a", 1);
    let mut ledger = known(std::slice::from_ref(&old));
    ledger.lose("a.md");
    let moved = settled(&mut ledger, &post("b.md", "https://x.example/b", 1));
    ledger.record(&moved);
    let new = settled(&mut ledger, &post("a.md", "https://x.example/a", 5));
    assert_eq!(new.id, "https://x.example/a#2", "the first one is known as the other");
    assert_eq!(ledger.evaded().collect::<Vec<_>>(), [("a.md", "https://x.example/a", "b.md")]);
    ledger.record(&new);
    assert_eq!(settled(&mut ledger, &post("a.md", "https://x.example/a", 6)).id, "https://x.example/a#2");
    let third = settled(&mut ledger, &post("c.md", "https://x.example/a", 8));
    assert_eq!(third.id, "https://x.example/a#3");
}

#[test]
fn a_file_that_comes_back_is_the_same_post_unless_nothing_of_it_is() {
    let old = post("a.md", "urn:x:old", 1);
    let mut ledger = known(std::slice::from_ref(&old));
    ledger.lose("a.md");
    assert_eq!(settled(&mut ledger, &Post { id: "urn:x:new".into(), ..old.clone() }).id, "urn:x:old");
    ledger.lose("a.md");
    let other = Post { published: instant("2020-01-01T00:00:00Z"), ..post("a.md", "urn:x:new", 2) };
    assert_eq!(settled(&mut ledger, &other).id, "urn:x:new");
}

#[test]
fn content_that_changes_is_an_update_where_that_is_wanted_and_stays_one() {
    let old = post("a.md", "urn:x:a", 1);
    let mut ledger = known(std::slice::from_ref(&old));
    let on_change = |now| Policy { updates: Updates::OnChange, now: instant(now) };
    let look = |ledger: &mut Ledger, version, policy| {
        let mut post = Post { title: "T1".into(), ..post("a.md", "urn:x:a", version) };
        ledger.settle(&mut post, policy);
        post.updated
    };
    assert_eq!(look(&mut ledger, 1, on_change("2024-06-01T00:00:00Z")), None, "nothing changed");
    let (june, july) = ("2024-06-02T00:00:00Z", "2024-07-01T00:00:00Z");
    assert_eq!(look(&mut ledger, 2, on_change(june)), Some(instant(june)));
    assert!(ledger.unkept().1, "it is told, so it must last");
    assert_eq!(look(&mut ledger, 2, on_change(july)), Some(instant(june)), "stable from then on");
    assert_eq!(look(&mut ledger, 3, policy()), None, "where it is not wanted");
    let mut said = Post { updated: Some(instant("2024-02-02T00:00:00Z")), ..post("a.md", "urn:x:a", 4) };
    ledger.settle(&mut said, on_change(july));
    assert_eq!(said.updated, Some(instant("2024-02-02T00:00:00Z")), "its author says it");
}

#[test]
fn what_is_kept_comes_back() {
    let mut ledger = known(&[post("a.md", "urn:x:a", 1), post("b.md", "urn:x:b", 2)]);
    ledger.lose("b.md");
    settled(&mut ledger, &post("c.md", "urn:x:c", 2));
    ledger.count(Census(BTreeMap::from([("posts".to_owned(), 2)])));
    let since = ledger.note_loss(instant("2024-06-01T00:00:00Z").to_utc());
    for records in [ledger.unkept().0, ledger.records().collect()] {
        let lines: Vec<String> = records.iter().map(|record| serde_json::to_string(record).unwrap()).collect();
        let again = Ledger::of(lines.iter().map(|line| serde_json::from_str(line).unwrap()));
        assert_eq!((&again.entries, &again.holders), (&ledger.entries, &ledger.holders));
        assert_eq!((again.census(), again.loss()), (ledger.census(), Some(since)));
        assert!(again.unkept().0.is_empty());
    }
    ledger.kept();
    assert!(ledger.unkept().0.is_empty());
}

#[test]
fn a_line_of_it_can_be_read_by_people() {
    let ledger = known(&[post("posts/a.md", "https://example.org/a/", 1)]);
    assert_eq!(
        serde_json::to_string(&ledger.unkept().0[0]).unwrap(),
        "{\"known\":[\"posts/a.md\",{\"id\":\"https://example.org/a/\",\"published\":\"2024-01-02T12:00:00+01:00\",\
         \"title\":\"T1\",\"version\":{\"file\":1,\"body\":1},\"content\":10278983566268958050}]}"
    );
}

#[test]
fn what_is_published_is_read_back_where_nothing_was_kept() {
    let posts = [post("a.md", "https://new.example/a", 1), post("b.md", "urn:x:b", 2)].map(Arc::new);
    let published = [subscription::Entry {
        id: "https://old.example/?p=1".into(),
        url: Some(posts[0].url.clone()),
        title: "T1".into(),
        published: Some(posts[0].published),
        ..subscription::Entry::default()
    }];
    let posts = [posts[0].clone(), Arc::new(Post { url: "https://example.org/b/".into(), ..Post::clone(&posts[1]) })];
    let mut ledger = Ledger::default();
    let changed = ledger.read_back(&published, &posts, &|_| Updates::Said);
    assert_eq!(
        changed.iter().map(|post| (&*post.path, post.id.as_str())).collect::<Vec<_>>(),
        [("a.md", "https://old.example/?p=1")]
    );
    assert_eq!(settled(&mut ledger, &posts[0]).id, "https://old.example/?p=1");
}
