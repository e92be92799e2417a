//! The filters that the crates lack, or that are other ones with Jekyll.
//!
//! - `plain`: what a filter is
//! - `url`, `date`, `list`, `text`, `json`: filters by what they are for

mod date;
pub(super) mod json;
mod list;
mod plain;
mod text;
mod url;

pub(super) use plain::Plain;

/// All of them.
pub(super) fn all() -> impl Iterator<Item = Plain> {
    [url::FILTERS, date::FILTERS, list::FILTERS, text::FILTERS, json::FILTERS].into_iter().flatten().copied()
}
