//! What a generator gives a post, put behind its own front matter.

use super::front_matter::{Entry, FrontMatter};
use super::hugo::Hugo;
use super::text::Place;
use super::{layout, vocabulary};
use crate::config::Dialect;
use crate::generator::Generator;
use crate::value::{Lists, Value};

/// Front matter with what the generator says for the post at `relative`: mappings are merged, lists are as the
/// generator has it, and of anything else the post's own counts.
pub(super) fn behind<'a>(front: FrontMatter<'a>, generator: &Generator, relative: &str) -> FrontMatter<'a> {
    let cascaded = Hugo::of(generator).map(|hugo| hugo.cascaded(relative)).unwrap_or_default();
    let front = cascaded.iter().fold(front, |front, (key, value)| add(front, key, value, generator));
    let given = generator.defaults(relative);
    if generator.dialect() != Dialect::Eleventy {
        return given.pairs().iter().fold(front, |front, (key, value)| add(front, key, value, generator));
    }
    let given = layout::behind(&front, given, generator);
    computed(given.pairs().iter().fold(front, |front, (key, value)| add(front, key, value, generator)))
}

/// With the permalink that Eleventy computes, which wins over any other.
fn computed(mut front: FrontMatter<'_>) -> FrontMatter<'_> {
    let mut all = front.entries.iter().chain(&front.given).filter(|entry| entry.key == "eleventyComputed");
    let found = all.find_map(|entry| Some((entry.value.entry("permalink")?.clone(), entry.place)));
    if let Some((value, place)) = found.filter(|(value, _)| value.as_str().is_some()) {
        for entries in [&mut front.entries, &mut front.given] {
            entries.retain(|entry| entry.key != "permalink");
        }
        front.entries.push(Entry { key: "permalink".into(), value, place, plain: None });
    }
    front
}

fn add<'a>(mut front: FrontMatter<'a>, key: &str, value: &Value, generator: &Generator) -> FrontMatter<'a> {
    let known = vocabulary::name(key);
    let Some(own) = front.entries.iter_mut().find(|entry| vocabulary::name(&entry.key) == known) else {
        let value = value.clone();
        front.given.push(Entry { key: key.to_owned().into(), value, place: Place::START, plain: None });
        return front;
    };
    let is_jekylls = generator.dialect() == Dialect::Jekyll && known == "categories";
    let is_eleventys_tags = generator.dialect() == Dialect::Eleventy && known == "tags";
    match (&own.value, value) {
        // a text is one tag
        (Value::Sequence(_) | Value::String(_), Value::Sequence(_) | Value::String(_)) if is_eleventys_tags => {
            own.value = items(&own.value);
            own.plain = None;
            lay_over(own, items(value), Lists::Joined);
        }
        (Value::Null, _) => own.value = value.clone(),
        (Value::Mapping(_), Value::Mapping(_)) => lay_over(own, value.clone(), generator.lists()),
        (Value::Sequence(_), Value::Sequence(_)) if !is_jekylls => lay_over(own, value.clone(), generator.lists()),
        // the one key of which Jekyll joins the lists
        (Value::Sequence(_) | Value::String(_), _) if is_jekylls => {
            own.value = words(&own.value);
            own.plain = None;
            lay_over(own, words(value), Lists::Joined);
        }
        _ => {}
    }
    front
}

/// Lays what a post says itself over what it is given.
fn lay_over(own: &mut Entry<'_>, given: Value, lists: Lists) {
    let written = std::mem::replace(&mut own.value, given);
    own.value.overlay_joining(written, lists);
}

/// A text as a list of it alone.
fn items(value: &Value) -> Value {
    if let Value::Sequence(_) = value { value.clone() } else { Value::Sequence(vec![value.clone()]) }
}

/// A text as the list of its words.
fn words(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            Value::Sequence(text.split_whitespace().map(|word| Value::String(word.into())).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::front_matter;
    use super::*;
    use crate::generator::Texts;
    use crate::value::read::yaml;

    fn merged(own: &str) -> Value {
        let settings = "
defaults:
- values: {layout: post, author: Ann, categories: [a], tags: [x], image: {path: /a.png, alt: A}, subtitle: S}
";
        let generator = Generator::new(Dialect::Jekyll, "_posts", yaml(settings).unwrap(), Texts::new());
        let text = format!("---\n{own}\n---\n");
        let front = front_matter::read(&text).unwrap().front.unwrap();
        behind(front, &generator, "2024-01-02-a.md").into_value()
    }

    #[test]
    fn layouts_say_what_nobody_else_does_and_what_is_computed_wins() {
        let settings = "dir: {input: src, layouts: ../_layouts}\nlayoutAliases: {named: post.njk}";
        let texts = [
            ("_layouts/post.njk", "---\nlayout: base\npermalink: /b/\nauthor: Ann\ntags: [a]\n---\n"),
            ("src/_includes/base.liquid", "---\nauthor: Bo\nlang: de\nlayout: base\n---\n"),
            ("src/blog/blog.json", r#"{"layout": "named", "tags": ["b"], "eleventyComputed": {"title": "{{ x }}"}}"#),
        ];
        let texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let generator = Generator::new(Dialect::Eleventy, "src/blog", yaml(settings).unwrap(), texts);
        let merged = |own: &str| {
            let text = format!("---\n{own}\n---\n");
            let front = front_matter::read(&text).unwrap().front.unwrap();
            behind(front, &generator, "a.md").into_value()
        };
        let found = merged("title: T");
        let text = |key: &str| found.at(key).and_then(Value::as_str);
        assert_eq!([text("permalink"), text("author"), text("lang")], [Some("/b/"), Some("Ann"), Some("de")]);
        assert_eq!(found.entry("tags"), yaml("x: [a, b]").unwrap().entry("x"));
        assert_eq!(text("eleventyComputed.title"), Some("{{ x }}"));
        let one = merged("tags: c d");
        assert_eq!(one.entry("tags"), yaml("x: [a, b, c d]").unwrap().entry("x"));
        assert_eq!(merged("layout: base\npermalink: /c/").entry("permalink").and_then(Value::as_str), Some("/c/"));
        let computed = merged("permalink: /c/\neleventyComputed: {permalink: /d/}");
        assert_eq!(computed.entry("permalink").and_then(Value::as_str), Some("/d/"));
    }

    #[test]
    fn the_posts_own_counts() {
        let expected = "
categories: [a, b]
tags: [y]
image: {path: /b.png, alt: A}
Author: Bo
subtitle: S
layout: post
";
        let own = "categories: [b]\ntags: [y]\nimage: {path: /b.png}\nAuthor: Bo\nsubtitle:";
        assert_eq!(merged(own), yaml(expected).unwrap());
        let joined = merged("categories: b c");
        assert_eq!(joined.entry("categories"), yaml("x: [a, b, c]").unwrap().entry("x"));
    }
}
