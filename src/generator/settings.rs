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

/// A file in a folder of configuration holds what its name says: `params.toml` is `params`, `params.fr.toml` what of it
/// is for French, `languages.fr.toml` all that is.
fn lay_over(settings: &mut Value, value: Value, below: &str) {
    let Value::Mapping(_) = value else { return };
    let under = |key: &str, value| Value::Mapping(vec![(key.to_owned(), value)]);
    let name = below.rsplit('/').next().unwrap_or_default();
    let (stem, language) = match *name.split('.').collect::<Vec<_>>() {
        [stem, language, _] => (stem, Some(language)),
        [stem, ..] => (stem, None),
        [] => return,
    };
    let value = match (stem, language) {
        ("" | "hugo" | "config", _) | ("languages", Some(_)) => value,
        (key, _) => under(key, value),
    };
    settings.overlay(match language {
        Some(language) => under("languages", under(language, value)),
        None => value,
    });
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
    fn files_of_a_folder_are_of_languages_and_of_production() {
        let files = [
            ("config/_default/hugo.toml", "baseURL = 'http://localhost/'\n"),
            ("config/_default/languages.toml", "[fr]\nweight = 2\n"),
            ("config/_default/languages.fr.toml", "title = 'A'\n"),
            ("config/_default/params.fr.toml", "x = 2\n"),
            ("config/production/hugo.toml", "baseURL = 'https://example.org/'\n"),
        ];
        let (found, _) = settings(Dialect::Hugo, &files);
        assert_eq!(found.at("languages.fr.title").and_then(Value::as_str), Some("A"));
        assert_eq!(found.at("languages.fr.weight"), Some(&Value::Integer(2)));
        assert_eq!(found.at("languages.fr.params.x"), Some(&Value::Integer(2)));
        assert_eq!(found.at("languages").map(|languages| languages.pairs().len()), Some(1));
        assert_eq!(found.at("baseURL").and_then(Value::as_str), Some("https://example.org/"));
    }

    #[test]
    fn a_broken_file_is_told_with_its_place() {
        let (found, problems) = settings(Dialect::Jekyll, &[("_config.yml", "title: A\nurl: [\n")]);
        assert_eq!(found, Value::Null);
        assert_eq!((problems.len(), problems[0].line), (1, Some(3)));
    }
}
