use std::fs;
use std::path::Path;

use crate::support::{Blog, post};

#[test]
fn help_and_version_are_no_errors() {
    let blog = Blog::new();
    blog.run(["--help"]).ended_with(0).told("check").told("--once").told("78  wrong configuration");
    blog.run(["--version"]).ended_with(0).told(env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_wrong_command_line_is_64() {
    let blog = Blog::new();
    blog.run(["--onec"]).ended_with(64).complained("--once");
    blog.run(["publish"]).ended_with(64);
    blog.run(["--format", "xml"]).ended_with(64).complained("github");
}

#[test]
fn one_thing_is_done_at_a_time() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    for (option, command) in [("--once", "check"), ("--schema", "check"), ("--once", "--schema")] {
        let run = blog.run([option, command]).ended_with(64).complained(option).complained("cannot be used with");
        assert_eq!(run.stdout, "");
    }
    assert!(!blog.path("public").exists());
    blog.run(["-c", "feedwright.yaml", "check"]).ended_with(0);
    blog.run(["check", "-c", "feedwright.yaml"]).ended_with(0);
}

#[test]
fn a_wrong_configuration_is_reported_in_the_form_that_is_asked_for() {
    let blog = Blog::new().configured("outptu: x\n");
    blog.run(["check", "--format", "github"])
        .ended_with(78)
        .told("::error file=feedwright.yaml,line=5,col=1::unknown key `outptu`; did you mean `output`?\n");
    let run = blog.run(["--once", "--format", "json"]).ended_with(78);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["problems"][0]["line"], 5);
    assert_eq!(blog.run(["check"]).ended_with(78).stdout, "");
}

#[test]
fn a_wrong_configuration_is_78_and_says_where() {
    let blog = Blog::new().configured("outptu: x\n");
    blog.once().ended_with(78).complained("feedwright.yaml:5:1: unknown key `outptu`; did you mean `output`?");
    let blog = blog.configured("posts: {permalink: '/:yaer/:title/'}\n");
    blog.once().ended_with(78).complained("feedwright.yaml:5:20: unknown placeholder `:yaer`").complained("`:year`");
    blog.run(["check", "-c", "posts"]).ended_with(78).complained("is a folder").complained("`posts/feedwright.yaml`");
    let blog = blog.file("feedwright.yaml", b"site:\n  title: \xff\n");
    blog.once().ended_with(78).complained("feedwright.yaml:2:10: is not UTF-8 from here on; save it as UTF-8");
    fs::remove_file(blog.path("feedwright.yaml")).unwrap();
    blog.once().ended_with(78).complained("feedwright.yaml");
}

#[test]
fn no_posts_folder_is_2_and_the_old_feeds_stand() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    blog.once().ended_with(0);
    let before = blog.output();
    fs::remove_dir_all(blog.path("posts")).unwrap();
    blog.once().ended_with(2).complained("the posts folder `posts` is not there");
    assert_eq!(blog.output(), before);
}

#[test]
fn the_configuration_and_the_output_can_be_named() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    let other = blog.path("other");
    fs::create_dir(&other).unwrap();
    fs::rename(blog.path("feedwright.yaml"), other.join("blog.yaml")).unwrap();
    fs::rename(blog.path("posts"), other.join("posts")).unwrap();
    blog.run(["--once", "-c", "other/blog.yaml", "-o", "elsewhere"]).ended_with(0);
    assert!(blog.path("elsewhere/rss.xml").exists(), "relative to where it is run");
    blog.run(["--once", "-c", "other/blog.yaml"]).ended_with(0);
    assert!(other.join("public/rss.xml").exists(), "relative to the configuration");
}

#[test]
fn quiet_is_quiet() {
    let blog = Blog::new().post("a.md", post("A", "2024-01-02", "Text."));
    let run = blog.run(["--once", "-q"]).ended_with(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn the_schema_that_is_shipped_is_the_schema() {
    let run = Blog::new().run(["--schema"]).ended_with(0);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config/schema.json");
    if std::env::var_os("GOLDEN").is_some_and(|mode| mode == "write") {
        fs::write(&path, &run.stdout).unwrap();
    }
    let shipped = fs::read_to_string(&path).expect("src/config/schema.json");
    assert_eq!(run.stdout, shipped, "run the tests with GOLDEN=write and look at what changed");
}

#[test]
fn the_schema_knows_what_is_taken_and_what_is_not() {
    let run = Blog::new().run(["--schema"]).ended_with(0);
    let schema: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let of = |pointer: &str| schema.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}"));
    assert_eq!(of("/$defs/Site/properties/authors"), of("/$defs/Site/properties/author"));
    assert_eq!(of("/properties/feeds/minItems"), 1);
    assert_eq!(of("/$defs/Site/properties/title/pattern"), r"\S");
    assert!(of("/$defs/Site/properties/url/pattern").as_str().unwrap().contains("[hH][tT][tT][pP][sS]?://"));
    assert!(of("/$defs/Watch/properties/settle/pattern").as_str().unwrap().contains("(ms|s|m|min|h|d)"));
    let takes_nothing = |pointer: &str| of(pointer).to_string().contains("\"null\"");
    for key in ["/properties/watch", "/properties/posts", "/$defs/Source/properties/exclude"] {
        assert!(takes_nothing(key), "{key}");
    }
    for key in ["tags", "exclude", "format"] {
        assert!(takes_nothing(&format!("/$defs/Feed/properties/{key}")), "{key}");
    }
    assert!(takes_nothing("/$defs/Filter/properties/tags"));
}
