//! Feedwright as its users meet it: the real binary, real files, real signals.

/// `check --against` an old feed.
mod against;
/// Rooms name only rooms above them, and the core is pure.
mod architecture;
/// What `check` finds.
mod check;
/// The command line and the configuration.
mod cli;
/// The service: watching, reloading, systemd's protocol.
mod daemon;
/// Whole blogs with their expected output.
mod golden;
/// Hostile input is bounded, told, and harms no other post.
mod hostile;
/// The ids file.
mod ids;
/// `init`: what it recognises, writes, and leaves alone.
mod init;
/// `--once`: what is published, and what is left alone.
mod once;
/// Any bytes as a post.
mod properties;
/// A blog in a temporary folder, and runs of the binary over it.
mod support;
