//! The ways to run. Here the clock is read.
//!
//! - `load`: the configuration of a run
//! - `memory`: what it knows of the runs before
//! - `blog`: all posts of a configuration, as they are on disk; `loss`: when too many of them vanish
//! - `progress`: reading, while somebody watches
//! - `report`: what a run has to say, for people and for machines
//! - `once`, `check`, `init`, `daemon`, `status`: one run each
//! - `editions`: the feeds as they are published, for those who pass them on
//! - `announcing`: telling hubs of what is published; `serving`: answering readers with it; `hosting`: the hub of one's own
//! - `consent`: what a running service is told that somebody means
//! - `metrics`: what Prometheus reads, as a file
//! - `against`: our feeds, as subscribers of an old feed would see them

mod against;
mod announcing;
mod blog;
mod check;
mod consent;
mod daemon;
mod editions;
mod hosting;
mod init;
mod load;
mod loss;
mod memory;
mod metrics;
mod once;
mod progress;
mod report;
mod serving;
mod status;

use std::process::ExitCode;

use self::announcing::Announce;
use crate::cli::{Cli, Command};
use crate::problem::Problem;

/// How a run ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All is well.
    Well,
    /// Posts were left out, or problems were found.
    Problems,
}

/// Why a run could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The configuration is wrong.
    Configuration(Vec<Problem>),
    /// The world is.
    World(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::World(error)
    }
}

/// Exit code for a wrong command line (`EX_USAGE` of sysexits.h).
pub const USAGE: u8 = 64;

impl Ending {
    /// What the process ends with.
    #[must_use]
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Well => 0,
            Self::Problems => 1,
        })
    }
}

impl Failure {
    /// What the process ends with.
    #[must_use]
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::World(_) => 2,
            Self::Configuration(_) => 78, // EX_CONFIG
        })
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// When it cannot do its work.
pub fn run(cli: &Cli) -> Result<Ending, Failure> {
    if cli.schema {
        report::print(&crate::config::schema());
        return Ok(Ending::Well);
    }
    let ended = match &cli.command {
        Some(Command::Check { against }) => check::run(against.as_deref(), &cli.common),
        Some(Command::Init(asked)) => init::run(asked, &cli.common),
        Some(Command::Status) => status::run(&cli.common),
        None if cli.once => once::run(cli.consent, Announce::of(cli), &cli.common),
        None => match consent::told(cli.consent, &cli.common) {
            Ok(consent::Told::Service) => Ok(Ending::Well),
            Ok(consent::Told::Nobody) => daemon::run(cli.consent, &cli.common),
            Err(failure) => Err(failure),
        },
    };
    if let Err(Failure::Configuration(problems)) = &ended {
        report::tell_machines(problems, cli.common.format);
    }
    ended
}
