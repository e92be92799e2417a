//! `{% asked LINE "name" "arguments" %}`: tags that ask for something: a part of the blog, an address, a page elsewhere.

use std::io::Write;

use liquid_core::error::ResultLiquidReplaceExt;
use liquid_core::model::Object;
use liquid_core::{Language, ParseTag, Renderable, Result, Runtime, TagReflection, TagTokenIter, Value, ValueView};

use super::name::Name;
use super::parameters::{self, Parameters, expanded};
use super::print::next_line;
use super::text::next_text;
use crate::markup::entity::escape;
use crate::markup::liquid::globals::ASK;
use crate::markup::liquid::run;
use crate::markup::liquid::runtime::{Frame, register, variable};

/// Whether a tag is one of these.
pub(in super::super) fn is_argument_tag(name: &str) -> bool {
    matches!(name, "include" | "include_cached" | "include_relative" | "render" | "link" | "post_url")
        || elsewhere(name, "x").is_some()
}

/// Whether a tag says nothing that readers of a feed need.
pub(in super::super) fn is_silent(name: &str) -> bool {
    matches!(name, "seo" | "feed_meta" | "toc" | "avatar" | "csrf_meta_tags" | "paginate" | "layout" | "liquid")
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Asked;

impl ParseTag for Asked {
    fn parse(&self, mut arguments: TagTokenIter<'_>, _: &Language) -> Result<Box<dyn Renderable>> {
        let (line, name) = (next_line(&mut arguments)?, next_text(&mut arguments)?);
        Ok(Box::new(Question { line, name, arguments: next_text(&mut arguments)? }))
    }

    fn reflection(&self) -> &dyn TagReflection {
        &Name { start: "asked", end: "" }
    }
}

#[derive(Debug)]
struct Question {
    line: u32,
    name: String,
    arguments: String,
}

impl Renderable for Question {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        register(runtime).line = self.line;
        let answer = match self.name.as_str() {
            "link" | "post_url" => self.address(runtime),
            "include" | "include_cached" | "include_relative" | "render" => self.include(runtime),
            name => self.elsewhere(name, runtime),
        };
        writer.write_all(answer.as_bytes()).replace("it becomes too long")
    }
}

impl Question {
    fn address(&self, runtime: &dyn Runtime) -> String {
        let path = expanded(&self.arguments, runtime);
        let path = path.trim().trim_matches(['"', '\'']);
        let found = variable(runtime, &[ASK, &self.name, path]);
        if found.is_nil() {
            let message = format!("`{{% {} {path} %}}` names no post", self.name);
            register(runtime).tell(message, "name one by its file, such as `2024-05-01-rain`");
        }
        found.to_kstr().into_string()
    }

    fn include(&self, runtime: &dyn Runtime) -> String {
        let parameters = parameters::read(&self.arguments);
        let Some(name) = parameters.words.first().map(|word| expanded(word.text(), runtime)) else {
            return String::new();
        };
        let kind = if self.name == "include_relative" { "include_relative" } else { "include" };
        let found = variable(runtime, &[ASK, kind, name.trim()]);
        if found.is_nil() {
            register(runtime).tell(format!("the include `{name}` is not there"), "it is left out");
            return String::new();
        }
        let found = found.to_kstr().into_string();
        let entered = register(runtime).enter(found.len());
        if let Err(wrong) = entered {
            register(runtime).leave();
            register(runtime).tell(format!("the include `{name}` {wrong}"), "it is left out");
            return String::new();
        }
        let text = self.included(&found, &parameters, runtime);
        register(runtime).leave();
        text
    }

    fn included(&self, text: &str, parameters: &Parameters, runtime: &dyn Runtime) -> String {
        let text = without_front_matter(text);
        let given = parameters.pairs.iter().map(|(key, word)| (key.clone().into(), word.value(runtime)));
        let mut variables = Object::from_iter([("include".into(), Value::Object(given.collect()))]);
        let own = parameters.variables.iter().map(|(key, word)| (key.clone().into(), word.value(runtime)));
        variables.extend(own);
        let frame = Frame { parent: runtime, variables };
        let (text, notices) = run(text, &|_| self.line, &frame);
        register(runtime).notices.extend(notices);
        text
    }

    /// A link to what the page would show of another site.
    fn elsewhere(&self, name: &str, runtime: &dyn Runtime) -> String {
        let parameters = parameters::read(&self.arguments);
        let word = parameters.words.first().map(|word| match word.value(runtime) {
            value if value.is_nil() => word.text().to_owned(),
            value => value.to_kstr().into_string(),
        });
        let Some((url, text)) = word.and_then(|word| elsewhere(name, &expanded(&word, runtime))) else {
            register(runtime).tell(format!("`{{% {name} %}}` does not say what it shows"), "it is left out");
            return String::new();
        };
        let html = format!("<p><a href=\"{}\">{text}</a></p>", escape(&url));
        register(runtime).held.hold(html)
    }
}

/// The address and the name of what a tag of a plug-in shows.
fn elsewhere(name: &str, id: &str) -> Option<(String, &'static str)> {
    let whole = id.starts_with("https://") || id.starts_with("http://");
    let at = |before: &str| if whole { id.to_owned() } else { format!("{before}{id}") };
    Some(match name {
        "gist" => (at("https://gist.github.com/"), "Gist"),
        "youtube" | "youtube_player" | "youtube_embed" => (at("https://www.youtube.com/watch?v="), "Video on YouTube"),
        "vimeo" => (at("https://vimeo.com/"), "Video on Vimeo"),
        "twitter" | "tweet" | "x" => (at("https://x.com/i/status/"), "Post on X"),
        "instagram" => (at("https://www.instagram.com/p/"), "Post on Instagram"),
        "codepen" => (at("https://codepen.io/pen/"), "CodePen"),
        "jsfiddle" => (at("https://jsfiddle.net/"), "JSFiddle"),
        "spotify" => (at("https://open.spotify.com/"), "Spotify"),
        "soundcloud" => (at("https://soundcloud.com/"), "SoundCloud"),
        "speakerdeck" => (at("https://speakerdeck.com/"), "Slides on Speaker Deck"),
        "slideshare" => (at("https://www.slideshare.net/"), "Slides on SlideShare"),
        "github" => (at("https://github.com/"), "GitHub"),
        "asciinema" => (at("https://asciinema.org/a/"), "Recording on asciinema"),
        _ => return None,
    })
}

/// Includes may have front matter, which is not shown.
fn without_front_matter(text: &str) -> &str {
    let rest = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    rest.map_or(text, |(_, body)| body)
}
