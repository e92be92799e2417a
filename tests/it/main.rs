//! Feedwright as its users meet it: the real binary, real files, real signals.

/// `check --against` an old feed.
mod against;
mod announce;
/// Rooms name only rooms above them, and the core is pure.
mod architecture;
/// What one run knows of the run before.
mod cache;
/// What `check` finds.
mod check;
/// Requests to strangers, within their bounds.
mod client;
/// Compressed siblings of feeds.
mod compress;
/// The command line and the configuration.
mod cli;
/// Posts that come out and go by the clock, whatever happens to it.
mod clock;
/// Nothing outside of the output is reached, whatever names and links say.
mod confined;
/// The service: watching, reloading, systemd's protocol.
mod daemon;
/// Events that are lost, fail or never come: the service finds what changed all the same.
mod events;
/// Disks that are full, read-only, closed or broken.
mod faults;
/// Posts that break stay as they last were good.
mod last_good;
/// Ids that were published stay.
mod ledger;
/// Posts that vanish all at once.
mod loss;
/// Whole blogs with their expected output.
mod golden;
/// Hostile input is bounded, told, and harms no other post.
mod hostile;
/// The hub: the cases of websub.rocks, hostile subscribers, restarts.
mod hub;
/// A small server of HTTP.
mod http;
/// The ids file.
mod ids;
/// Blogs that are built wholly in memory.
mod in_memory;
/// However a blog came to be as it is, its feeds are the same.
mod incremental;
/// `init`: what it recognises, writes, and leaves alone.
mod init;
/// `kill -9`, at random and at each system call of a publication.
mod kill;
/// Many changes, and none.
mod load;
/// What faults are provoked with.
mod means;
/// Metrics for Prometheus, and what their file does.
mod metrics;
/// What a fault needs to be provoked: rights and tools that not every machine has.
mod needs;
/// `--once`: what is published, and what is left alone.
mod once;
/// Any bytes as a post.
mod properties;
/// A reader, which says and hears every byte of HTTP.
mod reader;
/// How readers are answered.
mod serve;
/// `status`: what a running service answers, and who gets no answer.
mod status;
/// The publisher and subscriber suites of websub.rocks.
mod websub_rocks;
/// A blog in a temporary folder, and runs of the binary over it.
mod support;
