/// A hub and its subscribers.
pub mod scene;
/// The cases of the hub suite of websub.rocks.
mod websub_rocks;
/// What subscribers answer, and what follows.
mod answers;
/// Those that mean harm.
mod hostile;
/// What outlives a process.
mod restart;
/// The hub in the service.
mod service;
