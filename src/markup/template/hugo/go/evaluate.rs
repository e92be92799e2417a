//! The nodes of a template -> what they make.

use std::collections::HashMap;

use super::super::Page;
use super::super::arguments::Arguments;
use super::expression::{Command, Operand, Pipeline};
use super::function;
use super::parse::Node;
use crate::markup::entity;
use crate::value::Value as Setting;

/// A shortcode that is called.
pub(in super::super) struct Call<'c> {
    pub arguments: &'c Arguments,
    pub inner: &'c str,
    pub page: &'c Page<'c, 'c>,
}

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Nothing,
    Bool(bool),
    Number(i64),
    /// Text, escaped when it is shown.
    Text(String),
    /// HTML, shown as it is.
    Html(String),
}

impl Value {
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0,
            Self::Text(text) | Self::Html(text) => !text.is_empty(),
        }
    }

    /// As text, not escaped.
    pub fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) | Self::Html(text) => text.clone(),
        }
    }
}

/// How many bytes a value holds, and a template makes; one that makes more cannot be followed.
pub(super) const LONGEST: usize = 1 << 20;

/// Runs a template.
pub(super) fn run(nodes: &[Node<'_>], call: &Call<'_>) -> Option<String> {
    let mut run = Run { call, variables: HashMap::new(), out: String::new() };
    run.nodes(nodes, None)?;
    Some(run.out)
}

pub(super) struct Run<'r, 'c> {
    pub call: &'r Call<'c>,
    variables: HashMap<String, Value>,
    out: String,
}

impl Run<'_, '_> {
    /// `dot`: what `with` found, when within one.
    fn nodes(&mut self, nodes: &[Node<'_>], dot: Option<&Value>) -> Option<()> {
        for node in nodes {
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Show(pipeline) => match self.shown(pipeline, dot)? {
                    Value::Html(html) => self.out.push_str(&html),
                    // as in Go, so that Markdown makes no other signs of quotation marks
                    value => self
                        .out
                        .push_str(&entity::escape_text(&value.text()).replace('"', "&#34;").replace('\'', "&#39;")),
                },
                Node::Assign(name, pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    self.variables.insert(name.clone(), value);
                }
                Node::If(condition, then, otherwise) => {
                    let is_true = self.pipeline(condition, dot)?.is_true();
                    self.nodes(if is_true { then } else { otherwise }, dot)?;
                }
                Node::With(name, condition, then, otherwise) => {
                    let value = self.pipeline(condition, dot)?;
                    if value.is_true() {
                        name.iter().for_each(|name| drop(self.variables.insert(name.clone(), value.clone())));
                        self.nodes(then, Some(&value))?;
                    } else {
                        self.nodes(otherwise, dot)?;
                    }
                }
            }
            if self.out.len() > LONGEST {
                return None;
            }
        }
        Some(())
    }

    /// A value to be shown; a name or number alone is that of an argument.
    fn shown(&self, pipeline: &Pipeline, dot: Option<&Value>) -> Option<Value> {
        let alone = match &pipeline.0[..] {
            [Command(operands)] => match &operands[..] {
                [operand] => Some(operand),
                _ => None,
            },
            _ => None,
        };
        match alone {
            Some(Operand::Number(place)) => Some(argument(self.call.arguments.at(usize::try_from(*place).ok()?))),
            Some(Operand::Name(name)) if name == "inner" => Some(Value::Html(self.call.inner.to_owned())),
            Some(Operand::Name(name)) if !name.contains('.') && !["true", "false"].contains(&name.as_str()) => {
                Some(argument(self.call.arguments.named(name)))
            }
            _ => self.pipeline(pipeline, dot),
        }
    }

    pub fn pipeline(&self, pipeline: &Pipeline, dot: Option<&Value>) -> Option<Value> {
        pipeline.0.iter().try_fold(None, |last, command| Some(Some(self.command(command, last, dot)?)))?
    }

    fn command(&self, Command(operands): &Command, last: Option<Value>, dot: Option<&Value>) -> Option<Value> {
        let (first, rest) = operands.split_first()?;
        let mut given = rest.iter().map(|operand| self.operand(operand, dot)).collect::<Option<Vec<Value>>>()?;
        let is_piped = last.is_some();
        given.extend(last);
        match first {
            Operand::Path(start, names) => self.path(start, names, &given, dot),
            Operand::Name(name) => self.named(name, &given),
            _ if given.is_empty() && !is_piped => self.operand(first, dot),
            _ => None,
        }
    }

    fn operand(&self, operand: &Operand, dot: Option<&Value>) -> Option<Value> {
        match operand {
            Operand::Text(text) => Some(Value::Text(text.clone())),
            Operand::Number(number) => Some(Value::Number(*number)),
            Operand::Path(start, names) => self.path(start, names, &[], dot),
            Operand::Name(name) => self.named(name, &[]),
            Operand::Group(pipeline) => self.pipeline(pipeline, dot),
        }
    }

    fn named(&self, name: &str, given: &[Value]) -> Option<Value> {
        match name.split_once('.') {
            Some(("site", path)) if given.is_empty() => self.site(&path.split('.').collect::<Vec<_>>()),
            _ => function::call(name, given, self),
        }
    }

    fn path(&self, start: &str, names: &[String], given: &[Value], dot: Option<&Value>) -> Option<Value> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match (start, dot) {
            (".", Some(value)) => Some(value.clone()).filter(|_| names.is_empty() && given.is_empty()),
            ("." | "$", _) => self.field(&names, given),
            (variable, _) if names.is_empty() && given.is_empty() => self.variables.get(variable).cloned(),
            _ => None,
        }
    }

    /// What a shortcode knows of itself and of its page.
    fn field(&self, names: &[&str], given: &[Value]) -> Option<Value> {
        let Call { arguments, inner, page } = self.call;
        match (names, given) {
            (["Get"], [Value::Number(place)]) => Some(argument(arguments.at(usize::try_from(*place).ok()?))),
            (["Get"], [Value::Text(name)]) => Some(argument(arguments.named(name))),
            (["Inner" | "InnerDeindent"], []) => Some(Value::Html((*inner).to_owned())),
            (["Params", name], []) => Some(argument(arguments.named(name))),
            (["IsNamedParams"], []) => Some(Value::Bool(arguments.are_named())),
            (["Page", "RenderString"], [.., text]) => Some(Value::Html(page.span(&text.text()))),
            (["Page", "Title"], []) => Some(Value::Text(page.body.around.post.title.clone())),
            (["Page", "Permalink" | "RelPermalink"], []) => Some(Value::Text(page.body.url.to_string())),
            (["Page", "Params", path @ ..], []) => Some(setting(page.body.around.front.find_at(&path.join(".")))),
            (["Site", path @ ..] | ["Page", "Site", path @ ..], []) => self.site(path),
            _ => None,
        }
    }

    fn site(&self, path: &[&str]) -> Option<Value> {
        let around = self.call.page.body.around;
        match path {
            ["BaseURL"] => Some(Value::Text(around.site.url.to_string())),
            ["Title"] => Some(Value::Text(around.site.title.clone())),
            ["Params", path @ ..] => {
                Some(setting(around.generator.settings().find_at(&format!("params.{}", path.join(".")))))
            }
            _ => None,
        }
    }
}

fn argument(value: Option<&str>) -> Value {
    value.map_or(Value::Nothing, |value| match value {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => Value::Text(text.to_owned()),
    })
}

fn setting(value: Option<&Setting>) -> Value {
    match value {
        Some(Setting::Bool(value)) => Value::Bool(*value),
        other => other.and_then(Setting::as_text).map_or(Value::Nothing, Value::Text),
    }
}
