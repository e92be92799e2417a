//! Arguments, logging, run, exit code: nothing else.

use std::process::ExitCode;

use clap::error::ErrorKind;
use feedwright::cli::Cli;
use feedwright::cmd::{self, Failure};
use feedwright::logging::{self, Run};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked { 0 } else { cmd::USAGE });
        }
    };
    let one_shot = cli.once || cli.schema || cli.command.is_some();
    logging::start(&cli.common, if one_shot { Run::OneShot } else { Run::Service });
    match cmd::run(&cli) {
        Ok(ending) => ending.code(),
        Err(failure) => {
            match &failure {
                Failure::Configuration(problems) => problems.iter().for_each(|problem| tracing::error!("{problem}")),
                Failure::World(error) => tracing::error!("{error:#}"),
            }
            failure.code()
        }
    }
}
