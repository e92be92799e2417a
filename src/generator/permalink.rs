//! A function of JavaScript that makes an address -> the template that says the same, where it is as plain as
//! ``data => `/blog/${data.page.fileSlug}/` ``.

/// How far behind its name the function is looked at, in bytes.
const LONGEST: usize = 1_500;

/// The template of the permalink that a file of data computes. Of several texts the last one counts: those before it are
/// for drafts and the like.
pub(super) fn of(text: &str) -> Option<String> {
    let named = text.match_indices("permalink").map(|(at, name)| &text[at + name.len()..]);
    let function = named.map(head).find(|behind| is_function(behind))?;
    let mut found = None;
    let mut rest = body(function);
    while let Some((before, behind)) = rest.split_once('`') {
        let (literal, after) = behind.split_once('`')?;
        let before = before.trim_end();
        if before.ends_with("=>") || before.ends_with("return") || before.ends_with(':') {
            found = Some(literal);
        }
        rest = after;
    }
    template(found?)
}

/// Whether a file of data computes a permalink by a function that is not understood. One that gives what the post says
/// itself, or nothing, as those for drafts do, needs no understanding.
pub(super) fn is_lost(text: &str) -> bool {
    let is_remark = |at: usize| text[..at].rsplit('\n').next().is_some_and(|before| before.contains("//"));
    let named = text.match_indices("permalink").filter(|(at, _)| !is_remark(*at));
    let named = named.map(|(at, name)| head(&text[at + name.len()..]));
    let mut function =
        named.filter_map(|behind| Some(behind).filter(|behind| is_function(behind)).or_else(|| built(behind)));
    function.next().is_some_and(|function| of(text).is_none() && !passes_on(body(function)))
}

/// What stands behind `build` in `: { build: ... }`, when it is a function.
fn built(behind: &str) -> Option<&str> {
    let inside =
        behind.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start().strip_prefix('{')?;
    let inside = inside.trim_start().trim_start_matches(['"', '\'']).strip_prefix("build")?;
    is_function(inside).then_some(inside)
}

/// Whether all that a function gives is `false` or the permalink that is there.
fn passes_on(body: &str) -> bool {
    let mut given = body.split("return").skip(1).map(|rest| rest.split([';', '\n', '}']).next().unwrap_or("").trim());
    let is_nothing = |given: &str| matches!(given, "" | "false" | "undefined" | "permalink" | "data.permalink");
    body.contains("return") && given.all(is_nothing)
}

fn head(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at < LONGEST).last().unwrap_or(0);
    &text[..end]
}

/// What a function holds between its braces, or the text that it gives at once.
fn body(function: &str) -> &str {
    let arrow = function.find("=>").filter(|arrow| !function[..*arrow].contains(") {"));
    let start = arrow.or_else(|| function.find(") {")).unwrap_or(0);
    let function = &function[start..];
    if function.strip_prefix("=>").is_some_and(|behind| behind.trim_start().starts_with('`')) {
        let end = function.match_indices('`').nth(1).map_or(function.len(), |(at, _)| at + 1);
        return &function[..end];
    }
    let Some(open) = function.find('{') else { return "" };
    let mut depth = 0_usize;
    let end = function[open..].char_indices().find(|(_, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    &function[open..end.map_or(function.len(), |(at, _)| open + at)]
}

/// Whether what stands behind a name is a function of it: `: data => ...`, `(data) {...}`, `: function (data) {...}`.
fn is_function(behind: &str) -> bool {
    let line = behind.trim_start_matches(['"', '\'']).trim_start();
    let said = line.strip_prefix(':').map_or("", str::trim_start);
    let start = said.split(['\n', '`', '\'', '"', ',']).next().unwrap_or_default();
    line.starts_with('(') || said.starts_with('(') || start.contains("=>") || start.starts_with("function")
}

/// A literal with `{{ name }}` for `${data.name}`; `None` where it computes more than that.
fn template(literal: &str) -> Option<String> {
    let mut parts = literal.split("${");
    let first = parts.next()?.to_owned();
    parts.try_fold(first, |out, part| {
        let (expression, rest) = part.split_once('}')?;
        Some(format!("{out}{{{{ {} }}}}{rest}", named(expression.trim())?))
    })
}

/// A name, or one that is made a slug of.
fn named(expression: &str) -> Option<String> {
    let slugged = ["this.slugify(", "this.slug(", "slugify(", "slug("];
    let inner = slugged.iter().find_map(|call| expression.strip_prefix(call)?.strip_suffix(')'));
    let name = inner.unwrap_or(expression).trim();
    let name = name.strip_prefix("data.").unwrap_or(name);
    let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let filter = if inner.is_some() { " | slugify" } else { "" };
    is_name.then(|| format!("{name}{filter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_functions_are_templates() {
        let cases = [
            ("permalink: data => `/b/${data.page.fileSlug}/`,", Some("/b/{{ page.fileSlug }}/")),
            (
                "permalink: ({ title, page }) => {\n if (page.x || f(page.date)) { return false; }\n return `/${slugify(title)}/`;\n}",
                Some("/{{ title | slugify }}/"),
            ),
            ("permalink(data) { return `/${this.slugify(data.title)}.html`; }", Some("/{{ title | slugify }}.html")),
            ("permalink: function (data) { return `/${data.date.getFullYear()}/`; }", None),
            ("permalink: '/{{ title }}/', x: d => `a`", None),
            ("permalink: false", None),
        ];
        for (text, expected) in cases {
            assert_eq!(of(&format!("module.exports = {{ {text} }};")).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn functions_that_are_not_understood_are_lost() {
        let cases = [
            ("permalink: data => `/b/${data.page.fileSlug}/`,", false),
            ("permalink(data) { return makeSlug(data.title); }", true),
            ("eleventyComputed: { permalink: data => data.draft ? false : address(data) }", true),
            ("permalink: { build: (data) => f(data) }", true),
            ("permalink: (data) => { if (data.draft) { return false; }\n return data.permalink; }", false),
            ("permalink: '/{{ title }}/'", false),
            ("tags: ['posts']", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_lost(&format!("module.exports = {{ {text} }};")), expected, "{text}");
        }
        assert!(!is_lost("// no permalink (see there)\nmodule.exports = { layout: \"x\" };"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_through(text in "(permalink|=>|`|\\$\\{|\\}|return|:|\\(|\\{|build|é| |\n|a){0,40}") {
            let _ = (of(&text), is_lost(&text));
        }
    }
}
