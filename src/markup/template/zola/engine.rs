//! Renders the templates of shortcodes, within bounds.
//!
//! In: the name of a shortcode, its arguments, its text. Out: what its template makes of it, and whether that is
//! Markdown or HTML; or why it makes nothing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::rc::Rc;

use tera::Value as Json;
use tera::{Error, Map, Tera};

use super::meter::{self, Bounded, Meter};
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
const MOST_MADE: usize = 4 << 20;

/// Renders the shortcodes of one body.
pub(super) struct Engine<'a> {
    generator: &'a Generator,
    /// With functions and filters, without templates.
    tera: Tera,
    variables: tera::Context,
    /// Of these, in bytes.
    weight: usize,
    /// The shortcodes that were used, or why they cannot be.
    ready: RefCell<HashMap<String, Result<Rc<Ready>, String>>>,
    meter: Meter,
    left: Cell<usize>,
}

/// A shortcode with all that it needs.
struct Ready {
    tera: Tera,
    /// Of its template.
    name: String,
    markup: Markup,
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

impl<'a> Engine<'a> {
    /// For the shortcodes of `body`.
    pub fn new(body: &Body<'a>) -> Self {
        let (mut tera, meter) = (Tera::default(), Meter::default());
        filter::register(&mut tera);
        function::register(&mut tera, body);
        register_markdown(&mut tera, body, meter.clone());
        meter.register(&mut tera);
        let (generator, variables) = (body.around.generator, context::variables(body));
        let weight = variables.clone().into_json().as_object().map_or(0, |all| all.values().map(meter::size).sum());
        Self { generator, tera, variables, weight, ready: RefCell::default(), meter, left: Cell::new(MOST_MADE) }
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
        let known = self.ready.borrow().get(given.name).cloned();
        let ready = known.unwrap_or_else(|| self.make_ready(given.name))?;
        self.meter.begin(self.weight)?;
        let mut variables = tera::Context::new();
        given.arguments.iter().for_each(|(key, value)| variables.insert(key, value));
        if let Some(body) = given.body {
            variables.insert("body", body.trim_end());
        }
        variables.insert("nth", &given.nth);
        variables.extend(self.variables.clone());
        let mut made = Bounded::of(self.left.get());
        ready.tera.render_to(&ready.name, &variables, &mut made).map_err(|error| reason(&error))?;
        self.left.set(made.left);
        let text = String::from_utf8_lossy(&made.bytes).replace("\r\n", "\n");
        Ok(Made { text, markup: ready.markup })
    }

    /// Reads the template of a shortcode, and those that it needs, once.
    fn make_ready(&self, shortcode: &str) -> Result<Rc<Ready>, String> {
        let read = || {
            let (name, source) = self.template(shortcode).ok_or("there is no template of that name")?;
            let mut tera = self.tera.clone();
            tera.add_raw_templates(self.needed(&name, source)?).map_err(|error| reason(&error))?;
            let markup = if name == format!("shortcodes/{shortcode}.md") { Markup::Markdown } else { Markup::Html };
            Ok(Rc::new(Ready { tera, name, markup }))
        };
        let ready = read();
        self.ready.borrow_mut().insert(shortcode.to_owned(), ready.clone());
        ready
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
fn register_markdown(tera: &mut Tera, body: &Body<'_>, meter: Meter) {
    let (flavor, url) = (Flavor::of(body.dialect, body.around.generator), body.url.to_string());
    tera.register_filter("markdown", move |value: &Json, arguments: &HashMap<String, Json>| {
        let text = value.as_str().ok_or_else(|| Error::msg("`markdown` expects a text"))?;
        meter.spend(text.len())?;
        let marked = kramdown::take_out(text, &flavor);
        let html = markdown::without_lines(&markdown::to_html(&marked, &markdown::Lines::of(text, 1), &url, &flavor));
        let is_inline = arguments.get("inline").and_then(Json::as_bool) == Some(true);
        let inner = html.trim_start_matches("<p>").trim_end_matches("</p>\n");
        Ok(Json::from(if is_inline { inner } else { html.as_str() }))
    });
}
