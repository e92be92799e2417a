//! What stands between the braces of a template -> a tree.

/// Operands in turn, each given to the next as its last argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pipeline(pub Vec<Command>);

/// What is called, and what it is given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Command(pub Vec<Operand>);

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Text(String),
    Number(i64),
    /// `.Page.Title`, `$.Inner`, `$x.y`, `.`: where it begins (`.`, `$`, `$x`), and the names.
    Path(String, Vec<String>),
    /// `site.Params.x`, `markdownify`, `strings.ToLower`
    Name(String),
    Group(Pipeline),
}

/// The deepest that expressions are nested.
const DEEPEST: usize = 20;

/// Reads a pipeline; `None` when it is none.
pub(super) fn parse(written: &str) -> Option<Pipeline> {
    let mut rest = written;
    let pipeline = pipeline(&mut rest, 0)?;
    rest.trim_start().is_empty().then_some(pipeline)
}

fn pipeline(rest: &mut &str, depth: usize) -> Option<Pipeline> {
    let mut commands = vec![Command(Vec::new())];
    loop {
        *rest = rest.trim_start();
        match rest.chars().next() {
            None | Some(')') => break,
            Some('|') => {
                *rest = &rest[1..];
                commands.push(Command(Vec::new()));
            }
            Some(_) => commands.last_mut()?.0.push(operand(rest, depth)?),
        }
    }
    commands.iter().all(|command| !command.0.is_empty()).then_some(Pipeline(commands))
}

fn operand(rest: &mut &str, depth: usize) -> Option<Operand> {
    match rest.chars().next()? {
        '"' => text(rest),
        '`' => {
            let (text, behind) = rest[1..].split_once('`')?;
            *rest = behind;
            Some(Operand::Text(text.to_owned()))
        }
        '(' if depth < DEEPEST => {
            *rest = &rest[1..];
            let group = pipeline(rest, depth + 1)?;
            *rest = rest.strip_prefix(')').filter(|behind| !behind.starts_with('.'))?;
            Some(Operand::Group(group))
        }
        _ => word(rest),
    }
}

fn text(rest: &mut &str) -> Option<Operand> {
    let mut value = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => {
                *rest = &rest[at + 1..];
                return Some(Operand::Text(value));
            }
            '\\' => value.push(match characters.next()?.1 {
                'n' => '\n',
                't' => '\t',
                other => other,
            }),
            c => value.push(c),
        }
    }
    None
}

fn word(rest: &mut &str) -> Option<Operand> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '$' | '_' | '-' | '+');
    let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(length);
    *rest = behind;
    if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return word.parse().ok().map(Operand::Number);
    }
    let mut names = word.split('.');
    let start = names.next()?;
    let names: Vec<String> = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    match start {
        "" if word.starts_with('.') => Some(Operand::Path(".".to_owned(), names)),
        variable if variable.starts_with('$') => Some(Operand::Path(variable.to_owned(), names)),
        "" => None,
        _ => Some(Operand::Name(word.to_owned())),
    }
}
