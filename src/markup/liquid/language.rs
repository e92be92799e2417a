//! The tags and filters that there are.

use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;

use liquid_core::parser::{self, FilterArguments, Language};
use liquid_core::{Filter, FilterReflection, ParseFilter, Result, Runtime, Template, Value, ValueView};
use liquid_lib::{jekyll, stdlib};

use super::filters::json::shown;
use super::runtime::{LONGEST_VALUE, register, size};
use super::{filters, tags};

/// The language, made once.
pub(super) fn language() -> &'static Language {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    LANGUAGE.get_or_init(made)
}

/// The longest tag or output, in bytes, and the most brackets in it: the parser calls itself for each of them.
const LONGEST: usize = 16_000;
const MOST_BRACKETS: usize = 32;

/// How many bytes a filter makes: more than a variable holds, so that it is that which is told.
const LONGEST_MADE: usize = 4 * LONGEST_VALUE;

/// Filters of lists to which Jekyll gives a list of one item where there is none.
const OF_LISTS: [&str; 7] = ["compact", "concat", "join", "map", "reverse", "sort_natural", "uniq"];

/// Filters that make a text of what they are given.
#[rustfmt::skip]
const OF_TEXTS: [&str; 23] = [
    "append", "capitalize", "downcase", "escape", "escape_once", "join", "lstrip", "newline_to_br", "prepend", "remove",
    "remove_first", "replace_first", "rstrip", "slugify", "split", "strip", "strip_html", "strip_newlines", "truncate",
    "truncatewords", "upcase", "url_decode", "url_encode",
];

/// Parses tags and outputs that somebody wrote; `None` when they are none.
pub(super) fn parsed(template: &str) -> Option<Template> {
    let is_bounded = template.len() <= LONGEST && template.matches('[').count() <= MOST_BRACKETS;
    let elements = is_bounded.then(|| parser::parse(template, language()).ok())?;
    elements.map(Template::new)
}

/// Whether there is a filter of this name.
pub(super) fn is_filter(name: &str) -> bool {
    language().filters.get(name).is_some()
}

fn made() -> Language {
    let mut language = Language::empty();
    let blocks = &mut language.blocks;
    blocks.register("case".into(), stdlib::CaseBlock.into());
    blocks.register("capture".into(), stdlib::CaptureBlock.into());
    blocks.register("ifchanged".into(), stdlib::IfChangedBlock.into());
    let statements = &mut language.tags;
    statements.register("assign".into(), stdlib::AssignTag.into());
    statements.register("cycle".into(), stdlib::CycleTag.into());
    statements.register("increment".into(), stdlib::IncrementTag.into());
    statements.register("decrement".into(), stdlib::DecrementTag.into());
    statements.register("break".into(), stdlib::BreakTag.into());
    statements.register("continue".into(), stdlib::ContinueTag.into());
    tags::register(&mut language);
    standard(&mut language);
    for filter in filters::all() {
        language.filters.register(filter.reflection().name().to_owned(), Box::new(filter));
    }
    language
}

/// The filters of the crates.
fn standard(language: &mut Language) {
    macro_rules! add {
        ($($filter:expr),* $(,)?) => {$({
            let filter: Box<dyn ParseFilter> = Box::new($filter);
            let name = filter.reflection().name().to_owned();
            language.filters.register(name, Box::new(Forgiving(filter)));
        })*};
    }
    add!(
        stdlib::Abs,
        stdlib::Append,
        stdlib::AtLeast,
        stdlib::AtMost,
        stdlib::Capitalize,
        stdlib::Ceil,
        stdlib::Compact,
        stdlib::Concat,
        stdlib::Default,
        stdlib::DividedBy,
        stdlib::Downcase,
        stdlib::Escape,
        stdlib::EscapeOnce,
        stdlib::First,
        stdlib::Floor,
        stdlib::Join,
        stdlib::Last,
        stdlib::Lstrip,
        stdlib::Map,
        stdlib::Minus,
        stdlib::Modulo,
        stdlib::NewlineToBr,
        stdlib::Plus,
        stdlib::Prepend,
        stdlib::Remove,
        stdlib::RemoveFirst,
        stdlib::ReplaceFirst,
        stdlib::Reverse,
        stdlib::Round,
        stdlib::Rstrip,
        stdlib::Slice,
        stdlib::SortNatural,
        stdlib::Split,
        stdlib::Strip,
        stdlib::StripHtml,
        stdlib::StripNewlines,
        stdlib::Times,
        stdlib::Truncate,
        stdlib::TruncateWords,
        stdlib::Uniq,
        stdlib::Upcase,
        stdlib::UrlDecode,
        stdlib::UrlEncode,
        jekyll::Pop,
        jekyll::Push,
        jekyll::Shift,
        jekyll::Slugify,
        jekyll::Sort,
        jekyll::Unshift,
    );
}

/// Whether mappings are in a value.
fn has_mapping(value: &dyn ValueView) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.values().any(has_mapping))
}

/// A value in which mappings are the texts that outputs show of them.
fn with_texts(value: &dyn ValueView) -> Value {
    match value.as_array() {
        Some(items) => Value::Array(items.values().map(with_texts).collect()),
        None if value.is_object() => Value::scalar(shown(value)),
        None => value.to_value(),
    }
}

/// A filter that gives nothing, and tells, where it would refuse.
#[derive(Clone)]
struct Forgiving(Box<dyn ParseFilter>);

impl ParseFilter for Forgiving {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        let name = self.0.reflection().name().to_owned();
        Ok(Box::new(Forgiven { name, filter: self.0.parse(arguments)? }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self.0.reflection()
    }
}

#[derive(Debug)]
struct Forgiven {
    name: String,
    filter: Box<dyn Filter>,
}

impl std::fmt::Display for Forgiven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.filter.fmt(f)
    }
}

impl Filter for Forgiven {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let texts = OF_TEXTS.contains(&self.name.as_str()) && has_mapping(input);
        let texts = texts.then(|| with_texts(input));
        let input = texts.as_ref().map_or(input, |texts| texts as &dyn ValueView);
        let list;
        let input: &dyn ValueView = match self.name.as_str() {
            name if input.as_array().is_none() && OF_LISTS.contains(&name) => {
                list = Value::Array(if input.is_nil() { Vec::new() } else { vec![input.to_value()] });
                &list
            }
            "first" | "last" if input.is_scalar() => return Ok(Value::Nil),
            _ => input,
        };
        // the crate's arithmetic panics at the ends of its numbers
        let evaluated = panic::catch_unwind(AssertUnwindSafe(|| self.filter.evaluate(input, runtime)));
        if let Ok(Ok(value)) = evaluated
            && size(&value) <= LONGEST_MADE
        {
            return Ok(value);
        }
        if !input.is_nil() {
            let message = format!("the filter `{}` cannot be used on this value", self.name);
            register(runtime).tell(message, "nothing is shown in its place");
        }
        Ok(Value::Nil)
    }
}
