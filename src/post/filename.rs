//! The path of a file below the folder of posts -> what it says: whether it is a post, and its
//! date, slug, folders and language.

use super::Markup;
use super::date::{Written, century, day, digits};
use super::text::has_pair;
use crate::config::Dialect;

const MARKDOWN: [&str; 4] = ["md", "markdown", "mdown", "mkd"];
const HTML: [&str; 2] = ["html", "htm"];

/// The two-letter languages of ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
    ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr \
    ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether the file at `relative` (below the folder of posts, with `/`) can be a post, by its name:
/// Markdown or HTML, not hidden, no README, no section page (`_index.md`), nothing an editor or a
/// synchronizer leaves behind.
#[must_use]
pub fn may_be_post(relative: &str) -> bool {
    let name = &relative[memchr::memrchr(b'/', relative.as_bytes()).map_or(0, |slash| slash + 1)..];
    let Some((stem, _)) = split_extension(name) else { return false };
    let hidden = relative.starts_with('.') || has_pair(relative, b'/', |next| next == b'.');
    let is_conflict = || stem.contains('.') && stem.to_lowercase().contains(".sync-conflict-");
    let of_an_editor = name.starts_with(['#', '~']) || stem.ends_with('~') || is_conflict();
    let no_post = stem.eq_ignore_ascii_case("readme")
        || stem.split('.').next().is_some_and(|first| first.eq_ignore_ascii_case("_index"));
    !(hidden || of_an_editor || no_post)
}

/// Whether the name of the file at `relative` says a date.
#[must_use]
pub fn is_dated_name(relative: &str, dialect: Dialect) -> bool {
    let stem = relative.rsplit('/').next().and_then(split_extension).map_or("", |(stem, _)| stem);
    matches!(named_date(stem, dialect), (Dated::Yes(_), ..))
}

/// The name without its extension, and what it is written in.
fn split_extension(name: &str) -> Option<(&str, Markup)> {
    let (stem, extension) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?;
    let is = |known: &[&str]| known.iter().any(|one| extension.eq_ignore_ascii_case(one));
    match () {
        () if is(&MARKDOWN) => Some((stem, Markup::Markdown)),
        () if is(&HTML) => Some((stem, Markup::Html)),
        () => None,
    }
}

/// What a path says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// The folders that it is in, without that of its bundle.
    pub folders: Vec<&'a str>,
    /// The name without extension and language; of a bundle: its folder's.
    pub base: &'a str,
    /// `base` without the date, where the generator leaves it out of URLs.
    pub slug: &'a str,
    /// `base` without the date.
    pub undated: &'a str,
    pub date: Dated,
    /// A language behind the name: `post.fr.md`.
    pub language: Option<String>,
    /// The same as it is written there, in lower case.
    pub language_key: Option<String>,
    /// `name/index.md`
    pub is_bundle: bool,
    pub markup: Markup,
}

/// What a name says of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Dated {
    No,
    /// As it is written, and read.
    Yes(Written),
    /// It has the form of a date, and there is no such day or time.
    Impossible(String),
}

impl<'a> Name<'a> {
    /// Reads the path of a file below the folder of posts.
    #[cfg(test)]
    pub fn of(relative: &'a str, dialect: Dialect) -> Self {
        Self::in_languages(relative, dialect, None)
    }

    /// Reads the path of a file below the folder of posts, on a site that has these languages and no others, where that
    /// is known.
    pub fn in_languages(relative: &'a str, dialect: Dialect, languages: Option<&[String]>) -> Self {
        let path = relative.trim_end_matches('/');
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut folders: Vec<_> = above.split_terminator('/').filter(|part| !part.is_empty()).collect();
        let (stem, markup) = split_extension(name).unwrap_or((name, Markup::Markdown));
        let (stem, language_key, language) = split_language(stem, dialect, languages);
        let bundle = if stem == "index" { folders.pop() } else { None };
        let (is_bundle, base) = (bundle.is_some(), bundle.unwrap_or(stem));
        let (date, undated, keeps) = named_date(base, dialect);
        let date = if date == Dated::No { folder_date(&folders) } else { date };
        let slug = if keeps == Keeps::Yes { base } else { undated };
        Self { folders, base, slug, undated, date, language, language_key, is_bundle, markup }
    }

    /// The first folder that groups posts: not of a date, and none of Jekyll's own (`_posts`).
    pub fn section(&self) -> Option<&'a str> {
        let mut rest = &self.folders[..];
        while let Some((first, more)) = rest.split_first() {
            match date_run(rest) {
                0 if first.starts_with('_') => rest = more,
                0 => return Some(first),
                length => rest = &rest[length..],
            }
        }
        None
    }

    /// The folders above Jekyll's `_posts` or `_drafts`.
    pub fn above_posts(&self) -> &[&'a str] {
        let at = self.folders.iter().position(|folder| matches!(*folder, "_posts" | "_drafts"));
        &self.folders[..at.unwrap_or(0)]
    }

    /// Whether it lies in Jekyll's folder of drafts.
    pub fn is_draft(&self) -> bool {
        self.folders.contains(&"_drafts")
    }
}

/// `post.fr` is French, `intro-to-node.js` is no language.
fn split_language<'s>(
    stem: &'s str,
    dialect: Dialect,
    languages: Option<&[String]>,
) -> (&'s str, Option<String>, Option<String>) {
    let split = stem.rsplit_once('.').filter(|_| matches!(dialect, Dialect::Hugo | Dialect::Zola));
    let Some((name, tag)) = split.filter(|(name, _)| !name.is_empty()) else { return (stem, None, None) };
    let primary = tag.split(['-', '_']).next().unwrap_or("");
    let known = match languages {
        Some(languages) => languages.iter().any(|language| tag.to_lowercase() == *language),
        None => LANGUAGES.split_whitespace().any(|language| primary.eq_ignore_ascii_case(language)),
    };
    match super::language::normalized(tag) {
        Some(language) if known => (name, Some(tag.to_lowercase()), Some(language)),
        _ => (stem, None, None),
    }
}

/// Whether the date stays in the slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Yes,
    No,
}

/// The date at the start of a name, the rest, and whether the slug keeps it.
fn named_date(base: &str, dialect: Dialect) -> (Dated, &str, Keeps) {
    let scanned = if dialect == Dialect::Jekyll { scan_jekyll(base) } else { scan(base) };
    let Some(scan) = scanned else { return (Dated::No, base, Keeps::Yes) };
    let date = scan.written().map_or_else(|| Dated::Impossible(scan.text.to_owned()), Dated::Yes);
    let undated = if scan.rest.trim_matches('.').is_empty() { base } else { scan.rest };
    let keeps = match dialect {
        Dialect::Hugo => Keeps::Yes,
        // Zola knows no other form than this one
        Dialect::Zola if !scan.is_padded || matches!(date, Dated::Impossible(_)) => Keeps::Yes,
        _ => Keeps::No,
    };
    (date, undated, keeps)
}

/// A date found at the start of a name.
struct Scan<'a> {
    text: &'a str,
    rest: &'a str,
    year: i32,
    month: u32,
    day: u32,
    time: Option<&'a str>,
    is_padded: bool,
}

impl Scan<'_> {
    fn written(&self) -> Option<Written> {
        let on = day(self.year, self.month, self.day).map(Written::on)?;
        let Some(time) = self.time else { return Some(on) };
        let (clock, zone) = time.split_at(time.find(['Z', 'z', '+']).unwrap_or(time.len()));
        let text = format!("{} {}{zone}", on.day, clock.replace('-', ":"));
        super::date::parse(&text).map(|written| Written { timestamp: false, ..written })
    }
}

/// Jekyll's: `2024-1-2-name`, with a year of two to four digits.
fn scan_jekyll(base: &str) -> Option<Scan<'_>> {
    let mut parts = base.splitn(4, '-');
    let (year, month, day, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let number = digits(year, 2..=4)?;
    let year = if year.len() == 2 { century(number) } else { i32::try_from(number).ok()? };
    let (month, day) = (digits(month, 1..=2)?, digits(day, 1..=2)?);
    let text = &base[..base.len() - rest.len() - 1];
    Some(Scan { text, rest, year, month, day, time: None, is_padded: true })
}

/// `2024-1-2`, `2024_01_02`, `2024-01-02T10-30`, and behind it nothing, or `-`, `_` or a blank.
fn scan(base: &str) -> Option<Scan<'_>> {
    let year = base.get(..4)?;
    let separator = base[4..].chars().next().filter(|c| matches!(c, '-' | '_'))?;
    let (month, after) = base[5..].split_once(separator)?;
    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    let (day, after) = after.split_at(end);
    let time_end = after.strip_prefix('T').and_then(time_length).map_or(0, |length| length + 1);
    let (time, after) = after.split_at(time_end);
    let rest = if after.is_empty() { after } else { after.strip_prefix(['-', '_', ' '])? };
    Some(Scan {
        text: &base[..base.len() - after.len()],
        rest: rest.trim_start(),
        year: i32::try_from(digits(year, 4..=4)?).ok()?,
        is_padded: month.len() == 2 && day.len() == 2 && separator == '-',
        month: digits(month, 1..=2)?,
        day: digits(day, 1..=2)?,
        time: time.get(1..),
    })
}

/// The length of `10-30`, `10:30:00`, `10-30-00Z`, `10:30:00+02:00` at the start of a text.
fn time_length(text: &str) -> Option<usize> {
    let pair = |at: usize| text.get(at..at + 2).is_some_and(|two| digits(two, 2..=2).is_some());
    let joined = |at: usize| text.get(at..=at).is_some_and(|c| c == "-" || c == ":") && pair(at + 1);
    let ends = |at: usize| text[at..].chars().next().is_none_or(|c| !c.is_ascii_digit());
    (pair(0) && joined(2)).then_some(())?;
    let mut end = 5;
    if joined(end) && ends(end + 3) {
        end += 3;
    }
    match text.get(end..=end) {
        Some("Z") => Some(end + 1),
        Some("+") if pair(end + 1) && joined(end + 3) => Some(end + 6),
        _ => Some(end),
    }
}

/// The date that the last folders make: `2024/01/02`.
fn folder_date(folders: &[&str]) -> Dated {
    let Some([.., year, month, day_of]) = folders.get(folders.len().saturating_sub(3)..) else { return Dated::No };
    let numbers = (digits(year, 4..=4), digits(month, 1..=2), digits(day_of, 1..=2));
    let (Some(y), Some(m), Some(d)) = numbers else { return Dated::No };
    let found = i32::try_from(y).ok().and_then(|y| day(y, m, d));
    found.map_or_else(|| Dated::Impossible(format!("{year}/{month}/{day_of}")), |day| Dated::Yes(Written::on(day)))
}

/// How many of the first folders are a year, a month, a day.
fn date_run(folders: &[&str]) -> usize {
    let lengths = [4..=4, 1..=2, 1..=2];
    folders.iter().zip(lengths).take_while(|(folder, length)| digits(folder, length.clone()).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_posts_by_name() {
        for name in [
            "a.md",
            "a/b/c.markdown",
            "x.MD",
            "x.mdown",
            "x.mkd",
            "x.html",
            "x.htm",
            "a/index.md",
            "2024-01-02 x.md",
            "a.b.md",
            "readme-first.md",
            "post~1.md",
            "index_of.md",
        ] {
            assert!(may_be_post(name), "{name}");
        }
        for name in [
            "a.txt",
            "a",
            "",
            ".md",
            ".a.md",
            ".git/a.md",
            "a/.b/c.md",
            "README.md",
            "x/readme.markdown",
            "_index.md",
            "a/_index.fr.md",
            "a.md~",
            "a~.md",
            "#a.md#",
            "#a#.md",
            ".#a.md",
            "4913",
            ".a.md.swp",
            "a.md.swx",
            "~$a.md",
            ".a.md.Xy12Zq",
            "a.md.tmp",
            "a.sync-conflict-20240102-1.md",
            "a.png",
        ] {
            assert!(!may_be_post(name), "{name}");
        }
    }

    /// `date|slug|undated`
    fn shown(relative: &str, dialect: Dialect) -> String {
        let name = Name::of(relative, dialect);
        let date = match name.date {
            Dated::No => "no".to_owned(),
            Dated::Impossible(text) => format!("!{text}"),
            Dated::Yes(written) => match written.time {
                None => written.day.to_string(),
                Some(time) => format!("{} {time}", written.day),
            },
        };
        format!("{date}|{}|{}", name.slug, name.undated)
    }

    #[test]
    fn reads_dates_in_names() {
        use Dialect::{Commonmark, Hugo, Jekyll, Zola};
        let cases = [
            (Jekyll, "2023-08-03-x.md", "2023-08-03|x|x"),
            (Jekyll, "2019-5-1-x-y.md", "2019-05-01|x-y|x-y"),
            (Jekyll, "2018-05-2-A b.c.md", "2018-05-02|A b.c|A b.c"),
            (Jekyll, "15-1-2-x.md", "2015-01-02|x|x"),
            (Jekyll, "2024_01_02_x.md", "no|2024_01_02_x|2024_01_02_x"),
            (Jekyll, "2024-13-02-x.md", "!2024-13-02|x|x"),
            (Jekyll, "2024-01-02.md", "no|2024-01-02|2024-01-02"),
            (Commonmark, "2024_01_02_x.md", "2024-01-02|x|x"),
            (Commonmark, "2024-01-02T10-30-x.md", "2024-01-02 10:30:00|x|x"),
            (Commonmark, "2024-01-02T10-30-05-x.md", "2024-01-02 10:30:05|x|x"),
            (Commonmark, "2024-01-02T10:30:00Z-x.md", "2024-01-02 10:30:00|x|x"),
            (Commonmark, "2024-01-02T10-30-100-tips.md", "2024-01-02 10:30:00|100-tips|100-tips"),
            (Commonmark, "2024-01-02T99-30-x.md", "!2024-01-02T99-30|x|x"),
            (Commonmark, "2024-01-02 x.md", "2024-01-02|x|x"),
            (Commonmark, "2024-1-2.md", "2024-01-02|2024-1-2|2024-1-2"),
            (Commonmark, "2024-01-02x.md", "no|2024-01-02x|2024-01-02x"),
            (Commonmark, "15-1-2-x.md", "no|15-1-2-x|15-1-2-x"),
            (Commonmark, "2024/01/02/x.md", "2024-01-02|x|x"),
            (Commonmark, "2024/02/30/x.md", "!2024/02/30|x|x"),
            (Commonmark, "a/2024/1/2/x/index.md", "2024-01-02|x|x"),
            (Commonmark, "2024/01/x.md", "no|x|x"),
            (Hugo, "2024-01-02-x.md", "2024-01-02|2024-01-02-x|x"),
            (Hugo, "2024-01-02-x/index.fr.md", "2024-01-02|2024-01-02-x|x"),
            (Zola, "2024-01-02-x.md", "2024-01-02|x|x"),
            (Zola, "2019-5-1-x.md", "2019-05-01|2019-5-1-x|x"),
            (Zola, "2024-01-02_x/index.md", "2024-01-02|x|x"),
        ];
        for (dialect, relative, expected) in cases {
            assert_eq!(shown(relative, dialect), expected, "{dialect:?} {relative}");
        }
    }

    #[test]
    fn reads_folders_and_languages() {
        let name = Name::of("news/2024/01/02/trip/index.pt_br.md", Dialect::Hugo);
        assert_eq!((name.section(), name.is_bundle, name.language.as_deref()), (Some("news"), true, Some("pt-BR")));
        assert_eq!(Name::of("2024/01/02/x.md", Dialect::Zola).section(), None);
        assert_eq!(Name::of("2024/travel/x.md", Dialect::Commonmark).section(), Some("travel"));
        assert_eq!(Name::of("trip/index.md", Dialect::Commonmark).section(), None);
        let jekyll = Name::of("a/b/_posts/c/2024-01-02-x.md", Dialect::Jekyll);
        assert_eq!(jekyll.above_posts(), ["a", "b"]);
        assert_eq!(Name::of("_posts/c/2024-01-02-x.md", Dialect::Jekyll).section(), Some("c"));
        assert!(Name::of("_drafts/x.md", Dialect::Jekyll).is_draft());
        for (relative, dialect) in
            [("x.fr.md", Dialect::Jekyll), ("node.js.md", Dialect::Hugo), ("a-1.0.md", Dialect::Zola)]
        {
            let name = Name::of(relative, dialect);
            assert_eq!((name.language, format!("{}.md", name.base)), (None, relative.to_owned()));
        }
        assert_eq!(Name::of("index.md", Dialect::Hugo).base, "index");
    }

    proptest! {
        #[test]
        fn any_path_is_read(relative in "[0-9a-zT_./: é-]{0,30}|\\PC*") {
            for dialect in [Dialect::Jekyll, Dialect::Hugo, Dialect::Zola, Dialect::Commonmark] {
                let name = Name::of(&relative, dialect);
                prop_assert!(name.base.ends_with(name.undated));
            }
            let _ = may_be_post(&relative);
        }
    }
}
