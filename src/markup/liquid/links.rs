//! Addresses of the blog: of posts, of other files, of the blog itself.

use url::Url;

use crate::config::Dialect;
use crate::generator::places;
use crate::markup::Around;
use crate::value::{Value, read};

/// The blog's address without the path that it is below, and without its last slash: Jekyll's `url`.
pub(super) fn origin(around: &Around<'_>) -> String {
    let whole = around.site.url.as_str();
    let whole = whole.strip_suffix('/').unwrap_or(whole);
    whole.strip_suffix(base(around).as_str()).unwrap_or(whole).to_owned()
}

/// The path that the blog is below, without a slash at its end: Jekyll's `baseurl`, Eleventy's `pathPrefix`.
pub(super) fn base(around: &Around<'_>) -> String {
    if around.generator.dialect() == Dialect::Eleventy {
        return around.generator.path_prefix();
    }
    let Some(base) = around.generator.setting("baseurl").and_then(Value::as_str) else { return String::new() };
    match base.trim_matches('/') {
        "" => String::new(),
        base => format!("/{base}"),
    }
}

/// The path of one of the blog's addresses below it, with a slash at its start; of another address all of it.
pub(super) fn path_of(around: &Around<'_>, url: &str) -> String {
    let whole = format!("{}{}/", origin(around), base(around));
    url.strip_prefix(&whole).map_or_else(|| url.to_owned(), |path| format!("/{path}"))
}

/// The path of a post by its name, such as `2024-05-01-rain`.
pub(super) fn post(around: &Around<'_>, name: &str) -> Option<String> {
    let post = around.blog.find(name)?;
    Some(format!("{}{}", base(around), path_of(around, &post.url)))
}

/// The path of any file of the blog, such as `_posts/2024-05-01-rain.md`, `about.md` or `/assets/a.pdf`.
pub(super) fn file(around: &Around<'_>, path: &str) -> Option<String> {
    let path = path.trim_start_matches('/');
    if path.starts_with("_posts/") || path.contains("/_posts/") {
        return post(around, path);
    }
    let front = around.blog.text(&in_source(around, path)).map(|text| front_matter(&text));
    let own = front.as_ref().and_then(|front| front.entry("permalink")).and_then(Value::as_str);
    let below = match (own, &front) {
        (Some(own), _) => format!("/{}", own.trim_start_matches('/')),
        (None, Some(Value::Mapping(_))) => of_page(around, path),
        _ => format!("/{path}"),
    };
    Some(format!("{}{}", base(around), encoded(around, &below)))
}

/// A path as it is from the blog's folder.
fn in_source(around: &Around<'_>, path: &str) -> String {
    places::below_source(around.generator.folder("source", ""), path)
}

/// The front matter of a page; null when it has none.
fn front_matter(text: &str) -> Value {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return Value::Null };
    let end = rest.find("\n---").or_else(|| rest.starts_with("---").then_some(0));
    let front = end.and_then(|end| read::yaml(&rest[..end]).ok());
    front.filter(|front| matches!(front, Value::Mapping(_))).unwrap_or(Value::Mapping(Vec::new()))
}

/// Where a page is that does not say so itself.
fn of_page(around: &Around<'_>, path: &str) -> String {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    let extension = if matches!(extension, "md" | "markdown" | "mkd" | "mkdown") { "html" } else { extension };
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let collection = folder.split('/').next().and_then(|folder| folder.strip_prefix('_')).unwrap_or_default();
    let pattern = around.generator.setting(&format!("collections.{collection}.permalink")).and_then(Value::as_str);
    let is_pretty = around
        .generator
        .setting("permalink")
        .and_then(Value::as_str)
        .is_some_and(|style| style.ends_with('/') || style == "pretty");
    let inner = stem.strip_prefix(&format!("_{collection}/")).filter(|_| !collection.is_empty());
    match (pattern, inner) {
        (Some(pattern), Some(inner)) => {
            [(":collection", collection), (":path", inner), (":title", name), (":name", name), (":output_ext", ".html")]
                .iter()
                .fold(format!("/{}", pattern.trim_start_matches('/')), |made, (placeholder, value)| {
                    made.replace(placeholder, value)
                })
        }
        (None, Some(inner)) => format!("/{collection}/{inner}.html"),
        _ if name == "index" && extension == "html" => format!("/{folder}/").replace("//", "/"),
        _ if is_pretty && extension == "html" => format!("/{stem}/"),
        _ => format!("/{stem}.{extension}"),
    }
}

fn encoded(around: &Around<'_>, path: &str) -> String {
    let base = Url::parse(around.site.url.as_str());
    base.and_then(|base| base.join(path))
        .map_or_else(|_| path.to_owned(), |url| url[url::Position::BeforePath..].to_owned())
}
