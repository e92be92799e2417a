//! Names of hosts -> addresses within reach, which are then connected to without being asked for again.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::reach::Reach;

/// The addresses of a host, once they are known.
pub type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
/// Whom to ask for the addresses of a host.
pub type Names = Arc<dyn Fn(String) -> Addresses + Send + Sync>;

/// The system: DNS, `/etc/hosts`, and whatever else it goes by.
#[must_use]
pub fn of_system() -> Names {
    Arc::new(|host| {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    })
}

/// A host has no address but ones that are not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPublic(pub IpAddr);

impl fmt::Display for NotPublic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "its address {} is not public", self.0)
    }
}

impl std::error::Error for NotPublic {}

/// A host has no address.
#[derive(Debug)]
pub struct Unknown(pub io::Error);

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "its address is not known: {}", self.0)
    }
}

impl std::error::Error for Unknown {}

/// Gives out addresses within reach only.
pub struct Checked {
    pub names: Names,
    pub reach: Reach,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (asked, reach) = ((self.names)(name.as_str().to_owned()), self.reach);
        Box::pin(async move {
            let addresses = asked.await.map_err(Unknown)?;
            let within = addresses.iter().copied().filter(|address| reach.includes(*address));
            let within: Vec<SocketAddr> = within.map(|address| SocketAddr::new(address, 0)).collect();
            match (within.is_empty(), addresses.first()) {
                (true, Some(first)) => Err(NotPublic(*first).into()),
                (true, None) => Err(Unknown(io::ErrorKind::NotFound.into()).into()),
                (false, _) => Ok(Box::new(within.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// What a host is connected to whose addresses are these, at one question after another.
    fn resolve(answers: &[&[&str]], reach: Reach) -> Vec<Result<Vec<String>, String>> {
        let parse = |texts: &&[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<IpAddr>>();
        let left = Mutex::new(answers.iter().rev().map(parse).collect::<Vec<_>>());
        let names: Names = Arc::new(move |_| {
            let next = left.lock().unwrap().pop().unwrap();
            Box::pin(async move { Ok(next) })
        });
        let checked = Checked { names, reach };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ask = || runtime.block_on(checked.resolve("rebinding.example".parse().unwrap()));
        let told = |found: Addrs| found.map(|address| address.ip().to_string()).collect();
        answers.iter().map(|_| ask().map(told).map_err(|error| error.to_string())).collect()
    }

    #[test]
    fn addresses_that_are_not_public_are_never_given_out() {
        let answers: [&[&str]; 4] = [&["1.1.1.1"], &["127.0.0.1"], &["10.0.0.1", "1.0.0.1", "::1"], &[]];
        let found = resolve(&answers, Reach::Public);
        assert_eq!(
            (found[0].clone().unwrap(), found[2].clone().unwrap()),
            (vec!["1.1.1.1".into()], vec!["1.0.0.1".into()])
        );
        assert_eq!(found[1].clone().unwrap_err(), "its address 127.0.0.1 is not public");
        assert!(found[3].clone().unwrap_err().starts_with("its address is not known"));
        assert_eq!(resolve(&[&["127.0.0.1", "1.1.1.1"]], Reach::Anywhere)[0].clone().unwrap().len(), 2);
    }
}
