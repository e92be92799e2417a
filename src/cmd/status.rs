//! `status`: finds the service of a configuration, asks it, and reports what it answers.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use chrono::Utc;
use serde_json::Value;

use super::load::find;
use super::report::{annotation, print};
use super::{Ending, Failure};
use crate::cli::{Common, Format};
use crate::config;
use crate::control::{self, Request, Unanswered, ask};
use crate::logging::wants_color;
use crate::source::absolute;
use crate::state;
use crate::status::{Shown, Status, for_people};

/// How long a service may take to answer; it says by itself when it is busy for longer than 4 s.
const PATIENCE: Duration = Duration::from_secs(6);

/// Runs it.
///
/// # Errors
/// When no service answers.
pub fn run(options: &Common) -> Result<Ending, Failure> {
    let answered = Wanted::of(options)?.find()??;
    match options.format {
        Format::Json => print(&(serde_json::to_string_pretty(&answered.text).unwrap_or_default() + "\n")),
        Format::Github => {
            answered.status.problems.iter().for_each(|problem| print(&annotation(problem)));
            tell(&answered.status, options);
        }
        Format::Human => tell(&answered.status, options),
    }
    Ok(if answered.status.is_well() { Ending::Well } else { Ending::Problems })
}

fn tell(status: &Status, options: &Common) {
    if options.quiet > 0 {
        return;
    }
    let shown = if options.verbose > 0 { Shown::All } else { Shown::Few };
    let text = for_people(status, shown, Utc::now());
    print(&if wants_color(options.color, &io::stdout()) { painted(&text) } else { text });
}

/// What each line is about in bold.
fn painted(text: &str) -> String {
    let paint = |line: &str| match line.find("  ") {
        Some(end) if end > 0 => format!("\x1b[1m{}\x1b[0m{}\n", &line[..end], &line[end..]),
        _ => format!("{line}\n"),
    };
    text.lines().map(paint).collect()
}

/// The service that is looked for, by what is known without it.
pub(super) struct Wanted {
    /// The configuration, absolute.
    file: Option<PathBuf>,
    /// The output that the command line asks for.
    output: Option<PathBuf>,
    /// The output that the configuration names, as it is on disk now.
    configured: Option<PathBuf>,
    /// Where the states of all services are.
    state: Option<PathBuf>,
}

/// A status as it came, with keys that only another version knows, and as it is understood.
pub(super) struct Answered {
    socket: PathBuf,
    text: Value,
    pub status: Status,
}

impl Answered {
    /// Tells the same service to do something.
    ///
    /// # Errors
    /// When it does not.
    pub fn tell(&self, request: Request) -> Result<()> {
        let answer =
            ask(&self.socket, request, PATIENCE).map_err(|unanswered| anyhow!("{}", why(&self.socket, &unanswered)))?;
        if let Some(refused) = answer["refused"].as_str() {
            bail!("the service behind `{}` is {refused}", self.socket.display());
        }
        Ok(())
    }
}

/// What became of a search.
#[derive(Default)]
struct Heard {
    ours: Vec<Answered>,
    others: Vec<Status>,
    /// Why a service said nothing.
    silent: Vec<String>,
}

impl Wanted {
    /// The configuration may be broken: what it says by itself is enough.
    ///
    /// # Errors
    /// When there is no working folder.
    pub fn of(options: &Common) -> Result<Self> {
        let file = find(options).as_deref().map(absolute).transpose()?;
        let text = file.as_ref().and_then(|file| fs::read_to_string(file).ok());
        let places = text.as_deref().map(config::places).unwrap_or_default();
        let home = file.as_deref().and_then(Path::parent);
        let at = |place: String| home.and_then(|home| absolute(&home.join(place)).ok());
        let configured = at(places.output.unwrap_or_else(|| "public".to_owned()));
        let output = options.output.as_deref().map(absolute).transpose()?;
        let state = state::base(places.state.and_then(at).as_deref());
        Ok(Self { file, output, configured, state })
    }

    /// The service, or that none runs.
    ///
    /// # Errors
    /// When there may be one, and it does not say.
    pub fn find(&self) -> Result<Result<Answered>> {
        let output = self.output.as_deref().or(self.configured.as_deref());
        let found = control::search(self.state.as_deref(), output);
        let mut heard = Heard::default();
        for socket in &found.sockets {
            self.ask_one(socket, &mut heard);
            if heard.ours.last().is_some_and(|last| output == Some(Path::new(&last.status.output))) {
                break;
            }
        }
        match (heard.ours.pop(), heard.ours.len()) {
            (Some(ours), _) if output == Some(Path::new(&ours.status.output)) => Ok(Ok(ours)),
            (Some(ours), 0) => Ok(Ok(ours)),
            (None, _) => self.nobody(&heard, &found.closed).map(Err),
            (Some(last), _) => {
                heard.ours.push(last);
                let outputs: Vec<String> = heard.ours.iter().map(|ours| format!("`{}`", ours.status.output)).collect();
                bail!("several services use this configuration; name one by its `--output`: {}", outputs.join(", "))
            }
        }
    }

    fn ask_one(&self, socket: &Path, heard: &mut Heard) {
        let answer = match ask(socket, Request::Status, PATIENCE) {
            Ok(answer) => answer,
            Err(Unanswered::Nobody) => return,
            Err(unanswered) => return heard.silent.push(why(socket, &unanswered)),
        };
        if let Some(refused) = answer["refused"].as_str() {
            return heard.silent.push(format!("the service behind `{}` is {refused}", socket.display()));
        }
        let text = answer["status"].clone();
        match serde_json::from_value::<Status>(text.clone()) {
            Ok(status) if self.is_meant(&status) => {
                heard.ours.push(Answered { socket: socket.to_owned(), text, status });
            }
            Ok(status) => heard.others.push(status),
            Err(_) => heard.silent.push(format!(
                "the service behind `{}` is of another version; restart it, so that both are the same",
                socket.display()
            )),
        }
    }

    fn is_meant(&self, status: &Status) -> bool {
        let same = |ours: &Path, theirs: &str| {
            ours == Path::new(theirs)
                || fs::canonicalize(ours).is_ok_and(|ours| fs::canonicalize(theirs).is_ok_and(|theirs| ours == theirs))
        };
        self.file.as_deref().is_some_and(|file| same(file, &status.configuration.file))
            && self.output.as_deref().is_none_or(|output| same(output, &status.output))
    }

    /// That no service runs, and what to do.
    fn nobody(&self, heard: &Heard, closed: &[PathBuf]) -> Result<anyhow::Error> {
        if !heard.silent.is_empty() {
            bail!("{}", heard.silent.join("; "));
        }
        if !closed.is_empty() {
            let closed: Vec<String> = closed.iter().map(|folder| format!("`{}`", folder.display())).collect();
            bail!(
                "a service may be in {}, where this user may not look; ask as root (`sudo feedwright status`) or as a \
                 member of the group of the service",
                closed.join(", ")
            );
        }
        let what = match (&self.file, &self.output) {
            (Some(file), Some(output)) => format!("with `{}` to `{}`", file.display(), output.display()),
            (Some(file), None) => format!("with `{}`", file.display()),
            (None, _) => "here, and there is no configuration to know it by; name one with `--config`".to_owned(),
        };
        let others: Vec<String> =
            heard.others.iter().map(|other| format!("`-c {} -o {}`", other.configuration.file, other.output)).collect();
        Ok(match others.as_slice() {
            [] => anyhow!("no service runs {what}; start it with `systemctl start feedwright`, or run `feedwright`"),
            others => anyhow!("no service runs {what}; there is {}", others.join(", ")),
        })
    }
}

fn why(socket: &Path, unanswered: &Unanswered) -> String {
    let socket = socket.display();
    match unanswered {
        Unanswered::Nobody => format!("nobody listens to `{socket}`"),
        Unanswered::Forbidden => format!(
            "`{socket}` may not be opened by this user; ask as root (`sudo feedwright status`) or as a member of its group"
        ),
        Unanswered::Silent => format!(
            "the service behind `{socket}` does not answer within {} s; it hangs or was stopped: see `systemctl status`",
            PATIENCE.as_secs()
        ),
        Unanswered::Failed(error) => format!("cannot ask the service behind `{socket}`: {error}"),
    }
}
