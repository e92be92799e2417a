//! A folder of Markdown around which no generator is known: the posts are where the dates are.

use super::Blog;
use super::draft::{Draft, Line};
use super::pages::{self, Kind};
use super::yaml::Node;

pub(super) fn draft(blog: &Blog) -> Draft {
    let pages = pages::try_out(blog, "");
    let mut draft = Draft { generator: super::kind(blog.dialect), ..Draft::default() };
    draft.address(blog, None);
    draft.title(None);
    let folder = pages::common_folder(&pages);
    let mut source = vec![Line::text("path", blog.told(&folder), "where the files with dates are")];
    let undated = pages::undated(&pages, &folder);
    if !undated.is_empty() {
        source.push(Line::new("exclude", Node::texts(undated), "no date"));
    }
    draft.posts = pages.iter().filter(|page| page.kind == Kind::Post).count();
    draft.sources.push(source);
    draft
}
