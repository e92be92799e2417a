//! A folder -> the blog in it that is meant, and what its configuration has to say.

use std::path::Path;

use crate::cli::Init;
use crate::cmd::Failure;
use crate::cmd::report::count;
use crate::config::Dialect;
use crate::init::{self, Blog, Candidate, Draft, Settings};
use crate::problem::Problem;
use crate::source::{self, Survey};

/// A blog that was looked at.
pub struct Looked {
    /// What is to be written.
    pub draft: Draft,
    /// What was recognised, in a sentence.
    pub found: String,
    /// What else there is to say.
    pub remarks: Vec<String>,
}

/// Looks at a folder. `name`: the configuration file that is to be written, as people name it.
///
/// # Errors
/// When there is no blog in it, its configuration is broken, or does not say its address.
pub fn look(folder: &Path, name: &str, asked: &Init) -> Result<Looked, Failure> {
    let survey = Survey::of(folder);
    let text = |path: &str| survey.read(path).and_then(|bytes| String::from_utf8(bytes).ok());
    let candidates = init::candidates(&survey.files, &text);
    for candidate in &candidates {
        let mut draft = draft(&survey, candidate, asked)?;
        if draft.posts == 0 {
            continue;
        }
        if draft.site_text("url").is_none() {
            return Err(Failure::Configuration(vec![lacks_address(candidate, name)]));
        }
        let judge = |path: &str| source::judge(&folder.join(path));
        draft.settle_dialect(candidate.dialect, &judge);
        let mut remarks = others(&candidates, candidate, &draft);
        remarks.extend(survey.problems().iter().map(ToString::to_string));
        return Ok(Looked { draft, found: found(candidate, &candidates), remarks });
    }
    Err(Failure::Configuration(no_blog(&survey, &candidates, asked)))
}

/// What the configuration of a candidate has to say.
fn draft(survey: &Survey, candidate: &Candidate, asked: &Init) -> Result<Draft, Failure> {
    let path = |path: &str| match candidate.folder.as_str() {
        "" => path.to_owned(),
        folder => format!("{folder}/{path}"),
    };
    let below = |file: &String| file.strip_prefix(&path(""))?.to_owned().into();
    let files: Vec<String> = survey.files.iter().filter_map(below).collect();
    let read = |file: &str| survey.read(&path(file));
    let texts = init::configuration(candidate.dialect, &files, &read);
    let (settings, problems) = Settings::read(candidate.dialect, &texts);
    if !problems.is_empty() {
        return Err(Failure::Configuration(problems.into_iter().map(|problem| broken(problem, &path)).collect()));
    }
    let url = asked.url.clone();
    let blog = Blog { dialect: candidate.dialect, folder: candidate.folder.clone(), files, settings, read: &read, url };
    Ok(init::draft(&blog))
}

/// A broken configuration of a generator: nothing can be told from it.
fn broken(problem: Problem, path: &dyn Fn(&str) -> String) -> Problem {
    let mend = "mend it, then run `feedwright init` again";
    let error = Problem::error(path(&problem.path), problem.message).mend(mend);
    match (problem.line, problem.column) {
        (Some(line), Some(column)) => error.at(line, column),
        _ => error,
    }
}

fn lacks_address(candidate: &Candidate, name: &str) -> Problem {
    let file = match (candidate.mark.as_str(), candidate.folder.as_str()) {
        ("" | "_posts", _) => name.to_owned(),
        (mark, "") => mark.to_owned(),
        (mark, folder) => format!("{folder}/{mark}"),
    };
    Problem::error(file, "the address of the site is not said").mend("give it: `feedwright init --url https://...`")
}

/// What was recognised, and by what.
fn found(candidate: &Candidate, all: &[Candidate]) -> String {
    let kind = a(init::kind(candidate.dialect));
    let place = if candidate.folder.is_empty() { String::new() } else { format!(" in `{}`", candidate.folder) };
    match candidate.mark.as_str() {
        "" => match all.iter().find(|one| one.folder == candidate.folder && !one.mark.is_empty()) {
            Some(one) => format!(
                "found {kind} of Markdown: there is {} here (`{}`), but no post where it has its posts",
                a(init::kind(one.dialect)),
                one.mark
            ),
            None => format!("found {kind} of Markdown, no generator's"),
        },
        mark => format!("found {kind}{place}, by its `{mark}`"),
    }
}

/// With its article.
fn a(kind: &str) -> String {
    format!("{} {kind}", if kind.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" })
}

/// Blogs that were seen and not taken.
fn others(candidates: &[Candidate], taken: &Candidate, draft: &Draft) -> Vec<String> {
    let is_read = |one: &Candidate| {
        let folder = Path::new(&one.folder).join(&one.mark);
        draft.folders().any(|path| path == "." || folder.starts_with(path) || Path::new(path).starts_with(&folder))
    };
    let is_inside = |one: &Candidate| one.mark == "_posts" && (taken.dialect == Dialect::Jekyll || is_read(one));
    let other = |one: &&Candidate| {
        let is_blog = one.posts > 0 && !one.mark.is_empty();
        is_blog && (&one.folder, one.dialect) != (&taken.folder, taken.dialect) && !is_inside(one)
    };
    let told = candidates.iter().filter(other).map(|one| {
        let place = if one.folder.is_empty() { "here".to_owned() } else { format!("in `{}`", one.folder) };
        let look = if one.folder == taken.folder {
            String::new()
        } else {
            format!("; `feedwright init {}` takes it", one.folder)
        };
        format!("there is {} {place} too (`{}`), which is not read{look}", a(init::kind(one.dialect)), one.mark)
    });
    told.collect()
}

/// What was seen where no blog is.
fn no_blog(survey: &Survey, candidates: &[Candidate], asked: &Init) -> Vec<Problem> {
    let told = asked.dir.as_ref().map_or_else(|| ".".to_owned(), |dir| dir.display().to_string());
    let of_generators = candidates.iter().filter(|one| !one.mark.is_empty());
    let seen: Vec<String> = of_generators.map(|one| format!("{} without posts", found(one, candidates))).collect();
    let posts = candidates.iter().map(|one| one.posts).max().unwrap_or(0);
    let files = format!(
        "{}, {posts} of them Markdown or HTML, none with front matter or a name that says a date",
        count(survey.files.len(), "file")
    );
    let seen = if seen.is_empty() { files } else { format!("{}; {files}", seen.join("; ")) };
    let problem = Problem::error(told, format!("no blog is here: {seen}"));
    let mut problems = survey.problems();
    problems.push(
        problem.mend("run it in the folder of your blog, or write a first post such as `posts/2024-05-01-rain.md`"),
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generator_without_posts_is_told() {
        let candidate = |dialect, mark: &str| Candidate { folder: String::new(), dialect, mark: mark.into(), posts: 1 };
        let plain = candidate(Dialect::Commonmark, "");
        assert_eq!(found(&plain, std::slice::from_ref(&plain)), "found a folder of Markdown, no generator's");
        let all = [plain.clone(), candidate(Dialect::Jekyll, "_config.yml")];
        assert_eq!(
            found(&plain, &all),
            "found a folder of Markdown: there is a Jekyll blog here (`_config.yml`), but no post where it has its posts"
        );
        assert_eq!(found(&all[1], &all), "found a Jekyll blog, by its `_config.yml`");
    }
}
