//! Formulas, for readers that set no formulas: TeX with its dollar signs, untouched by Markdown.

use crate::scan;

/// Whether `$text$` is a formula, or just two prices in one sentence. `next` is what follows.
#[must_use]
pub fn is_formula(text: &str, next: Option<char>) -> bool {
    let is_price = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['\\', '^', '_', '=']);
    let mathematical = text.contains(['\\', '^', '_', '=', '+', '<', '>', '{', '(', '|', '/', '*', '-'])
        || text.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | ',' | '.' | '!'));
    mathematical && !is_price && !next.is_some_and(char::is_alphanumeric)
}

/// Whether there is a formula in `text` at all. Where there is none, dollar signs are no marks of anything.
#[must_use]
pub fn is_used(text: &str) -> bool {
    scan::contains(text, '$') && has_formula(text)
}

fn has_formula(text: &str) -> bool {
    let mut parts = text.split('$');
    let mut before = parts.next();
    let mut after = parts.next();
    while let (Some(_), Some(inner)) = (before, after) {
        let next = parts.next();
        let closed = next.is_some() && !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
        let follows = next.and_then(|next| next.chars().next());
        if inner.is_empty() || (closed && !inner.contains("\n\n") && is_formula(inner, follows)) {
            return true;
        }
        (before, after) = (after, next);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_or_not() {
        for text in ["a $x$ b", "$$x$$", "costs $5 where $n = 3$."] {
            assert!(is_used(text), "{text}");
        }
        for text in ["", "$5 and *$6*", "a $ b", "$HOME and $PATH", "from $10 to $20"] {
            assert!(!is_used(text), "{text}");
        }
    }

    #[test]
    fn prices_are_no_formulas() {
        for formula in ["x", "a_1 + b", "\\alpha", "f(x)", "n-1", "2^n"] {
            assert!(is_formula(formula, Some('.')), "{formula}");
        }
        for other in ["5 and ", "10-", "a word or two", "20,000 to "] {
            assert!(!is_formula(other, None), "{other}");
        }
        assert!(!is_formula("x", Some('6')));
    }
}
