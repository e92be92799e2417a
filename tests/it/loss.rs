use std::fs;
use std::time::Duration;

use crate::support::{Blog, post};

/// A blog of so many posts.
fn blog_of(posts: u32) -> Blog {
    (0..posts).fold(Blog::new(), |blog, number| {
        let text = post(&format!("T{number}"), "2024-01-02", &format!("Words {number}."));
        blog.post(&format!("{number}.md"), text)
    })
}

fn remove(blog: &Blog, posts: std::ops::Range<u32>) {
    posts.for_each(|number| fs::remove_file(blog.path(&format!("posts/{number}.md"))).unwrap());
}

#[test]
fn once_refuses_a_loss_and_says_how_to_confirm_it() {
    for (posts, lost) in [(21, 0..11), (3, 0..3), (40, 0..40)] {
        let blog = blog_of(posts);
        blog.once().ended_with(0);
        let before = blog.output();
        remove(&blog, lost.clone());
        for _ in 0..2 {
            let run = blog.once().ended_with(2);
            let run = run.complained(&format!("{} of {posts} posts in `posts` vanished at once", lost.len()));
            run.complained("confirm with `feedwright --accept-loss` that they were deleted");
            assert_eq!(blog.output(), before);
            blog.run(["check"]).ended_with(0).complained("vanished at once").told("nothing published");
        }
        blog.run(["--once", "--accept-loss"]).ended_with(0).complained("as was confirmed");
        assert_eq!(blog.titles().len(), 20.min(posts as usize - lost.len()));
        blog.once().ended_with(0);
    }
}

#[test]
fn a_few_posts_may_go_and_so_may_half() {
    for (posts, lost) in [(12, 0..9), (40, 0..20), (1000, 0..9)] {
        let blog = blog_of(posts);
        blog.once().ended_with(0);
        remove(&blog, lost);
        blog.once().ended_with(0);
    }
}

#[test]
fn posts_that_are_excluded_on_purpose_are_not_lost() {
    let blog = blog_of(30);
    blog.once().ended_with(0);
    let blog = blog.configured("posts: {exclude: '1*.md'}\n");
    blog.once().ended_with(0);
    let blog = blog.configured("posts: {exclude: '*'}\n");
    blog.once().ended_with(0);
    assert!(blog.titles().is_empty());
}

#[test]
fn a_loss_that_stands_for_long_is_believed() {
    let blog = blog_of(30).configured("accept_loss_after: 1s\n");
    blog.once().ended_with(0);
    remove(&blog, 0..30);
    blog.once().ended_with(2);
    std::thread::sleep(Duration::from_millis(1100)); // the time that the configuration gives
    blog.once().ended_with(0).complained("are gone for good");
    assert!(blog.titles().is_empty());
}

#[test]
fn the_service_stands_by_the_old_feeds_until_the_posts_are_back() {
    let blog = blog_of(30);
    let service = blog.start();
    let before = blog.output();
    fs::create_dir(blog.path("away")).unwrap();
    for number in 0..25 {
        let name = format!("{number}.md");
        fs::rename(blog.path("posts").join(&name), blog.path("away").join(&name)).unwrap();
    }
    service.wait_until_logged("vanished at once");
    assert_eq!(blog.output(), before);
    for number in 0..25 {
        let name = format!("{number}.md");
        fs::rename(blog.path("away").join(&name), blog.path("posts").join(&name)).unwrap();
    }
    service.wait_until_logged("it works again");
    assert_eq!(blog.output(), before);
    blog.save("posts/new.md", post("New", "2024-02-02", "After it."));
    service.wait_until("a new post", || blog.shows("rss.xml", "After it."));
    assert_eq!(service.logged("vanished at once"), 1, "{}", service.log());
}

#[test]
fn the_service_is_told_that_a_loss_is_meant() {
    let blog = blog_of(30);
    let mut service = blog.start();
    remove(&blog, 0..30);
    service.wait_until_logged("vanished at once");
    blog.run(["--accept-loss"]).ended_with(0).told("told the service that runs (pid");
    service.wait_until("the posts are gone", || blog.titles().is_empty());
    service.wait_until_logged("as was confirmed");
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0));
}

#[test]
fn the_service_believes_a_loss_that_stands() {
    let blog = blog_of(30).configured("accept_loss_after: 2s\n");
    let service = blog.start();
    remove(&blog, 0..30);
    service.wait_until_logged("vanished at once");
    assert_eq!(blog.titles().len(), 20);
    service.wait_until("the loss is believed", || blog.titles().is_empty());
    service.wait_until_logged("are gone for good");
}

#[test]
fn a_loss_while_the_service_was_down_is_noticed() {
    let blog = blog_of(30);
    drop(blog.start());
    let before = blog.output();
    remove(&blog, 0..30);
    blog.run(Vec::<&str>::new()).ended_with(2).complained("30 of 30 posts in `posts` vanished at once");
    assert_eq!(blog.output(), before);
    let service = blog.start_with(&["--accept-loss"], None);
    assert!(blog.titles().is_empty(), "{}", service.log());
}

#[test]
fn a_folder_that_moves_whole_is_no_loss() {
    let blog = blog_of(30);
    let service = blog.start();
    fs::create_dir(blog.path("posts/2024")).unwrap();
    for number in 0..30 {
        let name = format!("{number}.md");
        fs::rename(blog.path("posts").join(&name), blog.path("posts/2024").join(&name)).unwrap();
    }
    let ids = blog.published("feed.json").matches("\"id\": \"https://example.org/2024/").count();
    service.wait_until("all of them at their new addresses", || {
        !blog.shows("feed.json", "\"url\": \"https://example.org/1/\"") && blog.titles().len() == 20
    });
    assert_eq!(ids, 0);
    assert_eq!(service.logged("vanished at once"), 0, "{}", service.log());
}
