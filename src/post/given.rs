//! What a generator gives a post, put behind its own front matter.

use super::front_matter::{Entry, FrontMatter};
use super::hugo::Hugo;
use super::text::Place;
use super::vocabulary;
use crate::config::Dialect;
use crate::generator::Generator;
use crate::value::{Lists, Value};

/// Front matter with what the generator says for the post at `relative`: mappings are merged, lists are as the
/// generator has it, and of anything else the post's own counts.
pub(super) fn behind(front: FrontMatter, generator: &Generator, relative: &str) -> FrontMatter {
    let cascaded = Hugo::of(generator).map(|hugo| hugo.cascaded(relative)).unwrap_or_default();
    let front = cascaded.iter().fold(front, |front, (key, value)| add(front, key, value, generator));
    let given = generator.defaults(relative);
    given.pairs().iter().fold(front, |front, (key, value)| add(front, key, value, generator))
}

fn add(mut front: FrontMatter, key: &str, value: &Value, generator: &Generator) -> FrontMatter {
    let known = vocabulary::name(key);
    let Some(own) = front.entries.iter_mut().find(|entry| vocabulary::name(&entry.key) == known) else {
        let value = value.clone();
        front.given.push(Entry { key: key.to_owned(), value, place: Place::START, plain: None });
        return front;
    };
    let is_jekylls = generator.dialect() == Dialect::Jekyll && known == "categories";
    match (&own.value, value) {
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
fn lay_over(own: &mut Entry, given: Value, lists: Lists) {
    let written = std::mem::replace(&mut own.value, given);
    own.value.overlay_joining(written, lists);
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
        let front = front_matter::read(&format!("---\n{own}\n---\n")).unwrap().front.unwrap();
        behind(front, &generator, "2024-01-02-a.md").into_value()
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
