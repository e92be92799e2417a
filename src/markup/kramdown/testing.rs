//! What the tests of this room have in common.

use super::scan::Found;
use super::take_out;
use crate::config::Dialect;

/// The text with what `shown` says in the place of each find, whatever their order.
pub(super) fn replaced(text: &str, mut found: Vec<Found>, shown: impl Fn(&Found) -> String) -> String {
    found.sort_by_key(|found| found.range.start);
    let (mut out, mut done) = (String::new(), 0);
    for found in found {
        out.push_str(&text[done..found.range.start]);
        out.push_str(&shown(&found));
        done = found.range.end;
    }
    out + &text[done..]
}

/// The text as it is handed on of a blog made with Jekyll.
pub(super) fn rewritten(text: &str) -> String {
    take_out(text, &Dialect::Jekyll.into()).text.into_owned()
}
