//! Inline styles -> those declarations that are harmless in every reader.

/// Properties that the W3C feed validator knows, without those that speak, hide or point; and
/// the limits of sizes, as pictures lose their measure without them.
const SAFE: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "clear",
    "color",
    "direction",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
];

/// What is left of the value of a `style` attribute; `None` when nothing is.
#[must_use]
pub fn filter(style: &str) -> Option<String> {
    let kept: Vec<&str> = style.split(';').map(str::trim).filter(|declaration| is_safe(declaration)).collect();
    (!kept.is_empty()).then(|| kept.join("; "))
}

/// Whether an element with this style is not shown at all.
#[must_use]
pub fn hides(style: &str) -> bool {
    let compact: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    compact.to_ascii_lowercase().contains("display:none")
}

fn is_safe(declaration: &str) -> bool {
    let Some((property, value)) = declaration.split_once(':') else { return false };
    let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
    SAFE.binary_search(&property.as_str()).is_ok() && is_plain(value)
}

/// Words, numbers, colours and quoted font names: no function but those of colours, no escape.
fn is_plain(value: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphanumeric() || " #%.,-+!/'\"()_".contains(c);
    let mut functions = value.match_indices('(').map(|(at, _)| &value[..at]);
    let colour = |before: &str| {
        ["rgb", "rgba", "hsl", "hsla"]
            .contains(&before.rsplit([' ', ',']).next().unwrap_or("").to_ascii_lowercase().as_str())
    };
    !value.is_empty() && value.len() <= 200 && value.chars().all(harmless) && functions.all(colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(SAFE.is_sorted());
    }

    #[test]
    fn only_safe_declarations_stay() {
        for (typed, kept) in [
            ("max-width:250px;float:right;", Some("max-width:250px; float:right")),
            ("position:fixed; COLOR: Red", Some("COLOR: Red")),
            ("background-color:rgb(1, 2, 3)", Some("background-color:rgb(1, 2, 3)")),
            ("width:expression(alert(1))", None),
            ("color:url(javascript:x)", None),
            ("color:\\75rl(x)", None),
            ("behavior:x;-moz-binding:y", None),
            ("font-family:'A b', serif", Some("font-family:'A b', serif")),
            ("", None),
            (";;:", None),
        ] {
            assert_eq!(filter(typed).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn what_is_hidden_is_seen() {
        assert!(hides("Display : none"));
        assert!(!hides("display:block"));
    }
}
