use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::support::{Blog, post};

fn small() -> Blog {
    Blog::new().post("a.md", post("A", "2024-01-02", "Text."))
}

#[test]
fn publishes_before_it_is_ready_and_says_what_it_has() {
    let blog = small();
    let mut service = blog.start();
    assert!(blog.shows("rss.xml", "<title>A</title>"));
    let told = service.take_told();
    assert!(told.iter().any(|line| line.starts_with("STATUS=1 post in 3 feeds")), "{told:?}");
}

#[test]
fn a_saved_post_appears_an_edited_one_changes_a_deleted_one_goes() {
    let blog = small();
    let service = blog.start();
    blog.save("posts/b.md", post("B", "2024-01-03", "New."));
    service.wait_until("the new post is in the feeds", || blog.shows("atom.xml", "New."));
    blog.save("posts/b.md", post("B", "2024-01-03", "Edited."));
    service.wait_until("the edit is in the feeds", || blog.shows("atom.xml", "Edited."));
    fs::remove_file(blog.path("posts/b.md")).unwrap();
    service.wait_until("the post is gone", || {
        !blog.shows("atom.xml", "Edited.") && blog.shows("atom.xml", "<title>A</title>")
    });
}

#[test]
fn every_way_of_saving_is_noticed() {
    let blog = small();
    let service = blog.start();
    blog.save("outside.md", post("Moved", "2024-01-03", "Moved in."));
    fs::rename(blog.path("outside.md"), blog.path("posts/moved.md")).unwrap();
    service.wait_until("a post moved in", || blog.shows("rss.xml", "Moved in."));
    blog.save("posts/deep/in/here.md", post("Deep", "2024-01-04", "Deep in."));
    service.wait_until("a post in new folders", || blog.shows("rss.xml", "Deep in."));
    blog.save("elsewhere/x.md", post("Folder", "2024-01-05", "Whole folder."));
    fs::rename(blog.path("elsewhere"), blog.path("posts/folder")).unwrap();
    service.wait_until("a folder moved in", || blog.shows("rss.xml", "Whole folder."));
    fs::rename(blog.path("posts/folder"), blog.path("elsewhere")).unwrap();
    service.wait_until("a folder moved out", || !blog.shows("rss.xml", "Whole folder."));
    fs::remove_dir_all(blog.path("posts/deep")).unwrap();
    service.wait_until("a folder deleted", || !blog.shows("rss.xml", "Deep in."));
    assert!(blog.shows("rss.xml", "Moved in."));
}

#[test]
fn a_checkout_is_noticed_there_and_back() {
    let blog = small();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
        let status =
            Command::new("git").current_dir(blog.path("")).args(identity).args(arguments).output().expect("git");
        assert!(status.status.success(), "{status:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "posts"]);
    git(&["commit", "-qm", "one"]);
    git(&["checkout", "-qb", "other"]);
    blog.save("posts/a.md", post("A", "2024-01-02", "On the other branch."));
    blog.save("posts/b.md", post("B", "2024-01-03", "Only there."));
    git(&["add", "posts"]);
    git(&["commit", "-qm", "two"]);
    let service = blog.start();
    assert!(blog.shows("rss.xml", "Only there."));
    git(&["checkout", "-q", "main"]);
    service.wait_until("main's posts", || !blog.shows("rss.xml", "Only there.") && blog.shows("rss.xml", "Text."));
    git(&["checkout", "-q", "other"]);
    service.wait_until("the other branch's posts", || {
        blog.shows("rss.xml", "Only there.") && !blog.shows("rss.xml", "Text.")
    });
}

#[test]
fn a_post_that_breaks_stays_as_it_was_until_it_is_mended_or_deleted() {
    let blog = small();
    let service = blog.start();
    blog.save("posts/a.md", "---\ntitle: A\ndate: 2024-13-40\n---\nBroken.\n");
    service.wait_until_logged("posts/a.md:3:7: ");
    assert!(blog.shows("rss.xml", "Text."));
    blog.save("posts/b.md", post("B", "2024-01-03", "Beside."));
    service.wait_until("another post", || blog.shows("rss.xml", "Beside."));
    assert!(blog.shows("rss.xml", "Text."), "still there after another build");
    blog.save("posts/a.md", post("A", "2024-01-02", "Mended."));
    service.wait_until("the mended post", || blog.shows("rss.xml", "Mended."));
    service.wait_until_logged("mended: \"posts/a.md\"");
    blog.save("posts/a.md", "");
    service.wait_until_logged("posts/a.md: is empty");
    assert!(blog.shows("rss.xml", "Mended."));
    fs::remove_file(blog.path("posts/a.md")).unwrap();
    service.wait_until("the deleted post goes", || !blog.shows("rss.xml", "Mended."));
}

#[test]
fn a_scheduled_post_comes_out_and_an_expiring_one_goes_by_itself() {
    let blog = small();
    let soon = (chrono::Utc::now() + chrono::TimeDelta::seconds(5)).to_rfc3339();
    blog.save("posts/soon.md", post("Soon", &soon, "Now out."));
    blog.save("posts/fading.md", format!("---\ntitle: F\ndate: 2024-01-01\nexpiryDate: {soon}\n---\nFading.\n"));
    let service = blog.start();
    assert!(blog.shows("rss.xml", "Fading.") && !blog.shows("rss.xml", "Now out."));
    service.wait_until("the hour has come", || blog.shows("rss.xml", "Now out.") && !blog.shows("rss.xml", "Fading."));
    let late = chrono::Utc::now() - chrono::DateTime::parse_from_rfc3339(&soon).unwrap().to_utc();
    assert!(late >= chrono::TimeDelta::zero(), "before its time: {late}");
}

#[test]
fn a_new_configuration_is_taken_up_by_itself_and_by_a_signal() {
    let blog = small();
    let mut service = blog.start();
    service.take_told();
    let blog = blog.configured("feeds: [{path: only.xml, format: atom}]\n");
    service
        .wait_until("the new feeds", || blog.path("public/only.xml").exists() && !blog.path("public/rss.xml").exists());
    service.wait_until_told("RELOADING=1");
    service.wait_until_told("READY=1");
    service.take_told();
    service.signal("HUP");
    service.wait_until_told("MONOTONIC_USEC=");
    service.wait_until_told("READY=1");
    blog.save("posts/b.md", post("B", "2024-01-03", "After the reload."));
    service.wait_until("posts are still watched", || blog.shows("only.xml", "After the reload."));
}

#[test]
fn a_broken_configuration_is_told_and_the_old_one_stays() {
    let blog = small();
    let mut service = blog.start();
    let blog = blog.configured("feedz: []\n");
    service.wait_until_logged("feedwright.yaml:5:1: unknown key `feedz`; did you mean `feeds`?");
    blog.save("posts/b.md", post("B", "2024-01-03", "As before."));
    service.wait_until("the old configuration", || blog.shows("rss.xml", "As before."));
    service.take_told();
    service.signal("HUP");
    service.wait_until_told("READY=1");
    assert_eq!(service.logged("the old one stays"), 1, "it was told already");
    let blog = blog.configured("feeds: [{path: only.xml, format: atom}]\n");
    service.wait_until("the mended configuration", || blog.path("public/only.xml").exists());
}

#[test]
fn the_output_can_move() {
    let blog = small();
    let service = blog.start();
    let blog = blog.configured("output: elsewhere\n");
    service.wait_until("the new output", || blog.path("elsewhere/rss.xml").exists());
    blog.save("posts/b.md", post("B", "2024-01-03", "Next."));
    let shows = || fs::read_to_string(blog.path("elsewhere/rss.xml")).unwrap().contains("Next.");
    service.wait_until("it goes on there", shows);
    assert!(!blog.shows("rss.xml", "Next."));
}

#[test]
fn ends_cleanly_on_both_signals() {
    for signal in ["TERM", "INT"] {
        let blog = small();
        let mut service = blog.start();
        service.signal(signal);
        assert_eq!(service.ended(), Some(0), "{}", service.log());
        assert!(service.take_told().iter().any(|line| line == "STOPPING=1"));
    }
}

#[test]
fn feeds_the_watchdog_from_the_loop() {
    let blog = small();
    let mut service = blog.start_with(&[], Some(Duration::from_millis(200)));
    for _ in 0..3 {
        service.take_told();
        service.wait_until_told("WATCHDOG=1");
    }
}

#[test]
fn publishes_the_same_bytes_as_once() {
    let configuration = "feeds:\n  - path: rss.xml\n  - path: atom.xml\n  - path: feed.json\n  - {path: 't/:tag.xml', format: atom, per: tag, limit: 2}\n";
    let write = |blog: &Blog| {
        for day in 1..=9 {
            let text =
                format!("---\ntitle: T{day}\ndate: 2024-01-0{day}\ntags: [t{}, all]\n---\nWords {day}.\n", day % 3);
            blog.save(&format!("posts/{day}.md"), text);
        }
        fs::remove_file(blog.path("posts/9.md")).unwrap();
        blog.save("posts/1.md", "---\ntitle: T1\ndate: 2024-02-01\ntags: [moved]\n---\nWords.\n");
    };
    let (watched, built) = (Blog::new().configured(configuration), Blog::new().configured(configuration));
    let service = watched.start();
    write(&watched);
    write(&built);
    built.once().ended_with(0);
    service.wait_until("the same bytes", || watched.output() == built.output());
}

#[test]
fn a_burst_of_saves_is_few_publications() {
    let blog = small();
    let service = blog.start();
    let before = service.logged("published ");
    for number in 0..10 {
        blog.save(&format!("posts/n{number}.md"), post("N", "2024-01-03 00:00:01", &format!("Number {number}.")));
    }
    service.wait_until("all ten", || (0..10).all(|number| blog.shows("rss.xml", &format!("Number {number}."))));
    assert!(service.logged("published ") - before <= 2, "{}", service.log());
}

#[test]
fn its_own_writing_does_not_wake_it() {
    for output in ["posts", "posts/public", "."] {
        let blog = small().configured(&format!("output: {output}\n"));
        let service = blog.start();
        blog.save("posts/b.md", post("B", "2024-01-03", "One more."));
        let feed = blog.path(output).join("rss.xml");
        service.wait_until("the post", || fs::read_to_string(&feed).unwrap().contains("One more."));
        blog.save("posts/c.md", post("C", "2024-01-04", "The last."));
        service.wait_until("the next post", || fs::read_to_string(&feed).unwrap().contains("The last."));
        service.wait_until("three publications", || service.logged("published ") >= 3);
        blog.save("posts/d.md", post("D", "2024-01-05", "And no more."));
        service.wait_until("the fourth", || service.logged("published rss.xml, atom.xml, feed.json (4 posts,") == 1);
        assert_eq!(service.logged("published "), 4, "{output}: {}", service.log());
    }
}

#[test]
fn polls_where_it_is_told_to() {
    let blog = small().configured("watch: {mode: poll, interval: 100ms}\n");
    let service = blog.start();
    service.wait_until_logged("(polling)");
    blog.save("posts/b.md", post("B", "2024-01-03", "Seen by polling."));
    service.wait_until("the post", || blog.shows("rss.xml", "Seen by polling."));
}

#[test]
fn without_a_first_publication_it_is_never_ready() {
    let blog = small();
    fs::remove_dir_all(blog.path("posts")).unwrap();
    blog.run(Vec::<&str>::new()).ended_with(2).complained("the posts folder `posts` is not there");
}

#[test]
fn a_configuration_that_fails_late_changes_nothing() {
    let blog =
        Blog::new().post("a.md", post("A", "2024-01-02", "First.")).post("b.md", post("B", "2024-01-03", "Second."));
    let service = blog.start();
    blog.save("a-file", "");
    let text = fs::read_to_string(blog.path("feedwright.yaml")).unwrap().replace("state: state", "state: a-file/state");
    blog.save("feedwright.yaml", text);
    service.wait_until_logged("the old one stays");
    blog.save("posts/c.md", post("C", "2024-01-04", "Third."));
    service.wait_until("the third post", || blog.shows("rss.xml", "Third."));
    assert!(blog.shows("rss.xml", "First.") && blog.shows("rss.xml", "Second."));
}

#[test]
fn a_broken_post_stays_through_a_reload() {
    let blog = small();
    let mut service = blog.start();
    blog.save("posts/a.md", "---\ntitle: A\ndate: soon\n---\nBroken.\n");
    service.wait_until_logged("posts/a.md:3:7: ");
    service.take_told();
    service.signal("HUP");
    service.wait_until_told("READY=1");
    assert!(blog.shows("rss.xml", "Text."));
    blog.save("posts/b.md", post("B", "2024-01-03", "Beside."));
    service.wait_until("another post", || blog.shows("rss.xml", "Beside."));
    assert!(blog.shows("rss.xml", "Text."));
    assert_eq!(service.logged("posts/a.md:3:7: "), 1, "told once");
    fs::remove_file(blog.path("posts/a.md")).unwrap();
    service.wait_until("the deleted post goes", || !blog.shows("rss.xml", "Text."));
}

#[test]
fn a_post_whose_fence_breaks_stays_and_is_told() {
    let blog = small();
    let service = blog.start();
    blog.save("posts/a.md", "--\ntitle: A\ndate: 2024-01-02\n---\nOther text.\n");
    service.wait_until_logged("posts/a.md: has no front matter");
    assert!(blog.shows("rss.xml", "Text."));
}

#[test]
fn links_lead_to_no_posts_while_watching_either() {
    let blog = small().file("outside/2024-02-01-s.md", "Secret.\n").post("real/r.md", post("R", "2024-01-03", "Real."));
    std::os::unix::fs::symlink(blog.path("posts/real"), blog.path("posts/zz")).unwrap();
    std::os::unix::fs::symlink(blog.path("outside"), blog.path("posts/ext")).unwrap();
    let service = blog.start();
    blog.save("outside/2024-02-01-s.md", "Secret again.\n");
    blog.save("posts/zz/r.md", post("R", "2024-01-03", "Edited."));
    service.wait_until("the edit", || blog.shows("rss.xml", "Edited."));
    service.wait_until("it is there once", || blog.titles() == ["R", "A"]);
    fs::remove_file(blog.path("posts/real/r.md")).unwrap();
    service.wait_until("the post is gone", || blog.titles() == ["A"]);
}

#[test]
fn a_posts_folder_taken_away_empties_nothing_and_is_watched_again_when_it_is_back() {
    let blog = small();
    let service = blog.start();
    fs::rename(blog.path("posts"), blog.path("away")).unwrap();
    service.wait_until_logged("the posts folder `posts` is not there");
    assert!(blog.shows("rss.xml", "Text."));
    fs::create_dir(blog.path("posts")).unwrap();
    blog.save("posts/b.md", post("B", "2024-01-03", "In the new folder."));
    service.wait_until("the new folder", || {
        blog.shows("rss.xml", "In the new folder.") && !blog.shows("rss.xml", "Text.")
    });
    service.wait_until_logged("it works again");
    blog.save("posts/c.md", post("C", "2024-01-04", "Still watched."));
    service.wait_until("it is watched", || blog.shows("rss.xml", "Still watched."));
}

#[test]
fn folders_replaced_by_rename_show_what_is_in_them_now() {
    let blog = small().post("sub/old.md", post("Old", "2024-01-03", "Old in sub."));
    let service = blog.start();
    blog.save("new/fresh.md", post("Fresh", "2024-01-04", "Fresh in sub."));
    fs::rename(blog.path("posts/sub"), blog.path("gone")).unwrap();
    fs::rename(blog.path("new"), blog.path("posts/sub")).unwrap();
    let swapped = || blog.shows("rss.xml", "Fresh in sub.") && !blog.shows("rss.xml", "Old in sub.");
    service.wait_until("the folder below", swapped);
    blog.save("next/n.md", post("Next", "2024-01-05", "Next release."));
    fs::rename(blog.path("posts"), blog.path("former")).unwrap();
    fs::rename(blog.path("next"), blog.path("posts")).unwrap();
    let released = || blog.shows("rss.xml", "Next release.") && !blog.shows("rss.xml", "Text.");
    service.wait_until("the posts folder itself", released);
}

#[test]
fn a_switched_link_is_noticed() {
    let blog = Blog::new().configured("posts: {path: current/posts}\n");
    let blog = blog.file("one/posts/a.md", post("One", "2024-01-02", "Release one."));
    let blog = blog.file("two/posts/a.md", post("Two", "2024-01-02", "Release two."));
    std::os::unix::fs::symlink("one", blog.path("current")).unwrap();
    let service = blog.start();
    assert!(blog.shows("rss.xml", "Release one."));
    std::os::unix::fs::symlink("two", blog.path("next")).unwrap();
    fs::rename(blog.path("next"), blog.path("current")).unwrap();
    service.wait_until("the second release", || blog.shows("rss.xml", "Release two."));
    blog.save("two/posts/b.md", post("B", "2024-01-03", "Saved in the second."));
    service.wait_until("it is watched", || blog.shows("rss.xml", "Saved in the second."));
}

#[test]
fn of_two_configurations_in_a_row_the_second_holds() {
    let blog =
        (1..=300).fold(Blog::new(), |blog, day| blog.post(&format!("{day}.md"), post("P", "2024-01-02", "Text.")));
    let service = blog.start();
    for pause in [5, 15, 22, 26, 30, 40] {
        let wanted = |name: &str| format!("site: {{title: {name}, url: 'https://example.org/'}}\nstate: state\n");
        blog.save("a.yaml", wanted(&format!("First{pause}")));
        blog.save("b.yaml", wanted(&format!("Second{pause}")));
        fs::rename(blog.path("a.yaml"), blog.path("feedwright.yaml")).unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        fs::rename(blog.path("b.yaml"), blog.path("feedwright.yaml")).unwrap();
        service.wait_until(&format!("the second after {pause} ms"), || {
            blog.shows("rss.xml", &format!("<title>Second{pause}</title>"))
        });
    }
}

#[test]
fn a_post_saved_together_with_a_broken_configuration_is_published() {
    let blog = small();
    let service = blog.start();
    blog.save("posts/b.md", post("B", "2024-01-03", "Together."));
    let blog = blog.configured("feedz: []\n");
    service.wait_until_logged("the old one stays");
    service.wait_until("the post", || blog.shows("rss.xml", "Together."));
}

#[test]
fn the_safety_rescan_comes_however_busy_the_blog_is() {
    let blog = small().configured("watch: {rescan: 1s}\n");
    let service = blog.start();
    fs::remove_file(blog.path("public/atom.xml")).unwrap();
    let mut number = 0;
    service.wait_until("the feed that somebody removed", || {
        number += 1;
        blog.save("posts/b.md", post("B", "2024-01-03", &format!("Version {number}.")));
        std::thread::sleep(Duration::from_millis(50));
        blog.path("public/atom.xml").exists()
    });
}

#[test]
fn a_file_that_comes_with_a_post_changes_its_enclosure() {
    let blog = Blog::new().post("show/index.md", "---\ntitle: Show\ndate: 2024-01-02\naudio: one.mp3\n---\nListen.\n");
    let service = blog.start();
    assert!(blog.shows("rss.xml", r#"length="0""#));
    blog.save("posts/show/one.mp3", vec![7; 4321]);
    service.wait_until("the true length", || blog.shows("rss.xml", r#"length="4321""#));
}

#[test]
fn a_half_written_post_waits_until_it_is_closed() {
    use std::io::Write;
    let blog = small();
    let service = blog.start();
    let mut file = fs::File::create(blog.path("posts/b.md")).unwrap();
    file.write_all(b"---\ntitle: B\ndate: 2024-01-03\n---\nFirst half, ").unwrap();
    file.sync_all().unwrap();
    blog.save("posts/c.md", post("C", "2024-01-04", "Meanwhile."));
    service.wait_until("another post", || blog.shows("rss.xml", "Meanwhile."));
    assert!(!blog.shows("rss.xml", "First half"));
    file.write_all(b"second half.\n").unwrap();
    drop(file);
    service.wait_until("the whole post", || blog.shows("rss.xml", "First half, second half."));
}

#[test]
fn an_output_that_is_removed_is_made_again_whole_and_locked() {
    let blog = small().configured("feeds: [{path: rss.xml}, {path: 't/:tag.xml', format: rss, per: tag}]\n");
    let blog = blog.post("tagged.md", "---\ntitle: T\ndate: 2024-01-01\ntags: [x]\n---\nTagged.\n");
    let service = blog.start();
    fs::remove_dir_all(blog.path("public")).unwrap();
    blog.save("posts/b.md", post("B", "2024-01-03", "After."));
    service.wait_until("everything again", || blog.shows("rss.xml", "After.") && blog.shows("t/x.xml", "Tagged."));
    blog.once().ended_with(2).complained("another feedwright publishes to");
}

#[test]
fn what_keeps_it_from_publishing_is_told_once_and_it_goes_on_by_itself() {
    let blog = small();
    let service = blog.start();
    blog.bar_output();
    for number in 0..3 {
        blog.save("posts/b.md", post("B", "2024-01-03", &format!("Number {number}.")));
        service.wait_until_logged("the old feeds stand");
        std::thread::sleep(Duration::from_millis(60));
    }
    assert_eq!(service.logged("the old feeds stand"), 1, "{}", service.log());
    fs::remove_file(blog.path("public")).unwrap();
    service.wait_until("it goes on", || blog.shows("rss.xml", "Number 2."));
    service.wait_until_logged("it works again");
}

#[test]
fn many_signals_are_few_reloads_and_the_end_overtakes_them() {
    let blog = small();
    let mut service = blog.start();
    for _ in 0..20 {
        service.signal("HUP");
    }
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0));
    assert!(service.logged("read again") < 20, "{}", service.log());
}

#[test]
fn a_post_that_moved_to_another_feed_and_then_breaks_stays_there() {
    let tagged = |tag: &str| format!("---\ntitle: A\ndate: 2024-01-02\ntags: [{tag}]\n---\nText.\n");
    let blog =
        Blog::new().configured("feeds: [{path: 't/:tag.xml', format: rss, per: tag}]\n").post("a.md", tagged("first"));
    let blog = blog.post("b.md", "---\ntitle: B\ndate: 2024-01-03\ntags: [first, second]\n---\nOther.\n");
    let service = blog.start();
    blog.save("posts/a.md", tagged("second"));
    service.wait_until("it moved", || blog.shows("t/second.xml", "Text.") && !blog.shows("t/first.xml", "Text."));
    blog.save("posts/a.md", "---\ntitle: A\ndate: soon\n---\nBroken.\n");
    service.wait_until_logged("posts/a.md:3:7: ");
    blog.save("posts/b.md", "---\ntitle: B\ndate: 2024-01-03\ntags: [first, second]\n---\nEdited.\n");
    service.wait_until("another build", || blog.shows("t/second.xml", "Edited."));
    assert!(blog.shows("t/second.xml", "Text."), "{}", service.log());
}

#[test]
fn a_posts_folder_that_is_a_link_is_watched() {
    let blog = Blog::new().configured("posts: current\n").file("one/a.md", post("One", "2024-01-02", "Release one."));
    let blog = blog.file("two/a.md", post("Two", "2024-01-02", "Release two."));
    std::os::unix::fs::symlink("one", blog.path("current")).unwrap();
    let service = blog.start();
    blog.save("current/b.md", post("B", "2024-01-03", "Saved through the link."));
    service.wait_until("a save through the link", || blog.shows("rss.xml", "Saved through the link."));
    blog.save("one/sub/c.md", post("C", "2024-01-04", "Saved where it leads."));
    service.wait_until("a save where it leads", || blog.shows("rss.xml", "Saved where it leads."));
    std::os::unix::fs::symlink("two", blog.path("next")).unwrap();
    fs::rename(blog.path("next"), blog.path("current")).unwrap();
    service.wait_until("the second release", || blog.shows("rss.xml", "Release two."));
    blog.save("two/d.md", post("D", "2024-01-05", "After the switch."));
    service.wait_until("a save after the switch", || blog.shows("rss.xml", "After the switch."));
}

#[test]
fn a_post_mended_under_another_configuration_is_as_once_makes_it() {
    let blog = small().post("b.md", post("B", "2024-01-03", "A [link](beside.html)."));
    let service = blog.start();
    let good = fs::read(blog.path("posts/b.md")).unwrap();
    blog.save("posts/b.md", "---\ntitle: B\ndate: soon\n---\n");
    service.wait_until_logged("posts/b.md:3:7: ");
    let text = fs::read_to_string(blog.path("feedwright.yaml")).unwrap().replace("example.org", "new.example");
    blog.save("feedwright.yaml", text);
    service.wait_until("the new address", || blog.shows("rss.xml", "https://new.example/a/"));
    blog.save("posts/b.md", good);
    service.wait_until("the mended post", || blog.shows("rss.xml", "https://new.example/b/beside.html"));
    assert!(!blog.shows("rss.xml", "example.org/b/beside.html"));
}

#[test]
fn a_configuration_that_cannot_be_used_yet_is_used_as_soon_as_it_can() {
    let blog = small();
    let service = blog.start();
    let blog = blog.configured("posts: later\n");
    service.wait_until_logged("cannot be used yet, the old one stays");
    blog.save("later/c.md", post("C", "2024-01-04", "In the later folder."));
    service.wait_until("the later folder", || blog.shows("rss.xml", "In the later folder."));
    service.wait_until_logged("it works again");
}

#[test]
fn a_scan_leaves_out_what_is_half_written() {
    use std::io::Write;
    let blog = small();
    let mut service = blog.start();
    let mut file = fs::File::create(blog.path("posts/b.md")).unwrap();
    file.write_all(b"---\ntitle: B\ndate: 2024-01-03\n---\nFirst half, ").unwrap();
    file.sync_all().unwrap();
    blog.save("posts/c.md", post("C", "2024-01-04", "Meanwhile."));
    service.wait_until("another post", || blog.shows("rss.xml", "Meanwhile."));
    service.take_told();
    service.signal("HUP");
    service.wait_until_told("READY=1");
    assert!(!blog.shows("rss.xml", "First half"));
    file.write_all(b"second half.\n").unwrap();
    drop(file);
    service.wait_until("the whole post", || blog.shows("rss.xml", "First half, second half."));
}

#[test]
fn a_refused_feed_is_mended_when_it_is_and_not_before() {
    let tagged = |tags: &str, body: &str| format!("---\ntitle: A\ndate: 2024-01-02\ntags: [{tags}]\n---\n{body}\n");
    let blog = Blog::new().configured("feeds: [{path: rss.xml}, {path: 't/:tag.xml', format: rss, per: tag}]\n");
    let blog = blog.file("public/t/rss.xml", "<html>theirs</html>").post("a.md", tagged("rss", "One."));
    let service = blog.start();
    service.wait_until_logged("t/rss.xml: is there already and is no feed");
    blog.save("posts/a.md", tagged("rss", "Two."));
    service.wait_until("the other feed", || blog.shows("rss.xml", "Two."));
    assert_eq!(service.logged("mended"), 0, "{}", service.log());
    blog.save("posts/a.md", tagged("", "Three."));
    service.wait_until_logged("mended: ");
    assert_eq!(blog.published("t/rss.xml"), "<html>theirs</html>");
}

#[test]
fn what_the_generator_reads_besides_posts_is_watched() {
    let blog = Blog::new().configured("posts: {path: _posts}\n").file("_config.yml", "title: One\n");
    let blog = blog.file("_posts/2024-01-02-a.md", post("A", "2024-01-02", "Text."));
    let service = blog.start();
    blog.save("_config.yml", "title: [\n");
    service.wait_until_logged("read again");
    let before = service.logged("read again");
    blog.save("_data/new.yml", "x: 1\n");
    blog.save("_config.yml", "title: Two\n");
    service.wait_until("it is read once more", || service.logged("read again") > before);
    assert!(blog.shows("rss.xml", "Text."));
}
