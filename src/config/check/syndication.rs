//! The keys of syndication: addresses of hubs and of our own sockets.

use core::net::SocketAddr;
use std::time::Duration;

use url::Url;

use super::{Checker, duration};
use crate::config::short::TextOr;
use crate::config::wire::syndication as wire;
use crate::config::{Announce, Cloud, Coding, FeedSpec, Hub, Listen, Most, Serve};

/// The value of `Cache-Control` where nothing is said.
const CACHE_CONTROL: &str = "max-age=60";
const MOST_CONNECTIONS: usize = 20_000;
const MOST_SUBSCRIPTIONS: usize = 10_000;
const MOST_PER_HOST: usize = 1_000;

impl Checker<'_> {
    pub(super) fn announce(
        &mut self,
        websub: Option<TextOr<wire::WebSub>>,
        cloud: Option<TextOr<wire::RssCloud>>,
        pings: &[String],
    ) -> Announce {
        let websub = websub.unwrap_or_default().0;
        let wait = self.duration("websub.wait", websub.wait.as_deref(), &duration::WAIT);
        Announce {
            hubs: self.addresses("websub.hubs", &websub.hubs.0),
            wait: wait.unwrap_or_default(),
            cloud: cloud.and_then(|cloud| self.cloud(&cloud.0)),
            pings: self.addresses("ping", pings),
        }
    }

    fn addresses(&mut self, key: &str, texts: &[String]) -> Vec<Url> {
        let mut urls = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            let url = self.address(&format!("{key}[{number}]"), text);
            urls.extend(url.filter(|url| !urls.contains(url)));
        }
        urls
    }

    /// A whole `http` or `https` URL.
    fn address(&mut self, key: &str, text: &str) -> Option<Url> {
        let parsed = Url::parse(text.trim()).ok();
        let mut good = parsed.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if let Some(url) = &mut good {
            url.set_fragment(None);
        } else {
            let message = format!("`{text}` is no address");
            self.complain(key, message, "write a whole one, such as `https://hub.example.org/`");
        }
        good
    }

    fn cloud(&mut self, cloud: &wire::RssCloud) -> Option<Cloud> {
        let register = self.address("rsscloud.register", &cloud.register)?;
        if register.scheme() != "http" {
            let message = format!("`{register}` is not `http`, and the element `cloud` of RSS has nothing else");
            self.complain("rsscloud.register", message, "write the `http` address of the server");
        }
        let ping = match &cloud.ping {
            Some(ping) => self.address("rsscloud.ping", ping)?,
            None => register.join("ping").ok()?,
        };
        Some(Cloud { register, ping })
    }

    /// `feeds`: no sibling of one may be another.
    pub(super) fn compress(&mut self, mut codings: Vec<Coding>, feeds: &[FeedSpec]) -> Vec<Coding> {
        codings.sort_unstable();
        codings.dedup();
        for (number, feed) in feeds.iter().enumerate() {
            if let Some(coding) = codings.iter().find(|coding| feed.path.ends_with(coding.suffix())) {
                let message = format!("`{}` ends as compressed siblings do", feed.path);
                let mend = format!("give it another name, or leave `{}` out of `compress`", coding.suffix());
                self.complain(&format!("feeds[{number}].path"), message, mend);
            }
        }
        codings
    }

    pub(super) fn serve(&mut self, serve: &wire::Serve) -> Serve {
        let texts = &serve.listen.0;
        if texts.is_empty() {
            let mend =
                "write an address with a port such as `127.0.0.1:8080`, `unix:/run/feedwright/http` or `systemd`";
            self.complain("serve", "`serve` does not say where to listen", mend);
        }
        let mut listen = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            let socket = self.socket(&format!("serve.listen[{number}]"), text);
            listen.extend(socket.filter(|socket| !listen.contains(socket)));
        }
        let cache_control = serve.cache_control.as_deref().unwrap_or(CACHE_CONTROL).trim().to_owned();
        let is_value = |text: &str| !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !is_value(&cache_control) {
            let message = format!("`{cache_control}` is no value of a header");
            self.complain("serve.cache_control", message, "write one such as `max-age=60` or `no-cache`");
        }
        let connections = self.number("serve.connections", serve.connections, MOST_CONNECTIONS);
        Serve { listen, cache_control, connections }
    }

    fn socket(&mut self, key: &str, text: &str) -> Option<Listen> {
        let text = text.trim();
        if text == "systemd" {
            return Some(Listen::Systemd);
        }
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Some(Listen::Unix(self.around.folder.join(path)));
        }
        let all = text.strip_prefix(':').or_else(|| text.strip_prefix("*:")).map(|port| format!("[::]:{port}"));
        let local = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
        let address = all.or(local).unwrap_or_else(|| text.to_owned()).parse::<SocketAddr>();
        let Ok(address) = address else {
            let message = format!("`{text}` is nothing to listen at");
            let mend = "write an address with a port such as `127.0.0.1:8080` or `[::1]:8080`, `unix:/run/feedwright/http` or `systemd`";
            self.complain(key, message, mend);
            return None;
        };
        Some(Listen::Tcp(address))
    }

    /// A number from 1.
    fn number(&mut self, key: &str, number: Option<usize>, default: usize) -> usize {
        if number == Some(0) {
            self.complain(key, format!("`{key}` is `0`, and nothing would be done"), "write a number from 1");
        }
        number.unwrap_or(default)
    }

    /// `base`: where the feeds are.
    pub(super) fn hub(&mut self, hub: &wire::HubFields, base: &Url) -> Option<Hub> {
        let url = match &hub.url {
            Some(url) => self.address("hub.url", url)?,
            None => base.join("hub").ok()?,
        };
        if url.query().is_some() {
            self.complain("hub.url", format!("`{url}` has a query"), "leave out what stands behind the `?`");
        }
        let lease = self.duration("hub.lease", hub.lease.as_deref(), &duration::LEASE);
        let subscriptions = self.number("hub.subscriptions", hub.subscriptions, MOST_SUBSCRIPTIONS);
        let most = Most {
            subscriptions,
            per_feed: self.number("hub.per_feed", hub.per_feed, subscriptions),
            per_host: self.number("hub.per_host", hub.per_host, MOST_PER_HOST),
        };
        let lease = lease.unwrap_or(Duration::ZERO);
        Some(Hub { url, allow_private: hub.allow_private.unwrap_or(false), lease, most })
    }
}
