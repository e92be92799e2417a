//! Whether a post is held back, and whether feeds may hold it.

use super::filename::Name;
use super::vocabulary::{self, BUILD, DRAFT, FEED, Fields, HEADLESS, NO_FEED, PUBLISHED, STATUS};
use crate::config::Dialect;
use crate::generator::Generator;
use crate::value::Value;

/// Whether the author holds a post back: `draft: true`, `published: false`, `status: draft`, or a
/// place in Jekyll's folder of drafts.
pub(super) fn is_draft(fields: &mut Fields<'_>, name: &Name<'_>, generator: &Generator) -> bool {
    let status = fields.find(STATUS).and_then(|found| found.text()).map(|status| status.trim().to_lowercase());
    let held = matches!(status.as_deref(), Some("draft" | "hidden" | "skip" | "private" | "pending"));
    let unpublished = fields.find(PUBLISHED).is_some_and(|found| found.flag() == Some(false));
    fields.flag(DRAFT) == Some(true) || held || unpublished || name.is_draft() || is_in_draft(name, generator)
}

/// Whether it is below a section of Zola that is a draft.
fn is_in_draft(name: &Name<'_>, generator: &Generator) -> bool {
    let sections = || (0..=name.folders.len()).map(|depth| name.folders[..depth].join("/"));
    generator.dialect() == Dialect::Zola && sections().any(|section| is_draft_section(&section, generator))
}

fn is_draft_section(section: &str, generator: &Generator) -> bool {
    let path = generator.path_of(format!("{section}/_index.md").trim_start_matches('/'));
    let text = generator.text(&path).filter(|text| text.contains("draft"));
    text.is_some_and(|text| {
        super::front_matter(text.as_bytes(), &path, generator).at("draft") == Some(&Value::Bool(true))
    })
}

/// Whether feeds may hold a post. What `feed` says besides yes and no is for others; `permalink: false` is no page with
/// Eleventy.
pub(super) fn is_listed(fields: &Fields<'_>, dialect: Dialect) -> bool {
    let says = |aliases, answer| fields.find(aliases).is_some_and(|found| found.flag() == Some(answer));
    let has_page = dialect != Dialect::Eleventy || !says(vocabulary::permalink(dialect), false);
    !says(FEED, false) && !says(NO_FEED, true) && has_page
}

/// Whether Hugo lists a post (`headless`, `build: {list: never}`).
pub(super) fn is_listed_by_hugo(fields: &Fields<'_>) -> bool {
    let headless = fields.find(HEADLESS).is_some_and(|found| found.flag() == Some(true));
    let build = fields.find(BUILD);
    let says = |key: &str| build.as_ref().and_then(|build| build.value.find_at(key)?.as_text());
    let is_hidden = |text: String| ["never", "local", "false"].contains(&text.to_ascii_lowercase().as_str());
    !headless && !says("list").is_some_and(is_hidden) && !says("render").is_some_and(is_hidden)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{broken, post};
    use super::*;
    use Dialect::{Commonmark, Jekyll};

    #[test]
    fn drafts_have_many_names() {
        let cases = [
            ("draft: true", true),
            ("draft: \"yes\"", true),
            ("draft: no", false),
            ("isDraft: true", true),
            ("published: false", true),
            ("published: no", true),
            ("published: true", false),
            ("published: 2024-01-02", false),
            ("status: Draft", true),
            ("status: hidden", true),
            ("status: published", false),
            ("layout: post", false),
        ];
        for (yaml, expected) in cases {
            let (post, _) = post(Commonmark, "2024-01-02-a.md", &format!("---\ntitle: x\n{yaml}\n---\n"));
            assert_eq!(post.draft, expected, "{yaml}");
        }
        assert!(post(Jekyll, "_drafts/a.md", "---\ndate: 2024-01-02\n---\n").0.draft);
        let told = broken(Commonmark, "2024-01-02-a.md", "---\ndraft: maybe\n---\n");
        assert!(told.iter().any(|told| told.contains("`draft` is `maybe`; expected `true` or `false`")), "{told:?}");
    }

    #[test]
    fn sections_of_zola_may_be_drafts() {
        let text = "+++\ndraft = true\n+++\n".to_owned();
        let texts = [("content/later/_index.md".to_owned(), text)].into();
        let generator = Generator::new(Dialect::Zola, "content", Value::Null, texts);
        let held = |relative: &str| is_in_draft(&Name::of(relative, Dialect::Zola), &generator);
        assert!(held("later/x.md") && held("later/deep/x/index.md"));
        assert!(!held("x.md") && !held("now/x.md"));
    }

    #[test]
    fn a_post_may_stay_out_of_feeds() {
        let cases = [
            ("feed: false", false),
            ("feed: off", false),
            ("feed: true", true),
            ("feed: {excerpt_only: true}", true),
            ("eleventyExcludeFromCollections: true", false),
            ("exclude_from_feed: false", true),
            ("layout: post", true),
        ];
        for (yaml, expected) in cases {
            let (post, _) = post(Commonmark, "2024-01-02-a.md", &format!("---\ntitle: x\n{yaml}\n---\n"));
            assert_eq!(post.listed, expected, "{yaml}");
        }
    }
}
