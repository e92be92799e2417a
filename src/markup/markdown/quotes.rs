//! Quotation marks that the parser makes of straight ones, put right: `27" monitor` opens no quotation.
//!
//! In: an event of the parser, and the text that it comes from. Out: the event.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

/// Behind a letter or a digit no quotation opens.
pub(super) fn mend<'a>(event: Event<'a>, text: &str, range: Range<usize>) -> Event<'a> {
    let closing = match &event {
        Event::Text(quote) if quote.as_ref() == "\u{201c}" => ('"', "\u{201d}"),
        Event::Text(quote) if quote.as_ref() == "\u{2018}" => ('\'', "\u{2019}"),
        _ => return event,
    };
    let (before, typed) = (text.get(..range.start).unwrap_or(""), text.get(range).unwrap_or(""));
    if typed.starts_with(closing.0) && before.ends_with(char::is_alphanumeric) {
        return Event::Text(CowStr::Borrowed(closing.1));
    }
    event
}
