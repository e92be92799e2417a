//! `--accept-loss`, `--reassign-ids` without `--once`: told to the service that runs, if one does.

use super::Failure;
use super::report::print;
use super::status::Wanted;
use crate::cli::{Common, Consent};
use crate::control::Request;

/// Who was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The service that runs: there is nothing else to do.
    Service,
    /// None runs: it is for the one that starts now.
    Nobody,
}

/// Tells the service of this configuration what somebody means.
///
/// # Errors
/// When there may be one, and it cannot be told.
pub fn told(consent: Consent, options: &Common) -> Result<Told, Failure> {
    let requests = [(consent.accept_loss, Request::AcceptLoss), (consent.reassign_ids, Request::ReassignIds)];
    let requests: Vec<Request> =
        requests.into_iter().filter(|(is_meant, _)| *is_meant).map(|(_, request)| request).collect();
    if requests.is_empty() {
        return Ok(Told::Nobody);
    }
    let Ok(service) = Wanted::of(options)?.find()? else { return Ok(Told::Nobody) };
    for request in requests {
        service.tell(request)?;
        if options.quiet == 0 {
            let (pid, verb) = (service.status.pid, request.verb());
            print(&format!("told the service that runs (pid {pid}): `{verb}`; see `feedwright status`\n"));
        }
    }
    Ok(Told::Service)
}
