use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Blog, files_of};

/// Whole blogs: `tests/golden/<case>/` with a `feedwright.yaml`, posts, what `check` says
/// (`check.txt`) and what is published (`public/`). `GOLDEN=write` writes what comes out now.
#[test]
fn every_golden_blog_is_published_byte_for_byte() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let cases: Vec<PathBuf> = fs::read_dir(&golden).expect("tests/golden").map(|entry| entry.unwrap().path()).collect();
    assert!(!cases.is_empty());
    for case in cases {
        compare(&case);
    }
}

fn compare(case: &Path) {
    let blog = Blog::new();
    for (name, bytes) in files_of(case) {
        if !name.starts_with("public/") && name != "check.txt" {
            blog.save(&name, bytes);
        }
    }
    let configuration = fs::read_to_string(blog.path("feedwright.yaml")).expect("feedwright.yaml");
    blog.save("feedwright.yaml", format!("{configuration}\nstate: .state\n"));
    let run = blog.once();
    assert!(matches!(run.code, Some(0 | 1)), "{}: {run:#?}", case.display());
    let check = blog.run(["check"]).stdout;
    let lines = check.lines().filter(|line| !line.contains(", nothing published in "));
    let told: String = lines.flat_map(|line| [line, "\n"]).collect();
    let ours = blog.output();
    if std::env::var_os("GOLDEN").is_some_and(|mode| mode == "write") {
        let _ = fs::remove_dir_all(case.join("public"));
        for (name, bytes) in &ours {
            let path = case.join("public").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        fs::write(case.join("check.txt"), &told).unwrap();
    }
    let expected = files_of(&case.join("public"));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&ours), names(&expected), "{}: which files there are", case.display());
    for ((name, ours), (_, expected)) in ours.iter().zip(&expected) {
        let (ours, expected) = (String::from_utf8_lossy(ours), String::from_utf8_lossy(expected));
        assert_eq!(ours, expected, "{}: {name}", case.display());
    }
    assert_eq!(told, fs::read_to_string(case.join("check.txt")).unwrap(), "{}: what `check` says", case.display());
}
