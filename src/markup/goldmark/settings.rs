//! How a Hugo site sets its Markdown, by the `markup` of its configuration.

use std::borrow::Cow;

use pulldown_cmark::Options;

use super::highlight::Numbers;
use super::inline_tag::{self, InlineTag};
use super::typographer::Signs;
use crate::markup::entity;
use crate::value::Value;

/// What of Goldmark can be set, and matters in a feed.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of a configuration")]
pub struct Settings {
    /// What quotation marks, dashes and dots become; `None`: they stay.
    pub signs: Option<Signs>,
    /// The scheme of links that are made of `www.example.org`; `None`: no links are made.
    pub linkify: Option<String>,
    /// What the site does not read.
    pub left_out: Options,
    /// Lines end where their author ended them.
    pub keeps_lines: bool,
    /// HTML in Markdown is left out, as Hugo does it unless it is told not to.
    pub omits_html: bool,
    /// `{.class}` behind a block is no text.
    pub block_attributes: bool,
    /// `:smile:` is a face.
    pub emoji: bool,
    /// Between letters of Chinese, Japanese and Korean the end of a line is no blank.
    pub joins_cjk: bool,
    /// Pairs of signs between which nothing is Markdown.
    pub delimiters: Vec<[String; 2]>,
    /// Signs that text is struck out with, and the like.
    pub inline_tags: Vec<InlineTag>,
    /// Which lines of code have numbers.
    pub numbers: Numbers,
}

impl Default for Settings {
    /// Of a site whose configuration nobody knows: nothing that was written is left out.
    fn default() -> Self {
        Self {
            signs: Some(Signs::default()),
            linkify: Some("https".to_owned()),
            left_out: Options::empty(),
            keeps_lines: false,
            omits_html: false,
            block_attributes: true,
            emoji: false,
            joins_cjk: false,
            delimiters: Vec::new(),
            inline_tags: inline_tag::of_settings(&Value::Null),
            numbers: Numbers::default(),
        }
    }
}

impl Settings {
    /// By the configuration of a site; null when there is none.
    #[must_use]
    pub fn of(configuration: &Value) -> Self {
        if configuration.pairs().is_empty() {
            return Self::default();
        }
        let goldmark = |path: &str| configuration.find_at(&format!("markup.goldmark.{path}"));
        let is = |path: &str, default: bool| goldmark(path).and_then(Value::as_bool).unwrap_or(default);
        let protocol = goldmark("extensions.linkifyProtocol").and_then(Value::as_str).unwrap_or("https");
        let wide = is("extensions.cjk.enable", false) && is("extensions.cjk.eastAsianLineBreaks", false);
        let passes = is("extensions.passthrough.enable", false);
        let delimiters = goldmark("extensions.passthrough.delimiters").filter(|_| passes);
        Self {
            signs: is_on(goldmark("extensions.typographer")).then(|| signs(goldmark("extensions.typographer"))),
            linkify: is("extensions.linkify", true).then(|| protocol.to_owned()),
            left_out: left_out(|name| is_on(goldmark(&format!("extensions.{name}")))),
            keeps_lines: is("renderer.hardWraps", false),
            omits_html: !is("renderer.unsafe", false),
            block_attributes: is("parser.attribute.block", false),
            emoji: configuration.find_at("enableEmoji").and_then(Value::as_bool).unwrap_or(false),
            joins_cjk: wide,
            delimiters: delimiters.map(pairs).unwrap_or_default(),
            inline_tags: inline_tag::of_settings(goldmark("extensions").unwrap_or(&Value::Null)),
            numbers: Numbers::of(configuration),
        }
    }
}

/// Whether an extension is read: it is, unless that is said, of itself (`footnote = false`) or in its table.
fn is_on(extension: Option<&Value>) -> bool {
    let said = |key: &str| extension.and_then(|table| table.find_at(key)).and_then(Value::as_bool);
    match extension {
        Some(Value::Bool(is_on)) => *is_on,
        _ => said("enable") != Some(false) && said("disable") != Some(true),
    }
}

/// The extensions of the parser that are off; text is struck out by `inline_tag`.
fn left_out(is_on: impl Fn(&str) -> bool) -> Options {
    let extensions = [
        ("footnote", Options::ENABLE_FOOTNOTES),
        ("table", Options::ENABLE_TABLES),
        ("taskList", Options::ENABLE_TASKLISTS),
        ("definitionList", Options::ENABLE_DEFINITION_LIST),
    ];
    extensions.into_iter().filter(|(name, _)| !is_on(name)).map(|(_, options)| options).collect()
}

/// The signs of a site; they are written as references (`&laquo;`).
fn signs(typographer: Option<&Value>) -> Signs {
    let defaults = Signs::default();
    let sign = |key: &str, default: Cow<'static, str>| match typographer.and_then(|signs| signs.find_at(key)) {
        Some(Value::Bool(false)) => Cow::Borrowed(""),
        Some(Value::String(sign)) => Cow::Owned(entity::decode(sign).into_owned()),
        _ => default,
    };
    let pair = |keys: [&str; 2], [open, close]: [Cow<'static, str>; 2]| [sign(keys[0], open), sign(keys[1], close)];
    Signs {
        apostrophe: sign("apostrophe", defaults.apostrophe),
        single: pair(["leftSingleQuote", "rightSingleQuote"], defaults.single),
        double: pair(["leftDoubleQuote", "rightDoubleQuote"], defaults.double),
        angle: pair(["leftAngleQuote", "rightAngleQuote"], defaults.angle),
        dashes: pair(["enDash", "emDash"], defaults.dashes),
        ellipsis: sign("ellipsis", defaults.ellipsis),
    }
}

/// The pairs of `block` and `inline`.
fn pairs(delimiters: &Value) -> Vec<[String; 2]> {
    let lists = ["block", "inline"].into_iter().filter_map(|kind| delimiters.find_at(kind)).flat_map(Value::items);
    let pairs = lists.filter_map(|pair| match pair.items() {
        [Value::String(open), Value::String(close)] => Some([open.clone(), close.clone()]),
        _ => None,
    });
    pairs.filter(|[open, close]| !open.is_empty() && !close.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::read;

    #[test]
    fn a_site_without_settings_omits_html_and_one_without_configuration_does_not() {
        assert!(!Settings::of(&Value::Null).omits_html);
        let settings = Settings::of(&read::toml("title = 'x'\n").expect("TOML"));
        assert!(settings.omits_html && !settings.block_attributes && !settings.emoji);
        assert_eq!(settings.signs, Some(Signs::default()));
    }

    #[test]
    fn settings_are_found_whatever_their_case() {
        let text = "enableemoji: true\nmarkup:\n  goldmark:\n    renderer: {unsafe: true}\n    extensions:\n      \
                    linkify: false\n      typographer: {leftDoubleQuote: '&laquo;', ellipsis: false}\n      \
                    passthrough: {enable: true, delimiters: {block: [['\\[', '\\]'], ['$$', '$$']]}}\n";
        let settings = Settings::of(&read::yaml(text).expect("YAML"));
        assert!(settings.emoji && !settings.omits_html && settings.linkify.is_none());
        let signs = settings.signs.expect("signs");
        assert_eq!((&*signs.double[0], &*signs.double[1], &*signs.ellipsis), ("«", "”", ""));
        assert_eq!(settings.delimiters, [["\\[", "\\]"], ["$$", "$$"]].map(|pair| pair.map(str::to_owned)));
    }

    #[test]
    fn an_extension_is_off_by_its_name_or_in_its_table() {
        let of =
            |text: &str| Settings::of(&read::toml(&format!("[markup.goldmark.extensions]\n{text}")).expect("TOML"));
        assert!(of("typographer = false").signs.is_none() && of("typographer.disable = true").signs.is_none());
        assert!(of("typographer = true").signs.is_some() && of("linkify = false").linkify.is_none());
        assert_eq!(of("footnote = false").left_out, Options::ENABLE_FOOTNOTES);
        assert_eq!(
            of("footnote.enable = false\ntable = false").left_out,
            Options::ENABLE_FOOTNOTES | Options::ENABLE_TABLES
        );
        assert!(of("footnote.backlinkHTML = '^'\ntaskList = true").left_out.is_empty());
    }
}
