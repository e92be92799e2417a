//! `{% print LINE expression %}`: the value of an expression, and the line for what is told of it.

use std::io::Write;

use liquid_core::error::ResultLiquidReplaceExt;
use liquid_core::parser::FilterChain;
use liquid_core::{Language, ParseTag, Renderable, Result, Runtime, TagReflection, TagTokenIter, Value, ValueView};

use super::name::Name;
use crate::markup::liquid::filters::json;
use crate::markup::liquid::runtime::register;

#[derive(Debug, Clone, Copy)]
pub(super) struct Print;

impl ParseTag for Print {
    fn parse(&self, mut arguments: TagTokenIter<'_>, options: &Language) -> Result<Box<dyn Renderable>> {
        let line = next_line(&mut arguments)?;
        let expression = arguments.expect_next("a value is missing")?.expect_filter_chain(options).into_result()?;
        arguments.expect_nothing()?;
        Ok(Box::new(Printed { line, expression }))
    }

    fn reflection(&self) -> &dyn TagReflection {
        &Name { start: "print", end: "" }
    }
}

/// The line that the tag is on.
pub(super) fn next_line(arguments: &mut TagTokenIter<'_>) -> Result<u32> {
    let literal = arguments.expect_next("a line is missing")?.expect_literal().into_result()?;
    let line = literal.as_scalar().and_then(|line| line.to_integer());
    Ok(line.and_then(|line| u32::try_from(line).ok()).unwrap_or_default())
}

#[derive(Debug)]
struct Printed {
    line: u32,
    expression: FilterChain,
}

impl Renderable for Printed {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        register(runtime).line = self.line;
        let value = self.expression.evaluate(runtime).map_or(Value::Nil, liquid_core::ValueCow::into_owned);
        writer.write_all(json::shown(&value).as_bytes()).replace("it becomes too long")
    }
}
