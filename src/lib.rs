//! Feedwright turns a folder of posts into feeds, and keeps them right.
//!
//! This file is the map. A room may name only rooms above it; `tests/it/architecture.rs` holds
//! that, and that the core touches neither file system, network, environment, thread nor clock:
//! values in, values out, `now` is an argument.
//!
//! ```text
//! feedwright.yaml -> Config     files -> SourceFile -> Post (+ Problems) -> Site -> Feed -> Artifact -> published
//! ```

// -- the core: pure ------------------------------------------------------------------------------
pub mod cache;
pub mod config;
pub mod feed;
pub mod markup;
pub mod pipeline;
pub mod post;
pub mod problem;
pub mod site;

// -- the shell: each room touches one piece of the world -----------------------------------------
pub mod atomic_file;
pub mod cli;
pub mod cmd;
pub mod logging;
pub mod publish;
pub mod source;
pub mod state;
pub mod systemd;
pub mod watch;
