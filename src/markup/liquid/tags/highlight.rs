//! `highlight`: code in a language, as it is.

use std::io::Write;

use liquid_core::error::ResultLiquidReplaceExt;
use liquid_core::parser::TagBlock;
use liquid_core::runtime::Template;
use liquid_core::{BlockReflection, Language, ParseBlock, Renderable, Result, Runtime, TagTokenIter};

use super::name::Name;
use super::text::next_text;
use crate::markup::entity::escape_text;
use crate::markup::line_numbers::{self, Numbering, Place};
use crate::markup::liquid::runtime::register;

#[derive(Debug, Clone, Copy)]
pub(super) struct Highlight;

impl ParseBlock for Highlight {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let arguments = next_text(&mut arguments)?;
        let language = arguments.split_whitespace().next().unwrap_or_default();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_+-.#".contains(c);
        let language = if language.chars().all(is_plain) { language.to_lowercase() } else { String::new() };
        let numbers_lines = arguments.split_whitespace().any(|word| word == "linenos" || word.starts_with("linenos="));
        let code = Template::new(block.parse_all(options)?);
        block.assert_empty();
        Ok(Box::new(Code { language, numbers_lines, inner: code }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        &Name { start: "highlight", end: "endhighlight" }
    }
}

#[derive(Debug)]
struct Code {
    language: String,
    numbers_lines: bool,
    inner: Template,
}

impl Renderable for Code {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let code = self.inner.render(runtime)?;
        let code = escape_text(code.trim_matches(['\n', '\r']));
        let class =
            if self.language.is_empty() { String::new() } else { format!(" class=\"language-{}\"", self.language) };
        let around = [&format!("<pre><code{class}>"), "\n</code></pre>"];
        let html = if self.numbers_lines {
            line_numbers::numbered(&code, around, Numbering { first: 1, place: Place::Column })
        } else {
            around.join(&code)
        };
        let mark = register(runtime).held.hold(html);
        writer.write_all(mark.as_bytes()).replace("it becomes too long")
    }
}
