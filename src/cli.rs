//! The command line as typed.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

/// Turns a folder of posts into RSS, Atom and JSON feeds, and keeps them right.
///
/// Without a command: builds the feeds, then watches the posts and keeps the feeds up to date.
#[derive(Debug, Parser)]
#[command(name = "feedwright", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do instead of building and watching.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Build once and exit.
    #[arg(long)]
    pub once: bool,
    /// With --once: tell hubs of what is new, as the configuration says, and wait until they know.
    #[arg(long, requires = "once")]
    pub announce: bool,
    /// Print the JSON Schema of feedwright.yaml, for editors, and exit.
    #[arg(long, conflicts_with = "once")]
    pub schema: bool,
    /// What is meant, though it would harm subscribers.
    #[command(flatten)]
    pub consent: Consent,
    /// For every command.
    #[command(flatten)]
    pub common: Common,
}

/// What is meant, though it would harm subscribers if it were not.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Consent {
    /// Posts that vanished all at once were deleted on purpose: take them out of the feeds.
    #[arg(long)]
    pub accept_loss: bool,
    /// Make the ids of published posts anew, by the configuration as it is now: readers show them as new.
    #[arg(long)]
    pub reassign_ids: bool,
}

impl Cli {
    /// The command line of the process.
    ///
    /// # Errors
    /// When it makes no sense, or asks for help or the version.
    pub fn read() -> Result<Self, clap::Error> {
        Self::try_parse()?.with_one_thing_to_do()
    }

    /// A command and an option in place of one contradict each other, whichever would win.
    fn with_one_thing_to_do(self) -> Result<Self, clap::Error> {
        let option = match (&self.command, self.once, self.schema, &self.common.config) {
            (Some(_), ..) if self.consent.accept_loss => "--accept-loss",
            (Some(_), ..) if self.consent.reassign_ids => "--reassign-ids",
            (Some(_), true, ..) => "--once",
            (Some(_), _, true, _) => "--schema",
            (Some(Command::Init(_)), .., Some(_)) => "--config",
            _ => return Ok(self),
        };
        let command = match self.command {
            Some(Command::Init(_)) => "init",
            Some(Command::Status) => "status",
            _ => "check",
        };
        let message = format!("`{command}` cannot be used with `{option}`; ask for one of the two");
        Err(Self::command().error(ErrorKind::ArgumentConflict, message))
    }
}

/// What to do instead of building and watching.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Read everything, build in memory and report all problems; write nothing.
    Check {
        /// An old feed, saved to a file: report what its subscribers would see as new, changed or gone, too.
        #[arg(long, value_name = "OLD-FEED", value_parser = saved_feed)]
        against: Option<PathBuf>,
    },
    /// Look at the blog in DIR (Jekyll, Hugo, Zola, Eleventy, Pelican, plain Markdown) and write feedwright.yaml for it.
    Init(Init),
    /// Ask the running service what it is doing: posts, feeds, problems, what is scheduled next.
    Status,
}

/// Options of `init`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Init {
    /// Where the blog is, and where feedwright.yaml is written [default: the working folder].
    pub dir: Option<PathBuf>,
    /// The address of the site, where its files do not say it, or say another.
    #[arg(long, value_name = "URL", value_parser = site_address)]
    pub url: Option<String>,
    /// Replace a feedwright.yaml that is there already.
    #[arg(long)]
    pub force: bool,
    /// Print the file, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// An old feed, saved to a file: keep those of its ids that no formula gives, in feedwright.ids.yaml.
    #[arg(long, value_name = "OLD-FEED", value_parser = saved_feed)]
    pub ids_from: Option<PathBuf>,
}

/// The address of a site, with a slash at its end.
fn site_address(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let whole = url.filter(|url| url.username().is_empty() && url.password().is_none());
    let whole = whole.ok_or("this is no address of a site; write a whole one, such as `https://example.org/`")?;
    Ok(format!("{}/", whole.as_str().trim_end_matches('/')))
}

/// A file; an address is to be saved first.
fn saved_feed(text: &str) -> Result<PathBuf, String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(format!("this is an address; save it to a file first: curl -Lo old.xml '{text}'"));
    }
    Ok(text.into())
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The configuration [default: ./feedwright.yaml, else /etc/feedwright/feedwright.yaml].
    #[arg(short, long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Publish here instead of where the configuration says.
    #[arg(short, long, value_name = "DIR", global = true)]
    pub output: Option<PathBuf>,
    /// Tell more; twice: everything.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Tell only problems; twice: only errors.
    #[arg(short, long, action = ArgAction::Count, global = true, conflicts_with = "verbose")]
    pub quiet: u8,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: Color,
    /// The form of reports.
    #[arg(long, value_name = "FORM", default_value = "human", global = true)]
    pub format: Format,
    /// Read every post and make every feed, whatever is known of earlier runs, and keep nothing for later ones.
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// Take every problem, warnings too, as a reason to publish nothing.
    #[arg(long, global = true)]
    pub strict: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// The form of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for people.
    Human,
    /// One JSON object.
    Json,
    /// Annotations of GitHub Actions.
    Github,
}

const EXIT_CODES: &str = "\
Exit codes:
  0   all is well
  1   feeds are published, but posts with errors were left out, or stay as they were
      (check, --strict: problems found, nothing published;
      status: the service runs, and something is wrong)
  2   it could not do its work; the old feeds stand
      (status: no service runs, or it may not be asked)
  64  wrong command line
  78  wrong configuration

FEEDWRIGHT_LOG filters the log, such as `info,feedwright::watch=debug`.";
