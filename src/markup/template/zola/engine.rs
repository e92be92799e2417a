//! Renders the templates of shortcodes, within bounds.
//!
//! In: the name of a shortcode, its arguments, its text. Out: what its template makes of it, and whether that is
//! Markdown or HTML; or why it makes nothing.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tera::Value as Json;
use tera::{Error, Map, Tera};

use super::{bound, builtin, context, filter, function};
use crate::generator::Generator;
use crate::markup::Body;
use crate::markup::extensions::Flavor;
use crate::markup::{kramdown, markdown};
use crate::post::Markup;
use crate::value::Value;

/// How many templates one shortcode may need.
const MOST_TEMPLATES: usize = 50;
/// How much the shortcodes of one body may make, in bytes.
const MOST_MADE: usize = 8 << 20;
/// How many turns of loops, and other templates, there may be in one body.
const MOST_TURNS: usize = 50_000;
/// How deep templates and macros may be in each other.
const DEEPEST: usize = 24;
/// The longest text, or list, that a variable may hold, in bytes.
const LONGEST: usize = 256 << 10;

/// Renders the shortcodes of one body.
pub(super) struct Engine<'a> {
    generator: &'a Generator,
    /// With functions and filters, without templates.
    tera: Tera,
    variables: tera::Context,
    counts: Arc<Mutex<Counts>>,
    left: Cell<usize>,
}

/// What a shortcode came to.
pub(super) struct Made {
    pub text: String,
    /// Markdown is read with the rest of the body, HTML is not.
    pub markup: Markup,
}

/// What a shortcode is called with.
pub(super) struct Given<'a> {
    pub name: &'a str,
    pub arguments: &'a Map<String, Json>,
    /// What is between its beginning and its end.
    pub body: Option<&'a str>,
    /// How many of this name there were in the body, itself included.
    pub nth: usize,
}

#[derive(Default)]
struct Counts {
    turns: usize,
    depth: usize,
}

impl<'a> Engine<'a> {
    /// For the shortcodes of `body`.
    pub fn new(body: &Body<'a>) -> Self {
        let (mut tera, counts) = (Tera::default(), Arc::default());
        filter::register(&mut tera);
        function::register(&mut tera, body);
        register_markdown(&mut tera, body);
        register_counting(&mut tera, &counts);
        let (generator, variables) = (body.around.generator, context::variables(body));
        Self { generator, tera, variables, counts, left: Cell::new(MOST_MADE) }
    }

    /// Whether there is such a shortcode.
    pub fn knows(&self, name: &str) -> bool {
        self.template(name).is_some()
    }

    /// Renders a shortcode.
    ///
    /// # Errors
    /// Why it cannot be rendered, for people.
    pub fn render(&self, given: &Given<'_>) -> Result<Made, String> {
        let (name, source) = self.template(given.name).ok_or("there is no template of that name")?;
        let mut tera = self.tera.clone();
        tera.add_raw_templates(self.needed(&name, source)?).map_err(|error| reason(&error))?;
        let mut variables = tera::Context::new();
        given.arguments.iter().for_each(|(key, value)| variables.insert(key, value));
        if let Some(body) = given.body {
            variables.insert("body", body.trim_end());
        }
        variables.insert("nth", &given.nth);
        variables.extend(self.variables.clone());
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).depth = 0;
        let mut made = Bounded { bytes: Vec::new(), left: self.left.get() };
        tera.render_to(&name, &variables, &mut made).map_err(|error| reason(&error))?;
        self.left.set(made.left);
        let text = String::from_utf8_lossy(&made.bytes).replace("\r\n", "\n");
        let is_markdown = std::path::Path::new(&name).extension().is_some_and(|extension| extension == "md");
        Ok(Made { text, markup: if is_markdown { Markup::Markdown } else { Markup::Html } })
    }

    /// The name and the text of the template of a shortcode: the site's, the theme's, Zola's.
    fn template(&self, name: &str) -> Option<(String, &str)> {
        let names = [format!("shortcodes/{name}.md"), format!("shortcodes/{name}.html")];
        let own = names.iter().find_map(|name| Some((name.clone(), self.source(name)?)));
        own.or_else(|| Some((names[1].clone(), builtin::template(name)?)))
    }

    /// The text of a template by the name that other templates know it by.
    fn source(&self, name: &str) -> Option<&str> {
        let theme = self.generator.setting("theme").and_then(Value::as_str);
        let of_theme = |theme: &str| {
            let name = name.strip_prefix(theme).and_then(|rest| rest.strip_prefix("/templates/")).unwrap_or(name);
            self.generator.text(&format!("themes/{theme}/templates/{name}"))
        };
        self.generator.text(&format!("templates/{name}")).or_else(|| of_theme(theme?))
    }

    /// A template and all that it names, ready to be counted.
    fn needed(&self, name: &str, source: &str) -> Result<BTreeMap<String, String>, String> {
        let (mut needed, mut wanted) = (BTreeMap::new(), vec![(name.to_owned(), source.to_owned())]);
        while let Some((name, source)) = wanted.pop() {
            if needed.len() == MOST_TEMPLATES {
                return Err("it needs too many templates".to_owned());
            }
            let others = named(&source).filter(|other| !needed.contains_key(*other) && *other != name);
            let others = others.filter_map(|other| Some((other.to_owned(), self.source(other)?.to_owned())));
            wanted.extend(others.take(MOST_TEMPLATES));
            needed.insert(name, bound::counting(&source)?);
        }
        Ok(needed)
    }
}

/// The templates that a template names.
fn named(source: &str) -> impl Iterator<Item = &str> {
    let tags = source.split("{%").skip(1).map(|tag| tag.split("%}").next().unwrap_or(tag));
    let tags = tags.filter(|tag| {
        let word = tag.trim_start_matches('-').trim_start();
        ["include", "import", "extends"].iter().any(|keyword| word.starts_with(keyword))
    });
    tags.flat_map(|tag| tag.split(['"', '\'', '`']).skip(1).step_by(2))
}

/// The innermost reason for an error, on one line.
fn reason(error: &Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    let mut lines = reason.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.next_back().unwrap_or_default().trim_start_matches("= ").chars().take(200).collect()
}

/// Zola's filter, as the body itself is read.
fn register_markdown(tera: &mut Tera, body: &Body<'_>) {
    let (flavor, url) = (Flavor::of(body.dialect, body.around.generator), body.url.to_string());
    tera.register_filter("markdown", move |value: &Json, arguments: &HashMap<String, Json>| {
        let text = value.as_str().ok_or_else(|| Error::msg("`markdown` expects a text"))?;
        let marked = kramdown::take_out(text, &flavor);
        let html = markdown::without_lines(&markdown::to_html(&marked, &markdown::Lines::of(text, 1), &url, &flavor));
        let is_inline = arguments.get("inline").and_then(Json::as_bool) == Some(true);
        let inner = html.trim_start_matches("<p>").trim_end_matches("</p>\n");
        Ok(Json::from(if is_inline { inner } else { html.as_str() }))
    });
}

/// What `bound` calls.
fn register_counting(tera: &mut Tera, counts: &Arc<Mutex<Counts>>) {
    type Arguments = HashMap<String, Json>;
    let turn = |counts: &Mutex<Counts>, deeper: usize, arguments: &Arguments| {
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.turns += 1;
        counts.depth += deeper;
        match () {
            () if counts.turns > MOST_TURNS => Err(Error::msg("it takes too long")),
            () if counts.depth > DEEPEST => Err(Error::msg("its templates are nested too deep")),
            () => measure(arguments),
        }
    };
    let (turns, enters, leaves) = (Arc::clone(counts), Arc::clone(counts), Arc::clone(counts));
    tera.register_function(bound::TURN, move |arguments: &Arguments| turn(&turns, 0, arguments));
    tera.register_function(bound::ENTER, move |arguments: &Arguments| turn(&enters, 1, arguments));
    tera.register_function(bound::LEAVE, move |_: &Arguments| {
        let mut counts = leaves.lock().unwrap_or_else(PoisonError::into_inner);
        counts.depth = counts.depth.saturating_sub(1);
        Ok(Json::from(""))
    });
    tera.register_function(bound::MEASURE, measure);
}

/// Refuses what grew too large.
fn measure(arguments: &HashMap<String, Json>) -> tera::Result<Json> {
    let size = arguments.values().map(size).sum::<usize>();
    if size > LONGEST { Err(Error::msg("a variable holds too much")) } else { Ok(Json::from("")) }
}

fn size(value: &Json) -> usize {
    match value {
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(|item| 1 + size(item)).sum(),
        Json::Object(pairs) => pairs.iter().map(|(key, value)| 1 + key.len() + size(value)).sum(),
        _ => 1,
    }
}

/// Takes as many bytes as are left.
struct Bounded {
    bytes: Vec<u8>,
    left: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| io::Error::other("it makes too much text"))?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
