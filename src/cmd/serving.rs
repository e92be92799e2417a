//! Answering readers: the server, and what is published as it hands it out.

use std::sync::Arc;

use anyhow::Result;
use tracing::info;

use super::editions::News;
use crate::config::{Config, Serve};
use crate::representation::Manner;
use crate::serve::{Door, Server};
use crate::status::Access;

/// The server at work.
#[derive(Debug)]
pub struct Serving {
    config: Serve,
    server: Server,
    manner: Arc<Manner>,
    /// Something was handed on since the configuration was read: before, all that there is is yet to come.
    is_current: bool,
}

impl Serving {
    /// What the configuration asks for. `former`: what was served by the one before; it is served on, without a gap where
    /// the sockets are the same.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn open(config: &Config, former: Option<Self>) -> Result<Option<Self>> {
        let Some(serve) = config.serve.clone() else { return Ok(None) };
        let (cache_control, hubs) = (serve.cache_control.clone(), config.hubs().cloned().collect());
        let manner = Arc::new(Manner { cache_control, hubs });
        let server = match former {
            Some(former) if former.is_like(&serve) => former.server,
            Some(former) => {
                let publication = former.server.publication();
                drop(former); // a socket may be the same
                let server = Self::start(&serve)?;
                if !publication.is_empty() {
                    server.publish(publication);
                }
                server
            }
            None => Self::start(&serve)?,
        };
        Ok(Some(Self { config: serve, server, manner, is_current: false }))
    }

    fn start(serve: &Serve) -> Result<Server> {
        let server = Server::start(serve)?;
        server.addresses().iter().for_each(|address| info!("readers are answered at `{address}`"));
        Ok(server)
    }

    fn is_like(&self, serve: &Serve) -> bool {
        (&self.config.listen, self.config.connections) == (&serve.listen, serve.connections)
    }

    /// Serves what is new from now on.
    pub fn hand_on(&mut self, news: &News) {
        if news.is_none() && self.is_current {
            return;
        }
        let former = self.server.publication();
        let next = former.next(news.editions.clone(), &news.gone, &self.manner);
        let next = if self.is_current { next } else { next.only(&news.editions) };
        self.server.publish(Arc::new(next));
        self.is_current = true;
    }

    /// Has forms answered there; `None`: nowhere.
    pub fn answer_forms(&self, door: Option<Door>) {
        self.server.answer_forms(door);
    }

    /// Who read what.
    pub fn access(&self) -> Access {
        self.server.access()
    }
}
