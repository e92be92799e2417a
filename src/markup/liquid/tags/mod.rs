//! The tags that the crates lack, or that are other ones with Jekyll.
//!
//! - `text`, `print`: text and outputs, as `assemble` writes them
//! - `choice`, `each`: `if`, `unless`, `for` and `tablerow`, whose own in the crates are too strict; `row`: cells
//! - `highlight`: code
//! - `asked`: tags that ask for something of the blog or elsewhere: `include`, `link`, `gist`, ...
//! - `name`: what each is called
//! - `parameters`: what stands behind their names

mod asked;
mod choice;
mod each;
mod highlight;
mod name;
mod parameters;
mod print;
mod row;
mod text;

use liquid_core::parser::Language;

pub(super) use asked::{is_argument_tag, is_silent};

/// Adds them to a language.
pub(super) fn register(language: &mut Language) {
    language.blocks.register("if".into(), choice::Choice::If.into());
    language.blocks.register("unless".into(), choice::Choice::Unless.into());
    language.blocks.register("for".into(), each::Loop::For.into());
    language.blocks.register("tablerow".into(), each::Loop::TableRow.into());
    language.blocks.register("highlight".into(), highlight::Highlight.into());
    language.tags.register("text".into(), text::Text.into());
    language.tags.register("print".into(), print::Print.into());
    language.tags.register("asked".into(), asked::Asked.into());
}
