//! The shortcodes that Hugo brings along.
//!
//! Films, posts of other sites and the like need a browser: they become frames, which `clean` makes links of, or links.

use super::arguments::Arguments;
use super::parse::Shortcode;
use super::{Output, Page, attribute, escaped, link};
use crate::markup::goldmark::Numbers;
use crate::markup::line_numbers;
use crate::value::Value;

impl Page<'_, '_> {
    /// What one of Hugo's own shortcodes comes to; `None`: it is none of them.
    pub(super) fn builtin(&mut self, shortcode: &Shortcode<'_>, inner: Option<&str>) -> Option<Output> {
        let arguments = &shortcode.arguments;
        let id = || arguments.named_or_at("id", 0).unwrap_or_default().trim().to_owned();
        let name = shortcode.name.to_ascii_lowercase();
        Some(match name.strip_suffix("_simple").unwrap_or(&name) {
            "figure" => Output::Html(self.figure(arguments)),
            "highlight" => Output::Html(self.highlight(arguments, inner.unwrap_or_default())),
            "ref" | "relref" => Output::Text(self.reference(shortcode)),
            "param" => Output::Html(self.parameter(shortcode)),
            "details" => Output::Html(self.details(arguments, inner.unwrap_or_default())),
            "youtube" => frame(&format!("https://www.youtube.com/embed/{}", id()), arguments),
            "vimeo" => frame(&format!("https://player.vimeo.com/video/{}", id()), arguments),
            "x" | "tweet" | "twitter" => post_on_x(arguments),
            "instagram" => link(&format!("https://www.instagram.com/p/{}/", id()), "Post on Instagram"),
            "gist" => gist(arguments),
            "qr" => code_to_scan(arguments.named("text").or(inner).unwrap_or_default().trim()),
            "comment" => Output::Text(String::new()),
            inline if inline.ends_with(".inline") => Output::Text(String::new()),
            _ => return None,
        })
    }

    /// A picture with what is said of it.
    pub(super) fn figure(&self, arguments: &Arguments) -> String {
        let said = |name| arguments.named(name).filter(|value| !value.is_empty());
        let caption = said("caption").map(|caption| self.span(caption)).unwrap_or_default();
        let source = arguments.named_or_at("src", 0).map(|source| self.resource(source).unwrap_or(source));
        let mut image = format!("<img{}", attribute("src", source));
        let alt = said("alt").map_or_else(|| crate::markup::html_to_text(&caption), str::to_owned);
        image.push_str(&attribute("alt", Some(&alt)));
        ["width", "height"].into_iter().for_each(|name| image.push_str(&attribute(name, said(name))));
        image.push('>');
        let image =
            said("link").map_or(image.clone(), |link| format!("<a{}>{image}</a>", attribute("href", Some(link))));
        let title = said("title").map(|title| format!("<h4>{}</h4>", escaped(title))).unwrap_or_default();
        let source = said("attr").map(|source| self.span(source)).unwrap_or_default();
        let source =
            said("attrlink").map_or(source.clone(), |link| format!("<a{}>{source}</a>", attribute("href", Some(link))));
        let said: Vec<String> = [caption, source].into_iter().filter(|said| !said.is_empty()).collect();
        let said = if said.is_empty() { String::new() } else { format!("<p>{}</p>", said.join("\n")) };
        let caption = format!("{title}{said}");
        let caption = if caption.is_empty() { caption } else { format!("<figcaption>{caption}</figcaption>") };
        format!("<figure>{image}{caption}</figure>")
    }

    /// The file of the page that its front matter has a name for.
    fn resource(&self, name: &str) -> Option<&str> {
        let resources = self.body.around.front.find_at("resources")?.items();
        let own = |resource: &&Value| resource.find_at("name").and_then(Value::as_str).map(str::to_owned);
        let is_named = |resource: &&Value| own(resource).is_some_and(|own| own.eq_ignore_ascii_case(name));
        let source = resources.iter().find(is_named)?.find_at("src")?.as_str()?;
        (!source.contains(['*', '?', '[', '{'])).then_some(source)
    }

    /// Code, without what Hugo would colour in it.
    fn highlight(&self, arguments: &Arguments, inner: &str) -> String {
        let language = arguments.named_or_at("lang", 0).unwrap_or_default();
        let class =
            if language.is_empty() { String::new() } else { attribute("class", Some(&format!("language-{language}"))) };
        let code = escaped(inner.trim_matches(['\n', '\r']));
        let options = arguments.named_or_at("options", 1).unwrap_or_default();
        if options.to_ascii_lowercase().replace(' ', "").contains("hl_inline=true") {
            return format!("<code{class}>{code}</code>");
        }
        let around = [&format!("<pre><code{class}>"), "\n</code></pre>"];
        match Numbers::of(self.body.around.generator.settings()).beside(language, options) {
            Some(numbering) => line_numbers::numbered(&code, around, numbering),
            None => around.join(&code),
        }
    }

    fn details(&self, arguments: &Arguments, inner: &str) -> String {
        let summary = arguments.named_or_at("summary", 0).map_or_else(|| "Details".to_owned(), |text| self.span(text));
        format!("<details><summary>{summary}</summary>{}</details>", self.markdown(inner))
    }

    /// A value of the post's front matter, else one of the site's `params`.
    fn parameter(&mut self, shortcode: &Shortcode<'_>) -> String {
        let key = shortcode.arguments.named_or_at("name", 0).unwrap_or_default();
        let around = self.body.around;
        let own = around.front.find_at(key).or_else(|| around.front.find_at(&format!("params.{key}")));
        let found = own.or_else(|| around.generator.settings().find_at(&format!("params.{key}")));
        let Some(value) = found.and_then(Value::as_text) else {
            let shown: String = key.chars().take(80).collect();
            self.note(shortcode.at, &format!("there is no `{shown}` that `param` could show"), "set it in `params`");
            return String::new();
        };
        escaped(&value)
    }
}

fn frame(url: &str, arguments: &Arguments) -> Output {
    Output::Html(format!(
        "<iframe{}{}></iframe>",
        attribute("src", Some(url)),
        attribute("title", arguments.named("title"))
    ))
}

fn post_on_x(arguments: &Arguments) -> Output {
    let user = arguments.named("user");
    let id = arguments.named("id").or_else(|| arguments.at(1)).or_else(|| arguments.at(0)).unwrap_or_default().trim();
    let user = user.or_else(|| arguments.at(1).and_then(|_| arguments.at(0)));
    match user {
        Some(user) => link(&format!("https://x.com/{user}/status/{id}"), &format!("Post by @{user} on X")),
        None => link(&format!("https://x.com/i/status/{id}"), "Post on X"),
    }
}

fn gist(arguments: &Arguments) -> Output {
    let (user, id) = (arguments.at(0).unwrap_or_default(), arguments.at(1).unwrap_or_default());
    let file = arguments.at(2).map(|file| format!(": {file}")).unwrap_or_default();
    link(&format!("https://gist.github.com/{user}/{id}"), &format!("Gist by {user}{file}"))
}

/// What a reader would scan with a telephone is shown to be read.
fn code_to_scan(text: &str) -> Output {
    if text.starts_with("http://") || text.starts_with("https://") {
        return link(text, text);
    }
    Output::Html(format!("<p>{}</p>", escaped(text)))
}
