//! `{% text "..." %}`: a text as it is.

use std::io::Write;

use liquid_core::error::ResultLiquidReplaceExt;
use liquid_core::{Language, ParseTag, Renderable, Result, Runtime, TagReflection, TagTokenIter, ValueView};

use super::name::Name;
use crate::markup::liquid::literal::unquoted;

#[derive(Debug, Clone, Copy)]
pub(super) struct Text;

impl ParseTag for Text {
    fn parse(&self, mut arguments: TagTokenIter<'_>, _: &Language) -> Result<Box<dyn Renderable>> {
        Ok(Box::new(Written(next_text(&mut arguments)?)))
    }

    fn reflection(&self) -> &dyn TagReflection {
        &Name { start: "text", end: "" }
    }
}

/// The next literal.
pub(super) fn next_text(arguments: &mut TagTokenIter<'_>) -> Result<String> {
    let literal = arguments.expect_next("a text is missing")?.expect_literal().into_result()?;
    Ok(unquoted(&literal.to_kstr()))
}

#[derive(Debug)]
struct Written(String);

impl Renderable for Written {
    fn render_to(&self, writer: &mut dyn Write, _: &dyn Runtime) -> Result<()> {
        writer.write_all(self.0.as_bytes()).replace("it becomes too long")
    }
}
