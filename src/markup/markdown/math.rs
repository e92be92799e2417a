//! Formulas, for readers that set no formulas: TeX with its dollar signs, untouched by Markdown.

/// Whether `$text$` is a formula, or just two prices in one sentence. `next` is what follows.
#[must_use]
pub fn is_formula(text: &str, next: Option<char>) -> bool {
    let is_price = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['\\', '^', '_', '=']);
    let mathematical = text.contains(['\\', '^', '_', '=', '+', '<', '>', '{', '(', '|', '/', '*', '-'])
        || text.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | ',' | '.' | '!'));
    mathematical && !is_price && !next.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

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
