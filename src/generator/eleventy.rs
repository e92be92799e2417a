//! What Eleventy's files say: its configuration in JavaScript, global data, and data beside posts.

use super::literal::{Said, said};
use super::permalink;
use super::{Generator, Texts, places};
use crate::config::Dialect;
use crate::problem::Problem;
use crate::value::{Lists, Value, read};

/// The extensions of files of data, the weakest first.
const EXTENSIONS: [&str; 6] = ["yaml", "yml", "json", "mjs", "cjs", "js"];

/// The extensions of templates.
const TEMPLATES: [&str; 9] = ["njk", "liquid", "html", "hbs", "md", "webc", "11ty.js", "11ty.cjs", "11ty.mjs"];

/// What ends the excerpt of a post where the configuration wants excerpts and does not say what ends them.
pub(super) const EXCERPT_SEPARATOR: &str = "---";

/// The settings of a configuration: what it exports, and what it says by calls.
///
/// `dir.input` and the like and `pathPrefix` are as Eleventy has them; `feed` is what the feed plug-in is given,
/// `markdown` what Markdown's library is, `figures` how its pictures are set, `frontMatter` how it is parted from bodies, `data` what is global,
/// `resolvesInputPaths` whether links name files, `markdownLibrary` whether that is the blog's own, `ignores` what is passed over, `layoutAliases` other names of layouts,
/// `prefixesLinks` whether a plug-in writes `pathPrefix` before links.
pub(super) fn settings(text: &str) -> Value {
    let Said { exports, calls } = said(text);
    let mut settings = Value::Mapping(Vec::new());
    exports
        .into_iter()
        .filter(|export| matches!(export, Value::Mapping(_)))
        .for_each(|export| settings.overlay(export));
    for mut call in calls {
        let is_of = |what| call.subject.as_deref().is_some_and(|name| name.to_lowercase().contains(what));
        let (is_feed, is_figures) = (is_of("feed"), is_of("figure"));
        if call.name == "addPlugin" && (is_of("feedplugin") || is_of("baseplugin")) {
            settings.overlay(nested("prefixesLinks", Value::Bool(true)));
        }
        if call.name == "addPlugin" && is_of("inputpathtourl") {
            settings.overlay(nested("resolvesInputPaths", Value::Bool(true)));
        }
        if call.name == "setLibrary" && call.literals.first().and_then(Value::as_str) == Some("md") {
            settings.overlay(nested("markdownLibrary", Value::Bool(true)));
        }
        let Some(last) = call.literals.pop() else { continue };
        let path = match call.name.as_str() {
            "ignores" => {
                let one = nested("ignores", Value::Sequence(vec![last]));
                settings.overlay_joining(one, Lists::Joined);
                continue;
            }
            "setInputDirectory" => "dir.input".to_owned(),
            "setOutputDirectory" => "dir.output".to_owned(),
            "setDataDirectory" => "dir.data".to_owned(),
            "setIncludesDirectory" => "dir.includes".to_owned(),
            "setLayoutsDirectory" => "dir.layouts".to_owned(),
            "setDataFileBaseName" => "dataFileBaseName".to_owned(),
            "setFrontMatterParsingOptions" => "frontMatter".to_owned(),
            "addPlugin" if is_feed => "feed".to_owned(),
            "use" if is_figures => "figures".to_owned(),
            "addGlobalData" => match call.literals.pop() {
                Some(Value::String(name)) => format!("data.{name}"),
                _ => continue,
            },
            "addCollection" => {
                let named = call.literals.into_iter().filter(|name| name.as_str().is_some());
                let names = nested("collections", Value::Sequence(named.chain([last]).take(1).collect()));
                settings.overlay_joining(names, Lists::Joined);
                continue;
            }
            "addLayoutAlias" => match call.literals.pop() {
                Some(Value::String(alias)) if !alias.contains('.') => format!("layoutAliases.{alias}"),
                _ => continue,
            },
            name if name.eq_ignore_ascii_case("markdownIt") => "markdown".to_owned(),
            _ => continue,
        };
        settings.overlay(nested(&path, last));
    }
    settings
}

impl Generator {
    /// The path that Eleventy's pages stand below, such as `/blog`; empty: none.
    #[must_use]
    pub fn path_prefix(&self) -> String {
        let named = self.setting("pathPrefix").and_then(Value::as_str).filter(|_| self.dialect == Dialect::Eleventy);
        match named.unwrap_or_default().trim_matches('/') {
            "" => String::new(),
            prefix => format!("/{prefix}"),
        }
    }

    /// The text of a layout of Eleventy's, by its name, its name without extension, or its alias.
    #[must_use]
    pub fn layout(&self, name: &str) -> Option<&str> {
        let alias = self.setting("layoutAliases").and_then(|aliases| aliases.entry(name)).and_then(Value::as_str);
        let name = alias.unwrap_or(name);
        let own = self.setting("dir.layouts").and_then(|_| self.template("layouts", name));
        own.or_else(|| self.template("includes", name))
    }

    /// The text of an include, by its name, or its name without extension.
    #[must_use]
    pub fn include(&self, name: &str) -> Option<&str> {
        let name = name.trim_start_matches('/');
        match self.dialect {
            Dialect::Eleventy => self.template("includes", name),
            _ => self.text(&format!("{}/{name}", places::in_source(&self.settings, "includes_dir", "_includes"))),
        }
    }

    /// A template in one of the folders for them.
    fn template(&self, key: &str, name: &str) -> Option<&str> {
        let folder = below_input(&self.settings, key, "_includes");
        let ends = std::iter::once(String::new()).chain(TEMPLATES.map(|extension| format!(".{extension}")));
        ends.map(|end| format!("{folder}/{name}{end}")).find_map(|file| self.text(&file))
    }

    /// What is wrong with the data of Eleventy's that computes addresses in a way that is not understood.
    #[must_use]
    pub fn uncomputed(&self) -> Vec<Problem> {
        let base = self.setting("dataFileBaseName").and_then(Value::as_str);
        let is_of_posts = |path: &str| super::defaults::is_of_posts(path, base);
        let files = self.texts.iter().filter(|(path, _)| self.dialect == Dialect::Eleventy && is_of_posts(path));
        let lost = files.filter(|(path, text)| is_script(path) && permalink::is_lost(text));
        let told = lost.map(|(path, _)| {
            let message = "computes `permalink` in a way that is not understood, so posts stand where their files are";
            let mend = "write a template such as `/blog/{{ page.fileSlug }}/` in its place, or set `posts.permalink`";
            Problem::warning(path, message).mend(mend)
        });
        told.collect()
    }

    /// Whether a plug-in of Eleventy's writes that path before the links of pages.
    #[must_use]
    pub fn prefixes_links(&self) -> bool {
        self.setting("prefixesLinks").is_some() && !self.path_prefix().is_empty()
    }
}

/// A value at a path of keys.
fn nested(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |value, key| Value::Mapping(vec![(key.to_owned(), value)]))
}

/// A folder that the configuration names, below the blog's folder; empty: that folder.
pub(super) fn folder(settings: &Value, key: &str, default: &str) -> String {
    let named = settings.at(&format!("dir.{key}")).and_then(Value::as_str).unwrap_or(default);
    let named = places::folder(named);
    if named == "." { String::new() } else { named.to_owned() }
}

/// A folder below that of the input.
pub(super) fn below_input(settings: &Value, key: &str, default: &str) -> String {
    let whole = format!("{}/{}", folder(settings, "input", ""), folder(settings, key, default));
    let parts = whole.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts = parts.fold(Vec::new(), |mut parts, part| {
        // the input may be named as seen from elsewhere; what is out of the blog is nobody's
        match part {
            ".." if !matches!(parts.last(), None | Some(&"..")) => drop(parts.pop()),
            _ => parts.push(part),
        }
        parts
    });
    parts.join("/")
}

/// The settings with the global data, each file by its name; what the configuration says itself wins.
pub(super) fn with_data(settings: &Value, texts: &Texts) -> Value {
    let folder = format!("{}/", below_input(settings, "data", "_data"));
    let mut all = Value::Mapping(Vec::new());
    for extension in EXTENSIONS {
        for (path, text) in texts.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder)) {
            let stem = path[folder.len()..].strip_suffix(extension).and_then(|stem| stem.strip_suffix('.'));
            if let Some((stem, data)) = stem.and_then(|stem| Some((stem, data(path, text)?))) {
                all.overlay(nested(&stem.replace('/', "."), data));
            }
        }
    }
    if let Some(package) = texts.get("package.json").and_then(|text| read::json(text).ok()) {
        all.overlay(nested("pkg", package));
    }
    all.overlay(settings.entry("data").cloned().filter(|data| !data.is_blank()).unwrap_or(Value::Mapping(Vec::new())));
    all.overlay(if settings.is_blank() { Value::Mapping(Vec::new()) } else { settings.clone() });
    all
}

/// What a file of data says; of JavaScript what it exports first.
pub(super) fn data(path: &str, text: &str) -> Option<Value> {
    match path {
        _ if is_script(path) => {
            let mut data = said(text).exports.into_iter().next();
            if let (Some(data), Some(template)) = (&mut data, permalink::of(text)) {
                data.overlay(nested("permalink", Value::String(template)));
            }
            data
        }
        _ => read::by_name(path, text)?.ok(),
    }
}

/// Whether a file is one of JavaScript.
fn is_script(path: &str) -> bool {
    [".js", ".cjs", ".mjs"].iter().any(|end| path.ends_with(end))
}

/// How strong a file of data is among those of one folder.
pub(super) fn strength(path: &str) -> (bool, usize) {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    (path.contains(".11tydata."), EXTENSIONS.iter().position(|known| *known == extension).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_and_data_are_one_mapping() {
        let config = r#"
import pluginRss, { feedPlugin } from "@11ty/eleventy-plugin-rss";
module.exports = function (eleventyConfig) {
  eleventyConfig.addPlugin(feedPlugin, { outputPath: "/feed/feed.xml", collection: { name: "posts", limit: 10 } });
  eleventyConfig.addGlobalData("site", { name: "S" });
  eleventyConfig.setLibrary("md", markdownIt({ linkify: true }));
  eleventyConfig.ignores.add("src/a.md");
  eleventyConfig.watchIgnores.add("src/b.md");
  eleventyConfig.ignores.add("src/c/**");
  return { dir: { input: "./src/", data: "../_data" }, pathPrefix: "/blog/" };
};
"#;
        let found = settings(config);
        assert_eq!(found.at("feed.collection.limit"), Some(&Value::Integer(10)));
        assert_eq!(found.entry("markdownLibrary"), Some(&Value::Bool(true)));
        let plain = settings("export default (c) => { c.setLibrary('md', markdownIt().use(x)); };");
        let linked = settings("c.addPlugin(InputPathToUrlTransformPlugin);");
        assert_eq!(linked.entry("resolvesInputPaths"), Some(&Value::Bool(true)));
        assert_eq!(plain.entry("markdown"), Some(&Value::Mapping(Vec::new())));
        for unknown in ["options()", "{ ...options }", "require('./options')", "options"] {
            let found = settings(&format!("c.setLibrary('md', markdownIt({unknown})); x(markdownIt())"));
            assert_eq!(found.at("markdown.unknown"), Some(&Value::Bool(true)), "{unknown}");
        }
        let named = settings("const options = { html: true }; c.setLibrary('md', markdownIt(options))");
        assert_eq!(named.at("markdown.html"), Some(&Value::Bool(true)));
        assert_eq!(named.at("markdown.unknown"), None);
        let made = settings("c.addCollection('posts', api => api.getAll()); c.addCollection('x', f)");
        assert_eq!(made.entry("collections").map(|made| made.items().len()), Some(2));
        assert_eq!(found.at("pathPrefix").and_then(Value::as_str), Some("/blog/"));
        assert_eq!(folder(&found, "input", ""), "src");
        let ignored: Vec<_> = found.entry("ignores").unwrap().items().iter().filter_map(Value::as_str).collect();
        assert_eq!(ignored, ["src/a.md", "src/c/**"]);
        let generator = Generator::new(Dialect::Eleventy, "", found.clone(), Texts::new());
        assert_eq!((generator.path_prefix().as_str(), generator.prefixes_links()), ("/blog", true));
        let silent = Generator::silent(Dialect::Eleventy);
        assert_eq!((silent.path_prefix().as_str(), silent.prefixes_links()), ("", false));
        let texts = [
            ("src/_data/metadata.js", "module.exports = { title: 'T', url: \"https://e.org\" }"),
            ("src/_data/a/b.json", "{\"c\": 1}"),
            ("src/_data/site.json", "{\"name\": \"weaker\", \"x\": 1}"),
            ("package.json", "{\"homepage\": \"https://h.org\"}"),
        ];
        let texts = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let found = with_data(&settings(&config.replace(", data: \"../_data\"", "")), &texts);
        let text = |path: &str| found.at(path).and_then(Value::as_text);
        assert_eq!(text("metadata.title").as_deref(), Some("T"));
        assert_eq!(text("a.b.c").as_deref(), Some("1"));
        assert_eq!((text("site.name").as_deref(), text("site.x").as_deref()), (Some("S"), Some("1")));
        assert_eq!(text("pkg.homepage").as_deref(), Some("https://h.org"));
    }

    #[test]
    fn folders_are_below_the_input_or_beside_it() {
        let of = |data: &str| {
            let settings = read::yaml(&format!("dir: {{input: content, data: '{data}'}}")).unwrap();
            below_input(&settings, "data", "_data")
        };
        assert_eq!(["../_data", "./data/", "a/../b", "."].map(of), ["_data", "content/data", "content/b", "content"]);
        assert_eq!(of("../../outside"), "../outside");
        assert_eq!(below_input(&Value::Null, "data", "_data"), "_data");
    }
}
