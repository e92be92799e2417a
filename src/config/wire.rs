//! `feedwright.yaml` as typed: every key that there is, nothing checked yet.
//!
//! Unknown keys are refused by serde; `nearest` makes the message helpful. The JSON Schema that
//! editors complete from is derived from these same types.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Content, Filter, Format, IdFormula, Per, WatchMode};

/// The JSON Schema of `feedwright.yaml`, as pretty JSON with a newline at its end.
///
/// # Panics
/// Never: a schema always serialises.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(File);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// The configuration of Feedwright.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "feedwright.yaml")]
pub(super) struct File {
    /// What the feeds say of the site.
    pub site: Site,
    /// The folder of posts, or a list of them.
    #[serde(default)]
    pub posts: Option<OneOrMany<Source>>,
    /// The folder that is published to. Files in it that Feedwright did not write are never touched.
    #[serde(default)]
    pub output: Option<String>,
    /// The URL under which `output` is served; else `site.url`.
    #[serde(default)]
    pub output_url: Option<String>,
    /// The feeds to make; else `rss.xml`, `atom.xml` and `feed.json`.
    #[serde(default)]
    pub feeds: Option<Vec<Feed>>,
    /// The folder for what outlives the process; else the user's state folder.
    #[serde(default)]
    pub state: Option<String>,
    /// How changes are noticed.
    #[serde(default)]
    pub watch: Watch,
}

#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    /// The title of the site.
    pub title: String,
    /// The address of the site; everything relative is resolved against it.
    #[schemars(url)]
    pub url: String,
    /// What the site is about, plain text.
    #[serde(default)]
    pub description: Option<String>,
    /// A language tag such as `en` or `pt-BR`.
    #[serde(default)]
    pub language: Option<String>,
    /// For dates without an offset: a name such as `America/Los_Angeles`; else UTC.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Who writes here, where a post does not say.
    #[serde(default, alias = "authors")]
    pub author: Option<OneOrMany<Person>>,
    /// Rights, plain text.
    #[serde(default)]
    pub copyright: Option<String>,
    /// A small square picture.
    #[serde(default)]
    pub icon: Option<String>,
    /// A larger picture: RSS's image, Atom's logo.
    #[serde(default)]
    pub image: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Source {
    /// The folder; else `posts`.
    pub path: Option<String>,
    /// Whose rules the posts follow; `auto` judges from the folder around them.
    pub dialect: DialectName,
    /// The pattern of URLs; Jekyll's, Hugo's and Zola's placeholders are understood.
    pub permalink: Option<String>,
    /// How the ids of posts without one are made; else `permalink`.
    pub id: Option<IdFormula>,
    /// Globs below `path` of what is a post; else every Markdown and HTML file.
    pub include: OneOrMany<String>,
    /// Globs below `path` of what is no post.
    pub exclude: OneOrMany<String>,
    /// Whether a file without front matter and without a date in its name is passed over; else true.
    pub require_front_matter: Option<bool>,
}

#[derive(Debug, Clone, Copy, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum DialectName {
    #[default]
    Auto,
    Jekyll,
    Hugo,
    Zola,
    Commonmark,
}

#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Feed {
    /// Below `output`; with `per`, its placeholder in it: `tags/:tag.xml`.
    pub path: String,
    /// The format; else told by the path.
    #[serde(default)]
    pub format: Option<Format>,
    /// How many entries at most, or `all`; else 20.
    #[serde(default)]
    pub limit: Option<Limit>,
    /// One feed for each tag, category, author, section or language.
    #[serde(default)]
    pub per: Option<Per>,
    /// Its title; else the site's.
    #[serde(default)]
    pub title: Option<String>,
    /// Its description; else the site's.
    #[serde(default)]
    pub description: Option<String>,
    /// Whole bodies or summaries; else `full`.
    #[serde(default)]
    pub content: Option<Content>,
    /// Only posts with one of these tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Only posts in one of these categories.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Only posts by one of these authors.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Only posts in one of these sections (the first folder below the posts).
    #[serde(default)]
    pub sections: Vec<String>,
    /// Only posts in one of these languages.
    #[serde(default)]
    pub languages: Vec<String>,
    /// No posts with any of these.
    #[serde(default)]
    pub exclude: Filter,
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Watch {
    /// `auto`, `native` or `poll`; else `auto`.
    pub mode: Option<WatchMode>,
    /// How long it must be quiet before a change is taken up: `20ms`.
    pub settle: Option<String>,
    /// How often files are looked at when polling: `2s`.
    pub interval: Option<String>,
    /// How often everything is looked at, whatever events came: `1h`.
    pub rescan: Option<String>,
}

/// One value, or a list of them.
#[derive(Debug)]
pub(super) struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (one, many) = (generator.subschema_for::<T>(), generator.subschema_for::<Vec<T>>());
        json_schema!({ "anyOf": [one, many] })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list of them")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(serde::de::value::StrDeserializer::new(text)).map(|one| OneOrMany(vec![one]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|one| OneOrMany(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMany)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// A name, or name, email and url.
#[derive(Debug)]
pub(super) struct Person(pub PersonFields);

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonFields {
    /// The name.
    pub name: String,
    /// An address such as `ann@example.org`.
    #[serde(default)]
    pub email: Option<String>,
    /// A home page.
    #[serde(default)]
    pub url: Option<String>,
}

impl JsonSchema for Person {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Person".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<PersonFields>();
        json_schema!({ "anyOf": [{ "type": "string" }, fields] })
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Person;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a mapping with `name`, `email` and `url`")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let person = super::Person::parse(text).ok_or_else(|| E::custom("an author has no name"))?;
                Ok(Person(PersonFields { name: person.name, email: person.email, url: None }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                PersonFields::deserialize(MapAccessDeserializer::new(map)).map(Person)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A number of entries, or `all`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(pub Option<usize>);

impl JsonSchema for Limit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "const": "all" }] })
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = Limit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number from 1, or `all`")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                match usize::try_from(number) {
                    Ok(0) | Err(_) => {
                        Err(E::custom(format!("limit `{number}` makes no sense; give a number from 1, or `all`")))
                    }
                    Ok(number) => Ok(Limit(Some(number))),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                match text {
                    "all" | "none" => Ok(Limit(None)),
                    _ => Err(E::custom(format!("unknown limit `{text}`; give a number from 1, or `all`"))),
                }
            }
        }
        deserializer.deserialize_any(Number)
    }
}
