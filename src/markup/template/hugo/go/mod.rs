//! Templates of shortcodes, as far as they are simple: text, values, `if`, `with`, and the functions of `function`.
//!
//! In: a template of a site (`layouts/shortcodes/NAME.html`, or `shortcodes:` in `feedwright.yaml`) and a [`Call`]. Out:
//! what it makes; `None` when there is anything in it that is not understood, so that nothing is shown half.
//! Besides Go's own form (`{{ .Get "src" }}`) there is a short one: `{{ src }}`, `{{ 0 }}`, `{{ inner }}`.
//!
//! - `parse`: a template as nodes
//! - `expression`: what stands between the braces
//! - `evaluate`: what it comes to; `function`: what is done to values

mod evaluate;
mod expression;
mod function;
mod parse;

pub(super) use evaluate::Call;

/// What `template` makes of a call.
pub(super) fn expand(template: &str, call: &Call<'_>) -> Option<String> {
    let nodes = parse::parse(template)?;
    evaluate::run(&nodes, call)
}
