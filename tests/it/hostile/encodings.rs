//! Bytes that are no text, another text than UTF-8, or text with characters that XML has no place for.

use super::case::{Case, Content};

const GOOD: &str = "---\ntitle: Hostile\ndate: 2024-03-04\n---\n\nbody with é\n";

pub fn cases() -> Vec<Case> {
    whole().into_iter().chain(within()).chain(long()).collect()
}

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes_of).collect()
}

fn whole() -> Vec<Case> {
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark.to_vec(), bytes].concat();
    let utf32: Vec<u8> = GOOD.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let latin: Vec<u8> = GOOD.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    let files = [
        ("UTF-16 with a mark", with_mark(b"\xff\xfe", utf16(GOOD, u16::to_le_bytes))),
        ("UTF-16 with a mark, the other way round", with_mark(b"\xfe\xff", utf16(GOOD, u16::to_be_bytes))),
        ("UTF-16 without a mark", utf16(GOOD, u16::to_le_bytes)),
        ("UTF-16 without a mark, the other way round", utf16(GOOD, u16::to_be_bytes)),
        ("UTF-32", with_mark(b"\xff\xfe\0\0", utf32)),
        ("Latin-1", latin),
        ("a compressed file", b"\x1f\x8b\x08\0\0\0\0\0\0\x03".repeat(100)),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".repeat(100)),
        ("a program", b"\x7fELF\x02\x01\x01\0\x90\xff".repeat(1000)),
        ("every byte", (0..=255_u8).collect::<Vec<u8>>().repeat(100)),
        ("bytes that are never text", vec![0xff; 10_000]),
    ];
    let wrong =
        |(name, bytes): (&str, Vec<u8>)| Case::file(format!("encoding: {name}"), bytes).everywhere().refused("posts/");
    let mut cases: Vec<Case> = files.into_iter().map(wrong).collect();
    cases.push(Case::file("encoding: only NULs", vec![0; 10_000]).everywhere());
    cases.push(Case::file("encoding: only a mark", "\u{feff}").everywhere().refused("posts/"));
    cases.push(Case::file("encoding: a mark before all", format!("\u{feff}{GOOD}")).everywhere().published());
    cases.push(Case::file("encoding: lines that end with CR", GOOD.replace('\n', "\r")).everywhere());
    cases.push(Case::file("encoding: lines that end with CR LF", GOOD.replace('\n', "\r\n")).everywhere().published());
    cases.push(
        Case::file("encoding: lines that end in three ways", format!("{GOOD}a\rb\r\nc\n\rd")).everywhere().published(),
    );
    cases
}

fn within() -> Vec<Case> {
    let broken = [
        ("half a character", &b"\xc3"[..]),
        ("the rest of a character", b"\x80"),
        ("a character written too long", b"\xc0\xaf"),
        ("half a pair", b"\xed\xa0\x80"),
        ("beyond the last character", b"\xf4\x90\x80\x80"),
        ("a character of five bytes", b"\xf8\x88\x80\x80\x80"),
    ];
    let mut cases = Vec::new();
    for (name, bytes) in broken {
        let body = [GOOD.as_bytes(), bytes].concat();
        cases.push(Case::file(format!("encoding: {name} in the body"), body).refused("UTF-8"));
        let front = [b"---\ntitle: ", bytes, b"\ndate: 2024-03-04\n---\nbody\n"].concat();
        cases.push(Case::file(format!("encoding: {name} in the title"), front).refused("UTF-8"));
    }
    let characters = [
        ("NULs", "\0"),
        ("control characters", "\u{1}\u{b}\u{c}\u{1b}[31m\u{7f}\u{9b}"),
        ("no characters", "\u{fffe}\u{ffff}\u{1ffff}"),
        ("marks of byte order", "\u{feff}"),
        ("turned text", "\u{202e}\u{2066}"),
        ("breaks of lines", "\u{2028}\u{2029}\u{85}"),
        ("private characters", "\u{e000}\u{f8ff}\u{10fffd}"),
        ("backspaces", "a\u{8}"),
        ("tags of language", "\u{e0001}\u{e0041}"),
    ];
    for (name, text) in characters {
        cases.push(Case::body(format!("characters: {name}"), text.repeat(10_000)).everywhere());
        let quoted: String = text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
        let title = format!("---\ntitle: \"x{quoted}\"\ndate: 2024-03-04\n---\nbody\n");
        cases.push(Case::file(format!("characters: {name} in the title"), title).published());
        cases.push(Case::body(format!("characters: {name} in code"), format!("```{text}\n{text}\n```")).published());
        cases.push(
            Case::body(format!("characters: {name} in an address"), format!("[a](<{text}>) <a href=\"{text}\">b</a>"))
                .published(),
        );
    }
    cases
}

/// Files that are far too long.
fn long() -> Vec<Case> {
    let long = |name: &str, unit: &'static [u8], bytes: u64| {
        let mut case = Case::file(format!("{bytes} bytes: {name}"), "").refused("limits");
        case.files[0].1 = Content::Endless(unit, bytes);
        case
    };
    let hundred = 100_000_000;
    vec![
        long("one line", b"a", hundred),
        long("lines", b"a\n", hundred),
        long("NULs", b"\0", hundred),
        long("no text", b"\xff", hundred),
        long("front matter that never ends", b"---\n", hundred),
        long("brackets", b"[", hundred),
        long("just too long", b"word\n", 11_000_000),
    ]
}
