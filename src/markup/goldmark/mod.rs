//! What Goldmark, Hugo's Markdown, reads beyond `CommonMark`.
//!
//! - `typographer`: quotation marks, dashes and dots
//! - `linkify`: addresses without marks
//! - `passthrough`: what is no Markdown
//! - `highlight`: numbers beside lines of code
//! - `inline_tag`: text that is struck out, set high or low, marked
//! - `settings`: which of it a site wants
//! - `summary`: how much of a post is its summary

mod highlight;
mod inline_tag;
mod linkify;
mod passthrough;
mod settings;
mod summary;
mod typographer;

pub use highlight::Numbers;
pub use inline_tag::{Read, differing};
pub use linkify::{Address, addresses};
pub use passthrough::passed;
pub use settings::Settings;
pub use summary::{opening, parted_from_mark};
pub use typographer::Typographer;
