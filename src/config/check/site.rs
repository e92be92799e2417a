//! `site:` of the configuration.

use chrono_tz::Tz;
use url::Url;

use super::Checker;
use crate::config::nearest::nearest;
use crate::config::short::PersonFields;
use crate::config::{Person, Site, is_email, wire};

impl Checker<'_> {
    pub(super) fn site(&mut self, site: wire::Site) -> Option<Site> {
        let url = self.folder_url("site.url", &site.url);
        if site.title.trim().is_empty() {
            self.complain("site.title", "`site.title` is empty", "feeds need a title");
        }
        let timezone = self.timezone(site.timezone.as_deref());
        let language = site.language.filter(|language| !language.is_empty());
        if let Some(language) = language.as_deref().filter(|language| !is_language_tag(language)) {
            let message = format!("`{language}` is no language tag");
            self.complain("site.language", message, "write one such as `en` or `pt-BR`");
        }
        let base = url.as_ref();
        let authors = site.author.0.into_iter().enumerate();
        let authors = authors.map(|(number, author)| self.person(number, author.0, base)).collect();
        let url = url?;
        Some(Site {
            title: site.title.trim().to_owned(),
            description: site.description.unwrap_or_default().trim().to_owned(),
            language,
            timezone: timezone?,
            authors,
            copyright: site.copyright.filter(|rights| !rights.trim().is_empty()),
            icon: self.picture("icon", site.icon, &url),
            image: self.picture("image", site.image, &url),
            url,
        })
    }

    /// Somebody; a relative URL of theirs is one of the site.
    fn person(&mut self, number: usize, person: PersonFields, base: Option<&Url>) -> Person {
        let key = |name: &str| format!("site.author[{number}].{name}");
        if person.name.trim().is_empty() {
            self.complain(&key("name"), "an author of `site.author` has no name", "feeds need one");
        }
        let email = person.email.filter(|email| !email.is_empty());
        if let Some(email) = email.as_deref().filter(|email| !is_email(email)) {
            let message = format!("`site.author.email`: `{email}` is no email address");
            self.complain(&key("email"), message, "write one such as `ann@example.org`");
        }
        let written = person.url.filter(|url| !url.is_empty());
        let url = written.as_deref().zip(base).map(|(url, base)| below(base, url).map(String::from));
        if let (Some(written), Some(None)) = (&written, &url) {
            let message = format!("`site.author.url`: `{written}` is no URL");
            self.complain(&key("url"), message, "write a path such as `/about/`, or a whole one");
        }
        Person { name: person.name.trim().to_owned(), email, url: url.flatten() }
    }

    fn picture(&mut self, key: &str, reference: Option<String>, base: &Url) -> Option<Url> {
        let reference = reference.filter(|reference| !reference.is_empty())?;
        let url = below(base, &reference);
        if url.is_none() {
            let message = format!("`site.{key}`: `{reference}` is no URL");
            self.complain(&format!("site.{key}"), message, "write a path such as `/icon.png`, or a whole URL");
        }
        url
    }

    fn timezone(&mut self, name: Option<&str>) -> Option<Tz> {
        let Some(name) = name else { return Some(Tz::UTC) };
        let found = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name));
        if found.is_none() {
            let mend = zone_for(name).map_or_else(
                || "write a name such as `Europe/Berlin`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.complain("site.timezone", format!("unknown time zone `{name}`"), mend);
        }
        found.copied()
    }
}

/// What a reference of the configuration means: `/icon.png` is below the site, wherever that is.
fn below(base: &Url, reference: &str) -> Option<Url> {
    let relative = reference.strip_prefix('/').filter(|rest| !rest.starts_with('/'));
    base.join(relative.unwrap_or(reference)).ok()
}

/// The zone that was probably meant: by an abbreviation, by the city alone, by a name much like it.
fn zone_for(name: &str) -> Option<&'static str> {
    let abbreviated = ABBREVIATIONS.iter().find(|(short, _)| short.split(' ').any(|s| s.eq_ignore_ascii_case(name)));
    let all = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = name.trim().replace(' ', "_");
    let in_it = |zone: &&str| zone.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(&city));
    let named = || all().find(in_it).or_else(|| nearest(name, all()));
    abbreviated.map(|(_, zone)| *zone).or_else(named)
}

/// What people call zones that have names. One can mean several; the one with the most people is offered.
const ABBREVIATIONS: [(&str, &str); 20] = [
    ("PST PDT PT", "America/Los_Angeles"),
    ("MDT MT", "America/Denver"),
    ("CST CDT CT", "America/Chicago"),
    ("EDT ET", "America/New_York"),
    ("AKST AKDT", "America/Anchorage"),
    ("AST ADT", "America/Halifax"),
    ("NST NDT", "America/St_Johns"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("WEST", "Europe/Lisbon"),
    ("CEST", "Europe/Berlin"),
    ("EEST", "Europe/Helsinki"),
    ("MSK", "Europe/Moscow"),
    ("SAST", "Africa/Johannesburg"),
    ("IST", "Asia/Kolkata"),
    ("SGT", "Asia/Singapore"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("AEST AEDT", "Australia/Sydney"),
    ("NZST NZDT", "Pacific/Auckland"),
];

/// Whether `text` looks like a language tag (BCP 47, by form only).
#[must_use]
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary =
        parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()));
    primary && parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()))
}
