//! What a post, and the configuration of its site, are to Zola's templates.

use chrono::Datelike;
use serde_json::json;
use tera::Map;
use tera::Value as Json;

use crate::generator::Generator;
use crate::markup::{Around, Body};
use crate::value::{Value, read};

/// How many words are read in a minute.
const PACE: usize = 200;

/// Its variables that are the same for all shortcodes of a body: `page`, `config`, `lang`.
pub(super) fn variables(body: &Body<'_>) -> tera::Context {
    let mut variables = tera::Context::new();
    variables.insert("page", &page(body));
    variables.insert("config", &config(&body.around));
    variables.insert("lang", &language(&body.around));
    variables
}

/// The language of a post.
pub(super) fn language(around: &Around<'_>) -> String {
    let default = around.generator.setting("default_language").and_then(Value::as_str).unwrap_or("en");
    around.post.language.as_deref().unwrap_or(default).to_owned()
}

/// Where a post is below the folder of all pages.
pub(super) fn relative_path(around: &Around<'_>) -> String {
    let path = around.generator.path_of(around.post.relative());
    path.strip_prefix("content/").unwrap_or(&path).to_owned()
}

/// The folder that a post shares with its files, with a slash at its end.
pub(super) fn colocated_path(around: &Around<'_>) -> Option<String> {
    let path = relative_path(around);
    let (folder, name) = path.rsplit_once('/')?;
    (name.split('.').next() == Some("index")).then(|| format!("{folder}/"))
}

fn page(body: &Body<'_>) -> Json {
    let (around, post) = (&body.around, body.around.post);
    let front = |key: &str| around.front.entry(key).map_or(Json::Null, json);
    let date = post.published;
    let components: Vec<&str> = body.url.path().split('/').filter(|part| !part.is_empty()).collect();
    let authors = match front("authors") {
        Json::Array(authors) => Json::Array(authors),
        _ => json!([]),
    };
    let words = body.text.split_whitespace().count();
    json!({
        "relative_path": relative_path(around),
        "colocated_path": colocated_path(around),
        "content": "",
        "permalink": post.url,
        "slug": components.last().copied().unwrap_or_default(),
        "ancestors": [],
        "title": if post.title.is_empty() { Json::Null } else { json!(post.title) },
        "description": front("description"),
        "date": around.front.entry("date").map_or_else(|| json!(date.format("%Y-%m-%d").to_string()), json),
        "updated": front("updated"),
        "year": date.year(),
        "month": date.month(),
        "day": date.day(),
        "taxonomies": mapping(front("taxonomies")),
        "authors": authors,
        "extra": mapping(front("extra")),
        "path": body.url.path(),
        "components": components,
        "summary": Json::Null,
        "toc": [],
        "word_count": words,
        "reading_time": words.div_ceil(PACE),
        "assets": [],
        "draft": post.draft,
        "lang": language(around),
        "lower": Json::Null,
        "higher": Json::Null,
        "translations": [],
        "backlinks": [],
    })
}

/// The whole configuration, with what Zola adds; the theme's own values give way to the site's.
fn config(around: &Around<'_>) -> Json {
    let site = around.site;
    let mut config = json!({
        "base_url": site.url.as_str().trim_end_matches('/'),
        "mode": "build",
        "title": site.title,
        "description": site.description,
        "default_language": "en",
        "languages": {},
        "taxonomies": [],
        "author": Json::Null,
        "build_search_index": false,
        "generate_feeds": true,
        "feed_filenames": ["atom.xml"],
        "markdown": {},
        "search": {},
    });
    let mut extra = theme_extra(around.generator).unwrap_or(Value::Mapping(Vec::new()));
    extra.overlay(around.generator.setting("extra").cloned().unwrap_or(Value::Mapping(Vec::new())));
    if let Json::Object(config) = &mut config {
        for (key, value) in around.generator.settings().pairs() {
            config.insert(key.clone(), json(value));
        }
        config.insert("extra".to_owned(), json(&extra));
    }
    config
}

fn theme_extra(generator: &Generator) -> Option<Value> {
    let theme = generator.setting("theme").and_then(Value::as_str)?;
    let settings = read::toml(generator.text(&format!("themes/{theme}/theme.toml"))?).ok()?;
    settings.entry("extra").cloned()
}

fn mapping(value: Json) -> Json {
    if value.is_object() { value } else { Json::Object(Map::new()) }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Integer(number) => i64::try_from(*number).map_or_else(|_| json!(number.to_string()), Json::from),
        Value::Float(number) => Json::from(*number),
        Value::String(text) | Value::DateTime(text) => Json::String(text.clone()),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(pairs) => pairs.iter().map(|(key, value)| (key.clone(), json(value))).collect(),
    }
}
