use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::support::{Blog, post};

/// A blog that writes its metrics beside itself.
fn measured() -> Blog {
    let blog =
        Blog::new().configured("metrics: collector/feedwright.prom\n").post("a.md", post("A", "2024-01-02", "Text."));
    fs::create_dir(blog.path("collector")).unwrap();
    blog
}

type Samples = BTreeMap<String, f64>;

/// The samples by name and labels, the output left out; strictly by the text format 0.0.4.
#[track_caller]
fn read(blog: &Blog) -> Samples {
    let text = fs::read_to_string(blog.path("collector/feedwright.prom")).expect("metrics");
    assert!(text.ends_with('\n'), "the last line has no end");
    let (mut samples, mut begun, mut current) = (Samples::new(), BTreeSet::new(), (String::new(), String::new()));
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help text");
            assert!(name.starts_with("feedwright_") && is_name(name) && !help.is_empty(), "{line}");
            assert!(begun.insert(name.to_owned()), "{name} twice");
            let of_type = lines.next().and_then(|line| line.strip_prefix("# TYPE ")).expect("a type after the help");
            let (typed, kind) = of_type.split_once(' ').expect("a type");
            assert!(typed == name && ["gauge", "counter", "summary"].contains(&kind), "{of_type}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{of_type}");
            current = (name.to_owned(), kind.to_owned());
            continue;
        }
        let (name, rest) = line.split_once('{').expect("labels");
        let suffix = name.strip_prefix(current.0.as_str()).unwrap_or_else(|| panic!("{line} is not of {}", current.0));
        assert!(
            if current.1 == "summary" { ["_sum", "_count"].contains(&suffix) } else { suffix.is_empty() },
            "{line}"
        );
        let (labels, value) = labels(rest);
        let mut others: BTreeMap<String, String> = labels.clone().into_iter().collect();
        assert_eq!(others.len(), labels.len(), "a label twice: {line}");
        assert_eq!(others.remove("output"), Some(blog.path("public").display().to_string()));
        let others: Vec<String> = others.values().cloned().collect();
        let value = value.strip_prefix(' ').and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{line}"));
        let name = name.strip_prefix("feedwright_").unwrap();
        let key = if others.is_empty() { name.to_owned() } else { format!("{name} {}", others.join(" ")) };
        assert_eq!(samples.insert(key, value), None, "{line} twice");
    }
    samples
}

fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// What is between the braces, unescaped, and what follows them.
fn labels(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut labels = Vec::new();
    loop {
        let (name, after) = rest.split_once("=\"").expect("a label");
        assert!(is_name(name), "{name}");
        let (mut value, mut chars) = (String::new(), after.char_indices());
        let end = loop {
            match chars.next().expect("the end of a value") {
                (at, '"') => break at + 1,
                (_, '\\') => value.push(match chars.next().expect("something escaped").1 {
                    'n' => '\n',
                    c @ ('\\' | '"') => c,
                    c => panic!("`\\{c}`"),
                }),
                (_, c) => value.push(c),
            }
        };
        labels.push((name.to_owned(), value));
        match after[end..].split_at(1) {
            (",", more) => rest = more,
            ("}", value) => return (labels, value),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_service_writes_its_metrics_when_they_change_and_marks_its_end() {
    let blog = measured().post("soon.md", post("Soon", "2999-01-02", "Later."));
    let mut service = blog.start();
    let first = read(&blog);
    let expected = [
        ("up", 1.0),
        ("posts out", 1.0),
        ("posts held_back", 1.0),
        ("posts error", 0.0),
        ("feeds", 3.0),
        ("problems error", 0.0),
        ("publications_total", 1.0),
        ("publication_duration_seconds_count", 1.0),
        ("next_due_timestamp_seconds", 32_472_230_400.0),
        ("watcher native", 1.0),
        ("watcher polling", 0.0),
        ("configuration_current", 1.0),
        ("trouble publication", 0.0),
        ("last_error_timestamp_seconds", 0.0),
    ];
    for (name, value) in expected {
        assert_eq!(first.get(name), Some(&value), "{name} in {first:#?}");
    }
    assert!(first["last_publication_timestamp_seconds"] >= first["start_time_seconds"] - 1.0);
    blog.save("posts/b.md", "---\ntitle: B\ndate: soon\n---\n");
    service.wait_until("an error", || read(&blog)["problems error"] > 0.0);
    assert_eq!(read(&blog).get("posts error"), Some(&1.0));
    let blog = blog.configured("metrics: collector/feedwright.prom\npaths: x\n");
    service.wait_until("a broken configuration", || read(&blog)["configuration_current"] < 1.0);
    let inode = |blog: &Blog| {
        std::os::unix::fs::MetadataExt::ino(&fs::metadata(blog.path("collector/feedwright.prom")).unwrap())
    };
    let before = inode(&blog);
    service.take_told();
    service.signal("HUP");
    service.wait_until_told("READY=1");
    assert_eq!(inode(&blog), before, "nothing has changed, and it was written");
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0));
    let last = read(&blog);
    assert_eq!((last["up"], last["posts out"]), (0.0, 1.0));
    assert_eq!(fs::read_dir(blog.path("collector")).unwrap().count(), 1, "something is beside it");
}

#[test]
fn trouble_shows_in_the_metrics() {
    let blog = measured();
    let service = blog.start();
    blog.bar_output();
    blog.save("posts/b.md", post("B", "2024-01-03", "In trouble."));
    service.wait_until("trouble", || read(&blog)["trouble publication"] > 0.0);
    assert!(read(&blog)["last_error_timestamp_seconds"] >= read(&blog)["start_time_seconds"]);
    fs::remove_file(blog.path("public")).unwrap();
    service.wait_until("it is mended", || read(&blog)["trouble publication"] < 1.0);
    assert!(read(&blog)["last_error_timestamp_seconds"] > 0.0);
}

#[test]
fn a_build_writes_its_metrics_too_and_knows_when_the_last_one_changed_something() {
    let blog = measured();
    blog.once().ended_with(0);
    let first = read(&blog);
    assert_eq!((first["posts out"], first["feeds"]), (1.0, 3.0));
    assert!(!first.contains_key("up") && !first.contains_key("publications_total"), "no service runs: {first:#?}");
    blog.once().ended_with(0);
    let (before, after) =
        (first["last_publication_timestamp_seconds"], read(&blog)["last_publication_timestamp_seconds"]);
    assert!((before - after).abs() < 2.0, "nothing was published in between: {before} {after}");
}

#[test]
fn names_of_folders_are_escaped() {
    let blog = Blog::new().configured("metrics: 'collector/feedwright.prom'\noutput: 'a \"b\" \\c'\n");
    let blog = blog.post("a.md", post("A", "2024-01-02", "Text.")).file("collector/other.prom", "");
    blog.once().ended_with(0);
    let text = fs::read_to_string(blog.path("collector/feedwright.prom")).unwrap();
    let line = text.lines().find(|line| line.starts_with("feedwright_feeds{")).expect("feeds");
    let (labels, value) = labels(line.split_once('{').unwrap().1);
    assert_eq!(labels, [("output".to_owned(), blog.path("a \"b\" \\c").display().to_string())]);
    assert_eq!(value, " 3");
}

#[test]
fn metrics_that_cannot_be_written_are_told_once_and_harm_nothing() {
    let blog = measured();
    let service = blog.start();
    // the service may be writing into it
    service.wait_until("no folder", || fs::remove_dir_all(blog.path("collector")).is_ok());
    for number in 0..3 {
        let text = format!("Save {number}.");
        blog.save("posts/b.md", post("B", "2024-01-03", &text));
        service.wait_until("a publication", || blog.shows("rss.xml", &text));
    }
    service.wait_until_logged("cannot write the metrics to");
    assert_eq!(service.logged("cannot write the metrics to"), 1, "{}", service.log());
    fs::create_dir(blog.path("collector")).unwrap();
    blog.save("posts/b.md", post("B", "2024-01-03", "Once more."));
    service.wait_until_logged("the metrics are written again");
    service.wait_until("the last one counts", || read(&blog).get("publications_total") == Some(&5.0));
    fs::remove_dir_all(blog.path("collector")).unwrap();
    blog.once().ended_with(2);
    drop(service);
    blog.once().ended_with(0).complained("cannot write the metrics to");
}

#[test]
fn what_a_killed_service_left_beside_its_metrics_is_cleared_away() {
    let blog = measured().file("collector/.feedwright-abc.tmp", "half").file("collector/other.prom", "theirs 1\n");
    let _service = blog.start();
    assert!(!blog.path("collector/.feedwright-abc.tmp").exists() && blog.path("collector/other.prom").exists());
}

#[test]
fn a_file_that_the_collector_would_not_read_is_refused() {
    let blog = Blog::new().configured("metrics: feedwright.txt\n");
    blog.once().ended_with(78).complained("feedwright.yaml:5:10: `").complained("does not end in `.prom`");
}
