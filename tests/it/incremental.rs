//! What is taken over from published feeds, against feeds that are made whole: the same bytes, whatever happens to posts.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use feedwright::config::{Config, Dialect};
use feedwright::feed::Artifact;
use feedwright::generator::Generator;
use feedwright::pipeline::{Change, Outcome, Pipeline, Plans, Published, Reader, Unpublished};
use feedwright::post::{self, Parsed, Rules, SourceFile};
use proptest::prelude::*;

use crate::in_memory;

const CONFIG: &str = "
site: {title: T, url: 'https://example.org/', timezone: Europe/Berlin}
feeds:
  - {path: rss.xml, format: rss, limit: 3}
  - {path: atom.xml, format: atom, limit: 3}
  - {path: feed.json, format: json, limit: 3}
  - {path: all.xml, format: rss, limit: all, content: summary}
  - {path: 'tags/:tag.xml', format: atom, per: tag}
  - {path: 'tags/:tag.rss', format: rss, per: tag}
  - {path: 'languages/:language.json', format: json, per: language}
";

/// What happens to a blog.
#[derive(Debug, Clone)]
enum Event {
    Saved(u8, Post),
    Removed(u8),
    /// Another run, which knows the published feeds.
    Restarted,
    /// Somebody else wrote into a feed.
    Touched(prop::sample::Index),
}

/// A post, in what feeds tell differently.
#[derive(Debug, Clone)]
struct Post {
    day: u8,
    updated: Option<u8>,
    tags: Vec<&'static str>,
    author: bool,
    file: bool,
    language: Option<&'static str>,
    body: &'static str,
}

impl Post {
    fn text(&self, number: u8) -> String {
        let mut front = format!("title: Post {number}\ndate: 2024-01-{:02}T12:00:00.{}Z\n", self.day, self.day % 3);
        if let Some(updated) = self.updated {
            front += &format!("updated: 2024-02-{updated:02}T09:00:00+0{}:30\n", updated % 9);
        }
        front += &format!("tags: [{}]\n", self.tags.join(", "));
        if self.author {
            front += "author: Ann\n";
        }
        if self.file {
            front += "enclosure: {url: /a.mp3, length: 5, type: audio/mpeg, duration: 61}\n";
        }
        if let Some(language) = self.language {
            front += &format!("lang: {language}\n");
        }
        format!("---\n{front}---\n{}\n", self.body)
    }
}

/// Posts, and their feeds as they are published, each with the fingerprint that it was made by.
struct Blog {
    config: Arc<Config>,
    files: BTreeMap<String, Vec<u8>>,
    feeds: BTreeMap<String, (u64, Vec<u8>, Vec<u8>)>,
    pipeline: Pipeline,
}

/// Feeds that are published: what was made, and what is there.
struct Feeds<'a>(&'a BTreeMap<String, (u64, Vec<u8>, Vec<u8>)>);

impl Published for Feeds<'_> {
    fn stands(&self, path: &str, fingerprint: u64) -> bool {
        self.feed(path, fingerprint).is_some()
    }

    fn feed(&self, path: &str, fingerprint: u64) -> Option<Vec<u8>> {
        let intact = self.0.get(path).filter(|(print, made, there)| *print == fingerprint && made == there);
        intact.map(|(.., there)| there.clone())
    }
}

fn now() -> DateTime<Utc> {
    "2024-06-01T00:00:00Z".parse().expect("an instant")
}

fn parse(config: &Config, path: &str, bytes: &[u8]) -> Parsed {
    let generator = Generator::silent(Dialect::Commonmark);
    let (site, source) = (&config.site, &config.sources[0]);
    let rules = Rules { site, source, number: 0, id: None, generator: &generator, asset_size: &|_, _| None };
    post::parse(&SourceFile { path: path.into(), relative: path.to_owned(), bytes: bytes.to_vec() }, &rules)
}

fn pipeline(config: &Arc<Config>, files: &BTreeMap<String, Vec<u8>>) -> Pipeline {
    let generators = vec![Arc::new(Generator::silent(Dialect::Commonmark))];
    let mut pipeline = Pipeline::new(config.clone(), generators, "feedwright.yaml", now());
    let read = files.iter().map(|(path, bytes)| Change::Read(path.as_str().into(), parse(config, path, bytes)));
    pipeline.absorb(read, now());
    pipeline
}

/// The feeds that are to be made, and what is made of them.
fn build(
    pipeline: &mut Pipeline,
    config: &Config,
    files: &BTreeMap<String, Vec<u8>>,
    published: &dyn Published,
) -> (Plans, Vec<Artifact>) {
    let again = |path: &str| files.get(path).map(|bytes| (parse(config, path, bytes), bytes.clone()));
    build_by(pipeline, &again, published)
}

fn build_by(pipeline: &mut Pipeline, reader: &dyn Reader, published: &dyn Published) -> (Plans, Vec<Artifact>) {
    let Outcome::Planned(plans) = pipeline.plan(now(), reader, published) else { panic!("nothing changes meanwhile") };
    let (made, verdicts): (Vec<Option<Artifact>>, Vec<_>) =
        plans.feeds.iter().map(|plan| pipeline.make(plan, &plans.standing)).unzip();
    pipeline.note(&plans.feeds, verdicts);
    let made: Vec<Artifact> = made.into_iter().flatten().collect();
    assert_eq!(made.len(), plans.feeds.len(), "{:?}", pipeline.problems());
    (plans, made)
}

impl Blog {
    fn new() -> Self {
        let config = Arc::new(in_memory::config(CONFIG, Dialect::Commonmark));
        let files = BTreeMap::new();
        let pipeline = pipeline(&config, &files);
        Self { config, files, feeds: BTreeMap::new(), pipeline }
    }

    fn happens(&mut self, event: &Event) {
        match event {
            Event::Saved(number, post) => {
                let (path, bytes) = (format!("{number}.md"), post.text(*number).into_bytes());
                let change = Change::Read(path.as_str().into(), parse(&self.config, &path, &bytes));
                self.files.insert(path, bytes);
                self.pipeline.absorb([change], now());
            }
            Event::Removed(number) => {
                let path = format!("{number}.md");
                self.files.remove(&path);
                self.pipeline.absorb([Change::Gone(path.as_str().into())], now());
            }
            Event::Restarted => self.pipeline = pipeline(&self.config, &self.files),
            Event::Touched(_) if self.feeds.is_empty() => {}
            Event::Touched(which) => {
                let place = which.index(self.feeds.len());
                let (.., there) = self.feeds.values_mut().nth(place).expect("a feed");
                there.push(b' ');
                self.pipeline.touch_everything();
            }
        }
        self.publish();
    }

    fn publish(&mut self) {
        let (plans, made) = build(&mut self.pipeline, &self.config, &self.files, &Feeds(&self.feeds));
        let prints: HashMap<&str, u64> = plans.feeds.iter().map(|plan| (&*plan.path, plan.fingerprint)).collect();
        for Artifact { path, bytes } in made {
            let print = prints[&*path];
            self.feeds.insert(path, (print, bytes.clone(), bytes));
        }
        let makes = |path: &String| self.pipeline.makes(path);
        self.feeds.retain(|path, _| makes(path));
    }

    /// The feeds as somebody makes them who knows of nothing.
    fn whole(&self) -> BTreeMap<String, String> {
        let mut pipeline = pipeline(&self.config, &self.files);
        let (_, made) = build(&mut pipeline, &self.config, &self.files, &Unpublished);
        made.into_iter().map(|feed| (feed.path, String::from_utf8(feed.bytes).expect("UTF-8"))).collect()
    }

    fn published(&self) -> BTreeMap<String, String> {
        let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).expect("UTF-8");
        self.feeds.iter().map(|(path, (.., there))| (path.clone(), text(there))).collect()
    }
}

fn posts() -> impl Strategy<Value = Post> {
    let body = prop_oneof![
        Just("Text."),
        Just("![a](/a.png)\n\nMore *text*."),
        Just("`</item>` and `<entry>`\n\n<p>]]></p>"),
        Just(""),
    ];
    let tags = prop::sample::subsequence(vec!["a", "b", "C", "c"], 0..3);
    let language = prop::option::of(prop::sample::select(vec!["de", "en", "en-GB"]));
    let parts = (1..6u8, prop::option::of(1..6u8), tags, any::<bool>(), any::<bool>(), language, body);
    parts.prop_map(|(day, updated, tags, author, file, language, body)| Post {
        day,
        updated,
        tags,
        author,
        file,
        language,
        body,
    })
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (0..6u8, posts()).prop_map(|(number, post)| Event::Saved(number, post)),
        2 => (0..6u8).prop_map(Event::Removed),
        2 => Just(Event::Restarted),
        1 => any::<prop::sample::Index>().prop_map(Event::Touched),
    ]
}

#[test]
fn after_a_start_only_what_changes_is_read_and_rendered() {
    let post =
        |day| Post { day, updated: None, tags: vec!["a"], author: true, file: false, language: None, body: "Text." };
    let mut blog = Blog::new();
    for number in 0..5 {
        blog.happens(&Event::Saved(number, post(number + 1)));
    }
    blog.happens(&Event::Restarted);
    let bytes = Post { body: "Changed.", ..post(5) }.text(4).into_bytes();
    let change = Change::Read("4.md".into(), parse(&blog.config, "4.md", &bytes));
    blog.files.insert("4.md".to_owned(), bytes);
    blog.pipeline.absorb([change], now());
    let read = Mutex::new(Vec::new());
    let again = |path: &str| {
        read.lock().expect("a lock").push(path.to_owned());
        blog.files.get(path).map(|bytes| (parse(&blog.config, path, bytes), bytes.clone()))
    };
    let (_, made) = build_by(&mut blog.pipeline, &again, &Feeds(&blog.feeds));
    assert_eq!(made.len(), 6);
    assert_eq!(read.into_inner().expect("a lock"), ["4.md"]);
}

#[test]
fn a_body_that_was_made_again_counts_though_another_file_changed_meanwhile() {
    let post =
        |day, body| Post { day, updated: None, tags: vec!["a"], author: true, file: false, language: None, body };
    let mut blog = Blog::new();
    for (number, body) in [(0, "See [[1]]."), (1, "Text."), (2, "Text.")] {
        blog.happens(&Event::Saved(number, post(number + 1, body)));
    }
    let linked = "href=\"https://example.org/1/\"";
    assert!(blog.published()["rss.xml"].contains(linked), "{}", blog.published()["rss.xml"]);
    let [older, newer] = ["Older.", "Newer."].map(|body| post(3, body).text(2).into_bytes());
    let read = |blog: &Blog, bytes: &[u8]| Change::Read("2.md".into(), parse(&blog.config, "2.md", bytes));
    let change = read(&blog, &older);
    blog.files.remove("1.md");
    blog.files.insert("2.md".to_owned(), newer.clone());
    blog.pipeline.absorb([Change::Gone("1.md".into()), change], now());
    let again = |path: &str| blog.files.get(path).map(|bytes| (parse(&blog.config, path, bytes), bytes.clone()));
    let outcome = blog.pipeline.plan(now(), &again, &Feeds(&blog.feeds));
    assert!(matches!(outcome, Outcome::Stale(paths) if *paths == ["2.md".into()]));
    let change = read(&blog, &newer);
    blog.pipeline.absorb([change], now());
    blog.publish();
    assert!(!blog.published()["rss.xml"].contains(linked));
    assert_eq!(blog.published(), blog.whole());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn feeds_are_the_same_whatever_happened_before(events in prop::collection::vec(events(), 1..16)) {
        let mut blog = Blog::new();
        for event in &events {
            blog.happens(event);
            let (published, whole) = (blog.published(), blog.whole());
            prop_assert_eq!(published, whole, "after {:?}", event);
        }
    }
}
