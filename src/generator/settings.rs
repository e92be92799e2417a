//! The configuration files of a generator -> its settings, as one mapping.

use super::{Texts, eleventy, literal, places};
use crate::config::Dialect;
use crate::problem::Problem;
use crate::value::{Value, read};

/// Lays all of its configuration files over each other. A file that cannot be read is told and passed over.
pub(super) fn read(dialect: Dialect, texts: &Texts) -> (Value, Vec<Problem>) {
    let (mut settings, mut problems) = (Value::Null, Vec::new());
    for place in places::configuration(dialect) {
        let below = texts.range((*place).to_owned()..).take_while(|(path, _)| path.starts_with(place));
        for (path, text) in below.filter(|(path, _)| path.len() == place.len() || path[place.len()..].starts_with('/'))
        {
            match by_name(path, text) {
                Some(Ok(value)) => lay_over(&mut settings, value, &path[place.len()..]),
                Some(Err(wrong)) => {
                    let message = format!("cannot be read: {}", wrong.message);
                    let problem = Problem::warning(path, message).at(wrong.line, wrong.column);
                    problems.push(problem.mend("mend it; until then the posts are read without it"));
                }
                None => {}
            }
        }
    }
    (settings, problems)
}

/// Reads a configuration in any syntax, JavaScript and Python too.
fn by_name(path: &str, text: &str) -> Option<Result<Value, read::Unreadable>> {
    match path.rsplit_once('.')?.1 {
        "js" | "mjs" | "cjs" | "ts" => Some(Ok(eleventy::settings(text))),
        "py" => Some(Ok(literal::assignments(text))),
        _ => read::by_name(path, text),
    }
}

/// A file in a folder of configuration holds what its name says: `params.toml` is `params`.
fn lay_over(settings: &mut Value, value: Value, below: &str) {
    let Value::Mapping(_) = value else { return };
    let stem = below.trim_start_matches('/').split('.').next().unwrap_or_default();
    let value = match stem {
        "" | "hugo" | "config" => value,
        key => Value::Mapping(vec![(key.to_owned(), value)]),
    };
    settings.overlay(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(dialect: Dialect, files: &[(&str, &str)]) -> (Value, Vec<Problem>) {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        read(dialect, &texts)
    }

    #[test]
    fn several_files_are_one_configuration() {
        let files = [
            ("hugo.toml", "title = 'A'\n[params]\nx = 1\n"),
            ("config/_default/params.toml", "x = 2\n"),
            ("config/_default/hugo.yaml", "baseURL: https://example.org/\n"),
            ("config.tomlx", "title = 'B'"),
        ];
        let (found, problems) = settings(Dialect::Hugo, &files);
        assert_eq!(found.at("params.x"), Some(&Value::Integer(2)));
        assert_eq!(found.at("title").and_then(Value::as_str), Some("A"));
        assert_eq!(found.at("baseURL").and_then(Value::as_str), Some("https://example.org/"));
        assert_eq!(problems, []);
    }

    #[test]
    fn a_broken_file_is_told_with_its_place() {
        let (found, problems) = settings(Dialect::Jekyll, &[("_config.yml", "title: A\nurl: [\n")]);
        assert_eq!(found, Value::Null);
        assert_eq!((problems.len(), problems[0].line), (1, Some(3)));
    }
}
