//! What the configuration is to say, line by line with where it came from -> the text of the file.

use super::Blog;
use super::yaml::{Node, flow};
use crate::config::Dialect;
use crate::post;

/// How wide the lines are, where they can be.
const WIDTH: usize = 120;

/// The configuration that a blog needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// Whose blog it is, for the first line.
    pub generator: &'static str,
    /// `site:`
    pub site: Vec<Line>,
    /// `posts:`, one folder each.
    pub sources: Vec<Vec<Line>>,
    /// `output:`; without a key it is a comment alone.
    pub output: Option<Line>,
    /// `ids:`
    pub ids: Option<Line>,
    /// `feeds:`, one mapping each; none: the default.
    pub feeds: Vec<Line>,
    /// How many files look like posts.
    pub posts: usize,
    /// What could not be known, and what to do.
    pub open: Vec<String>,
}

/// One key, and where its value came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The key; empty for an item of a list.
    pub key: &'static str,
    /// Its value.
    pub value: Node,
    /// Told in a comment; empty: nothing.
    pub from: String,
}

impl Line {
    /// A key with a value, and where that came from.
    pub fn new(key: &'static str, value: Node, from: impl Into<String>) -> Self {
        Self { key, value, from: from.into() }
    }

    /// A key with a text.
    pub fn text(key: &'static str, text: impl Into<String>, from: impl Into<String>) -> Self {
        Self::new(key, Node::text(text), from)
    }
}

impl Draft {
    /// The text of a key of `site:`.
    #[must_use]
    pub fn site_text(&self, key: &str) -> Option<&str> {
        self.site.iter().find(|line| line.key == key).and_then(|line| match &line.value {
            Node::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The folders of posts, as the configuration has them.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter_map(|source| match &source.first()?.value {
            Node::Text(path) => Some(path.as_str()),
            _ => None,
        })
    }

    /// Publishes to the folder that the generator builds into, and says `why`; the default stays unwritten.
    pub(super) fn output(&mut self, blog: &Blog, folder: &str, why: &str) {
        let folder = blog.told(folder.trim_start_matches("./").trim_end_matches('/'));
        let key = if folder == "public" { "" } else { "output" };
        let why = if key.is_empty() { format!("Published to `public`. {why}") } else { why.to_owned() };
        self.output = Some(Line::text(key, folder, why));
    }

    /// The pattern of addresses, unless it cannot be one, or is the default anyway.
    pub(super) fn permalink(&mut self, dialect: Dialect, pattern: &str, from: &str) -> Option<Line> {
        if let Err(wrong) = post::check_permalink(pattern) {
            self.open.push(format!("{wrong} ({from}); set `posts.permalink`"));
            return None;
        }
        (pattern != post::default_permalink(dialect)).then(|| Line::text("permalink", pattern, from))
    }

    /// Says whose rules hold for a folder of posts, where that is not judged from what stands around it.
    /// `judge`: whose would be taken, by the path in the configuration.
    pub fn settle_dialect(&mut self, dialect: Dialect, judge: &dyn Fn(&str) -> Dialect) {
        for source in &mut self.sources {
            let Some(Line { value: Node::Text(path), .. }) = source.first() else { continue };
            if judge(path) != dialect {
                source.insert(1, Line::text("dialect", name(dialect), "not what is around this folder"));
            }
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> String {
        let mut text = format!(
            "# What Feedwright makes of this {}, as `feedwright init` found it. The file is yours: change what you like.\n",
            self.generator
        );
        text += "site:\n";
        self.site.iter().for_each(|line| push(line, "  ", &mut text));
        text += "\nposts:\n";
        match &self.sources[..] {
            [source] => source.iter().for_each(|line| push(line, "  ", &mut text)),
            sources => (0..sources.len()).for_each(|number| push_item(&told_once(sources, number), &mut text)),
        }
        if let Some(ids) = &self.ids {
            text.push('\n');
            push(ids, "", &mut text);
        }
        if let Some(output) = &self.output {
            text += &format!("\n# {}\n", output.from);
            if !output.key.is_empty() {
                text += &format!("{}: {}\n", output.key, flow(&output.value));
            }
        }
        if !self.feeds.is_empty() {
            text += "\nfeeds:\n";
            self.feeds.iter().for_each(|feed| push(&Line { key: "-", ..feed.clone() }, "  ", &mut text));
        }
        text
    }
}

/// As the configuration names it.
fn name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Jekyll => "jekyll",
        Dialect::Hugo => "hugo",
        Dialect::Zola => "zola",
        Dialect::Eleventy => "eleventy",
        Dialect::Pelican => "pelican",
        Dialect::Commonmark => "commonmark",
    }
}

/// The lines of a source; what an earlier one told already is not told again.
fn told_once(sources: &[Vec<Line>], number: usize) -> Vec<Line> {
    let is_told = |line: &Line| sources[..number].iter().any(|earlier| earlier.contains(line));
    let once = |line: &Line| if is_told(line) { Line { from: String::new(), ..line.clone() } } else { line.clone() };
    sources[number].iter().map(once).collect()
}

/// The lines of a mapping that is an item of a list.
fn push_item(lines: &[Line], text: &mut String) {
    for (number, line) in lines.iter().enumerate() {
        push(line, if number == 0 { "  - " } else { "    " }, text);
    }
}

/// A line; its comment stands above it when both are too long together, a long list below it.
fn push(line: &Line, before: &str, text: &mut String) {
    let key = if line.key == "-" { "- ".to_owned() } else { format!("{}: ", line.key) };
    let blanks = " ".repeat(before.len());
    let written = format!("{before}{key}{}", flow(&line.value));
    let comment = one_line(&line.from);
    if let Node::List(items) = &line.value
        && written.chars().count() + comment.chars().count() + 3 > WIDTH
    {
        let after = if comment.is_empty() { String::new() } else { format!(" # {comment}") };
        *text += &format!("{before}{}{after}\n", key.trim_end());
        items.iter().for_each(|item| *text += &format!("{blanks}  - {}\n", flow(item)));
    } else if comment.is_empty() {
        *text += &format!("{written}\n");
    } else if written.chars().count() + comment.chars().count() + 3 > WIDTH && key == "- " {
        *text += &format!("{before}# {comment}\n{written}\n");
    } else {
        *text += &format!("{written} # {comment}\n");
    }
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.split(char::is_whitespace)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .replace(char::is_control, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_file_that_people_read() {
        let long: Vec<String> = (0..20).map(|number| format!("notes/number-{number}.md")).collect();
        let draft = Draft {
            generator: "Hugo site",
            site: vec![
                Line::text("title", "A: B", "hugo.toml: title"),
                Line::text("url", "https://example.org/", "--url"),
            ],
            sources: vec![
                vec![Line::text("path", "content/posts", ""), Line::new("exclude", Node::texts(long), "no dates")],
                vec![Line::text("path", "content/notes", "a\nb")],
            ],
            output: Some(Line::text("output", "_site", "Say why")),
            feeds: vec![Line::new("", Node::Map(vec![("path", Node::text("rss.xml"))]), "hugo.toml")],
            ..Draft::default()
        };
        let text = draft.file();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1..5],
            ["site:", "  title: \"A: B\" # hugo.toml: title", "  url: https://example.org/ # --url", ""]
        );
        assert_eq!(
            lines[5..9],
            ["posts:", "  - path: content/posts", "    exclude: # no dates", "      - notes/number-0.md"]
        );
        let rest = [
            "  - path: content/notes # a b",
            "",
            "# Say why",
            "output: _site",
            "",
            "feeds:",
            "  - { path: rss.xml } # hugo.toml",
        ];
        assert_eq!(lines[lines.len() - 7..], rest);
    }
}
