//! Posts, bodies and feeds to measure with: the same in every run.

use std::path::Path;
use std::sync::Arc;

use feedwright::config::{self, Config, Dialect, Surroundings};
use feedwright::feed::{Entry, Feed};
use feedwright::generator::Generator;
use feedwright::markup::{self, Around, Blog, Body, Rendered};
use feedwright::post::{self, Markup, Parsed, Post, Rules, SourceFile};
use feedwright::value::Value;
use url::Url;

/// The dialects, and a post as their people write it: its name and its front matter.
pub const POSTS: [(Dialect, &str, &str); 6] = [
    (
        Dialect::Jekyll,
        "2024-03-09-a-lightning-counter.md",
        "---\nlayout: post\ntitle:  \"A lightning counter: from a radio\"\ndate:   2024-03-09 08:30:00 +0100\n\
         categories: [instruments, radio]\ntags: rain gauge count\nauthor: Ada Example\nexcerpt: It *counts*.\n---\n",
    ),
    (
        Dialect::Hugo,
        "a-lightning-counter.md",
        "+++\ntitle = \"A lightning counter: from a radio\"\ndate = 2024-03-09T08:30:00+01:00\ndraft = false\n\
         categories = [\"instruments\", \"radio\"]\ntags = [\"rain\", \"gauge\", \"count\"]\n\
         [params]\nauthor = \"Ada Example\"\n+++\n",
    ),
    (
        Dialect::Zola,
        "2024-03-09-a-lightning-counter.md",
        "+++\ntitle = \"A lightning counter: from a radio\"\ndate = 2024-03-09T08:30:00Z\nauthors = [\"Ada Example\"]\n\
         description = \"It counts.\"\n[taxonomies]\ncategories = [\"instruments\"]\ntags = [\"rain\", \"gauge\"]\n+++\n",
    ),
    (
        Dialect::Eleventy,
        "a-lightning-counter.md",
        "---\ntitle: \"A lightning counter: from a radio\"\ndate: 2024-03-09\ntags: [rain, gauge, count]\n\
         author: Ada Example\ndescription: It counts.\n---\n",
    ),
    (
        Dialect::Pelican,
        "a-lightning-counter.md",
        "Title: A lightning counter: from a radio\nDate: 2024-03-09 08:30\nCategory: instruments\nTags: rain, gauge\n\
         Author: Ada Example\nSummary: It counts.\n\n",
    ),
    (
        Dialect::Commonmark,
        "a-lightning-counter.md",
        "---\ntitle: \"A lightning counter: from a radio\"\ndate: 2024-03-09\ntags: [rain, gauge, count]\n\
         author: Ada Example\ndescription: It counts.\n---\n",
    ),
];

/// A body of about 5 KB: prose with links, a list, code, a heading, a picture.
pub fn body() -> String {
    let prose = "The *gauge* by the old willow is [at the pond](/notes/417/), and told of forty spoons by noon; tea came \
                 later, as \"frost\" does. Ridge, valley and airfield wait -- the radio counts minutes & hours.\n\n";
    let rest = "## The funnel\n\n![A picture](/img/7.png)\n\n- a louvre\n- [a plank](/notes/8/)\n\n\
                ```c\nint ladder(void);\n```\n\n";
    format!("{}{rest}{}", prose.repeat(4), prose.repeat(20))
}

/// The same with attribute lists, as kramdown has them.
pub fn body_with_attributes() -> String {
    body().replace(".png)\n", ".png){: width=\"300\"}\n{: .wide #picture}\n").replace("hours.\n", "hours.\n{: .note}\n")
}

/// A configuration with one folder of posts; `permalink` as it is written there.
pub fn config(dialect: Dialect, permalink: Option<&str>) -> Config {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| dialect,
        permalink: &post::default_permalink,
        check_permalink: &post::check_permalink,
    };
    let permalink = permalink.map(|pattern| format!(", permalink: '{pattern}'")).unwrap_or_default();
    let text = format!("site: {{title: T, url: 'https://example.org/'}}\nposts: {{path: posts{permalink}}}\n");
    config::parse(&text, around).expect("a configuration")
}

pub fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { path: format!("posts/{name}").into(), relative: name.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// Reads a file as a build does.
pub fn parse(file: &SourceFile, config: &Config, generator: &Generator) -> Post {
    let (site, source) = (&config.site, &config.sources[0]);
    let rules = Rules { site, source, number: 0, id: None, generator, asset_size: &|_, _| None };
    match post::parse(file, &rules) {
        Parsed::Post(post, _) => *post,
        other => panic!("no post: {other:?}"),
    }
}

/// Posts of a plain blog, one an hour, each with two of two hundred tags.
pub fn posts(count: usize) -> impl Iterator<Item = Post> {
    let (config, generator) = (config(Dialect::Commonmark, None), Generator::silent(Dialect::Commonmark));
    (0..count).map(move |number| {
        let (day, hour) = (number / 24, number % 24);
        let (year, month, day) = (2000 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
        let tags = format!("[tag{}, other{}]", number % 100, number / 7 % 100);
        let date = format!("{year}-{month:02}-{day:02}T{hour:02}:00:00Z");
        let text = format!("---\ntitle: Post {number}\ndate: {date}\ntags: {tags}\nauthor: Ada\n---\n\nRain.\n");
        parse(&file(&format!("post-{number}.md"), &text), &config, &generator)
    })
}

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

/// Renders bodies of one dialect.
pub struct Renderer {
    config: Config,
    generator: Generator,
    post: Post,
    url: Url,
}

impl Renderer {
    pub fn of(dialect: Dialect) -> Self {
        let (config, generator) = (config(dialect, None), Generator::silent(dialect));
        let (_, name, front) = POSTS.iter().find(|(of, ..)| *of == dialect).expect("a post");
        let post = parse(&file(name, &format!("{front}\nRain.\n")), &config, &generator);
        let url = Url::parse(&post.url).expect("a URL");
        Self { config, generator, post, url }
    }

    pub fn render(&self, text: &str, markup: Markup) -> Rendered {
        let front = Value::Mapping(Vec::new());
        let around = Around {
            site: &self.config.site,
            generator: &self.generator,
            post: &self.post,
            front: &front,
            blog: &Alone,
        };
        let dialect = self.post.body.dialect;
        markup::render(&Body { text, line: 9, markup, dialect, url: &self.url, summary: None, around })
    }
}

/// A feed of so many posts of about 5 KB.
pub fn feed(entries: usize) -> Feed {
    let config = config(Dialect::Commonmark, None);
    let rendered = Arc::new(Renderer::of(Dialect::Commonmark).render(&body(), Markup::Markdown));
    let entries: Vec<Entry> =
        posts(entries).map(|post| Entry { post: Arc::new(post), rendered: rendered.clone() }).collect();
    Feed {
        title: config.site.title.clone(),
        description: config.site.description.clone(),
        home: config.site.url.clone(),
        url: config.output_url.join("feed").expect("a URL"),
        hubs: Vec::new(),
        cloud: None,
        language: config.site.language.clone(),
        authors: config.site.authors.clone(),
        copyright: None,
        icon: None,
        image: None,
        updated: entries.iter().map(|entry| entry.post.modified()).max().expect("an entry"),
        content: config.feeds[0].content,
        entries,
        asks: None,
    }
}
