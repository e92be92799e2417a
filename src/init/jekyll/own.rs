//! Feeds that are templates of a Jekyll blog's own: pages, or layouts of pages that hold nothing.

use super::{folder, in_source, is_post, unknown_ids};
use crate::config::IdFormula;
use crate::generator::Generator;
use crate::init::feeds::Known;
use crate::init::said::Said;
use crate::init::template::{self, Template};
use crate::init::{Blog, below};
use crate::post;
use crate::value::Value;

/// What a page or a layout of a feed may end with.
const ENDS: [&str; 5] = [".xml", ".rss", ".atom", ".json", ".html"];

/// A page that is a feed.
struct Page {
    /// Below the folder that Jekyll reads.
    path: String,
    /// The same below the blog's folder.
    file: String,
    front: Value,
    /// With that of its layout.
    text: String,
    says: Template,
}

/// Those of all posts, with the formula of their ids.
pub(super) fn feeds(blog: &Blog, draft: &mut crate::init::Draft) -> (Vec<Known>, Option<(IdFormula, String)>) {
    let (mut known, mut id) = (Vec::new(), None);
    for Page { path, file, front, text, says } in pages(blog) {
        if !text.contains("site.posts") {
            draft.open.push(format!(
                "`{file}` is a feed of something else than all posts: leave it to Jekyll, or add it to `feeds`"
            ));
            continue;
        }
        let address = front.entry("permalink").and_then(Value::as_text);
        let address = address.filter(|address| !address.contains([':', '{']) && !address.ends_with('/'));
        known.push(Known::new(address.unwrap_or_else(|| path.clone()), says.format, says.limit, &file));
        if says.id == Some(IdFormula::Jekyll)
            && !text.lines().any(|line| line.contains(".id") && line.contains("absolute_url"))
        {
            draft.open.extend(raw_name(blog).map(|post| told_of_raw(&file, post)));
        }
        match says.id {
            Some(formula) if id.is_none() => id = Some((formula, format!("as {file} makes them"))),
            Some(_) => {}
            None => draft.open.push(unknown_ids(&file)),
        }
    }
    known.sort_by_key(|feed| feed.path.matches('/').count());
    (known, id)
}

/// A post whose name has letters beyond ASCII: only `absolute_url` encodes them in Jekyll's ids.
fn raw_name<'b>(blog: &'b Blog) -> Option<&'b str> {
    blog.files.iter().map(String::as_str).find(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        path.contains("_posts/") && is_post(path) && !name.is_ascii()
    })
}

fn told_of_raw(path: &str, post: &str) -> String {
    format!(
        "`{path}` writes letters beyond ASCII into ids as they are, ours are percent-encoded, as RSS wants them: subscribers \
         see such posts (`{}`) once more",
        post.replace(char::is_control, "")
    )
}

/// Who writes, where such a feed says it in letters.
pub(super) fn author(blog: &Blog) -> Option<Said> {
    pages(blog).find_map(|page| {
        let name = template::author(&page.text)?;
        Some(Said { value: Value::String(name), from: page.file })
    })
}

fn pages<'b>(blog: &'b Blog) -> impl Iterator<Item = Page> + 'b {
    let source = in_source(blog, "");
    let may_be = |path: &&str| {
        let is_feed = ENDS[..4].iter().any(|end| path.ends_with(end));
        is_feed && path.matches('/').count() <= 2 && !path.split('/').any(|part| part.starts_with(['_', '.']))
    };
    let paths = blog.files.iter().filter_map(move |path| below(&source, path)).filter(may_be);
    paths.filter_map(|path| page(blog, path))
}

fn page(blog: &Blog, path: &str) -> Option<Page> {
    let file = in_source(blog, path);
    let text = blog.text(&file).filter(|text| text.starts_with("---"))?;
    let front = post::front_matter(text.as_bytes(), path, &Generator::silent(blog.dialect));
    let text = if template::read(&text).is_some() { text } else { text + &layout(blog, &front)? };
    Some(Page { path: path.to_owned(), file, says: template::read(&text)?, front, text })
}

/// The text of the layout of a page.
fn layout(blog: &Blog, front: &Value) -> Option<String> {
    let name = front.entry("layout").and_then(Value::as_str)?;
    let layouts = in_source(blog, &folder(blog, "layouts_dir", "_layouts"));
    ENDS.iter().find_map(|end| blog.text(&format!("{layouts}/{name}{end}")))
}
