//! A language as people write it -> a language tag (BCP 47).

/// `en_us.UTF-8` is `en-US`; `None` when it has not the form of a tag.
#[must_use]
pub fn normalized(text: &str) -> Option<String> {
    let text = text.trim().split('.').next().unwrap_or("");
    let mut parts = text.split(['-', '_']);
    let primary = parts.next().filter(|part| (2..=8).contains(&part.len()) && is_alphabetic(part))?;
    let mut tag = primary.to_ascii_lowercase();
    for part in parts {
        let right = (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let part = right.then(|| cased(part))?;
        tag.push('-');
        tag.push_str(&part);
    }
    Some(tag)
}

/// Scripts are `Hant`, regions are `TW`, the rest is lower case.
fn cased(part: &str) -> String {
    let lower = part.to_ascii_lowercase();
    match part.len() {
        2 if is_alphabetic(part) => part.to_ascii_uppercase(),
        4 if is_alphabetic(part) => lower[..1].to_ascii_uppercase() + &lower[1..],
        _ => lower,
    }
}

fn is_alphabetic(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_tags() {
        let cases = [
            ("en", Some("en")),
            ("en_US", Some("en-US")),
            ("PT-br", Some("pt-BR")),
            ("zh_hant_tw", Some("zh-Hant-TW")),
            ("de_DE.UTF-8", Some("de-DE")),
            ("es-419", Some("es-419")),
            ("sl-rozaj-1994", Some("sl-rozaj-1994")),
            ("", None),
            ("e", None),
            ("English (US)", None),
            ("en-", None),
            ("c++", None),
            ("日本", None),
        ];
        for (text, expected) in cases {
            assert_eq!(normalized(text).as_deref(), expected, "{text}");
        }
    }
}
