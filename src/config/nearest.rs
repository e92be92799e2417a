//! Unknown keys and values, with the known one that was probably meant.

/// The one of `known` that `typed` is most like, when it is like any.
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&typed, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(typed.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Turns serde's message about an unknown key or value into what is wrong and what to do.
/// Other messages stay as they are.
pub(super) fn explain(message: &str) -> (String, String) {
    let Some((kind, rest)) = ["field", "variant"].iter().find_map(|kind| {
        let start = message.find(&format!("unknown {kind} `"))?;
        Some((*kind, &message[start + "unknown ".len() + kind.len() + 2..]))
    }) else {
        return (message.to_owned(), String::new());
    };
    let (typed, rest) = rest.split_once('`').unwrap_or((rest, ""));
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let what = if kind == "field" { "key" } else { "value" };
    let mend = match nearest(typed, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known here: {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
    };
    (format!("unknown {what} `{typed}`"), mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_what_is_near_and_only_that() {
        let known = ["title", "url", "language", "timezone"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("Timezone", known), Some("timezone"));
        assert_eq!(nearest("webmaster", known), None);
    }

    #[test]
    fn explains_unknown_keys_and_values() {
        let serde = "site: unknown field `titel`, expected one of `title`, `url` at line 2 column 3";
        assert_eq!(explain(serde), ("unknown key `titel`".into(), "did you mean `title`?".into()));
        let serde = "unknown variant `xml`, expected one of `rss`, `atom`, `json`";
        assert_eq!(explain(serde), ("unknown value `xml`".into(), "known here: `rss`, `atom`, `json`".into()));
    }
}
