//! Bodies for the tests of this room.

use std::sync::Arc;

use chrono::DateTime;
use chrono_tz::Tz;
use url::Url;

use super::{Around, Blog, Body, Rendered, render};
use crate::config::{Dialect, Site};
use crate::generator::Generator;
use crate::post::{BodySpan, Markup, Post, Says, Standing, Version};
use crate::value::Value;

/// A blog without other posts.
struct Alone;

impl Blog for Alone {
    fn find(&self, _: &str) -> Option<Arc<Post>> {
        None
    }

    fn posts(&self) -> Vec<Arc<Post>> {
        Vec::new()
    }

    fn text(&self, _: &str) -> Option<String> {
        None
    }
}

/// What stands around the bodies of a test.
pub(super) struct Surroundings {
    pub site: Site,
    pub generator: Generator,
    pub post: Post,
    pub front: Value,
    pub blog: Box<dyn Blog>,
}

impl Surroundings {
    /// A post of a site at `https://example.org/`, alone.
    pub fn of(dialect: Dialect) -> Self {
        let generator = Generator::silent(dialect);
        Self { site: site(), generator, post: post(dialect), front: Value::Mapping(Vec::new()), blog: Box::new(Alone) }
    }

    /// The post with this body, behind three lines of front matter, rendered.
    pub fn render(&self, text: &str, markup: Markup) -> Rendered {
        let url = Url::parse(&self.post.url).expect("a URL");
        render(&self.body(text, markup, &url))
    }

    /// A body.
    pub fn body<'a>(&'a self, text: &'a str, markup: Markup, url: &'a Url) -> Body<'a> {
        let around = Around {
            site: &self.site,
            generator: &self.generator,
            post: &self.post,
            front: &self.front,
            blog: &*self.blog,
        };
        let dialect = self.post.body.dialect;
        Body { text, line: 4, markup, dialect, url, summary: self.post.summary.as_deref(), around }
    }
}

/// A site at `https://example.org/`.
pub(super) fn site() -> Site {
    Site {
        title: "An Example".into(),
        url: Url::parse("https://example.org/").expect("a URL"),
        description: String::new(),
        language: Some("en".into()),
        timezone: Tz::UTC,
        authors: Vec::new(),
        copyright: None,
        icon: None,
        image: None,
    }
}

/// The post `https://example.org/blog/post/`.
pub(super) fn post(dialect: Dialect) -> Post {
    Post {
        path: Arc::from("posts/2024-01-02-post.md"),
        below: "posts/".len(),
        source: 0,
        version: Version { file: 1, body: 1 },
        says: Says::default(),
        standing: Standing::New,
        id: "https://example.org/blog/post/".into(),
        url: "https://example.org/blog/post/".into(),
        title: "A Post".into(),
        published: DateTime::parse_from_rfc3339("2024-01-02T00:00:00Z").expect("an instant"),
        updated: None,
        expires: None,
        authors: Vec::new(),
        tags: Vec::new(),
        categories: Vec::new(),
        section: None,
        language: None,
        summary: None,
        image: None,
        enclosures: Vec::new(),
        link: None,
        draft: false,
        listed: true,
        waits: true,
        body: BodySpan { offset: 0, line: 4, markup: Markup::Markdown, dialect },
    }
}
