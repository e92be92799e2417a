//! Files that come with a post: `enclosure`, `audio`, and the habits of podcasts.
//!
//! Each is a text, a mapping, or a list of them; what a mapping does not say of the first file may
//! stand beside it (`file`, `length`, `duration`).

use std::collections::HashMap;

use url::Url;

use super::Enclosure;
use super::media::{Assets, media_type, of_extension};
use super::text::one_line;
use super::vocabulary::{
    ENCLOSED_DURATION, ENCLOSED_FILE, ENCLOSED_LENGTH, ENCLOSED_TYPE, ENCLOSURES, Fields, Found, member, told,
};
use crate::value::Value;

const UNKNOWN_TYPE: &str = "application/octet-stream";

/// The files that come with a post, each once.
pub(super) fn enclosures(fields: &mut Fields<'_>, assets: &Assets<'_>) -> Vec<Enclosure> {
    if [ENCLOSURES, ENCLOSED_FILE].into_iter().all(|keys| fields.find_anywhere(keys).is_none()) {
        return Vec::new();
    }
    let mut found: Vec<_> = fields.said(ENCLOSURES).collect();
    found.extend(fields.find_anywhere(ENCLOSED_FILE));
    if found.is_empty() {
        found.extend(fields.find_anywhere(ENCLOSURES));
    }
    let mut enclosures: Vec<Enclosure> = Vec::new();
    for named in files(fields, &found, assets) {
        let beside = if enclosures.is_empty() { Said::beside(fields) } else { Said::default() };
        let named = Named { said: named.said.or(beside), ..named };
        enclosures.extend(enclosure(fields, named, assets));
    }
    enclosures
}

/// A text, and where it stands.
#[derive(Debug)]
struct Word<'f> {
    text: String,
    found: Found<'f>,
    /// Of the mapping that it is in.
    key: Option<&'f str>,
}

impl Word<'_> {
    fn warn(&self, fields: &mut Fields<'_>, message: impl Into<String>, mend: &str) {
        let found = self.key.map(|key| fields.nested(&self.found, key, &self.text));
        fields.warn(found.as_ref().unwrap_or(&self.found), message, mend);
    }
}

/// What is said of a file.
#[derive(Debug, Default)]
struct Said<'f> {
    reference: Option<Word<'f>>,
    length: Option<Word<'f>>,
    media_type: Option<Word<'f>>,
    duration: Option<Word<'f>>,
    title: Option<Word<'f>>,
}

impl<'f> Said<'f> {
    /// By a text or a mapping; `None` when it is neither.
    fn of(value: &'f Value, found: &Found<'f>) -> Option<Self> {
        let word = |keys: &[&str]| {
            let (key, value) = member(value, keys)?;
            Some(Word { text: value.as_text()?, found: found.clone(), key: Some(key) })
        };
        match value {
            Value::Mapping(_) => Some(Self {
                reference: word(&["url", "file", "src", "href", "path", "link", "uri", "audio", "mp3"]),
                length: word(&["length", "size", "bytes", "filesize", "lengthinbytes"]),
                media_type: word(&["type", "mimetype", "mediatype", "mime", "contenttype"]),
                duration: word(&["duration"]),
                title: word(&["title", "name"]),
            }),
            Value::String(text) => Some(Self::wordpress(text, found)),
            Value::Null | Value::Bool(_) => Some(Self::default()),
            _ => None,
        }
    }

    /// As `WordPress` writes it: the URL, the length and the type in one text.
    fn wordpress(text: &str, found: &Found<'f>) -> Self {
        let word = |text: &str| Some(Word { text: text.to_owned(), found: found.clone(), key: None });
        let words: Vec<_> = text.split_whitespace().collect();
        match words[..] {
            [url, length, ref rest @ ..] if bytes(length).is_some() && rest.len() < 2 => Self {
                reference: word(url),
                length: word(length),
                media_type: rest.first().and_then(|text| word(text)),
                ..Self::default()
            },
            _ => Self { reference: word(text.trim()), ..Self::default() },
        }
    }

    /// By keys of the post itself.
    fn beside(fields: &Fields<'f>) -> Self {
        let word = |aliases| {
            let found = fields.find_anywhere(aliases)?;
            Some(Word { text: found.text()?.into_owned(), found, key: None })
        };
        Self {
            length: word(ENCLOSED_LENGTH),
            duration: word(ENCLOSED_DURATION),
            // themes have other types: `podcast_type: episodic`
            media_type: word(ENCLOSED_TYPE).filter(|word| known_type(&word.text).is_some()),
            ..Self::default()
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            reference: self.reference,
            length: self.length.or(other.length),
            media_type: self.media_type.or(other.media_type),
            duration: self.duration.or(other.duration),
            title: self.title.or(other.title),
        }
    }
}

/// A file, and what all keys that name it say of it.
struct Named<'f> {
    found: Found<'f>,
    reference: String,
    url: Url,
    said: Said<'f>,
}

/// The files that are named, each once.
fn files<'f>(fields: &mut Fields<'f>, found: &[Found<'f>], assets: &Assets<'_>) -> Vec<Named<'f>> {
    let mut files: Vec<Named<'f>> = Vec::new();
    let mut known: HashMap<Url, usize> = HashMap::new();
    for found in found {
        let items = match found.value {
            Value::Sequence(items) => items.iter().collect(),
            other => vec![other],
        };
        for item in items {
            let Some(named) = named(fields, found, item, assets) else { continue };
            if let Some(file) = known.get(&named.url).and_then(|at| files.get_mut(*at)) {
                file.said = std::mem::take(&mut file.said).or(named.said);
            } else {
                known.insert(named.url.clone(), files.len());
                files.push(named);
            }
        }
    }
    files
}

fn named<'f>(fields: &mut Fields<'f>, found: &Found<'f>, item: &'f Value, assets: &Assets<'_>) -> Option<Named<'f>> {
    let Some(said) = Said::of(item, found) else {
        fields.misshapen(found, "a path or URL, or a mapping with `url`, `length` and `type`");
        return None;
    };
    let Some(word) = said.reference.as_ref().filter(|word| !word.text.is_empty()) else {
        if matches!(found.value, Value::Mapping(_)) {
            fields.warn(found, format!("`{}` names no file", found.key), "say `url`");
        }
        return None;
    };
    let reference = word.text.clone();
    let Some(url) = assets.resolve(&reference) else {
        let message = format!("`{}` is not a web address: `{}`", found.key, told(&reference));
        word.warn(fields, message, "expected a path or `https://...`");
        return None;
    };
    Some(Named { found: found.clone(), reference, url, said })
}

fn enclosure(fields: &mut Fields<'_>, named: Named<'_>, assets: &Assets<'_>) -> Option<Enclosure> {
    let Named { found, reference, url, said } = named;
    let guessed = media_type(&url);
    let written = said.media_type.as_ref().and_then(|word| written_type(fields, word));
    // `audio: true`, `video: dQw4w9WgXcQ`: a habit of themes, and no file
    let is_file = written.is_some() || guessed.is_some_and(|known| !known.starts_with("text/"));
    if !is_file && !found.key.to_ascii_lowercase().contains("enclosure") {
        return None;
    }
    let length = said.length.as_ref().and_then(|word| length(fields, word));
    let clock = said.length.as_ref().filter(|word| word.text.contains(':'));
    let duration = said.duration.as_ref().or(clock).and_then(|word| duration(fields, word));
    let length = length.or_else(|| assets.size(&reference)).unwrap_or(0);
    if length == 0 {
        let message = format!("the length of `{}` is not known", told(&reference));
        fields.warn(&found, message, "say it in bytes (`length`)");
    }
    let media_type = written.unwrap_or_else(|| guessed.unwrap_or(UNKNOWN_TYPE).to_owned());
    let title = said.title.map(|word| one_line(&word.text)).filter(|title| !title.is_empty());
    Some(Enclosure { url: url.into(), length, media_type, duration, title })
}

fn written_type(fields: &mut Fields<'_>, word: &Word<'_>) -> Option<String> {
    let known = known_type(&word.text);
    if known.is_none() && !word.text.trim().is_empty() {
        let message = format!("`{}` is not a media type", told(&word.text));
        word.warn(fields, message, "expected one such as `audio/mpeg`");
    }
    known
}

/// `audio/mpeg`, or `mp3`.
fn known_type(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    if is_media_type(&text) { Some(text) } else { of_extension(&text).map(str::to_owned) }
}

/// A length in bytes, when it says one.
fn length(fields: &mut Fields<'_>, word: &Word<'_>) -> Option<u64> {
    if word.text.contains(':') || word.text.trim().is_empty() {
        return None;
    }
    let length = bytes(&word.text);
    if length.is_none() {
        let message = format!("`{}` is not a number of bytes", told(&word.text));
        word.warn(fields, message, "expected one such as `12345678`");
    }
    length
}

fn duration(fields: &mut Fields<'_>, word: &Word<'_>) -> Option<u64> {
    let seconds = seconds(&word.text);
    if seconds.is_none() {
        let message = format!("`{}` is not a duration", told(&word.text));
        word.warn(fields, message, "expected seconds or `h:mm:ss`");
    }
    seconds
}

/// `12345678`, `12,345,678`
fn bytes(text: &str) -> Option<u64> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, ',' | '_')).collect();
    let right = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if right { digits.parse().ok() } else { None }
}

/// `3723`, `3723.4`, `1:02:03`, `62:03`, `1h 2m 3s`, `62 min`, `PT1H2M3S`
fn seconds(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    if text.contains(':') {
        let parts: Vec<u64> = text.split(':').map(bytes).collect::<Option<_>>()?;
        let minutes_and_seconds = parts.len() <= 3 && parts[1..].iter().all(|part| *part < 60);
        let sum = parts.iter().try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(*part));
        return sum.filter(|_| minutes_and_seconds);
    }
    let whole = text
        .split_once('.')
        .filter(|(_, fraction)| bytes(fraction).is_some())
        .map_or(text.as_str(), |(whole, _)| whole);
    bytes(whole).or_else(|| with_units(text.trim_start_matches("pt")))
}

fn with_units(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut sum = None;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, more) = rest.split_at(digits);
        let more = more.trim_start();
        let end = more.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(more.len());
        let factor = match &more[..end] {
            "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
            "m" | "min" | "mins" | "minute" | "minutes" => 60,
            "s" | "sec" | "secs" | "second" | "seconds" => 1,
            _ => return None,
        };
        let part = number.parse::<u64>().ok()?.checked_mul(factor)?;
        sum = Some(sum.unwrap_or(0_u64).checked_add(part)?);
        rest = more[end..].trim_start_matches(['.', ',', ' ']);
    }
    sum
}

/// `type/subtype` (RFC 6838 §4.2)
fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-'))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{broken, post};
    use super::*;
    use crate::config::Dialect::Commonmark;
    use proptest::prelude::*;

    /// `url length type duration title`, and what is told.
    fn enclosures(yaml: &str) -> (Vec<String>, Vec<String>) {
        let (post, problems) = post(Commonmark, "a.md", &format!("---\ntitle: x\ndate: 2024-01-02\n{yaml}\n---\n"));
        let shown = post.enclosures.into_iter().map(|one| {
            let duration = one.duration.map(|seconds| format!(" {seconds}s")).unwrap_or_default();
            let title = one.title.map(|title| format!(" {title}")).unwrap_or_default();
            format!("{} {} {}{duration}{title}", one.url.replace("https://example.org", ""), one.length, one.media_type)
        });
        (shown.collect(), problems)
    }

    #[test]
    fn reads_every_shape() {
        let cases: [(&str, &[&str]); 18] = [
            ("enclosure: {url: /a/9.mp3, length: 7, type: audio/mpeg}", &["/a/9.mp3 7 audio/mpeg"]),
            (
                "enclosure: {url: /a/9.mp3, length: '7,000', type: mp3, duration: '1:02:03', title: T}",
                &["/a/9.mp3 7000 audio/mpeg 3723s T"],
            ),
            (
                "enclosure: https://cdn.example/x.mp3 12216320 audio/mpeg",
                &["https://cdn.example/x.mp3 12216320 audio/mpeg"],
            ),
            (
                "enclosure: \"https://cdn.example/x.mp3\\n5\\naudio/x-m4a\"",
                &["https://cdn.example/x.mp3 5 audio/x-m4a"],
            ),
            ("audio: /1.mp3", &["/1.mp3 1234 audio/mpeg"]),
            ("audio: https://example.org/1.mp3", &["/1.mp3 1234 audio/mpeg"]),
            ("audio: a b/1.mp3\nduration: 62:03", &["/a%20b/1.mp3 1234 audio/mpeg 3723s"]),
            ("file: /e/9.ogg\nlength: 55\nduration: 90", &["/e/9.ogg 55 audio/ogg 90s"]),
            ("podcast_file: /9.mp3\npodcast_bytes: '77'\npodcast_duration: '45:00'", &["/9.mp3 77 audio/mpeg 2700s"]),
            (
                "enclosures:\n- /1.mp3\n- {src: /v.mp4, size: 3}\n- /1.mp3",
                &["/1.mp3 1234 audio/mpeg", "/v.mp4 3 video/mp4"],
            ),
            ("audio: /1.mp3\nlength: '1:00:00'", &["/1.mp3 1234 audio/mpeg 3600s"]),
            ("enclosure: {url: /a/9.mp3, length: 7}\naudio: /a/9.mp3", &["/a/9.mp3 7 audio/mpeg"]),
            ("enclosure: /a/9.mp3\naudio: {url: /a/9.mp3, length: 7}", &["/a/9.mp3 7 audio/mpeg"]),
            ("audio: {url: /9.m4a, length: 7}", &["/9.m4a 7 audio/mp4"]),
            ("audio: /1.mp3\npodcast_type: episodic", &["/1.mp3 1234 audio/mpeg"]),
            ("extra: {audio: /1.mp3}", &["/1.mp3 1234 audio/mpeg"]),
            ("audio: true\nvideo: dQw4w9WgXcQ\npodcast: false\nfile: notes", &[]),
            ("length: 5\nduration: 10", &[]),
        ];
        for (yaml, expected) in cases {
            let (found, problems) = enclosures(yaml);
            assert_eq!(found, expected, "{yaml}");
            assert_eq!(problems, Vec::<String>::new(), "{yaml}");
        }
    }

    #[test]
    fn tells_what_is_missing() {
        let (found, problems) = enclosures("enclosure: /data/unknown");
        assert_eq!(found, ["/data/unknown 0 application/octet-stream"]);
        assert_eq!(
            problems,
            ["posts/a.md:4:12: warning: the length of `/data/unknown` is not known; say it in bytes (`length`)"]
        );
        let (found, problems) = enclosures("enclosure: {url: /1.mp3, length: 12 MB, duration: long}");
        assert_eq!((found, problems.len()), (vec!["/1.mp3 1234 audio/mpeg".to_owned()], 2));
        assert!(problems[0].starts_with("posts/a.md:4:34: warning: `12 MB` is not a number of bytes"), "{problems:?}");
        assert!(problems[1].starts_with("posts/a.md:4:51: warning: `long` is not a duration"), "{problems:?}");
        let (found, problems) = enclosures("enclosure:\n  url: /1.mp3\n  type: \"not a mime\"");
        assert_eq!(found, ["/1.mp3 1234 audio/mpeg"]);
        assert_eq!(
            problems,
            ["posts/a.md:6:9: warning: `not a mime` is not a media type; expected one such as `audio/mpeg`"]
        );
        let (found, problems) = enclosures("enclosure: javascript:x");
        assert_eq!((found.len(), problems.len()), (0, 1));
        let told = broken(Commonmark, "a.md", "---\ntitle: x\ndate: 2024-01-02\nenclosure: 5\n---\n");
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn reads_durations() {
        let cases = [
            ("3723", Some(3723)),
            ("3723.9", Some(3723)),
            ("1:02:03", Some(3723)),
            ("62:03", Some(3723)),
            ("1h 2m 3s", Some(3723)),
            ("62 min", Some(3720)),
            ("PT1H2M3S", Some(3723)),
            ("1:99", None),
            ("1:2:3:4", None),
            ("", None),
            ("soon", None),
            ("5 parsecs", None),
            ("-5", None),
            ("99999999999999999999", None),
            ("1:", None),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9:.,hms PT_-]{0,30}|\\PC*") {
            let _ = (seconds(&text), bytes(&text), known_type(&text));
        }
    }
}
