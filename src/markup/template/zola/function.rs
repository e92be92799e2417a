//! Functions of Zola's templates.
//!
//! What they know is known before: nothing is read, and nothing depends on when or where the feeds are made.

use std::collections::HashMap;

use serde_json::json;
use tera::Value as Json;
use tera::{Error, Function, Result, Tera};
use url::Url;

use super::context;
use crate::markup::Body;
use crate::value::Value;

/// The longest list of numbers.
const LONGEST: usize = 10_000;

/// Those that are not there, and why.
const REFUSED: &[(&str, &str)] = &[
    ("now", "feeds do not depend on the time"),
    ("get_random", "feeds are not left to chance"),
    ("get_env", "feeds do not depend on the machine"),
    ("load_data", "data is not loaded for feeds"),
    ("get_hash", "files are not read for feeds"),
];

/// Adds them, as they are for a body.
pub(super) fn register(tera: &mut Tera, body: &Body<'_>) {
    let places = Places::of(body);
    tera.register_function("get_url", Safe(places.clone(), get_url));
    tera.register_function("resize_image", Safe(places.clone(), resize_image));
    tera.register_function("get_image_metadata", Safe(places.clone(), get_image_metadata));
    tera.register_function("get_taxonomy_url", Safe(places.clone(), get_taxonomy_url));
    tera.register_function("trans", Safe(places, trans));
    tera.register_function("range", range);
    for (name, reason) in REFUSED {
        tera.register_function(name, move |_: &Arguments| {
            Err(Error::msg(format!("`{name}` is not expanded: {reason}")))
        });
    }
}

type Arguments = HashMap<String, Json>;

/// Where things are.
#[derive(Clone)]
struct Places {
    site: Url,
    page: Url,
    /// The folder of the page and its files, below that of all pages.
    folder: Option<String>,
    language: String,
    settings: Value,
}

/// A function whose result is HTML already.
struct Safe(Places, fn(&Places, &Arguments) -> Result<Json>);

impl Function for Safe {
    fn call(&self, arguments: &Arguments) -> Result<Json> {
        (self.1)(&self.0, arguments)
    }

    fn is_safe(&self) -> bool {
        true
    }
}

impl Places {
    fn of(body: &Body<'_>) -> Self {
        let around = &body.around;
        Self {
            site: around.site.url.clone(),
            page: body.url.clone(),
            folder: context::colocated_path(around),
            language: around.generator.setting("default_language").and_then(Value::as_str).unwrap_or("en").to_owned(),
            settings: around.generator.settings().clone(),
        }
    }

    fn below_site(&self, path: &str) -> String {
        format!("{}/{}", self.site.as_str().trim_end_matches('/'), path.trim_start_matches('/'))
    }

    /// The URL of a file by its path in the blog.
    fn file(&self, path: &str) -> String {
        let path = path.trim_start_matches("@/").trim_start_matches('/');
        let path = path.strip_prefix("content/").or_else(|| path.strip_prefix("static/")).unwrap_or(path);
        match self.folder.as_deref().and_then(|folder| path.strip_prefix(folder)) {
            Some(name) => format!("{}{name}", self.page),
            None => self.below_site(path),
        }
    }

    /// `fr/` for a language that is not the site's first.
    fn prefix(&self, arguments: &Arguments) -> String {
        let language = arguments.get("lang").and_then(Json::as_str).filter(|language| *language != self.language);
        language.map_or_else(String::new, |language| format!("{language}/"))
    }
}

fn text<'a>(arguments: &'a Arguments, name: &str) -> Result<&'a str> {
    let value = arguments.get(name).and_then(Json::as_str);
    value.ok_or_else(|| Error::msg(format!("the argument `{name}` is missing, or no text")))
}

fn get_url(places: &Places, arguments: &Arguments) -> Result<Json> {
    let path = text(arguments, "path")?;
    let prefix = places.prefix(arguments);
    if path.starts_with("@/") {
        // what it leads to is found where all links of the blog are
        let (stem, extension) = path.rsplit_once('.').unwrap_or((path, "md"));
        let translated = format!("{stem}.{}.{extension}", prefix.trim_end_matches('/'));
        return Ok(if prefix.is_empty() { path.to_owned() } else { translated }.into());
    }
    let url = places.below_site(&format!("{prefix}{}", path.trim_start_matches('/')));
    let keeps_slash = arguments.get("trailing_slash").and_then(Json::as_bool) == Some(true);
    let url = url.trim_end_matches('/');
    let is_file = url.rsplit('/').next().is_some_and(|name| name.contains(['.', '#']));
    Ok(if keeps_slash && !is_file { format!("{url}/") } else { url.to_owned() }.into())
}

/// The picture as it is: readers of feeds have room for it.
fn resize_image(places: &Places, arguments: &Arguments) -> Result<Json> {
    let path = text(arguments, "path")?;
    let size = |name: &str| arguments.get(name).cloned().unwrap_or_else(|| "".into());
    let (width, height) = (size("width"), size("height"));
    Ok(json!({
        "url": places.file(path), "static_path": path, "width": width, "height": height,
        "orig_width": width, "orig_height": height,
    }))
}

/// Pictures are not read, so nothing is known of them.
fn get_image_metadata(_: &Places, arguments: &Arguments) -> Result<Json> {
    text(arguments, "path")?;
    let may_miss = arguments.get("allow_missing").and_then(Json::as_bool) == Some(true);
    Ok(if may_miss { Json::Null } else { json!({"width": "", "height": "", "format": "", "mime": ""}) })
}

fn get_taxonomy_url(places: &Places, arguments: &Arguments) -> Result<Json> {
    let (kind, name) = (text(arguments, "kind")?, text(arguments, "name")?);
    let path = format!("{}{}/{}/", places.prefix(arguments), ::slug::slugify(kind), ::slug::slugify(name));
    Ok(places.below_site(&path).into())
}

fn trans(places: &Places, arguments: &Arguments) -> Result<Json> {
    let key = text(arguments, "key")?;
    let language = arguments.get("lang").and_then(Json::as_str).unwrap_or(&places.language);
    let own = places.settings.at("languages").and_then(|languages| languages.entry(language)?.at("translations"));
    let first = places.settings.at("translations").filter(|_| language == places.language);
    let found = [own, first].into_iter().flatten().find_map(|translations| translations.entry(key)?.as_text());
    found.map(Json::from).ok_or_else(|| Error::msg(format!("there is no translation of `{key}` in `{language}`")))
}

/// Tera's, which has no end.
fn range(arguments: &Arguments) -> Result<Json> {
    let number = |name: &str| match arguments.get(name) {
        None => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| Error::msg(format!("`{name}` is not a number from 0"))),
    };
    let end = number("end")?.ok_or_else(|| Error::msg("the argument `end` is missing"))?;
    let step = number("step_by")?.filter(|step| *step > 0).unwrap_or(1);
    let numbers = (number("start")?.unwrap_or(0)..end).step_by(usize::try_from(step).unwrap_or(usize::MAX));
    let numbers: Vec<u64> = numbers.take(LONGEST + 1).collect();
    if numbers.len() > LONGEST { Err(Error::msg("the range is too long")) } else { Ok(json!(numbers)) }
}
