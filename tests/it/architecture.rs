use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What the core may not touch. To write into memory (`io::Write`) is not to touch the world.
const WORLD: [&str; 15] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "io::Read",
    "Utc::now",
    "Local::now",
    "Instant::now",
    "SystemTime",
    "std::os::",
    "tracing::",
];

struct Room {
    name: String,
    is_core: bool,
    files: Vec<(PathBuf, String)>,
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rooms() -> Vec<Room> {
    let map = fs::read_to_string(source().join("lib.rs")).expect("the map");
    let mut rooms = Vec::new();
    let mut is_core = true;
    for line in map.lines() {
        if line.starts_with("// -- the shell") {
            is_core = false;
        }
        if let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            rooms.push(Room { name: name.to_owned(), is_core, files: files_of(name) });
        }
    }
    rooms
}

/// The files of a room without comments and tests.
fn files_of(room: &str) -> Vec<(PathBuf, String)> {
    let alone = source().join(format!("{room}.rs"));
    let paths: Vec<PathBuf> = if alone.exists() {
        vec![alone]
    } else {
        let walk = walkdir::WalkDir::new(source().join(room)).sort_by_file_name();
        walk.into_iter().map(|entry| entry.expect("an entry").into_path()).filter(|path| path.is_file()).collect()
    };
    let texts: Vec<(PathBuf, String)> =
        paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("source"))).collect();
    let for_tests: BTreeSet<String> = texts.iter().flat_map(|(_, text)| modules_for_tests(text)).collect();
    let of_program = |path: &Path| !for_tests.contains(path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(""));
    texts.into_iter().filter(|(path, _)| of_program(path)).map(|(path, text)| (path, program_of(&text))).collect()
}

fn modules_for_tests(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.windows(2).filter(|pair| pair[0].trim() == "#[cfg(test)]");
    pairs.filter_map(|pair| Some(pair[1].trim().strip_prefix("mod ")?.strip_suffix(';')?.to_owned())).collect()
}

fn program_of(text: &str) -> String {
    let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The rooms that a text names, as `crate::room`, also in braces after `crate::`.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, mark) in text.match_indices("crate::") {
        let rest = &text[at + mark.len()..];
        let list = rest.strip_prefix('{').map_or(rest, |inside| &inside[..inside.find('}').unwrap_or(0)]);
        let parts: Vec<&str> = if rest.starts_with('{') { list.split(',').collect() } else { vec![list] };
        for part in parts {
            let name = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
            if name.starts_with(|c: char| c.is_lowercase()) {
                names.insert(name);
            }
        }
    }
    names
}

#[test]
fn a_room_names_only_rooms_above_it() {
    let rooms = rooms();
    let order: Vec<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    assert!(order.len() > 15, "the map was not read: {order:?}");
    let mut wrong = Vec::new();
    for (place, room) in rooms.iter().enumerate() {
        for (path, text) in &room.files {
            for name in named(text) {
                let known = order.iter().position(|other| *other == name);
                if known.is_none_or(|known| known > place) {
                    wrong.push(format!("{} names `{name}`", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "rooms below, or none:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_does_not_touch_the_world() {
    let mut wrong = Vec::new();
    for room in rooms().iter().filter(|room| room.is_core) {
        for (path, text) in &room.files {
            wrong.extend(
                WORLD.iter().filter(|word| text.contains(**word)).map(|word| format!("{}: {word}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "the core touches the world:\n{}", wrong.join("\n"));
}

/// A clock that is set between two looks at it would be believed by one of them and doubted by the other.
#[test]
fn a_turn_looks_at_the_clock_once() {
    let rooms = rooms();
    let cmd = rooms.iter().find(|room| room.name == "cmd").expect("the room of commands");
    let blog: Vec<_> = cmd.files.iter().filter(|(path, _)| path.starts_with(source().join("cmd/blog"))).collect();
    assert!(blog.len() > 2, "moved?");
    for (path, text) in blog {
        assert!(!text.contains("Utc::now"), "{} looks at the clock itself", path.display());
    }
}

#[test]
fn only_main_ends_the_process_and_prints_errors() {
    for room in rooms() {
        for (path, text) in &room.files {
            for word in ["process::exit", "eprintln!", "unsafe ", "todo!(", "unimplemented!(", "dbg!("] {
                assert!(!text.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for entry in walkdir::WalkDir::new(source()) {
        let path = entry.expect("an entry").into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("source");
            assert!(text.starts_with("//! "), "{} does not begin with what it is", path.display());
        }
    }
}

#[test]
fn the_checks_see_what_they_are_for() {
    assert_eq!(
        named("use crate::post::Post;\nuse crate::{feed, cmd::run};"),
        ["cmd", "feed", "post"].map(String::from).into()
    );
    assert_eq!(program_of("// crate::cmd\nfn a() {}\n#[cfg(test)]\nmod tests {\n crate::cmd }"), "fn a() {}\n");
    assert_eq!(modules_for_tests("#[cfg(test)]\nmod sample;\nmod text;"), ["sample"]);
}
