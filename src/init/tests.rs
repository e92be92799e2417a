//! Blogs of all kinds as files in memory, and the configuration that they get.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::config::{self, Config, Surroundings};
use crate::post;

/// The draft for a blog of these files.
fn drafted(dialect: Dialect, files: &[(&str, &str)]) -> Draft {
    let texts: BTreeMap<String, String> = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
    let names: Vec<String> = texts.keys().cloned().collect();
    let read = |path: &str| texts.get(path).map(|text| text.clone().into_bytes());
    let (settings, problems) = Settings::read(dialect, &configuration(dialect, &names, &read));
    assert_eq!(problems, []);
    draft(&Blog { dialect, folder: String::new(), files: names, settings, read: &read, url: None })
}

fn parsed(draft: &Draft) -> Config {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| Dialect::Commonmark,
        permalink: &post::default_permalink,
        check_permalink: &post::check_permalink,
    };
    config::parse(&draft.file(), around).unwrap_or_else(|problems| panic!("{problems:?}\n{}", draft.file()))
}

/// The lines of a file, without comments and blanks.
fn lines(draft: &Draft) -> Vec<String> {
    let text = draft.file();
    let code = text.lines().map(|line| line.split(" # ").next().unwrap_or("").trim_end());
    code.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[track_caller]
fn assert_has(draft: &Draft, expected: &[&str]) {
    let lines = lines(draft);
    for line in expected {
        assert!(lines.iter().any(|known| known.trim() == *line), "no `{line}` in\n{}", draft.file());
    }
}

const POST: &str = "---\ntitle: A\ndate: 2024-01-02\n---\nText.\n";

#[test]
fn jekyll_in_all_its_corners() {
    let config = "title: T\nurl: https://u.example\nbaseurl: /blog/\nlocale: en_US\nauthor: ann\npermalink: pretty\n\
        collections_dir: all\ndefaults:\n  - {scope: {path: '', type: posts}, values: {permalink: '/b/:title/'}}\n\
        plugins: [jekyll-feed]\nfeed: {path: atom.xml, posts_limit: 5, excerpt_only: true, tags: true, categories: [x]}\n";
    let draft = drafted(
        Dialect::Jekyll,
        &[
            ("_config.yml", config),
            ("_data/authors.yml", "ann: {name: Ann, email: ann@u.example}\n"),
            ("_posts/2024-01-02-other.md", POST),
            ("all/_posts/2024-01-02-a.md", POST),
            ("all/_posts/undated.md", POST),
            ("all/news/_posts/2024-01-02-b.md", POST),
            ("all/_theme/_posts/2024-01-02-c.md", POST),
        ],
    );
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "url: https://u.example/blog/",
            "language: en-US",
            "author: { name: Ann, email: ann@u.example }",
            "- path: all/_posts",
            "- path: all/news/_posts",
            "permalink: /b/:title/",
            "id: jekyll",
            "exclude: undated.md",
            "output: _site",
            "- { path: atom.xml, limit: 5, content: summary }",
            "- { path: rss.xml, limit: 5 }",
            "- { path: feed/by_tag/:tag.xml, format: atom, limit: 5, per: tag }",
            "- { path: feed/x.xml, format: atom, limit: 5, content: summary, title: T | X, categories: x }",
        ],
    );
    assert_eq!((draft.posts, draft.sources.len()), (2, 2));
    assert!(draft.open[0].contains("no `timezone` is set"), "{:?}", draft.open);
}

#[test]
fn a_feed_of_a_jekyll_blogs_own_is_not_the_plug_ins() {
    let feed = "---\n---\n<rss>{% for post in site.posts limit:7 %}<item><guid>{{ post.url | prepend: site.url }}</guid></item>{% endfor %}</rss>";
    let posts = ("_posts/2024-01-02-a.md", POST);
    let config = "title: T\nurl: https://u.example\nfeed: {path: feed.xml}\n";
    let draft = drafted(Dialect::Jekyll, &[("_config.yml", config), posts, ("feed.xml", feed)]);
    assert_has(&draft, &["- { path: feed.xml, format: rss, limit: 7 }"]);
    assert!(!draft.file().contains("id: jekyll"), "{}", draft.file());
    let draft = drafted(Dialect::Jekyll, &[("_config.yml", config), posts, ("rss.xml", feed)]);
    assert_has(&draft, &["id: jekyll", "- { path: feed.xml, format: atom, limit: 10 }"]);
}

#[test]
fn ids_beyond_ascii_that_are_not_encoded_are_told() {
    let told = |id: &str, name: &str| {
        let feed =
            format!("---\n---\n<feed>{{% for post in site.posts %}}<entry><id>{id}</id></entry>{{% endfor %}}</feed>");
        let files = [("_config.yml", "title: T\nurl: https://u.example\n"), (name, POST), ("atom.xml", feed.as_str())];
        let draft = drafted(Dialect::Jekyll, &files);
        assert_has(&draft, &["id: jekyll"]);
        draft.open.iter().any(|told| told.contains("percent-encoded"))
    };
    assert!(told("{{ site.url }}{{ post.id }}", "_posts/2024-01-02-ü.md"));
    assert!(!told("{{ post.id | absolute_url }}", "_posts/2024-01-02-ü.md"));
    assert!(!told("{{ site.url }}{{ post.id }}", "_posts/2024-01-02-u.md"));
}

#[test]
fn a_path_of_jekyll_feed_that_is_an_address_is_told() {
    let config = "title: T\nurl: https://u.example\nfeed: {path: 'https://u.example/atom.xml'}\n";
    let draft = drafted(Dialect::Jekyll, &[("_config.yml", config), ("_posts/2024-01-02-a.md", POST)]);
    assert_has(&draft, &["id: jekyll", "- { path: feed.xml, format: atom, limit: 10 }"]);
    assert!(draft.open.iter().any(|told| told.contains("feed.path) is an address")), "{:?}", draft.open);
}

#[test]
fn a_jekyll_blogs_feed_may_be_a_layout_and_name_its_author() {
    let layout = "<feed><author><name>Ann Lee</name></author>{% for post in site.posts limit:3 %}<entry><id>{{ site.url }}{{ post.id }}</id></entry>{% endfor %}</feed>";
    let draft = drafted(
        Dialect::Jekyll,
        &[
            ("_config.yml", "title: T\nurl: https://u.example\nsource: src\n"),
            ("src/_layouts/news_feed.html", layout),
            ("src/_posts/2024-01-02-a.md", POST),
            ("src/atom.xml", "---\nlayout: news_feed\n---\n"),
        ],
    );
    assert_has(&draft, &["author: Ann Lee", "id: jekyll", "- { path: atom.xml, limit: 3 }"]);
}

#[test]
fn what_jekyll_lets_pass_in_its_configuration() {
    let url_of = |config: &str| {
        let draft = drafted(Dialect::Jekyll, &[("_config.yml", config), ("_posts/2024-01-02-a.md", POST)]);
        parsed(&draft);
        draft.site_text("url").map(str::to_owned)
    };
    assert_eq!(
        url_of("title: A\nurl: https://a.example\nurl: https://b.example\n").as_deref(),
        Some("https://b.example/")
    );
    assert_eq!(url_of("url: https://u.example/\n").as_deref(), Some("https://u.example//"));
    assert_eq!(url_of("url: https://u.example/\nbaseurl: /blog\n").as_deref(), Some("https://u.example//blog/"));
}

#[test]
fn markdown_of_jekyll_that_is_not_known_is_told() {
    let told = |config: &str| {
        let config = format!("title: T\nurl: https://u.example\ntimezone: UTC\nplugins: [jekyll-feed]\n{config}");
        drafted(Dialect::Jekyll, &[("_config.yml", &config), ("_posts/2024-01-02-a.md", POST)]).open
    };
    assert_eq!(told("markdown: Kramdown\nkramdown: {input: GFM}\n"), [""; 0]);
    assert_eq!(told("markdown: CommonMark\n"), [""; 0]);
    let kramdown = "posts are read as kramdown reads them";
    assert_eq!(
        told("markdown: redcarpet\n"),
        [format!("`redcarpet` (_config.yml: markdown) is not known here: {kramdown}")]
    );
    let gfm = "posts are read as kramdown's `GFM` reads them";
    assert_eq!(
        told("kramdown: {input: Kramdown}\n"),
        [format!("`Kramdown` (_config.yml: kramdown.input) is not known here: {gfm}")]
    );
}

#[test]
fn a_feed_by_hand_is_taken_over() {
    let feed = "---\npermalink: /news.xml\n---\n<rss>{% for post in site.posts limit: 7 %}<item><guid>{{ site.url }}{{ post.url }}</guid></item>{% endfor %}</rss>";
    let draft =
        drafted(Dialect::Jekyll, &[("CNAME", "u.example\n"), ("feed.xml", feed), ("_posts/2024-01-02-a.md", POST)]);
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "title: u.example",
            "url: https://u.example/",
            "- { path: news.xml, format: rss, limit: 7 }",
            "- { path: atom.xml, limit: 7 }",
        ],
    );
    assert!(!lines(&draft).iter().any(|line| line.contains("id:")), "{}", draft.file());
}

#[test]
fn hugo_in_all_its_corners() {
    let config = "baseURL: https://u.example/\ntimeZone: Europe/Paris\ndefaultContentLanguage: en\nrssLimit: 9\n\
        languages:\n  en: {title: T, params: {description: D, author: {name: Ann}}}\n  fr: {title: F}\n\
        permalinks: {page: {posts: '/:year/:slug/'}}\nparams: {author: Bo}\noutputFormats: {RSS: {baseName: feed}}\n";
    let draft = drafted(
        Dialect::Hugo,
        &[
            ("config/_default/hugo.yaml", config),
            ("content/about.md", POST),
            ("content/search.md", "---\ntitle: S\n---\n"),
            ("content/posts/a.md", POST),
            ("content/posts/a.fr.md", POST),
            ("content/notes/b/index.md", POST),
            ("content/notes/none.md", "---\ntitle: N\n---\n"),
            ("content/docs/x/y.md", "---\ntitle: Y\n---\n"),
        ],
    );
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "title: T",
            "description: D",
            "language: en",
            "timezone: Europe/Paris",
            "author: Ann",
            "path: content",
            "exclude: [about.md, docs, notes/none.md, search.md]",
            "- { path: feed.xml, format: rss, limit: 9, languages: en }",
            "- { path: fr/feed.xml, format: rss, limit: 9, title: F, languages: fr }",
        ],
    );
    assert_eq!(draft.posts, 3);
}

#[test]
fn the_language_of_a_site_of_hugo_is_its_default_ones() {
    let drafted = |config: &str| {
        let config = format!("baseURL: https://u.example/\ntitle: T\nlanguages:\n  en: {{}}\n  fr: {{}}\n{config}");
        drafted(Dialect::Hugo, &[("hugo.yaml", &config), ("content/posts/a.md", POST)])
    };
    let of_site = drafted("languageCode: en-gb\n");
    assert_has(
        &of_site,
        &["language: en-GB", "- { path: index.xml, format: rss, limit: all, languages: [en, en-gb] }"],
    );
    assert_has(&drafted(""), &["language: en", "- { path: index.xml, format: rss, limit: all, languages: en }"]);
    assert_eq!(parsed(&of_site).feeds[0].only.languages, ["en", "en-gb"]);
}

#[test]
fn templates_that_make_links_of_hugo_are_told() {
    let files = |hook| [("hugo.yaml", "baseURL: https://u.example/\n"), ("content/posts/a.md", POST), (hook, "x")];
    let told = |hook| drafted(Dialect::Hugo, &files(hook)).open.join("\n").contains(&format!("what `{hook}` makes"));
    assert!(told("layouts/_default/_markup/render-link.html") && told("layouts/_markup/render-image.html"));
    assert!(!told("layouts/_default/single.html"));
}

#[test]
fn languages_of_hugo_at_addresses_of_their_own_are_told() {
    let open = |languages: &str| {
        let config = format!("baseURL: https://u.example/\ntitle: T\nlanguages:\n  en: {{}}\n  {languages}\n");
        drafted(Dialect::Hugo, &[("hugo.yaml", &config), ("content/posts/a.md", POST)]).open.join("\n")
    };
    assert!(open("de: {baseURL: 'https://de.example/'}").contains("the languages at `https://de.example/`"));
    assert!(!open("de: {baseURL: 'https://u.example/'}").contains("the languages at"));
    assert!(!open("de: {title: U}").contains("the languages at"));
}

#[test]
fn hugo_with_several_sections_is_read_from_content() {
    let tagged = "---\ntitle: A\ndate: 2024-01-02\ntags: [x]\n---\nText.\n";
    let files = [
        ("hugo.toml", "baseURL = 'https://u.example/'\ntitle = 'T'\ndisableKinds = ['term']\n"),
        ("content/about.md", POST),
        ("content/a/x.md", tagged),
        ("content/b/y.md", POST),
        ("content/docs/z.md", "---\ntitle: Z\n---\n"),
    ];
    let draft = drafted(Dialect::Hugo, &files);
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "path: content",
            "exclude: [about.md, docs]",
            "- { path: index.xml, format: rss, limit: all }",
            "- { path: \":section/index.xml\", format: rss, limit: all, per: section }",
        ],
    );
    assert!(!draft.file().contains("per: tag"), "{}", draft.file());
}

#[test]
fn a_hugo_site_without_sections_to_speak_of_has_its_posts_at_the_root() {
    let post = "---\ndate: 2024-01-02\n---\n";
    let files = [
        (
            "hugo.toml",
            "baseURL = 'https://u.example/'\ntitle = 'T'\n[outputFormats.RSS]\nmediaType = 'application/rss'\n",
        ),
        ("content/a.md", post),
        ("content/b.md", post),
        ("content/puzzles/c.md", post),
        ("content/about.md", "---\ntitle: A\n---\n"),
    ];
    let draft = drafted(Dialect::Hugo, &files);
    assert_has(&draft, &["path: content", "exclude: about.md", "- { path: index.xml, format: rss, limit: all }"]);
    assert_eq!(draft.posts, 3);
}

#[test]
fn zola_tells_its_languages_apart_by_its_default() {
    let config = "base_url = 'https://u.example'\ntitle = 'T'\ngenerate_feeds = true\n[languages.fr]\n";
    let post = ("content/blog/a.md", "+++\ndate = 2024-01-02\n+++\n");
    let draft = drafted(Dialect::Zola, &[("config.toml", config), post]);
    assert_has(&draft, &["language: en", "- { path: atom.xml, limit: all, languages: en }"]);
}

#[test]
fn zola_in_all_its_corners() {
    let config = "base_url = 'https://u.example'\ntitle = 'T'\ndefault_language = 'en'\ngenerate_feeds = true\n\
        feed_filenames = ['rss.xml', 'own.xml']\nfeed_limit = 12\ntaxonomies = [{name = 'tags', feed = true}, {name = 'people'}]\n\
        [languages.fr]\ngenerate_feeds = true\n";
    let own =
        "<feed>{% for page in pages | slice(end=4) %}<entry><id>{{ page.permalink }}</id></entry>{% endfor %}</feed>";
    let draft = drafted(
        Dialect::Zola,
        &[
            ("zola.toml", config),
            ("templates/own.xml", own),
            ("content/about.md", "+++\ntitle = 'A'\n+++\n"),
            ("content/blog/_index.md", "+++\ntitle = 'Blog'\ngenerate_feeds = true\n+++\n"),
            ("content/blog/2024-01-02-a.md", "+++\ntitle = 'A'\n+++\n"),
            ("content/notes/b.md", "+++\ndate = 2024-01-02\n+++\n"),
        ],
    );
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "path: content",
            "id: zola",
            "- { path: rss.xml, limit: 12, languages: en }",
            "- { path: own.xml, format: atom, limit: 4, languages: en }",
            "- { path: blog/rss.xml, limit: 12, title: Blog, sections: blog }",
            "- { path: fr/rss.xml, limit: 12, languages: fr }",
            "- { path: tags/:tag/rss.xml, limit: 12, per: tag }",
        ],
    );
}

#[test]
fn eleventy_says_it_in_scripts_and_data() {
    let config = "import { feedPlugin } from '@11ty/eleventy-plugin-rss';\nexport default function (c) {\n\
        c.addPlugin(feedPlugin, { type: 'atom', outputPath: '/feed/feed.xml', collection: { name: 'posts', limit: 10 },\n\
        metadata: { language: 'en', title: 'T', subtitle: 'D', base: 'https://u.example/', author: { name: 'Ann' } } });\n\
        return { dir: { input: 'src', output: 'build' } };\n}\n";
    let files = [
        ("eleventy.config.js", config),
        ("src/about.md", "---\ntitle: A\n---\n"),
        ("src/blog/a.md", POST),
        ("src/blog/b/b.md", POST),
    ];
    let draft = drafted(Dialect::Eleventy, &files);
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "title: T",
            "url: https://u.example/",
            "description: D",
            "language: en",
            "author: Ann",
            "path: src/blog",
            "output: build",
            "- { path: feed/feed.xml, format: atom, limit: 10 }",
        ],
    );
    let data = [
        (".eleventy.js", "module.exports = () => {};\n"),
        ("_data/site.json", "{\"name\": \"S\", \"url\": \"https://s.example\"}"),
        (
            "feed.njk",
            "---\npermalink: /atom.xml\n---\n<feed>{% for post in posts %}<entry><id>{{ post.url }}</id></entry>{% endfor %}</feed>",
        ),
        ("posts/a.md", POST),
    ];
    let draft = drafted(Dialect::Eleventy, &data);
    parsed(&draft);
    assert_has(&draft, &["title: S", "url: https://s.example/", "path: posts", "- { path: atom.xml, limit: all }"]);
}

#[test]
fn eleventy_reads_data_beside_its_input_and_passes_over_what_is_ignored() {
    let config = "export const config = { dir: { input: 'content', data: '../_data', includes: '../_includes' } };\n\
        export default (c) => { c.ignores.add('content/blog/old/**'); };\n";
    let files = [
        ("eleventy.config.js", config),
        (".eleventyignore", "# drafts\ncontent/blog/draft.md\n"),
        ("_data/metadata.js", "export default { title: 'T', url: 'https://u.example/' };"),
        ("_includes/a.md", POST),
        ("content/blog/a.md", POST),
        ("content/blog/draft.md", POST),
        ("content/blog/old/b.md", POST),
        ("content/blog/about.md", "---\ntitle: A\n---\n"),
    ];
    let draft = drafted(Dialect::Eleventy, &files);
    parsed(&draft);
    assert_has(
        &draft,
        &["title: T", "url: https://u.example/", "path: content/blog", "exclude: [about.md, draft.md, old]"],
    );
    assert!(draft.file().contains("# no date; .eleventyignore; `ignores.add`\n"), "{}", draft.file());
    assert_eq!(draft.posts, 1);
}

#[test]
fn eleventys_templates_of_feeds_say_what_the_site_is() {
    let feed = "---json\n{\"permalink\": \"feed.xml\", \"eleventyExcludeFromCollections\": true, \"metadata\": {\"language\": \"en\"}}\n---\n\
        <feed xml:lang=\"{{ metadata.language }}\"><title>{{ siteconfig.title }} &amp; more</title>\
        <link href=\"{{ permalink | absoluteUrl(siteconfig.url) }}\" rel=\"self\"/><id>https://u.example/</id>\
        <author><name>{{ siteconfig.authorName }}</name><email>{{ siteconfig.authorEmail }}</email></author>\
        {%- for post in collections.posts | reverse %}<entry><title>{{ post.data.title }}</title><id>{{ post.url }}</id></entry>{% endfor %}</feed>";
    let files = [
        (".eleventy.js", "module.exports = function () { return { dir: { input: 'src' } }; };\n"),
        ("src/_data/siteconfig.json", r#"{"title": "T", "authorName": "Ann", "authorEmail": "ann@u.example"}"#),
        ("src/feed.njk", feed),
        ("src/none.njk", "---\npermalink: false\n---\n<rss><item></rss>"),
        (
            "src/all.html",
            "---\npermalink: /all.xml\n---\n<rss>{% for p in collections.posts %}<item><guid>{{ p.url }}</guid>",
        ),
        ("src/page.html", "---\npermalink: /page/\n---\n<rss><item>"),
        (
            "src/json.11ty.js",
            "module.exports = class { data() { return { permalink: '/feed.json' }; }\n\
             render({ collections }) { return JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', \
             items: collections.posts.map(post => ({ \"id\": post.url, })) }); } };",
        ),
        ("src/posts/posts.json", r#"{"tags": ["posts"]}"#),
        ("src/posts/a.md", POST),
        ("src/posts/b.md", POST),
        ("src/notes/c.md", POST),
    ];
    let draft = drafted(Dialect::Eleventy, &files);
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "title: T & more",
            "url: https://u.example/",
            "language: en",
            "author: { name: Ann, email: ann@u.example }",
            "path: src/posts",
            "- { path: feed.xml, format: atom, limit: all }",
            "- { path: all.xml, format: rss, limit: all }",
            "- { path: feed.json, limit: all }",
        ],
    );
    assert!(!draft.file().contains("false") && !draft.file().contains("page") && !draft.file().contains("exclude"));
    assert_eq!((draft.posts, &draft.open[..]), (2, &[][..]), "{:?}", draft.open);
}

#[test]
fn what_eleventys_feeds_do_not_list_is_left_out() {
    let feed = "---\npermalink: /feed.xml\n---\n<rss>{% for p in collections.post %}<item><guid>{{ p.url }}";
    let post = "---\ntitle: A\ndate: 2024-01-02\ntags: post\n---\nText.\n";
    let files = [
        (".eleventy.js", "module.exports = () => {};\n"),
        ("_data/site.json", "{\"name\": \"S\", \"url\": \"https://s.example\"}"),
        ("feed.njk", feed),
        ("blog/blog.11tydata.js", "module.exports = { permalink: (data) => address(data) };"),
        ("blog/a.md", post),
        ("blog/b/c.md", POST),
        ("talks/d.md", post),
    ];
    let draft = drafted(Dialect::Eleventy, &files);
    parsed(&draft);
    assert_has(&draft, &["path: .", "exclude: blog/b"]);
    assert!(draft.file().contains("# not in `collections.post`\n"), "{}", draft.file());
    assert!(draft.open[0].starts_with("`blog/blog.11tydata.js` computes `permalink`"), "{:?}", draft.open);
    let by_a_function =
        "module.exports = c => { c.addCollection('post', api => api.getFilteredByGlob('blog/**')); };\n";
    let draft = drafted(Dialect::Eleventy, &[&[(".eleventy.js", by_a_function)], &files[1..]].concat());
    assert!(!draft.file().contains("exclude"), "{}", draft.file());
}

#[test]
fn pelican_says_it_in_assignments() {
    let files = [
        (
            "pelicanconf.py",
            "SITENAME = 'T'\nSITEURL = ''\nAUTHOR = 'Ann'\nPATH = 'content'\nTIMEZONE = 'Europe/Rome'\nDEFAULT_LANG = 'it'\nARTICLE_URL = 'posts/{date:%Y}/{slug}/'\nFEED_ALL_ATOM = None\nCATEGORY_FEED_ATOM = None\n",
        ),
        (
            "publishconf.py",
            "from pelicanconf import *\nSITEURL = 'https://u.example'\nFEED_ALL_ATOM = 'feeds/all.atom.xml'\nTAG_FEED_RSS = 'feeds/tag/{slug}.rss.xml'\n",
        ),
        ("content/a.md", POST),
        ("content/pages/about.md", POST),
    ];
    let draft = drafted(Dialect::Pelican, &files);
    parsed(&draft);
    assert_has(
        &draft,
        &[
            "title: T",
            "url: https://u.example/",
            "language: it",
            "timezone: Europe/Rome",
            "author: Ann",
            "path: content",
            "permalink: \"/posts/{date:%Y}/{slug}/\"",
            "id: pelican",
            "exclude: pages",
            "output: output",
            "- { path: feeds/all.atom.xml, limit: 100 }",
            "- { path: feeds/tag/:tag.rss.xml, limit: 100, per: tag }",
        ],
    );
}

#[test]
fn a_plain_folder_says_what_it_can() {
    let draft = drafted(
        Dialect::Commonmark,
        &[("README.md", "# R\n"), ("words/2024-01-02-a.md", "Text.\n"), ("words/x.md", "---\ntitle: X\n---\n")],
    );
    assert_eq!(lines(&draft), ["site:", "  title: Blog", "posts:", "  path: words", "  exclude: x.md"]);
    assert_eq!(draft.site_text("url"), None);
}

proptest! {
    #[test]
    fn whatever_it_says_the_file_is_read(title in "\\PC*|[ -~\\n\\t]{0,24}|[:#,\\[\\]{}&*!|>'\"%@` a1~.-]{0,10}", path in "[a-z:/.{}# \\[\\]]{0,16}") {
        let json = |text: &str| serde_json::to_string(text).unwrap();
        let title = format!("T{title}");
        let config = format!(
            "{{\"title\": {0}, \"description\": {0}, \"author\": {0}, \"url\": \"https://u.example\", \"permalink\": {1}, \
             \"timezone\": {0}, \"lang\": {0}, \"plugins\": [\"jekyll-feed\"], \"feed\": {{\"path\": {1}, \"categories\": [{0}]}}}}",
            json(&title), json(&path)
        );
        let draft = drafted(Dialect::Jekyll, &[("_config.yml", &config), ("_posts/2024-01-02-a.md", POST)]);
        let config = parsed(&draft);
        prop_assert_eq!(config.site.title, post::one_line(&title).trim().to_owned());
    }
}
