//! What JSON Feed 1.1 demands of a feed and its items.

use serde::Deserialize;

use super::{address, date_rfc3339, unique};
use crate::feed::json::VERSION;
use crate::feed::text;

/// What a reader needs of a JSON Feed; other keys are the reader's own business.
#[derive(Deserialize)]
struct Feed {
    version: String,
    title: String,
    #[serde(rename = "home_page_url")]
    home: String,
    #[serde(rename = "feed_url")]
    own: String,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    url: String,
    title: Option<String>,
    content_html: String,
    date_published: String,
    date_modified: Option<String>,
}

/// Checks the JSON Feed in `text`.
pub(super) fn verify(text: &str) -> Result<(), String> {
    let feed: Feed = serde_json::from_str(text).map_err(|error| format!("unreadable as JSON Feed: {error}"))?;
    if feed.version != VERSION {
        return Err(format!("`version` is `{}`", feed.version));
    }
    if text::is_blank(&feed.title) {
        return Err("`title` is empty".to_owned());
    }
    address(&feed.home)?;
    address(&feed.own)?;
    for (number, item) in (1..).zip(&feed.items) {
        self::item(item).map_err(|problem| format!("entry {number}: {problem}"))?;
    }
    unique(&feed.items.into_iter().map(|item| item.id).collect::<Vec<_>>())
}

fn item(item: &Item) -> Result<(), String> {
    if text::is_blank(&item.id) {
        return Err("`id` is empty".to_owned());
    }
    let words = [&item.id, &item.content_html].into_iter().chain(&item.title);
    if !words.clone().all(|words| text::is_clean(words)) {
        return Err("holds a control character".to_owned());
    }
    address(&item.url)?;
    date_rfc3339(&item.date_published)?;
    item.date_modified.as_deref().map_or(Ok(()), date_rfc3339)
}
