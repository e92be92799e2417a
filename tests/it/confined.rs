use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::support::{Blog, files_of};

const TAGS: &str = "feeds: [{path: rss.xml}, {path: 't/:tag.xml', format: atom, per: tag}]\n";

/// A blog with a feed for the tag `x`, and a folder that nobody is to reach.
fn tagged() -> Blog {
    let blog = Blog::new().configured(TAGS).file("outside/secret", "secret").file("outside/x.xml", FOREIGN);
    blog.post("a.md", tagged_post("x", "Text."))
}

/// A feed, so that nothing but its place speaks against replacing it.
const FOREIGN: &str = "<feed xmlns='http://www.w3.org/2005/Atom'>theirs</feed>";

fn tagged_post(tag: &str, body: &str) -> String {
    format!("---\ntitle: T\ndate: 2024-01-02\ntags: [{tag:?}]\n---\n{body}\n")
}

#[track_caller]
fn outside_is_untouched(blog: &Blog) {
    let files = files_of(&blog.path("outside"));
    let wanted = [("secret".to_owned(), b"secret".to_vec()), ("x.xml".to_owned(), FOREIGN.into())];
    assert_eq!(files, wanted);
}

#[test]
fn names_lead_nowhere_else() {
    let names =
        ["../../outside/x", "../outside/x", "/etc/passwd", "..", ".", "%2e%2e/x", "..\\x", "a/../../x", "x\u{0}y"];
    let names = names.into_iter().chain(["\u{2025}/x", "../\u{200b}../outside/x", "~root", "..;/x"]);
    let blog = names.clone().enumerate().fold(Blog::new().configured(TAGS), |blog, (number, name)| {
        let text = format!("---\ntitle: T\ndate: 2024-01-02\ntags: [{}]\n---\nText.\n", serde_json::json!(name));
        blog.post(&format!("{number}.md"), text)
    });
    let blog = blog.file("outside/secret", "secret").file("outside/x.xml", FOREIGN);
    let top = |blog: &Blog| {
        let names = fs::read_dir(blog.path("")).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.filter(|name| name != "public" && name != "state").collect();
        names.sort();
        names
    };
    let before = top(&blog);
    blog.once().ended_with(0);
    assert_eq!(top(&blog), before);
    outside_is_untouched(&blog);
    let published = blog.output();
    assert!(published.len() > 8, "{published:?}");
    assert!(published.iter().all(|(name, _)| name == "rss.xml" || Path::new(name).parent() == Some(Path::new("t"))));
}

#[test]
fn a_feed_cannot_be_configured_to_be_elsewhere() {
    for path in ["../x.xml", "/tmp/x.xml", "a/../../x.xml", "t/../../:tag.xml"] {
        let blog = tagged().configured(&format!("feeds: [{{path: '{path}', format: rss, per: tag}}]\n"));
        blog.once().ended_with(78);
        assert!(!blog.path("x.xml").exists());
    }
}

#[test]
fn a_forged_manifest_removes_nothing_elsewhere() {
    let blog = tagged();
    blog.once().ended_with(0);
    symlink(blog.path("outside"), blog.path("public/link")).unwrap();
    let (manifest, _) =
        files_of(&blog.path("state")).into_iter().find(|(name, _)| name.ends_with("manifest.json")).unwrap();
    let manifest = blog.path("state").join(manifest);
    let mut forged: serde_json::Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    let files = forged["files"].as_array_mut().unwrap();
    files.extend(["../outside/secret", "link/secret", "link/x.xml"].map(serde_json::Value::from));
    fs::write(blog.path("outside/.feedwright-x.tmp"), "theirs").unwrap();
    fs::write(&manifest, forged.to_string()).unwrap();
    blog.once().ended_with(0);
    assert!(
        blog.path("outside/.feedwright-x.tmp").exists(),
        "what looks like ours is cleared away in the output alone"
    );
    fs::remove_file(blog.path("outside/.feedwright-x.tmp")).unwrap();
    outside_is_untouched(&blog);
}

#[test]
fn a_link_in_place_of_a_folder_is_told_and_keeps_nothing_else_back() {
    let blog = tagged();
    blog.once().ended_with(0);
    fs::rename(blog.path("public/t"), blog.path("moved")).unwrap();
    symlink("../outside", blog.path("public/t")).unwrap();
    blog.save("posts/a.md", tagged_post("x", "Edited."));
    let told = "/public/t: is a symbolic link, and nothing is written through one; put a folder in its place";
    blog.once().ended_with(1).told(told);
    assert!(blog.shows("rss.xml", "Edited."));
    outside_is_untouched(&blog);
    blog.save("posts/a.md", tagged_post("other", "Edited."));
    blog.once().ended_with(1);
    outside_is_untouched(&blog);
    // Once the way is free again, what is obsolete behind it goes.
    fs::remove_file(blog.path("public/t")).unwrap();
    fs::rename(blog.path("moved"), blog.path("public/t")).unwrap();
    blog.once().ended_with(0);
    assert!(blog.path("public/t/other.xml").exists() && !blog.path("public/t/x.xml").exists());
}

#[test]
fn a_link_in_place_of_a_feed_is_told_and_stays() {
    let blog = tagged();
    blog.once().ended_with(0);
    fs::remove_file(blog.path("public/rss.xml")).unwrap();
    symlink("../outside/x.xml", blog.path("public/rss.xml")).unwrap();
    blog.save("posts/a.md", tagged_post("x", "Edited."));
    blog.once().ended_with(1).told("/public/rss.xml: is a symbolic link, which is not replaced; remove it");
    outside_is_untouched(&blog);
    assert!(blog.shows("t/x.xml", "Edited.") && blog.path("public/rss.xml").is_symlink());
    fs::remove_file(blog.path("posts/a.md")).unwrap();
    blog.run(["--once", "--accept-loss"]).ended_with(1);
    outside_is_untouched(&blog);
}

#[test]
fn while_it_runs_a_link_is_refused_and_a_folder_in_its_place_is_filled() {
    let blog = tagged();
    let service = blog.start();
    fs::rename(blog.path("public/t"), blog.path("moved")).unwrap();
    symlink("../outside", blog.path("public/t")).unwrap();
    blog.save("posts/a.md", tagged_post("x", "Edited."));
    service.wait_until_logged("public/t: is a symbolic link");
    service.wait_until("the other feed", || blog.shows("rss.xml", "Edited."));
    blog.save("posts/a.md", tagged_post("x", "Edited again."));
    service.wait_until("the other feed again", || blog.shows("rss.xml", "Edited again."));
    assert_eq!(service.logged("is a symbolic link"), 1, "{}", service.log());
    outside_is_untouched(&blog);
    fs::remove_file(blog.path("public/t")).unwrap();
    blog.save("posts/a.md", tagged_post("x", "And again."));
    service.wait_until("a folder of its own", || blog.shows("t/x.xml", "And again."));
    outside_is_untouched(&blog);
}

#[test]
fn links_swapped_in_at_any_moment_lead_nowhere() {
    let blog = tagged();
    let service = blog.start_with(&["-v"], None);
    symlink("../outside", blog.path("public/link")).unwrap();
    let (over, swaps) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            let (folder, link) = (blog.path("public/t"), blog.path("public/link"));
            while !over.load(Ordering::Relaxed) {
                // Fails when the folder is not there at this moment, which is as good.
                if renameat_with(CWD, &folder, CWD, &link, RenameFlags::EXCHANGE).is_ok() {
                    swaps.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        for number in 0..100 {
            let (failed, wanted) = (service.logged("trying again"), format!("Version {number}."));
            blog.save("posts/a.md", tagged_post(["x", "y"][number % 2], &wanted));
            let tried = || blog.shows("rss.xml", &wanted) || service.logged("trying again") > failed;
            service.wait_until("it was published, or failed", tried);
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(swaps.load(Ordering::Relaxed) > 1000, "{swaps:?}");
    outside_is_untouched(&blog);
    if blog.path("public/t").is_symlink() {
        renameat_with(CWD, blog.path("public/t"), CWD, blog.path("public/link"), RenameFlags::EXCHANGE).unwrap();
    }
    blog.save("posts/a.md", tagged_post("x", "The last."));
    service
        .wait_until("all is well again", || blog.shows("t/x.xml", "The last.") && blog.shows("rss.xml", "The last."));
}

#[test]
fn the_output_itself_may_be_a_link_and_be_switched() {
    let blog = tagged();
    fs::create_dir_all(blog.path("one")).unwrap();
    fs::create_dir_all(blog.path("two")).unwrap();
    symlink("one", blog.path("public")).unwrap();
    let service = blog.start();
    assert!(blog.path("one/t/x.xml").exists());
    symlink("two", blog.path("next")).unwrap();
    fs::rename(blog.path("next"), blog.path("public")).unwrap();
    blog.save("posts/a.md", tagged_post("x", "Edited."));
    service.wait_until("all feeds in the second", || {
        files_of(&blog.path("two"))
            .iter()
            .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("Edited."))
            .count()
            == 2
    });
    assert!(!fs::read_to_string(blog.path("one/rss.xml")).unwrap().contains("Edited."));
}
