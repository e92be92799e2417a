//! `site:`: title, address, language, time zone, people.

use url::Url;

use super::Blog;
use super::draft::{Draft, Line};
use super::said::Said;
use super::yaml::Node;
use crate::config::is_email;
use crate::post;
use crate::value::Value;

impl Draft {
    /// A key of `site:` with a text, where one is said.
    pub(super) fn say(&mut self, key: &'static str, said: Option<Said>) {
        if let Some((text, said)) = said.and_then(|said| Some((said.text()?, said))) {
            self.site.push(Line::text(key, text, said.from));
        }
    }

    /// The title; without one the host stands for it.
    pub(super) fn title(&mut self, said: Option<Said>) {
        if let Some((title, from)) = said.and_then(|said| Some((said.text()?, said.from))) {
            return self.site.insert(0, Line::text("title", title, from));
        }
        let url = self.site_text("url").and_then(|url| Url::parse(url).ok());
        let host = url.as_ref().and_then(Url::host_str).unwrap_or("Blog").to_owned();
        self.open.push(format!("no title was found: the feeds are called `{host}`; set `site.title`"));
        self.site.insert(0, Line::text("title", host, "the host: no title was found"));
    }

    /// The address: as somebody gave it, as the configuration says, or as GitHub Pages is told it.
    pub(super) fn address(&mut self, blog: &Blog, said: Option<Said>) {
        if let Some(given) = &blog.url {
            return self.site.push(Line::text("url", given, "--url"));
        }
        let said = said.and_then(|said| Some((whole(&said.text()?)?, said.from)));
        let cname = || {
            let places = ["CNAME", "static/CNAME", "public/CNAME", "src/CNAME", "content/CNAME", "content/extra/CNAME"];
            let (place, text) = places.iter().find_map(|place| Some((place, blog.text(place)?)))?;
            Some((whole(text.trim())?, (*place).to_owned()))
        };
        let Some((url, from)) = said.or_else(cname) else { return };
        if is_sample(&url) {
            self.open.push(format!("`{url}` is the address of every new site: if it is not yours, set `site.url`"));
        }
        self.site.push(Line::text("url", url, from));
    }

    /// A language, as a tag.
    pub(super) fn language(&mut self, said: Option<Said>) {
        let Some((text, from)) = said.and_then(|said| Some((said.text()?, said.from))) else { return };
        match post::language_tag(&text) {
            Some(tag) => self.site.push(Line::text("language", tag, from)),
            None => self.open.push(format!("`{text}` ({from}) is no language tag; set `site.language`, such as `en`")),
        }
    }

    /// A time zone.
    pub(super) fn timezone(&mut self, said: Option<Said>) {
        let Some((text, from)) = said.and_then(|said| Some((said.text()?, said.from))) else { return };
        match chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(&text)) {
            Some(chrono_tz::Tz::UTC) => {}
            Some(zone) => self.site.push(Line::text("timezone", zone.name(), from)),
            None => {
                let advice = "set `site.timezone`, such as `Europe/Berlin`";
                self.open.push(format!("`{text}` ({from}) is no time zone, UTC is taken for it; {advice}"));
            }
        }
    }

    /// Who writes, where a post does not say.
    pub(super) fn authors(&mut self, said: Option<Said>) {
        if let Some((node, said)) = said.and_then(|said| Some((people(&said.value)?, said))) {
            self.site.push(Line::new("author", node, said.from));
        }
    }
}

/// People as a configuration names them: a name, a mapping, or a list of these.
fn people(value: &Value) -> Option<Node> {
    match value {
        Value::Sequence(items) => {
            let mut nodes: Vec<Node> = items.iter().filter_map(people).collect();
            if nodes.len() > 1 { Some(Node::List(nodes)) } else { nodes.pop() }
        }
        Value::Mapping(_) => person(value),
        scalar => line(scalar).map(Node::Text),
    }
}

fn person(value: &Value) -> Option<Node> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| line(super::said::find(value, key)?));
    let name = text(&["name", "display_name", "fullname"])?;
    let email =
        text(&["email"]).map(|email| email.trim_start_matches("mailto:").to_owned()).filter(|email| is_email(email));
    let url = text(&["url", "uri", "link", "website"])
        .filter(|url| url.starts_with('/') || whole(url).is_some_and(|whole| whole.starts_with(url.as_str())));
    let pairs = [("name", Some(name.clone())), ("email", email), ("url", url)];
    let pairs: Vec<_> = pairs.into_iter().filter_map(|(key, text)| Some((key, Node::Text(text?)))).collect();
    Some(if pairs.len() == 1 { Node::Text(name) } else { Node::Map(pairs) })
}

fn line(value: &Value) -> Option<String> {
    value.as_text().map(|text| post::one_line(&text)).filter(|text| !text.is_empty())
}

/// An address of a site with its scheme and a slash at its end; `None` when it is none, or this machine's.
fn whole(text: &str) -> Option<String> {
    let text = text.trim();
    let has_scheme = text.contains("://");
    let text = match text.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None if has_scheme => text.to_owned(),
        None if text.contains('.') && !text.starts_with(['.', '/', '{', '<']) => format!("https://{text}"),
        None => return None,
    };
    let url =
        Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty())?;
    let host = url.host_str()?;
    let is_machine = matches!(host, "localhost" | "0.0.0.0" | "127.0.0.1" | "[::1]") || !host.contains('.');
    let url = url.as_str();
    let end = if url.ends_with('/') { "" } else { "/" };
    (!is_machine && !url.contains(['%', '{'])).then(|| format!("{url}{end}"))
}

/// Whether it is what generators write into a new site.
fn is_sample(url: &str) -> bool {
    let host =
        Url::parse(url).ok().and_then(|url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned()));
    host.is_some_and(|host| {
        matches!(host.as_str(), "example.com" | "example.org" | "example.net" | "yourdomain.com" | "your-domain.com")
    })
}

#[cfg(test)]
mod tests {
    use super::super::yaml::flow;
    use super::*;
    use crate::value::read;

    #[test]
    fn addresses_are_whole_and_not_of_this_machine() {
        let cases = [
            ("https://example.org", Some("https://example.org/")),
            ("http://u.example/blog/", Some("http://u.example/blog/")),
            ("https://u.example//", Some("https://u.example//")),
            ("//u.example", Some("https://u.example/")),
            ("u.example", Some("https://u.example/")),
            ("http://localhost:4000", None),
            ("http://127.0.0.1:1313/", None),
            ("/", None),
            ("", None),
            ("ftp://u.example", None),
            ("https://ann:secret@u.example/", None),
            ("{{ env.URL }}", None),
        ];
        for (text, expected) in cases {
            assert_eq!(whole(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn people_are_named_in_many_ways() {
        let cases = [
            ("Ann", Some("Ann")),
            (
                "{name: Ann, email: ann@example.org, url: /about/}",
                Some("{ name: Ann, email: ann@example.org, url: /about/ }"),
            ),
            ("{name: Ann, email: nobody, twitter: ann}", Some("Ann")),
            ("[Ann, {name: Bo}]", Some("[Ann, Bo]")),
            ("[Ann]", Some("Ann")),
            ("{twitter: ann}", None),
            ("''", None),
        ];
        for (yaml, expected) in cases {
            let value = read::yaml(yaml).unwrap();
            assert_eq!(people(&value).map(|node| flow(&node)).as_deref(), expected, "{yaml}");
        }
    }
}
