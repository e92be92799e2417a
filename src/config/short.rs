//! What may be written shorter in `feedwright.yaml`: one value for a list, a text for a mapping, nothing at all.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Person;

/// A mapping for which one text may stand.
pub(super) trait Short: Sized {
    /// What is expected, for people.
    const EXPECTED: &'static str;

    /// The mapping that the text stands for.
    fn from_text(text: &str) -> Self;
}

/// A mapping, or the text that stands for it.
#[derive(Debug, Default)]
pub(super) struct TextOr<T>(pub T);

impl<T: JsonSchema> JsonSchema for TextOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("TextOr_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "string", "minLength": 1 }, fields] })
    }
}

impl<'de, T: Short + Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Short + Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = TextOr<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(TextOr(T::from_text(text)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(TextOr)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// One value, or a list of them, or nothing.
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

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (one, many) = (generator.subschema_for::<T>(), generator.subschema_for::<Vec<T>>());
        json_schema!({ "anyOf": [one, many, { "type": "null" }] })
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

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(OneOrMany::default())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(StrDeserializer::new(text)).map(|one| OneOrMany(vec![one]))
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

/// Reads one value, or a list of them, or nothing.
pub(super) fn one_or_many<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    OneOrMany::deserialize(from).map(|many| many.0)
}

/// Somebody, with what may be said of them.
#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a name, or a mapping with `name`, `email` and `url`")]
pub(super) struct PersonFields {
    /// The name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// An address such as `ann@example.org`.
    #[serde(default)]
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"))]
    pub email: Option<String>,
    /// A home page; a path is one of the site.
    #[serde(default)]
    pub url: Option<String>,
}

impl Short for PersonFields {
    const EXPECTED: &'static str = "a name, or a mapping with `name`, `email` and `url`";

    fn from_text(text: &str) -> Self {
        let person = Person::parse(text).unwrap_or_default();
        Self { name: person.name, email: person.email, url: None }
    }
}

/// A number of entries, or `all`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(pub Option<usize>);

impl JsonSchema for Limit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "enum": ["all", "none"] }] })
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
