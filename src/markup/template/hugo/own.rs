//! A site's own shortcodes: by their templates where those can be followed, else what they enclose.

use super::parse::{Notation, Shortcode};
use super::{Output, Page, go};
use crate::markup::template::program;

/// Extensions of pictures.
const PICTURES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp"];

impl Page<'_, '_> {
    /// What the template of a shortcode makes; `None`: there is none, or none that can be followed.
    pub(super) fn by_template(&mut self, shortcode: &Shortcode<'_>, inner: Option<&str>) -> Option<Output> {
        let template = self.body.around.generator.shortcode(shortcode.name)?;
        if self.added > super::MOST_ADDED {
            return Some(Output::Text(String::new()));
        }
        let call = go::Call { arguments: &shortcode.arguments, inner: inner.unwrap_or_default(), page: self };
        let made = go::expand(template, &call)?;
        self.added += made.len();
        if self.added > super::MOST_ADDED {
            return Some(Output::Text(String::new()));
        }
        Some(match shortcode.notation {
            Notation::Html => Output::Html(made),
            Notation::Markdown => self.trusted(&made).map_or(Output::Text(made), Output::Html),
        })
    }

    /// What can be shown of a shortcode that nobody here knows.
    pub(super) fn unknown(&mut self, shortcode: &Shortcode<'_>, inner: Option<&str>) -> Output {
        if let (Some(source), None) = (shortcode.arguments.named("src"), inner)
            && source.rsplit_once('.').is_some_and(|(_, end)| PICTURES.contains(&end.to_ascii_lowercase().as_str()))
        {
            return Output::Html(self.figure(&shortcode.arguments));
        }
        if let Some(html) = inner.and_then(|inner| program::shown(shortcode.name, inner)) {
            return Output::Html(html);
        }
        let known = self.unknown.entry(shortcode.name.to_owned()).or_insert((shortcode.at, false));
        known.1 |= inner.is_some();
        Output::Text(inner.map(deindented).unwrap_or_default())
    }

    /// Tells of each of them once.
    pub(super) fn note_unknown(&mut self) {
        for (name, (at, encloses)) in std::mem::take(&mut self.unknown) {
            let shown: String = name.chars().take(60).collect();
            let what = if encloses { "only what it encloses is shown" } else { "nothing of it is shown" };
            let mend = format!("give it a template: `shortcodes: {{ {shown}: ... }}`");
            self.note(at, &format!("the shortcode `{shown}` is the site's own: {what}"), &mend);
        }
    }
}

/// Text without the blanks that all of its lines begin with.
fn deindented(text: &str) -> String {
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let inner = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let least = inner.map(blanks).min().unwrap_or(0);
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        out.push_str(line.get(least.min(blanks(line))..).unwrap_or(line));
    }
    out
}
