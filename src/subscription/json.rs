//! JSON Feed, any version -> entries.

use serde_json::Value;

use super::{Entry, OldFeed, SAVE, Wrong, date};

pub(super) fn read(text: &str) -> Result<OldFeed, Wrong> {
    let feed: Value = serde_json::from_str(text).map_err(|error| {
        let place = (number(error.line()), number(error.column()).max(1));
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or(&said);
        Wrong { message: format!("is not JSON: {said}"), mend: "mend it here in the saved file", place: Some(place) }
    })?;
    let Some(items) = feed.get("items").and_then(Value::as_array) else {
        return Err(Wrong { message: "is JSON without `items`, not a JSON Feed".to_owned(), mend: SAVE, place: None });
    };
    Ok(OldFeed { url: text_of(&feed, "feed_url"), entries: items.iter().map(entry).collect() })
}

fn entry(item: &Value) -> Entry {
    let url = text_of(item, "url");
    let published = ["date_published", "date_modified"].iter().find_map(|key| date(&text_of(item, key)?));
    let html = ["content_html", "content_text", "summary"].iter().find_map(|key| text_of(item, key));
    Entry {
        id: text_of(item, "id").or_else(|| url.clone()).unwrap_or_default(),
        url,
        title: text_of(item, "title").unwrap_or_default(),
        published,
        updated: text_of(item, "date_modified").and_then(|text| date(&text)),
        html: html.unwrap_or_default(),
        line: None,
    }
}

/// A text that is not empty; version 1 had numbers as ids, too.
fn text_of(value: &Value, key: &str) -> Option<String> {
    let text = match value.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
