//! The keys of syndication as typed.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::DURATION;
use crate::config::short::{OneOrMany, Short};

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "the address of a hub, or a mapping with `hubs` and `wait`")]
pub(in crate::config) struct WebSub {
    /// Addresses of hubs.
    #[schemars(extend("examples" = [["https://pubsubhubbub.superfeedr.com/"]]))]
    pub hubs: OneOrMany<String>,
    /// How long to wait, at most `1d`, until a feed's public address serves what was published, before hubs are told;
    /// `0s` where that is not to be asked; else `10m`.
    #[schemars(regex(pattern = DURATION), extend("examples" = ["10m", "0s"]))]
    pub wait: Option<String>,
}

impl Short for WebSub {
    const EXPECTED: &'static str = "the address of a hub, or a mapping with `hubs` and `wait`";

    fn from_text(text: &str) -> Self {
        Self { hubs: OneOrMany(vec![text.to_owned()]), wait: None }
    }
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "the address where readers register, or a mapping with `register` and `ping`")]
pub(in crate::config) struct RssCloud {
    /// Where readers register.
    #[schemars(length(min = 1), extend("examples" = ["http://rpc.rsscloud.io:5337/pleaseNotify"]))]
    pub register: String,
    /// Where the server is told; else `ping` beside `register`.
    #[serde(default)]
    #[schemars(length(min = 1))]
    pub ping: Option<String>,
}

impl Short for RssCloud {
    const EXPECTED: &'static str = "the address where readers register, or a mapping with `register` and `ping`";

    fn from_text(text: &str) -> Self {
        Self { register: text.to_owned(), ping: None }
    }
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "an address such as `127.0.0.1:8080`, or a mapping with `listen` and so on"
)]
pub(in crate::config) struct Serve {
    /// Addresses with ports (`127.0.0.1:8080`, `[::1]:8080`), sockets in the file system (`unix:/run/feedwright/http`),
    /// or `systemd` for those that its `.socket` unit opened.
    #[schemars(length(min = 1), extend("examples" = ["127.0.0.1:8080", ["[::1]:8080", "unix:/run/feedwright/http"], "systemd"]))]
    pub listen: OneOrMany<String>,
    /// The value of the header `Cache-Control`; else `max-age=60`.
    #[schemars(regex(pattern = r"\S"), extend("examples" = ["max-age=60", "no-cache"]))]
    pub cache_control: Option<String>,
    /// How many connections there may be at once; else 20000.
    #[schemars(range(min = 1))]
    pub connections: Option<usize>,
}

impl Short for Serve {
    const EXPECTED: &'static str = "an address such as `127.0.0.1:8080`, or a mapping with `listen` and so on";

    fn from_text(text: &str) -> Self {
        Self { listen: OneOrMany(vec![text.to_owned()]), ..Self::default() }
    }
}

#[derive(Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "`true`, `false`, or a mapping with `url`, `lease` and so on")]
pub(in crate::config) struct HubFields {
    /// Its public address, answered by `serve`; else `hub` beside the feeds.
    #[schemars(extend("examples" = ["https://example.org/hub"]))]
    pub url: Option<String>,
    /// Whether subscribers may be at private, loopback and link-local addresses; else false.
    pub allow_private: Option<bool>,
    /// The longest lease, and that of who asks for none, from `1m` to `90d`; else `10d`.
    #[schemars(regex(pattern = DURATION), extend("examples" = ["10d"]))]
    pub lease: Option<String>,
    /// How many subscriptions there may be in all; else 10000.
    #[schemars(range(min = 1))]
    pub subscriptions: Option<usize>,
    /// How many there may be of one feed; else as many as in all.
    #[schemars(range(min = 1))]
    pub per_feed: Option<usize>,
    /// How many there may be with callbacks at one host; else 1000.
    #[schemars(range(min = 1))]
    pub per_host: Option<usize>,
}

/// Whether there is one, or what it is like.
#[derive(Debug, Default)]
pub(in crate::config) struct Hub(pub Option<HubFields>);

impl JsonSchema for Hub {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Hub".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<HubFields>();
        json_schema!({ "anyOf": [{ "type": "boolean" }, fields, { "type": "null" }] })
    }
}

impl<'de> Deserialize<'de> for Hub {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Hub;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false`, or a mapping with `url`, `lease` and so on")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Hub(None))
            }

            fn visit_bool<E: Error>(self, is_on: bool) -> Result<Self::Value, E> {
                Ok(Hub(is_on.then(HubFields::default)))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                HubFields::deserialize(MapAccessDeserializer::new(map)).map(|fields| Hub(Some(fields)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
