//! `for` and `tablerow`: lists, mappings and ranges; of anything else nothing.

use std::io::Write;

use liquid_core::error::ResultLiquidReplaceExt;
use liquid_core::model::{KString, KStringCow, Object};
use liquid_core::parser::{BlockElement, TagBlock, TryMatchToken};
use liquid_core::runtime::{Interrupt, InterruptRegister, Template};
use liquid_core::{
    BlockReflection, Expression, Language, ParseBlock, Renderable, Result, Runtime, TagTokenIter, Value, ValueView,
};

use super::name::Name;
use super::row::Rows;
use crate::markup::liquid::runtime::{Frame, register, variable};
use crate::markup::liquid::view::in_order;

/// The most numbers of a range.
const LONGEST_RANGE: i64 = 100_000;

#[derive(Debug, Clone, Copy)]
pub(super) enum Loop {
    For,
    TableRow,
}

impl ParseBlock for Loop {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments.expect_next("a name is missing")?.expect_identifier().into_result()?.to_owned();
        arguments.expect_next("`in` is missing")?.expect_str("in").into_result_custom_msg("`in` is missing")?;
        let items = Items::next(&mut arguments)?;
        let mut each = Each {
            name: name.into(),
            items,
            limit: None,
            offset: None,
            is_reversed: false,
            is_table: matches!(self, Self::TableRow),
            columns: None,
            turn: Template::new(Vec::new()),
            none: None,
        };
        while let Some(token) = arguments.next() {
            match token.as_str() {
                "limit" => each.limit = Some(attribute(&mut arguments)?),
                "offset" => each.offset = Some(attribute(&mut arguments)?),
                "cols" => each.columns = Some(attribute(&mut arguments)?),
                "reversed" => each.is_reversed = true,
                _ => {} // commas
            }
        }
        let mut elements = Vec::new();
        while let Some(element) = block.next()? {
            match element {
                BlockElement::Tag(tag) if tag.name() == "else" => {
                    each.none = Some(Template::new(block.parse_all(options)?));
                    break;
                }
                element => elements.push(element.parse(&mut block, options)?),
            }
        }
        each.turn = Template::new(elements);
        block.assert_empty();
        Ok(Box::new(each))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        match self {
            Self::For => &Name { start: "for", end: "endfor" },
            Self::TableRow => &Name { start: "tablerow", end: "endtablerow" },
        }
    }
}

/// `limit:3`, and what is between.
fn attribute(arguments: &mut TagTokenIter<'_>) -> Result<Expression> {
    arguments.expect_next("`:` is missing")?.expect_str(":").into_result_custom_msg("`:` is missing")?;
    arguments.expect_next("a value is missing")?.expect_value().into_result()
}

/// What is gone through.
#[derive(Debug)]
enum Items {
    Of(Expression),
    From(Expression, Expression),
}

impl Items {
    fn next(arguments: &mut TagTokenIter<'_>) -> Result<Self> {
        match arguments.expect_next("a list is missing")?.expect_value() {
            TryMatchToken::Matches(list) => Ok(Self::Of(list)),
            TryMatchToken::Fails(range) => {
                range.expect_range().into_result().map(|(start, end)| Self::From(start, end))
            }
        }
    }

    fn evaluate(&self, runtime: &dyn Runtime) -> Vec<Value> {
        match self {
            Self::Of(list) => list.evaluate(runtime).map(|list| items_of(list.as_view())).unwrap_or_default(),
            Self::From(start, end) => {
                let (start, end) = (integer(start, runtime).unwrap_or(0), integer(end, runtime).unwrap_or(0));
                (start..=end.min(start.saturating_add(LONGEST_RANGE))).map(Value::scalar).collect()
            }
        }
    }
}

fn items_of(list: &dyn ValueView) -> Vec<Value> {
    if let Some(list) = list.as_array() {
        return list.values().map(ValueView::to_value).collect();
    }
    let Some(object) = list.as_object() else { return Vec::new() };
    let pair = |(key, value): (KStringCow<'_>, &dyn ValueView)| vec![Value::scalar(key.into_owned()), value.to_value()];
    in_order(object).into_iter().map(pair).map(Value::Array).collect()
}

fn integer(expression: &Expression, runtime: &dyn Runtime) -> Option<i64> {
    expression.evaluate(runtime).ok()?.as_scalar()?.to_integer()
}

#[derive(Debug)]
struct Each {
    name: KString,
    items: Items,
    limit: Option<Expression>,
    offset: Option<Expression>,
    is_reversed: bool,
    is_table: bool,
    columns: Option<Expression>,
    turn: Template,
    none: Option<Template>,
}

impl Each {
    fn items(&self, runtime: &dyn Runtime) -> Vec<Value> {
        let items = self.items.evaluate(runtime).into_iter().skip(number(self.offset.as_ref(), runtime).unwrap_or(0));
        let mut items: Vec<Value> = items.take(number(self.limit.as_ref(), runtime).unwrap_or(usize::MAX)).collect();
        if self.is_reversed {
            items.reverse();
        }
        items
    }
}

/// What a turn of a table counts for: it writes tags, and tells more of itself.
const TURNS_OF_A_TABLE: usize = 4;

/// A number that there may be, not below zero.
fn number(expression: Option<&Expression>, runtime: &dyn Runtime) -> Option<usize> {
    expression.and_then(|expression| integer(expression, runtime)).and_then(|number| number.try_into().ok())
}

impl Renderable for Each {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let items = self.items(runtime);
        let rows = self.is_table.then(|| Rows::new(number(self.columns.as_ref(), runtime), items.len()));
        if items.is_empty() {
            return self.none.as_ref().map_or(Ok(()), |none| none.render_to(writer, runtime));
        }
        let length = items.len();
        write(writer, rows.map(|_| Rows::BEGIN.to_owned()))?;
        let parent = variable(runtime, &["forloop"]).into_owned();
        for (number, item) in items.into_iter().enumerate() {
            let turns = if self.is_table { TURNS_OF_A_TABLE } else { 1 };
            if !(0..turns).all(|_| register(runtime).turn()) {
                register(runtime).tell("its loops take too many turns", "they are cut short");
                break;
            }
            let mut variables = Object::new();
            let progress = progress(number, length, &parent);
            match rows {
                Some(rows) => variables.insert("tablerowloop".into(), Value::Object(within(progress, rows, number))),
                None => variables.insert("forloop".into(), Value::Object(progress)),
            };
            variables.insert(self.name.clone(), item);
            let frame = Frame { parent: runtime, variables };
            write(writer, rows.map(|rows| rows.before(number)))?;
            self.turn.render_to(writer, &frame)?;
            write(writer, rows.map(|rows| rows.after(number)))?;
            if runtime.registers().get_mut::<InterruptRegister>().reset() == Some(Interrupt::Break) {
                break;
            }
        }
        write(writer, rows.map(|_| Rows::END.to_owned()))
    }
}

/// Writes what there is.
fn write(writer: &mut dyn Write, text: Option<String>) -> Result<()> {
    text.map_or(Ok(()), |text| writer.write_all(text.as_bytes()).replace("it becomes too long"))
}

/// What a turn knows of its loop.
/// The progress of a table: where the turn is in it, too.
fn within(mut progress: Object, rows: Rows, number: usize) -> Object {
    let places = rows.place(number).map(|(key, place)| (key, Value::scalar(i64::try_from(place).unwrap_or(i64::MAX))));
    let ends = rows.ends(number).map(|(key, end)| (key, Value::scalar(end)));
    progress.extend(places.into_iter().chain(ends).map(|(key, value)| (key.into(), value)));
    progress
}

fn progress(number: usize, length: usize, parent: &Value) -> Object {
    let count = |count: usize| Value::scalar(i64::try_from(count).unwrap_or(i64::MAX));
    let mut progress = Object::new();
    progress.insert("length".into(), count(length));
    progress.insert("index".into(), count(number + 1));
    progress.insert("index0".into(), count(number));
    progress.insert("rindex".into(), count(length - number));
    progress.insert("rindex0".into(), count(length - number - 1));
    progress.insert("first".into(), Value::scalar(number == 0));
    progress.insert("last".into(), Value::scalar(number + 1 == length));
    progress.insert("parentloop".into(), parent.clone());
    progress
}
