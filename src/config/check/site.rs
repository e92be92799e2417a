//! `site:` of the configuration.

use chrono_tz::Tz;
use url::Url;

use super::Checker;
use crate::config::nearest::nearest;
use crate::config::{Person, Site, is_email, wire};

impl Checker<'_> {
    pub(super) fn site(&mut self, site: wire::Site) -> Option<Site> {
        let url = self.folder_url("url", &site.url);
        if site.title.trim().is_empty() {
            self.complain(("title", ""), "`site.title` is empty", "feeds need a title");
        }
        let timezone = self.timezone(site.timezone.as_deref());
        let language = site.language.filter(|language| !language.is_empty());
        if let Some(language) = language.as_deref().filter(|language| !is_language_tag(language)) {
            let message = format!("`{language}` is no language tag");
            self.complain(("language", language), message, "write one such as `en` or `pt-BR`");
        }
        let authors = site.author.map(|authors| authors.0).unwrap_or_default();
        let authors = authors.into_iter().map(|author| self.person(author)).collect();
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

    fn person(&mut self, wire::Person(person): wire::Person) -> Person {
        if person.name.trim().is_empty() {
            self.complain(("author", ""), "an author has no name", "feeds need one");
        }
        if let Some(email) = person.email.as_deref().filter(|email| !is_email(email)) {
            self.complain(
                ("email", email),
                format!("`{email}` is no email address"),
                "write one such as `ann@example.org`",
            );
        }
        if let Some(url) = person.url.as_deref().filter(|url| Url::parse(url).is_err()) {
            self.complain(("url", url), format!("`{url}` is no URL"), "write one such as `https://example.org/`");
        }
        let url = person.url.as_deref().and_then(|url| Url::parse(url).ok()).map(String::from);
        Person { name: person.name.trim().to_owned(), email: person.email, url }
    }

    fn picture(&mut self, key: &str, reference: Option<String>, base: &Url) -> Option<Url> {
        let reference = reference.filter(|reference| !reference.is_empty())?;
        let relative = reference.strip_prefix('/').filter(|rest| !rest.starts_with('/'));
        let url = base.join(relative.unwrap_or(&reference)).ok();
        if url.is_none() {
            let message = format!("`{reference}` is no URL");
            self.complain((key, &reference), message, "write a path such as `/icon.png`, or a whole URL");
        }
        url
    }

    fn timezone(&mut self, name: Option<&str>) -> Option<Tz> {
        let Some(name) = name else { return Some(Tz::UTC) };
        let found = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name));
        if found.is_none() {
            let near = nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
            let mend = near.map_or_else(
                || "write a name such as `Europe/Berlin`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.complain(("timezone", name), format!("unknown time zone `{name}`"), mend);
        }
        found.copied()
    }
}

/// Whether `text` looks like a language tag (BCP 47, by form only).
#[must_use]
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary =
        parts.next().is_some_and(|p| (2..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphabetic()));
    primary && parts.all(|p| (1..=8).contains(&p.len()) && p.chars().all(|c| c.is_ascii_alphanumeric()))
}
