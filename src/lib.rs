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
pub mod scan;
pub mod problem;
pub mod config;
pub mod value;
pub mod generator;
pub mod post;
pub mod init;
pub mod markup;
pub mod site;
pub mod feed;
pub mod subscription;
pub mod representation;
pub mod reach;
pub mod notice;
pub mod websub;
pub mod ledger;
pub mod cache;
pub mod pipeline;
pub mod status;

// -- the shell: each room touches one piece of the world -----------------------------------------
pub mod folder;
pub mod atomic_file;
pub mod state;
pub mod source;
pub mod recall;
pub mod publish;
pub mod watch;
pub mod systemd;
pub mod wall_clock;
pub mod client;
pub mod announce;
pub mod hub;
pub mod control;
pub mod serve;
pub mod cli;
pub mod logging;
pub mod cmd;
