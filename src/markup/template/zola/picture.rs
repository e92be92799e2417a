//! The picture of a shortcode whose template fails: readers would miss it.

use tera::Map;
use tera::Value as Json;

use crate::markup::entity;

/// How the names of pictures end.
const ENDS: &[&str] = &[".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg"];
/// The arguments that say what it shows, the most telling first.
const WORDS: &[&str] = &["alt", "caption", "title", "description"];

/// The first picture that the arguments name, in HTML.
pub(super) fn named(arguments: &Map<String, Json>) -> Option<String> {
    let is_picture = |path: &&str| ENDS.iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let path = arguments.values().filter_map(Json::as_str).find(is_picture)?;
    let path = path.strip_prefix("@/").map_or_else(|| path.to_owned(), |path| format!("/{path}"));
    let below = ["content/", "static/"].iter().find_map(|folder| path.trim_start_matches('/').strip_prefix(folder));
    let mut picture = "<img".to_owned();
    entity::write_attribute(&mut picture, "src", &below.map_or_else(|| path.clone(), |below| format!("/{below}")));
    if let Some(words) = WORDS.iter().find_map(|key| arguments.get(*key)?.as_str()) {
        entity::write_attribute(&mut picture, "alt", words);
    }
    Some(picture + ">")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_picture_is_found_among_the_arguments() {
        let of = |arguments: Json| arguments.as_object().and_then(named);
        assert_eq!(
            of(json!({"path": "a.PNG", "caption": "A & b"})),
            Some("<img src=\"a.PNG\" alt=\"A &amp; b\">".into())
        );
        assert_eq!(of(json!({"n": 1, "src": "static/a.jpg"})), Some("<img src=\"/a.jpg\">".into()));
        assert_eq!(of(json!({"src": "@/n/a.jpg"})), Some("<img src=\"/n/a.jpg\">".into()));
        assert_eq!(of(json!({"src": "a.mp4", "x": ["a.jpg"]})), None);
    }
}
