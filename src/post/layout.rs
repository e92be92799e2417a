//! What Eleventy takes from the front matter of layouts: it counts less than all that is said for the post itself.

use super::front_matter::{self, FrontMatter};
use crate::generator::Generator;
use crate::value::Value;

/// How many layouts may be around each other.
const MOST: usize = 10;

/// What is given to a post, and behind it what its layout says, and the layout of that.
pub(super) fn behind(front: &FrontMatter<'_>, given: Value, generator: &Generator) -> Value {
    let own = front.entries.iter().find(|entry| entry.key == "layout").map(|entry| &entry.value);
    let mut name = own.or_else(|| given.entry("layout")).and_then(Value::as_text);
    let mut layers = vec![given];
    while let Some(layer) = name.and_then(|name| front_of(generator.layout(&name)?)) {
        name = layer.entry("layout").and_then(Value::as_text).filter(|_| layers.len() < MOST);
        layers.push(layer);
    }
    let lists = generator.lists();
    layers.into_iter().rev().fold(Value::Null, |mut all, layer| {
        if all.is_blank() || layer.is_blank() {
            return if layer.is_blank() { all } else { layer };
        }
        all.overlay_joining(layer, lists);
        all
    })
}

/// The front matter of a text, as one mapping.
fn front_of(text: &str) -> Option<Value> {
    let front = front_matter::read(text).ok()?.front?;
    Some(front.into_value())
}
