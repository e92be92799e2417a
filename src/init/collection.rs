//! The collections of Eleventy's that feeds list -> which pages are posts.

use super::Blog;
use super::pages::{Kind, Page};
use crate::generator::Generator;
use crate::post;
use crate::value::Value;

/// Takes pages that are in none of some collections for none; where those hold no page that is known, nothing is changed.
/// `generator`: that of the folder `input`, with its data. The names of the collections by which pages were chosen.
pub(super) fn choose(
    pages: &mut [Page],
    names: &[Option<&str>],
    (blog, generator, input): (&Blog, &Generator, &str),
) -> Vec<String> {
    let Some(names) = names.iter().copied().collect::<Option<Vec<&str>>>().filter(|names| !names.contains(&"all"))
    else {
        return Vec::new();
    };
    let tags_of = |page: &Page| {
        let bytes = (blog.read)(&super::join(input, &page.path)).unwrap_or_default();
        tags(&post::front_matter(&bytes, &page.path, generator))
    };
    let posts = pages.iter().enumerate().filter(|(_, page)| page.kind == Kind::Post);
    let tagged: Vec<(usize, Vec<String>)> = posts.map(|(number, page)| (number, tags_of(page))).collect();
    let is_in = |tags: &[String], name: &str| tags.iter().any(|tag| tag == name);
    // one that is made by a function holds nobody knows what
    let made = generator.setting("collections").map(Value::items).unwrap_or_default();
    let is_made = |name: &&str| made.iter().any(|made| made.as_str() == Some(*name));
    if names.is_empty()
        || names.iter().any(is_made)
        || names.iter().any(|name| !tagged.iter().any(|(_, tags)| is_in(tags, name)))
    {
        return Vec::new();
    }
    let mut is_less = false;
    for (number, tags) in tagged {
        if !names.iter().any(|name| is_in(&tags, name)) {
            pages[number].kind = Kind::Other;
            is_less = true;
        }
    }
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort();
    names.dedup();
    if is_less { names } else { Vec::new() }
}

/// The collections that a page is in: one text is one.
fn tags(front: &Value) -> Vec<String> {
    let Some(tags) = front.entry("tags") else { return Vec::new() };
    tags.as_text().into_iter().chain(tags.items().iter().filter_map(Value::as_text)).collect()
}
