//! What is no regular file, or leads elsewhere, in every place that is read: posts, includes, data, settings, ids.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::{NEIGHBOURS, alone, blog, bounded, neighbours};
use crate::support::Blog;

const SECRET: &str = "root:x:0:0";

/// What is put in a place.
#[derive(Debug, Clone, Copy)]
enum Odd {
    Fifo,
    Socket,
    Device,
    LinkToDevice,
    LinkOutside,
    LinkToNothing,
    LinkToItself,
    Folder,
    TooLong,
}

const ODD: [Odd; 9] = [
    Odd::Fifo,
    Odd::Socket,
    Odd::Device,
    Odd::LinkToDevice,
    Odd::LinkOutside,
    Odd::LinkToNothing,
    Odd::LinkToItself,
    Odd::Folder,
    Odd::TooLong,
];

impl Odd {
    fn put(self, path: &Path) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let made = |command: &mut Command| command.status().is_ok_and(|status| status.success());
        match self {
            Self::Fifo => assert!(made(Command::new("mkfifo").arg(path))),
            Self::Socket => drop(UnixListener::bind(path).expect("a socket")),
            Self::Device
                if made(Command::new("mknod").arg(path).args(["c", "1", "5"]).stderr(std::process::Stdio::null())) => {}
            Self::Device => {
                assert!(
                    std::env::var_os("FEEDWRIGHT_REQUIRE_FAULTS").is_none(),
                    "no device can be made here: it takes root"
                );
                eprintln!("skipped: no device can be made at {}: it takes root", path.display());
            }
            Self::LinkToDevice => symlink("/dev/zero", path).expect("a link"),
            Self::LinkOutside => symlink("/etc/passwd", path).expect("a link"),
            Self::LinkToNothing => symlink("nothing", path).expect("a link"),
            Self::LinkToItself => symlink(path, path).expect("a link"),
            Self::Folder => fs::create_dir(path).expect("a folder"),
            Self::TooLong => fs::File::create(path).and_then(|file| file.set_len(100_000_000)).expect("a file"),
        }
    }
}

/// Builds within the bounds; no secret is published, and the good posts are as ever.
#[track_caller]
fn holds(blog: &Blog, dialect: &'static str, what: &str) -> bounded::Measured {
    let measured = bounded::run(&blog.path(""), &["--once", "-v"]);
    assert!(matches!(measured.code, Some(0 | 1)), "{what}: {measured:#?}");
    assert!(measured.cpu <= bounded::binary().1, "{what}: {measured:#?}");
    assert_eq!(neighbours(blog).as_ref(), Ok(&alone(dialect)), "{what}: {measured:#?}");
    assert!(no_secret(blog), "{what}");
    measured
}

fn no_secret(blog: &Blog) -> bool {
    blog.output().iter().all(|(_, bytes)| !String::from_utf8_lossy(bytes).contains(SECRET))
}

#[test]
fn what_is_no_file_in_the_posts_is_passed_over_and_told() {
    for odd in ODD {
        let blog = blog("commonmark");
        odd.put(&blog.path("posts/2024-03-04-odd.md"));
        let measured = holds(&blog, "commonmark", &format!("{odd:?}"));
        assert_eq!(blog.titles().len(), NEIGHBOURS.len(), "{odd:?}");
        let is_told = measured.stdout.contains("posts/2024-03-04-odd.md: ");
        assert!(is_told || matches!(odd, Odd::Folder | Odd::Device), "{odd:?}: {measured:#?}");
    }
}

#[test]
fn what_is_no_file_among_the_files_of_a_generator_is_not_waited_for() {
    let places = [
        ("jekyll", "_config.yml"),
        ("jekyll", "_includes/a.html"),
        ("jekyll", "_data/a.yml"),
        ("jekyll", "_data/a.csv"),
        ("hugo", "hugo.toml"),
        ("hugo", "config.toml"),
        ("hugo", "layouts/shortcodes/a.html"),
        ("zola", "config.toml"),
        ("zola", "zola.toml"),
        ("zola", "templates/shortcodes/a.html"),
        ("eleventy", "eleventy.config.js"),
        ("eleventy", "_data/a.json"),
        ("pelican", "pelicanconf.py"),
    ];
    for (dialect, place) in places {
        for odd in ODD {
            let asks = "{% include a.html %}{{ site.data.a }}{{< a >}}{{ a() }}";
            let post = format!("---\ntitle: Asks\ndate: 2024-03-04\n---\n{asks}\n");
            let blog = blog(dialect).post("2024-03-04-asks.md", post);
            let settings = match dialect {
                "jekyll" => "_config.yml",
                "zola" => "zola.toml",
                "hugo" => "hugo.toml",
                "eleventy" => ".eleventy.js",
                _ => "publishconf.py",
            };
            if settings != place {
                blog.save(settings, if dialect == "zola" { "base_url = 'https://example.org'\n" } else { "" });
            }
            odd.put(&blog.path(place));
            let what = format!("{dialect}: {place}: {odd:?}");
            let measured = bounded::run(&blog.path(""), &["--once", "-v"]);
            assert!(matches!(measured.code, Some(0 | 1)), "{what}: {measured:#?}");
            assert!(measured.cpu <= bounded::binary().1, "{what}: {measured:#?}");
            assert!(neighbours(&blog).is_ok(), "{what}: {measured:#?}"); // their addresses are as the settings say
            assert!(no_secret(&blog), "{what}");
            let is_read = blog.path(settings).is_file() || settings == place;
            let must_tell =
                matches!(odd, Odd::LinkOutside | Odd::TooLong | Odd::Fifo | Odd::Socket | Odd::LinkToDevice);
            let told = format!("{place}: warning: ");
            let by_place = !matches!(place, "config.toml" | "zola.toml") && is_read && must_tell;
            assert!(!by_place || measured.stdout.contains(&told), "{what}: {measured:#?}");
        }
    }
}

#[test]
fn what_is_no_file_as_a_file_that_comes_with_a_post_has_no_length() {
    for odd in ODD.into_iter().filter(|odd| !matches!(odd, Odd::TooLong | Odd::LinkOutside)) {
        let post = "---\ntitle: Asks\ndate: 2024-03-04\nenclosure: a.mp3\n---\nbody\n";
        let blog = blog("commonmark").post("2024-03-04-asks.md", post);
        odd.put(&blog.path("posts/a.mp3"));
        holds(&blog, "commonmark", &format!("{odd:?}"));
        assert!(blog.published("rss.xml").contains("length=\"0\""), "{odd:?}");
    }
}

#[test]
fn what_is_no_file_of_ids_or_no_old_feed_is_told() {
    for odd in ODD.into_iter().filter(|odd| !matches!(odd, Odd::Device)) {
        let blog = Blog::new().configured("ids: ids.yaml\n");
        odd.put(&blog.path("ids.yaml"));
        let measured = bounded::run(&blog.path(""), &["--once"]);
        assert_eq!(measured.code, Some(78), "{odd:?}: {measured:#?}");
        assert!(measured.stderr.contains("ids.yaml:"), "{odd:?}: {measured:#?}");
    }
    let blog = blog("commonmark");
    Odd::TooLong.put(&blog.path("old.xml"));
    let measured = bounded::run(&blog.path(""), &["check", "--against", "old.xml"]);
    assert!(measured.code == Some(2) && measured.stderr.contains("old.xml"), "{measured:#?}");
    Odd::TooLong.put(&blog.path("feedwright.yaml"));
    let measured = bounded::run(&blog.path(""), &["--once"]);
    assert!(measured.code == Some(78) && measured.stderr.contains("has 100MB, more than 16.7MB"), "{measured:#?}");
}

#[test]
fn links_in_a_circle_and_out_of_the_folder_are_followed_only_when_asked() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let outside = "---\ntitle: Outside\ndate: 2024-03-04\n---\nbody\n";
    fs::write(elsewhere.path().join("outside.md"), outside).expect("a file");
    let linked = |more: &str| {
        let blog = Blog::new().configured(&format!("posts: {{path: posts{more}}}\n"));
        let blog = blog.post("2024-01-02-rain.md", "---\ntitle: Rain\n---\nwet\n");
        symlink(elsewhere.path().join("outside.md"), blog.path("posts/linked.md")).expect("a link");
        symlink(elsewhere.path(), blog.path("posts/folder")).expect("a link");
        symlink(".", blog.path("posts/here")).expect("a link");
        symlink("2024-01-02-rain.md", blog.path("posts/2024-01-03-again.md")).expect("a link");
        blog
    };
    let blog = linked("");
    let measured = bounded::run(&blog.path(""), &["--once", "-v"]);
    assert_eq!(measured.code, Some(0), "{measured:#?}");
    assert_eq!(blog.titles(), ["Rain", "Rain"], "the file and the link to it");
    assert!(measured.stdout.contains("posts/linked.md: warning: is no regular file"), "{measured:#?}");
    assert!(measured.stdout.contains("set `posts: follow_symlinks: true`"), "{measured:#?}");

    let blog = linked(", follow_symlinks: true");
    let measured = bounded::run(&blog.path(""), &["--once", "-v"]);
    assert_eq!(blog.titles().iter().filter(|title| *title == "Outside").count(), 2, "{measured:#?}");
    assert!(
        measured
            .stdout
            .contains("posts/here: cannot be looked into: it is a link to `posts`, which it is in; remove it"),
        "{measured:#?}"
    );
}

#[test]
fn a_file_and_a_folder_that_may_not_be_read_are_told() {
    if !has_setpriv() {
        assert!(std::env::var_os("FEEDWRIGHT_REQUIRE_FAULTS").is_none(), "it takes root and `setpriv`");
        return eprintln!("skipped: it takes root and `setpriv` to read as somebody else");
    }
    let blog = blog("commonmark").post("2024-03-04-mine.md", "---\ntitle: Mine\n---\nbody\n").post("shut/a.md", "");
    let mode =
        |name: &str, mode| fs::set_permissions(blog.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
    fs::create_dir_all(blog.path("public")).expect("a folder");
    fs::create_dir_all(blog.path("state")).expect("a folder");
    for name in ["", "public", "state"] {
        mode(name, 0o777);
    }
    mode("posts/2024-03-04-mine.md", 0o000);
    mode("posts/shut", 0o000);
    let (binary, _) = bounded::binary();
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let mut command = Command::new("setpriv");
    let place = tempfile::tempdir().expect("a folder"); // the binary where anybody may run it
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::copy(binary, place.path().join("feedwright")).expect("a copy");
    command.args(nobody).arg(place.path().join("feedwright")).arg("--once").current_dir(blog.path(""));
    let output = command.output().expect("setpriv");
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("posts/2024-03-04-mine.md: cannot be read: Permission denied"), "{told}");
    assert!(told.contains("posts/shut: cannot be looked into: Permission denied"), "{told}");
    assert_eq!(neighbours(&blog), Ok(alone("commonmark")));
    mode("posts/shut", 0o755);
}

fn has_setpriv() -> bool {
    let ran = Command::new("setpriv").args(["--reuid=65534", "--regid=65534", "--clear-groups", "true"]).output();
    ran.is_ok_and(|output| output.status.success())
}

#[test]
fn more_files_than_the_limit_leave_the_old_feeds() {
    let blog = blog("commonmark");
    blog.once().ended_with(0);
    let old = blog.output();
    let configuration = fs::read_to_string(blog.path("feedwright.yaml")).expect("a file");
    blog.save("feedwright.yaml", format!("{configuration}limits: {{posts: 5, post_size: 1KB}}\n"));
    for number in 0..4 {
        blog.save(
            &format!("posts/2024-02-0{}-a{number}.md", number + 1),
            format!("---\ntitle: A{number}\n---\nbody\n"),
        );
    }
    let told = "there are more than 5 files in it that could be posts, and so it is not read; name those that are none in `posts: exclude:`, or raise `limits: posts`";
    blog.once().ended_with(2).complained(told);
    assert_eq!(blog.output(), old);
    fs::remove_file(blog.path("posts/2024-02-01-a0.md")).expect("a file");
    blog.save("posts/2024-02-02-a1.md", format!("---\ntitle: Long\n---\n{}\n", "word ".repeat(200)));
    let told = "posts/2024-02-02-a1.md: has 1KB, more than 1KB; make it shorter, or raise `limits: post_size`";
    blog.once().ended_with(1).told(told);
    assert_eq!(blog.titles(), ["A3", "A2", "Snow", "Rain"]);
}
