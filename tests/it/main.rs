//! Feedwright as its users meet it: the real binary, real files, real signals.

/// `check --against` an old feed.
mod against;
/// Rooms name only rooms above them, and the core is pure.
mod architecture;
/// What `check` finds.
mod check;
/// The command line and the configuration.
mod cli;
/// Nothing outside of the output is reached, whatever names and links say.
mod confined;
/// The service: watching, reloading, systemd's protocol.
mod daemon;
/// Disks that are full, read-only, closed or broken.
mod faults;
/// Whole blogs with their expected output.
mod golden;
/// The ids file.
mod ids;
/// `init`: what it recognises, writes, and leaves alone.
mod init;
/// `kill -9`, at random and at each system call of a publication.
mod kill;
/// Many changes, and none.
mod load;
/// What faults need of the machine.
mod means;
/// `--once`: what is published, and what is left alone.
mod once;
/// Any bytes as a post.
mod properties;
/// A blog in a temporary folder, and runs of the binary over it.
mod support;
