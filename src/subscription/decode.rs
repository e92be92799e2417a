//! The bytes of an old feed -> its text, in the encoding that its first bytes or its XML declaration tell; else UTF-8.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::problem::Problem;

/// How far an XML declaration reaches.
const DECLARATION: usize = 200;

pub(super) fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, str>, Problem> {
    let encoding = match (Encoding::for_bom(bytes), declared(bytes)) {
        (Some((encoding, _)), _) => encoding,
        (None, None) => UTF_8,
        (None, Some(label)) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            let message = format!("is in the encoding `{label}`, which is not known here");
            Problem::error(name, message).mend("save it as UTF-8, without `encoding=` in its first line").at(1, 1)
        })?,
    };
    let (text, _, is_broken) = encoding.decode(bytes);
    if !is_broken {
        return Ok(text);
    }
    let line = text.split('\u{fffd}').next().unwrap_or_default().matches('\n').count();
    let problem = Problem::error(name, format!("is not {} from here on", encoding.name()));
    Err(problem.mend("name its encoding in the first line, or save it as UTF-8").on_line(line_number(line)))
}

fn line_number(before: usize) -> u32 {
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// What the XML declaration says, when it can be read at all.
fn declared(bytes: &[u8]) -> Option<&str> {
    let start = &bytes[..bytes.len().min(DECLARATION)];
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let declaration = str::from_utf8(&start[..end]).ok()?.trim_start().strip_prefix("<?xml")?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}
