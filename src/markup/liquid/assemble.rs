//! Pieces of a text -> one template that the parser takes: every piece is one that it takes by itself, every block is
//! closed, text stands in literals. What had to be left out for it is told.

use std::collections::{BTreeSet, HashSet};

use super::super::Notice;
use super::language::{is_filter, parsed};
use super::lexer::{Kind, Piece, pieces};
use super::literal::quoted;
use super::tags::{is_argument_tag, is_silent};

/// The deepest that blocks are nested.
const DEEPEST: usize = 64;
/// How much of a template is told, in characters.
const SHOWN: usize = 60;

/// A template, and what was left out of it. `line_of`: the line of a byte of `text`.
pub(super) fn assemble(text: &str, line_of: &dyn Fn(usize) -> u32) -> (String, Vec<Notice>) {
    let pieces = pieces(text);
    let ends = pieces.iter().filter_map(|piece| match piece.kind {
        Kind::Tag(name, _) => name.strip_prefix("end"),
        _ => None,
    });
    let mut assembly = Assembly {
        ends: ends.collect(),
        line_of,
        out: String::with_capacity(text.len() + text.len() / 8),
        open: Vec::new(),
        notices: Vec::new(),
        unknown: BTreeSet::new(),
        captured: BTreeSet::new(),
    };
    pieces.iter().for_each(|piece| assembly.piece(piece));
    while let Some(block) = assembly.open.last() {
        let (at, name) = (block.at, block.name.to_owned());
        assembly.tell(at, format!("`{{% {name} %}}` is not closed"), format!("add `{{% end{name} %}}` where it ends"));
        assembly.close();
    }
    (assembly.out, assembly.notices)
}

/// A block that is not closed yet.
struct Open<'a> {
    name: &'a str,
    at: usize,
    /// What closes it in the template; nothing when the block is not in it.
    end: &'static str,
    /// Its branches count: it is what it says it is.
    is_whole: bool,
    /// A `case` before its first `when`.
    is_waiting: bool,
}

struct Assembly<'a, 'f> {
    /// The names of the blocks that are closed somewhere.
    ends: HashSet<&'a str>,
    line_of: &'f dyn Fn(usize) -> u32,
    out: String,
    open: Vec<Open<'a>>,
    notices: Vec<Notice>,
    /// The tags that were told of.
    unknown: BTreeSet<&'a str>,
    /// What `{% set name %}` was given a text.
    captured: BTreeSet<&'a str>,
}

/// What closes a block that the parser knows.
fn native_end(name: &str) -> Option<&'static str> {
    Some(match name {
        "if" => "{% endif %}",
        "unless" => "{% endunless %}",
        "case" => "{% endcase %}",
        "for" => "{% endfor %}",
        "tablerow" => "{% endtablerow %}",
        "capture" | "set" => "{% endcapture %}",
        "ifchanged" => "{% endifchanged %}",
        "highlight" => "{% endhighlight %}",
        _ => return None,
    })
}

impl<'a> Assembly<'a, '_> {
    fn piece(&mut self, piece: &Piece<'a>) {
        match piece.kind {
            Kind::Text(text) if !self.is_waiting() => self.out += &format!("{{% text {} %}}", quoted(text)),
            Kind::Output(expression) if !self.is_waiting() => self.output(piece.at, expression),
            Kind::Text(_) | Kind::Output(_) => {}
            Kind::Tag(name, arguments) => self.tag(piece.at, name, arguments),
        }
    }

    fn is_waiting(&self) -> bool {
        self.open.last().is_some_and(|block| block.is_waiting)
    }

    fn output(&mut self, at: usize, expression: &'a str) {
        if expression.is_empty() {
            return;
        }
        let line = (self.line_of)(at);
        let made = format!("{{% print {line} {expression} %}}");
        if parses(&made) {
            self.out += &made;
            return;
        }
        let (known, unknown) = without_unknown_filters(&with_colons(expression));
        let made = format!("{{% print {line} {known} %}}");
        if parses(&made) {
            if !unknown.is_empty() {
                let message = format!("the filter `{}` is not known", unknown.join("`, `"));
                self.tell(at, message, "what it is given is shown as it is");
            }
            self.out += &made;
        } else {
            let message = format!("`{{{{ {} }}}}` cannot be understood", shown(expression));
            self.tell(at, message, "it is left out; mend it, or put `{% raw %}` around it");
            self.captured_in(line, expression);
        }
    }

    /// Shows the texts that a macro is called with: `{{ note("title", text) }}`.
    fn captured_in(&mut self, line: u32, expression: &str) {
        let arguments = expression.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        for name in arguments.unwrap_or_default().split(',').map(str::trim) {
            if self.captured.contains(name) {
                self.out += &format!("{{% print {line} {name} %}}");
            }
        }
    }

    fn tag(&mut self, at: usize, name: &'a str, arguments: &'a str) {
        match name {
            "else" | "elsif" | "when" => self.branch(at, name, arguments),
            _ if name.starts_with("end") => self.end(at, &name[3..]),
            "set" if arguments.contains('=') => self.statement(at, name, arguments),
            _ if native_end(name).is_some() => self.begin(at, name, arguments),
            "assign" | "cycle" | "increment" | "decrement" | "break" | "continue" | "echo" => {
                self.statement(at, name, arguments);
            }
            _ if is_argument_tag(name) => {
                let line = (self.line_of)(at);
                self.out += &format!("{{% asked {line} {} {} %}}", quoted(name), quoted(arguments));
            }
            _ if is_silent(name) => {}
            _ => self.unknown(at, name),
        }
    }

    fn statement(&mut self, at: usize, name: &str, arguments: &str) {
        let made = match name {
            "echo" => format!("{{% print {} {arguments} %}}", (self.line_of)(at)),
            "set" => format!("{{% assign {arguments} %}}"),
            _ => format!("{{% {name} {arguments} %}}"),
        };
        if parses(&made) { self.out += &made } else { self.tell_wrong(at, name, arguments) }
    }

    fn begin(&mut self, at: usize, name: &'a str, arguments: &'a str) {
        if self.open.len() >= DEEPEST {
            self.tell(at, format!("`{{% {name} %}}` is nested too deeply"), "what is in it is always shown");
            return self.open.push(Open { name, at, end: "", is_whole: false, is_waiting: false });
        }
        let end = native_end(name).unwrap_or_default();
        let made = match name {
            "highlight" => format!("{{% highlight {} %}}", quoted(arguments)),
            // as Nunjucks calls it
            "set" => format!("{{% capture {arguments} %}}"),
            _ => format!("{{% {name} {arguments} %}}"),
        };
        let is_whole = parses(&format!("{made}{end}"));
        if name == "set" {
            self.captured.insert(arguments);
        }
        if is_whole {
            self.out += &made;
        } else {
            self.tell_wrong(at, name, arguments);
            self.out += "{% if false %}";
        }
        let end = if is_whole { end } else { "{% endif %}" };
        self.open.push(Open { name, at, end, is_whole, is_waiting: is_whole && name == "case" });
    }

    fn branch(&mut self, at: usize, name: &str, arguments: &str) {
        let Some(block) = self.open.last_mut() else {
            return self.tell(at, format!("`{{% {name} %}}` is in no block"), "remove it, or begin the block");
        };
        let (fits, made, alone) = match (name, block.name) {
            ("else", "if" | "unless" | "case" | "for") => (true, "{% else %}".to_owned(), String::new()),
            ("elsif", "if" | "unless") => {
                let made = format!("{{% elsif {arguments} %}}");
                (true, made.clone(), format!("{{% if true %}}{made}{{% endif %}}"))
            }
            ("when", "case") => {
                let made = format!("{{% when {arguments} %}}");
                (true, made.clone(), format!("{{% case 1 %}}{made}{{% endcase %}}"))
            }
            _ => (false, String::new(), String::new()),
        };
        if !block.is_whole {
            return;
        }
        if fits && parses(&alone) {
            block.is_waiting = false;
            self.out += &made;
        } else {
            self.tell_wrong(at, name, arguments);
        }
    }

    fn end(&mut self, at: usize, name: &str) {
        let Some(depth) = self.open.iter().rposition(|block| block.name == name) else {
            if !self.unknown.contains(name) {
                self.tell(at, format!("`{{% end{name} %}}` closes nothing"), "remove it");
            }
            return;
        };
        while self.open.len() > depth + 1 {
            let open = self.open.last().map(|block| (block.at, block.name));
            if let Some((at, name)) = open {
                self.tell(
                    at,
                    format!("`{{% {name} %}}` is not closed"),
                    format!("add `{{% end{name} %}}` where it ends"),
                );
            }
            self.close();
        }
        self.close();
    }

    fn close(&mut self) {
        if let Some(block) = self.open.pop() {
            self.out += block.end;
        }
    }

    /// A tag of a plug-in: what it stands around stays.
    fn unknown(&mut self, at: usize, name: &'a str) {
        let is_block = self.ends.contains(name) && self.open.len() < DEEPEST;
        if self.unknown.insert(name) {
            let what = if is_block { "what it stands around is shown as it is" } else { "it is left out" };
            self.tell(at, format!("the tag `{{% {name} %}}` is not known"), what);
        }
        if is_block {
            self.open.push(Open { name, at, end: "", is_whole: false, is_waiting: false });
        }
    }

    fn tell_wrong(&mut self, at: usize, name: &str, arguments: &str) {
        let message = format!("`{{% {} %}}` cannot be understood", shown(format!("{name} {arguments}").trim()));
        self.tell(at, message, "it is left out; mend it, or put `{% raw %}` around it");
    }

    fn tell(&mut self, at: usize, message: impl Into<String>, mend: impl Into<String>) {
        let line = (self.line_of)(at);
        self.notices.push(Notice { line, message: message.into(), mend: mend.into() });
    }
}

fn parses(template: &str) -> bool {
    parsed(template).is_some()
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// An expression with `| name: argument` for what Nunjucks writes `| name(argument)`.
fn with_colons(expression: &str) -> String {
    let mut parts = split_at_bars(expression).into_iter();
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, filter| {
        let called = filter.trim().split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)));
        match called {
            Some((name, arguments)) if !name.contains(':') => format!("{out}| {name}: {arguments}"),
            _ => format!("{out}|{filter}"),
        }
    })
}

/// An expression without the filters that there are not, and these.
fn without_unknown_filters(expression: &str) -> (String, Vec<String>) {
    let mut parts = split_at_bars(expression).into_iter();
    let mut known = parts.next().unwrap_or_default().to_owned();
    let mut unknown = Vec::new();
    for filter in parts {
        let name = filter.split([':', ' ', '\n']).find(|name| !name.is_empty()).unwrap_or_default();
        if is_filter(name) {
            known += &format!("|{filter}");
        } else {
            unknown.push(name.to_owned());
        }
    }
    (known, unknown)
}

/// Parts between bars that are in no quotes.
fn split_at_bars(expression: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, byte) in expression.bytes().enumerate() {
        match (byte, quote) {
            (b'|', None) => {
                parts.push(&expression[from..at]);
                from = at + 1;
            }
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    parts.push(&expression[from..]);
    parts
}
