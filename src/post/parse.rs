//! The bytes of a file -> [`Parsed`]: the steps in order.
//!
//! text, front matter, what the name says, dates, URL, id, and the rest that does not depend on
//! another.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::address::Address;
use super::dates::{self, Dates};
use super::enclosure::enclosures;
use super::filename::{Dated, Name};
use super::front_matter::{self, Fault, FrontMatter, Repeats};
use super::heading::{self, Heading};
use super::hugo::{Hugo, Place};
use super::identity::{self, Change, Subject};
use super::media::{Assets, image};
use super::permalink::default_permalink;
use super::placeholder::Facts;
use super::text::{self, Place as TextPlace};
use super::vocabulary::{self, Fields, Found, Keys, told};
use super::zola::{self, Slugify};
use super::{
    BodySpan, Markup, Parsed, Post, Rules, Says, SourceFile, Standing, Version, eleventy, given, language, location,
    people, slug, status, terms, title,
};
use crate::config::Dialect;
use crate::generator::Generator;
use crate::problem::Problem;
use crate::value::Value;

/// The longest id, in bytes, that is told whole.
const LONGEST_ID: usize = 300;

/// How a post gets a date.
const DATE_IT: &str = "add `date: YYYY-MM-DD` to its front matter, or name it `YYYY-MM-DD-name.md`";

/// Reads a file.
#[must_use]
pub fn parse(file: &SourceFile, rules: &Rules) -> Parsed {
    let broken = |message: &str, mend: &str, place: TextPlace| {
        let problem = Problem::error(&*file.path, message).at(place.line, place.column);
        Parsed::Broken(vec![problem.mend(mend)])
    };
    let content = match text::decode(&file.bytes) {
        Ok(content) => content,
        Err(wrong) => return broken(wrong.message, "save it as UTF-8", wrong.place),
    };
    if content.chars().all(char::is_whitespace) {
        let mend = "write something in it, or remove it";
        // a page without a title for Hugo
        return match rules.source.dialect {
            Dialect::Hugo => Parsed::PassedOver(Problem::warning(&*file.path, "is empty").mend(mend)),
            _ => Parsed::Broken(vec![Problem::error(&*file.path, "is empty").mend(mend)]),
        };
    }
    let document = match document(content, rules.source.dialect) {
        Ok(document) => document,
        Err(Fault { place, message, mend }) => return broken(&message, &mend, place),
    };
    if rules.source.dialect == Dialect::Pelican && !rules.generator.is_article(&file.relative) {
        let problem = Problem::warning(&*file.path, "is no article with Pelican");
        return Parsed::PassedOver(problem.mend("move it out of `PAGE_PATHS` to publish it"));
    }
    let hugo = Hugo::of(rules.generator);
    let languages = hugo.map(Hugo::languages).or_else(|| zola::languages(rules.generator));
    let name = Name::in_languages(&file.relative, rules.source.dialect, languages.as_deref());
    let name = zola::dated(name, rules.generator);
    let is_bare = document.front.is_none();
    let front = given::behind(document.front.unwrap_or_default(), rules.generator, &file.relative);
    let place = hugo.map(|hugo| hugo.place(&file.relative, &name));
    // Jekyll ignores a file whose name has no date
    let must_say = rules.source.require_front_matter || rules.source.dialect == Dialect::Jekyll;
    // Eleventy takes what is said beside a file for its own
    let is_said = rules.source.dialect == Dialect::Eleventy && !front.given.is_empty();
    if is_bare && name.date == Dated::No && must_say && !is_said {
        return passed_over(file, rules.source.dialect);
    }
    let keys = Keys::of(&front);
    let fields = Fields::new(&file.path, &keys).within(&content[..document.body]);
    let heading = heading_of(&content[document.body..], &fields, &name, rules.source.dialect);
    let start = document.body + heading.as_ref().map_or(0, |heading| heading.end);
    let offset = start + text::mark_length(&file.bytes);
    let line = text::line_of(content, start);
    let body = BodySpan { offset, line, markup: name.markup, dialect: rules.source.dialect };
    Reading { file, heading, rules, name: &name, place, body }.finish(fields, &front)
}

/// Pelican's articles begin with a header of their own kind.
fn document(content: &str, dialect: Dialect) -> Result<front_matter::Document<'_>, Fault> {
    match dialect {
        Dialect::Pelican => front_matter::read_header(content),
        _ => front_matter::read_with(content, Repeats::of(dialect)),
    }
}

fn passed_over(file: &SourceFile, dialect: Dialect) -> Parsed {
    let problem = Problem::warning(&*file.path, "has no front matter and no date in its name");
    let or = match dialect {
        Dialect::Jekyll => "name it `YYYY-MM-DD-name.md`",
        _ => "set `posts.require_front_matter: false`",
    };
    let mend = format!("begin it with `---`, `title: ...`, `date: ...`, `---`, or {or}");
    Parsed::PassedOver(problem.mend(mend))
}

/// The title that a plain text without another one begins with.
fn heading_of(body: &str, fields: &Fields<'_>, name: &Name<'_>, dialect: Dialect) -> Option<Heading> {
    let may_be = dialect == Dialect::Commonmark && name.markup == Markup::Markdown;
    let has_other = || fields.find(vocabulary::TITLE).is_some();
    if may_be && !has_other() { heading::first(body) } else { None }
}

/// The body of a post in the bytes of its file.
///
/// Of bytes that are another version of the file it is as much as is text, maybe nothing.
#[must_use]
pub fn body<'a>(bytes: &'a [u8], post: &Post) -> &'a str {
    text::from(bytes, post.body.offset)
}

/// All that the front matter of the file at `relative` says, with what the generator says behind it, as one mapping.
#[must_use]
pub fn front_matter(bytes: &[u8], relative: &str, generator: &Generator) -> Value {
    let document = text::decode(bytes).ok().and_then(|content| self::document(content, generator.dialect()).ok());
    let front = document.and_then(|document| document.front).unwrap_or_default();
    given::behind(front, generator, relative).into_value()
}

fn said_twice(path: &str, key: &str, place: TextPlace) -> Problem {
    let problem = Problem::warning(path, format!("`{key}` is said twice, and the later one counts"));
    problem.at(place.line, place.column).mend("remove one of the two")
}

/// A file whose front matter could be read.
struct Reading<'a> {
    file: &'a SourceFile,
    heading: Option<Heading>,
    rules: &'a Rules<'a>,
    name: &'a Name<'a>,
    /// Where it is in a Hugo site whose configuration is known.
    place: Option<Place<'a>>,
    body: BodySpan,
}

impl Reading<'_> {
    fn finish(&self, mut fields: Fields<'_>, front: &FrontMatter<'_>) -> Parsed {
        let draft = status::is_draft(&mut fields, self.name, self.rules.generator);
        let dates = dates::read(&mut fields, self.name, self.rules);
        if dates.is_none() && draft && fields.problems.is_empty() {
            return Parsed::PassedOver(Problem::warning(&*self.file.path, "is a draft without a date"));
        }
        if dates.is_none() && self.rules.source.dialect == Dialect::Zola && fields.problems.is_empty() {
            // a page, which Zola's feeds leave out
            let problem = Problem::warning(&*self.file.path, "has no date, so it is a page and in no feed");
            return Parsed::PassedOver(problem.mend(DATE_IT));
        }
        let post = dates.and_then(|dates| self.post(&mut fields, dates, draft));
        let mut problems = fields.problems;
        problems.extend(front.repeated.iter().map(|(key, place)| said_twice(&self.file.path, key, *place)));
        if post.is_none() && !problems.iter().any(Problem::is_error) {
            problems.push(no_date(&self.file.path, front));
        }
        problems.sort();
        problems.dedup();
        match post {
            Some(post) if !problems.iter().any(Problem::is_error) => Parsed::Post(Box::new(post), problems),
            _ => Parsed::Broken(problems),
        }
    }

    fn post(&self, fields: &mut Fields<'_>, dates: Dates, draft: bool) -> Option<Post> {
        let (site, dialect, name) = (self.rules.site, self.rules.source.dialect, self.name);
        let slug = fields.text(vocabulary::SLUG).map(|slug| text::one_line(&slug)).filter(|slug| !slug.is_empty());
        let written = fields.text(vocabulary::TITLE).unwrap_or_default();
        let written_title = title::plain(&written, dialect, self.rules.generator.quotes());
        let slug = slug.or_else(|| self.pelicans_slug(&written_title));
        let own_language = self.language(fields);
        let authors = people::authors(fields, self.rules);
        let categories = terms::categories(fields, self.rules, name);
        let is_jekylls = dialect == Dialect::Jekyll;
        let in_address = is_jekylls.then(|| terms::in_address(fields, self.rules, name));
        let hugo = Hugo::of(self.rules.generator);
        let slug = slug.or_else(|| hugo.filter(|hugo| hugo.reads_names()).and_then(|_| self.slug_of_name()));
        let above = location::above(self.rules.source);
        let own = match dialect {
            Dialect::Jekyll => location::jekylls_folders(self.rules.generator, name).into(),
            _ => location::folders(&above, name),
        };
        let place = self.place.as_ref();
        let language = place.map_or(&name.language, |place| &place.language).as_deref();
        let folders = place.map_or(&*own, |place| &place.folders);
        let sections = place.map_or(&*own, |place| &place.sections);
        let folder = match hugo {
            Some(hugo) => hugo.folder_of(language),
            None if dialect == Dialect::Zola && *self.rules.generator.settings() != Value::Null => {
                zola::folder_of(name, self.rules.generator)
            }
            None => language.filter(|language| !self.is_sites(language)).map(str::to_owned),
        };
        let section = folders.first().copied();
        let pattern = hugo.filter(|_| self.rules.source.permalink == default_permalink(dialect));
        let pattern = pattern.and_then(|hugo| hugo.permalink(section, language));
        let pattern = pattern.unwrap_or_else(|| self.pattern(own_language.as_deref()));
        let facts = Facts {
            dialect,
            slugify: Slugify::of(self.rules.generator),
            date: dates.shown,
            title: &written_title,
            slug: slug.as_deref(),
            name,
            relative: &self.file.relative,
            categories: in_address.as_ref().unwrap_or(&categories),
            author: authors.first().map(|author| author.name.as_str()),
            folders,
            sections,
            language: match dialect {
                Dialect::Pelican => own_language.as_deref().or(Some(self.rules.generator.default_language())),
                _ => folder.as_deref(),
            },
            spelling: hugo.map(|hugo| hugo.spelling(section)).unwrap_or_default(),
        };
        let input = || self.rules.generator.path_in_input(&self.file.relative);
        let computed = eleventy::computed_title(fields, &facts, input);
        let shown = computed.as_deref().filter(|_| eleventy::computes_address(fields, dialect));
        let facts = Facts { title: shown.unwrap_or(&written_title), ..facts };
        let url = location::url(fields, &facts, pattern, self.rules)?;
        let (id, is_said) = self.id(fields, &url, dates.published, slug.as_deref())?;
        let assets = Assets { rules: self.rules, page: &url, relative: &self.file.relative, is_bundle: name.is_bundle };
        Some(Post {
            path: Arc::clone(&self.file.path),
            below: self.file.path.len().saturating_sub(self.file.relative.len()),
            source: self.rules.number,
            version: Version::of(&self.file.bytes, self.body.offset),
            id,
            says: Says { id: is_said, date: dates.is_said },
            standing: Standing::New,
            tags: self.tags(fields),
            section: self.section(&above).map(text::one_line),
            language: own_language,
            summary: summary(fields, dialect),
            image: image(fields, &assets),
            enclosures: enclosures(fields, &assets),
            link: location::link(fields, &site.url),
            listed: status::is_listed(fields, dialect)
                && (dialect != Dialect::Hugo || status::is_listed_by_hugo(fields)),
            waits: !self.rules.generator.shows_future(),
            title: self.title(fields, computed.unwrap_or_else(|| written_title.into_owned()), slug.as_deref()),
            url: url.into(),
            published: dates.published,
            updated: dates.updated,
            expires: dates.expires,
            authors,
            categories,
            draft,
            body: self.body,
        })
    }

    /// What stands behind the date in a name that Hugo reads for one.
    fn slug_of_name(&self) -> Option<String> {
        let name = self.name;
        let slug = name.undated.trim_matches([' ', '-', '_']);
        (matches!(name.date, Dated::Yes(_)) && name.undated != name.base && !slug.is_empty()).then(|| slug.to_owned())
    }

    /// Its id, and whether somebody says it.
    fn id(
        &self,
        fields: &mut Fields<'_>,
        url: &Address<'_>,
        date: DateTime<FixedOffset>,
        slug: Option<&str>,
    ) -> Option<(String, bool)> {
        let own = fields.find(vocabulary::id(self.rules.source.dialect)).filter(|found| self.may_be_id(found));
        let written = match &own {
            Some(found) => Some(fields.text_of(found)?),
            None => None,
        };
        let subject = Subject { site: &self.rules.site.url, url, date, slug, name: self.name };
        let Some(given) = written.as_deref().and_then(identity::own) else {
            let said = self.rules.id.map(|id| (id.to_owned(), true));
            return said.or_else(|| Some((identity::made(self.rules.source.id, &subject), false)));
        };
        if let (Some(found), Some(wrong)) = (&own, wrong(given.change)) {
            let message = format!("{} `{}` {wrong}", found.key, told(written.as_deref().unwrap_or("")));
            let published = if given.id.len() > LONGEST_ID { told(&given.id) } else { given.id.clone() };
            fields.warn(found, message, format!("published as `{published}`"));
        }
        Some((given.id, true))
    }

    /// Whether it is meant as an id: with a generator, numbers and words are what an export or a theme has there.
    fn may_be_id(&self, found: &Found<'_>) -> bool {
        let is_uri = || found.text().is_some_and(|text| identity::is_uri(&text));
        self.rules.source.dialect == Dialect::Commonmark || is_uri()
    }

    fn title(&self, fields: &mut Fields<'_>, written: String, slug: Option<&str>) -> String {
        if !written.is_empty() {
            return written;
        }
        if let Some(heading) = &self.heading {
            return heading.text.clone();
        }
        let made = title::from_name(slug, self.name, self.rules.source.dialect);
        let mend = format!("add `title: ...` to its front matter; `{}` is shown, after its name", told(&made));
        fields.problems.push(Problem::warning(&*self.file.path, "has no title").mend(mend));
        made
    }

    /// The section that it is in, in the folder of posts at `above`.
    fn section<'s>(&'s self, above: &'s str) -> Option<&'s str> {
        let of_hugo = self.place.as_ref().and_then(|place| place.folders.first().copied());
        of_hugo.or_else(|| location::section(above, self.name))
    }

    /// What Pelican takes for the slug of an article that says none.
    fn pelicans_slug(&self, title: &str) -> Option<String> {
        let (generator, name) = (self.rules.generator, self.name);
        let made = match self.rules.source.dialect {
            Dialect::Pelican if generator.names_say_slugs() => name.undated.to_owned(),
            Dialect::Pelican if generator.slugs_are_names() => slug::pelican_by(generator, name.base),
            Dialect::Pelican => slug::pelican_by(generator, title),
            _ => return None,
        };
        Some(made).filter(|slug| !slug.is_empty())
    }

    /// The pattern of its URL: the configured one, else what Pelican's settings have for its language.
    fn pattern(&self, language: Option<&str>) -> &str {
        let source = self.rules.source;
        let is_set = source.permalink != default_permalink(source.dialect);
        let own = self.rules.generator.article_url(language);
        own.filter(|_| !is_set || language.is_some()).unwrap_or(&source.permalink)
    }

    /// Its tags; those that Eleventy's folders give are the names of collections.
    fn tags(&self, fields: &mut Fields<'_>) -> Vec<String> {
        let dialect = self.rules.source.dialect;
        let mut tags = terms::tags(fields, self.rules.generator);
        if dialect == Dialect::Eleventy {
            let given = self.rules.generator.defaults(&self.file.relative);
            let collections = given.entry("tags").map(terms::of).unwrap_or_default();
            tags.retain(|tag| !collections.contains(tag) && !matches!(tag.as_str(), "all" | "nav" | "post" | "posts"));
        }
        tags
    }

    /// Its language, where it is not the site's.
    fn language(&self, fields: &mut Fields<'_>) -> Option<String> {
        let found = fields.find_anywhere(vocabulary::language(self.rules.source.dialect));
        let written = found.and_then(|found| {
            let text = fields.spare_text_of(&found)?;
            let tag = language::normalized(&text);
            if tag.is_none() {
                let message = format!("`{}` is not a language tag", told(&text));
                fields.warn(&found, message, "expected one such as `en` or `pt-BR`");
            }
            tag
        });
        let of_place = self.place.as_ref().and_then(|place| language::normalized(place.language.as_deref()?));
        written.or_else(|| self.name.language.clone()).or(of_place).filter(|tag| !self.is_sites(tag))
    }

    fn is_sites(&self, tag: &str) -> bool {
        self.rules.site.language.as_deref().is_some_and(|site| site.eq_ignore_ascii_case(tag))
    }
}

/// What is wrong with an id that is not published as it is written.
fn wrong(change: Change) -> Option<&'static str> {
    match change {
        Change::Nothing => None,
        Change::Encoded => Some("has characters that no URI may hold"),
        Change::Named => Some("is no URI"),
    }
}

const NO_DATE: &str = "has no date";

/// Whether a file is no post only because nothing says when it came out.
#[must_use]
pub fn is_lack_of_date(problem: &Problem) -> bool {
    problem.message == NO_DATE
}

fn no_date(path: &str, front: &FrontMatter<'_>) -> Problem {
    let problem = Problem::error(path, NO_DATE);
    let problem = if front.entries.is_empty() { problem } else { problem.at(1, 1) };
    problem.mend(DATE_IT)
}

fn summary(fields: &mut Fields<'_>, dialect: Dialect) -> Option<String> {
    let aliases = if matches!(dialect, Dialect::Hugo | Dialect::Pelican) {
        vocabulary::HUGO_SUMMARY
    } else {
        vocabulary::SUMMARY
    };
    let found = fields.find(aliases).filter(|found| !matches!(found.value, Value::Bool(_)))?;
    fields.spare_text_of(&found).map(|text| text.trim().to_owned())
}
