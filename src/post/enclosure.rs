//! Files that come with a post: `enclosure`, `audio`, and the habits of podcasts.
//!
//! Each is a text, a mapping, or a list of them; what a mapping does not say of the first file may
//! stand beside it (`file`, `length`, `duration`).

use super::Enclosure;
use super::media::{Assets, media_type};
use super::text::one_line;
use super::value::Value;
use super::vocabulary::{
    ENCLOSED_DURATION, ENCLOSED_FILE, ENCLOSED_LENGTH, ENCLOSED_TYPE, ENCLOSURES, Fields, Found, member, told,
};

const UNKNOWN_TYPE: &str = "application/octet-stream";

/// The files that come with a post, each once.
pub(super) fn enclosures(fields: &mut Fields<'_>, assets: &Assets<'_>) -> Vec<Enclosure> {
    let mut found = fields.all(ENCLOSURES);
    found.extend(fields.find_anywhere(ENCLOSED_FILE));
    if found.is_empty() {
        found.extend(fields.find_anywhere(ENCLOSURES));
    }
    let mut enclosures: Vec<Enclosure> = Vec::new();
    for found in &found {
        let items = match found.value {
            Value::Sequence(items) => items.iter().collect(),
            other => vec![other],
        };
        for item in items {
            let beside = if enclosures.is_empty() { Said::beside(fields) } else { Said::default() };
            let said = Said::of(item).map(|said| said.or(beside));
            enclosures.extend(enclosure(fields, found, said, assets));
        }
    }
    let mut seen = std::collections::HashSet::new();
    enclosures.retain(|enclosure| seen.insert(enclosure.url.clone()));
    enclosures
}

/// What is said of a file.
#[derive(Debug, Default, PartialEq)]
struct Said {
    reference: Option<String>,
    length: Option<String>,
    media_type: Option<String>,
    duration: Option<String>,
    title: Option<String>,
}

impl Said {
    /// By a text or a mapping; `None` when it is neither.
    fn of(value: &Value) -> Option<Self> {
        let text = |keys: &[&str]| member(value, keys).and_then(|(_, value)| value.as_text());
        match value {
            Value::Mapping(_) => Some(Self {
                reference: text(&["url", "file", "src", "href", "path", "link", "uri", "audio", "mp3"]),
                length: text(&["length", "size", "bytes", "filesize", "lengthinbytes"]),
                media_type: text(&["type", "mimetype", "mediatype", "mime", "contenttype"]),
                duration: text(&["duration"]),
                title: text(&["title", "name"]),
            }),
            Value::String(text) => Some(Self::wordpress(text)),
            Value::Null | Value::Bool(_) => Some(Self::default()),
            _ => None,
        }
    }

    /// As `WordPress` writes it: the URL, the length and the type in one text.
    fn wordpress(text: &str) -> Self {
        let words: Vec<_> = text.split_whitespace().collect();
        match words[..] {
            [url, length, ref rest @ ..] if bytes(length).is_some() && rest.len() < 2 => Self {
                reference: Some(url.to_owned()),
                length: Some(length.to_owned()),
                media_type: rest.first().map(|word| (*word).to_owned()),
                ..Self::default()
            },
            _ => Self { reference: Some(text.trim().to_owned()), ..Self::default() },
        }
    }

    /// By keys of the post itself.
    fn beside(fields: &Fields<'_>) -> Self {
        let text = |aliases| fields.find_anywhere(aliases).and_then(|found| found.text());
        Self {
            length: text(ENCLOSED_LENGTH),
            duration: text(ENCLOSED_DURATION),
            media_type: text(ENCLOSED_TYPE),
            ..Self::default()
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            reference: self.reference,
            length: self.length.or(other.length),
            media_type: self.media_type.or(other.media_type),
            duration: self.duration.or(other.duration),
            title: self.title,
        }
    }
}

fn enclosure(fields: &mut Fields<'_>, found: &Found<'_>, said: Option<Said>, assets: &Assets<'_>) -> Option<Enclosure> {
    let Some(said) = said else {
        fields.misshapen(found, "a path or URL, or a mapping with `url`, `length` and `type`");
        return None;
    };
    let Some(reference) = said.reference.as_deref().filter(|text| !text.is_empty()) else {
        if matches!(found.value, Value::Mapping(_)) {
            fields.warn(found, format!("`{}` names no file", found.key), "say `url`");
        }
        return None;
    };
    let Some(url) = assets.resolve(reference) else {
        let message = format!("`{}` is not a web address: `{}`", found.key, told(reference));
        fields.warn(found, message, "expected a path or `https://...`");
        return None;
    };
    let guessed = media_type(&url);
    let written = said.media_type.map(|text| text.trim().to_ascii_lowercase()).filter(|text| is_media_type(text));
    // `audio: true`, `video: dQw4w9WgXcQ`: a habit of themes, and no file
    let is_file = written.is_some() || guessed.is_some_and(|known| !known.starts_with("text/"));
    if !is_file && !found.key.to_ascii_lowercase().contains("enclosure") {
        return None;
    }
    let length = length(fields, found, said.length.as_deref());
    let clock = said.duration.as_deref().or(said.length.as_deref().filter(|text| text.contains(':')));
    let duration = clock.and_then(|text| duration(fields, found, text));
    let length = length.or_else(|| assets.size(reference)).unwrap_or(0);
    if length == 0 {
        let message = format!("the length of `{}` is not known", told(reference));
        fields.warn(found, message, "say it in bytes (`length`)");
    }
    let media_type = written.unwrap_or_else(|| guessed.unwrap_or(UNKNOWN_TYPE).to_owned());
    let title = said.title.map(|title| one_line(&title)).filter(|title| !title.is_empty());
    Some(Enclosure { url: url.into(), length, media_type, duration, title })
}

/// A length in bytes, when it says one.
fn length(fields: &mut Fields<'_>, found: &Found<'_>, written: Option<&str>) -> Option<u64> {
    let text = written.filter(|text| !text.contains(':') && !text.trim().is_empty())?;
    let length = bytes(text);
    if length.is_none() {
        fields.warn(found, format!("`{}` is not a number of bytes", told(text)), "expected one such as `12345678`");
    }
    length
}

fn duration(fields: &mut Fields<'_>, found: &Found<'_>, text: &str) -> Option<u64> {
    let seconds = seconds(text);
    if seconds.is_none() {
        fields.warn(found, format!("`{}` is not a duration", told(text)), "expected seconds or `h:mm:ss`");
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
        let cases: [(&str, &[&str]); 14] = [
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
            let _ = (seconds(&text), bytes(&text), is_media_type(&text), Said::wordpress(&text));
        }
    }
}
