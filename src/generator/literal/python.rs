//! The plain assignments of a module of Python: `NAME = literal` at the start of a line.

use super::{Language, Reader};
use crate::value::Value;

/// What they say, as one mapping; the last assignment to a name counts, and one that is not plain says nothing.
pub(in super::super) fn assignments(text: &str) -> Value {
    let mut reader = Reader::new(text, Language::Python);
    loop {
        reader.cursor.skip_blanks();
        if reader.cursor.peek().is_none() {
            return Value::Mapping(reader.known);
        }
        let name = reader.cursor.starts_line().then(|| reader.cursor.word()).flatten();
        match name.filter(|_| assigns(&mut reader)) {
            Some(name) => {
                let value = reader.value();
                let is_tuple = reader.cursor.peek() == Some(',');
                reader.known.retain(|(known, _)| known != name);
                reader.known.extend(value.filter(|_| !is_tuple).map(|value| (name.to_owned(), value)));
                reader.cursor.skip_statement();
            }
            None => reader.cursor.skip_statement(),
        }
    }
}

/// Steps over `=`, with an annotation before it.
fn assigns(reader: &mut Reader<'_>) -> bool {
    let cursor = &mut reader.cursor;
    if cursor.take(':') {
        cursor.skip_annotation();
    }
    let is_comparison = cursor.rest().trim_start_matches([' ', '\t']).starts_with("==");
    !is_comparison && cursor.take('=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read::json;

    #[test]
    fn a_configuration_is_its_plain_assignments() {
        let text = r#"#!/usr/bin/env python
"""A blog's
SITENAME = 'not this'
"""
from pathlib import Path
import os, sys  # sys.path.append
AUTHOR = 'Ann'
SITENAME = "Ann's \
notes"
SITEURL: str = ''
TIMEZONE = 'Europe/Paris'; DEFAULT_LANG = 'en'
PAGINATION = 10
FEED = None
LINKS = (('Pelican', 'https://getpelican.com/'),
         ('Other', '#'),)
MENU = [
    # ('No', 'no'),
    ("Yes", "yes"),
]
URL = ('posts/{date:%Y}/'
       '{slug}/')
SAVE = URL
JOINED = URL + 'index.html'
FROM = os.environ.get('X', 'y')
PATHS = {'a': {'path': 'b'}}
if SITEURL == '':
    AUTHOR = 'Bo'
def f(x):
    TIMEZONE = 'UTC'
    return """
NO = 1
"""
A = B = 2
X == 3
"#;
        let expected = r##"{
"AUTHOR": "Ann", "SITENAME": "Ann's notes", "SITEURL": "", "TIMEZONE": "Europe/Paris", "PAGINATION": 10, "FEED": null,
"LINKS": [["Pelican", "https://getpelican.com/"], ["Other", "#"]], "MENU": [["Yes", "yes"]],
"URL": "posts/{date:%Y}/{slug}/", "SAVE": "posts/{date:%Y}/{slug}/", "PATHS": {"a": {"path": "b"}}
}"##;
        assert_eq!(assignments(text), json(expected).unwrap());
    }
}
