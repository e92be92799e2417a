//! What the settings of Zola say of its Markdown.

use pulldown_cmark::Options;

use crate::value::Value;

/// See the file's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether `:smile:` is a picture.
    pub emoji: bool,
    /// Whether footnotes stand where they are written, not at the end.
    pub notes_in_place: bool,
    /// Whether letters of all scripts stay in the ids of headings.
    pub keeps_letters: bool,
    /// What is not read: most extensions where nothing asks for them, and formulas.
    pub left_out: Options,
}

impl Settings {
    /// What its configuration says.
    #[must_use]
    pub fn of(settings: &Value) -> Self {
        let says =
            |key: &str| settings.at("markdown").and_then(|markdown| markdown.entry(key)) == Some(&Value::Bool(true));
        let mut left_out = Options::ENABLE_MATH;
        for (key, option) in [
            ("smart_punctuation", Options::ENABLE_SMART_PUNCTUATION),
            ("definition_list", Options::ENABLE_DEFINITION_LIST),
            ("github_alerts", Options::ENABLE_GFM),
        ] {
            left_out.set(option, !says(key));
        }
        let anchors = settings.at("slugify.anchors").and_then(Value::as_str).unwrap_or("on");
        Self {
            emoji: says("render_emoji"),
            notes_in_place: !says("bottom_footnotes"),
            keeps_letters: anchors != "on",
            left_out,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(&Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read;

    #[test]
    fn what_is_read_is_asked_for() {
        let plain = Settings::of(&read::toml("title = 'x'").expect("TOML"));
        assert!(plain.left_out.contains(Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_MATH));
        assert!(!plain.emoji && !plain.keeps_letters);
        let toml = "[markdown]\nsmart_punctuation = true\nrender_emoji = true\n[slugify]\nanchors = 'safe'";
        let asked = Settings::of(&read::toml(toml).expect("TOML"));
        assert!(!asked.left_out.contains(Options::ENABLE_SMART_PUNCTUATION));
        assert!(asked.emoji && asked.keeps_letters);
    }
}
