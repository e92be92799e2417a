//! A feed that somebody wrote by hand as a template -> its format, its limit, its ids.
//!
//! It is not run: what can be told from its text is.

use super::feeds::Limit;
use crate::config::{Format, IdFormula};

/// What a template of a feed says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// What it writes.
    pub format: Format,
    /// How many entries.
    pub limit: Limit,
    /// The formula of its ids, when it is one of those that are known.
    pub id: Option<IdFormula>,
}

/// Reads a template; `None` when it is no feed.
#[must_use]
pub fn read(text: &str) -> Option<Template> {
    let has = |marks: &[&str]| marks.iter().all(|mark| text.contains(mark));
    let format = match () {
        () if has(&["<feed", "<entry"]) => Format::Atom,
        () if has(&["<rss", "<item"]) => Format::Rss,
        () if has(&["jsonfeed.org/version"]) => Format::Json,
        () => return None,
    };
    Some(Template { format, limit: limit(text), id: id(text, format) })
}

/// The author of a feed of Atom, where the template names one in letters.
pub(super) fn author(text: &str) -> Option<String> {
    let head = text.get(text.find("<feed")?..text.find("<entry")?)?;
    let author = head.split_once("<author")?.1.split_once("</author")?.0;
    let name = author.split_once("<name>")?.1.split_once("</name>")?.0.trim();
    (!name.is_empty() && !name.contains(['{', '<', '&'])).then(|| name.to_owned())
}

/// What stands before the number of entries, in the template languages that there are.
const BEFORE_LIMITS: [&str; 7] = ["limit:", "limit =", "slice(end=", "slice(end =", "first ", "head(", "slice(0,"];

fn limit(text: &str) -> Limit {
    let number = |mark: &&str| {
        text.match_indices(*mark).find_map(|(at, _)| {
            let rest = text[at + mark.len()..].trim_start_matches([' ', '-']);
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse().ok()
        })
    };
    BEFORE_LIMITS.iter().find_map(number).map_or(Limit::All, Limit::said)
}

/// The formula of what stands in the ids of entries.
fn id(text: &str, format: Format) -> Option<IdFormula> {
    let entries = match format {
        Format::Rss => text.find("<item")?,
        Format::Atom => text.find("<entry")?,
        Format::Json => text.find("items")?,
    };
    let (opening, closing) = match format {
        Format::Rss => ("<guid", "</guid"),
        Format::Atom => ("<id", "</id"),
        Format::Json => ("\"id\"", ","),
    };
    let entry = &text[entries..];
    let Some(start) = entry.find(opening) else { return Some(IdFormula::Permalink) };
    let inside = &entry[start..start + entry[start..].find(closing)?];
    let inside = ["site.url", "site.baseurl", "absolute_url"]
        .iter()
        .fold(inside.to_owned(), |text, of_site| text.replace(of_site, ""));
    let is = |names: &[&str]| names.iter().any(|name| inside.contains(name));
    match () {
        () if is(&["tag:", "urn:", "sha1", "md5"]) => None,
        () if is(&[".id ", ".id|", ".id}"]) => Some(IdFormula::Jekyll),
        () if is(&[".url", "ermalink", "_url", "Url", "page.link"]) => Some(IdFormula::Permalink),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_in_letters_is_known() {
        let feed = |author: &str| format!("<feed>{author}<entry><author><name>Bo</name></author></entry></feed>");
        assert_eq!(author(&feed("<author>\n<name>Ann Lee</name></author>")).as_deref(), Some("Ann Lee"));
        assert_eq!(author(&feed("")), None);
        assert_eq!(author(&feed("<author><name>{{ site.author }}</name></author>")), None);
        assert_eq!(author("<entry><feed>"), None);
    }

    #[test]
    fn templates_are_read_and_not_run() {
        let atom = "<feed><id>{{ site.url }}</id>{% for post in site.posts limit:10 %}<entry><id>{{ site.url }}{{ post.id }}</id></entry>{% endfor %}</feed>";
        let rss = "<rss>{{ range first 15 .Pages }}<item><guid>{{ .Permalink }}</guid></item>";
        let tag = "<feed>{% for page in pages | slice(end=20) %}<entry><id>tag:x,{{ page.date }}:{{ page.path }}</id></entry>";
        let json = "{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{\"id\": \"{{ post.url }}\", }]}";
        let found = |text| read(text).map(|template| (template.format, template.limit, template.id));
        assert_eq!(found(atom), Some((Format::Atom, Limit::Of(10), Some(IdFormula::Jekyll))));
        assert_eq!(found(rss), Some((Format::Rss, Limit::Of(15), Some(IdFormula::Permalink))));
        assert_eq!(found(tag), Some((Format::Atom, Limit::Of(20), None)));
        assert_eq!(found(json), Some((Format::Json, Limit::All, Some(IdFormula::Permalink))));
        assert_eq!(found("<urlset></urlset>"), None);
        assert_eq!(found("<rss><item><guid>"), Some((Format::Rss, Limit::All, None)));
    }
}
