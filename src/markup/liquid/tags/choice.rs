//! `if` and `unless`: as with Ruby, values of different kinds can be compared, and are different.

use std::cmp::Ordering;
use std::io::Write;

use liquid_core::model::{State, ValueViewCmp};
use liquid_core::parser::{BlockElement, TagBlock};
use liquid_core::runtime::Template;
use liquid_core::{
    BlockReflection, Expression, Language, ParseBlock, Renderable, Result, Runtime, TagTokenIter, ValueCow, ValueView,
};

use super::name::Name;

/// `if`, or `unless`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice {
    If,
    Unless,
}

impl ParseBlock for Choice {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let mut branches = vec![(Some(Condition::read(&mut arguments)?), Vec::new())];
        while let Some(element) = block.next()? {
            match element {
                BlockElement::Tag(tag) if tag.name() == "else" => branches.push((None, Vec::new())),
                BlockElement::Tag(mut tag) if tag.name() == "elsif" => {
                    branches.push((Some(Condition::read(tag.tokens())?), Vec::new()));
                }
                element => {
                    let element = element.parse(&mut block, options)?;
                    if let Some((_, elements)) = branches.last_mut() {
                        elements.push(element);
                    }
                }
            }
        }
        block.assert_empty();
        let branches = branches.into_iter().map(|(condition, elements)| (condition, Template::new(elements))).collect();
        Ok(Box::new(Chosen { choice: *self, branches }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        match self {
            Self::If => &Name { start: "if", end: "endif" },
            Self::Unless => &Name { start: "unless", end: "endunless" },
        }
    }
}

#[derive(Debug)]
struct Chosen {
    choice: Choice,
    branches: Vec<(Option<Condition>, Template)>,
}

impl Renderable for Chosen {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        for (number, (condition, template)) in self.branches.iter().enumerate() {
            let negated = number == 0 && matches!(self.choice, Choice::Unless);
            if condition.as_ref().is_none_or(|condition| condition.holds(runtime) != negated) {
                return template.render_to(writer, runtime);
            }
        }
        Ok(())
    }
}

/// A test, and what it is joined with: from the right, as with Ruby.
#[derive(Debug)]
struct Condition {
    left: Expression,
    test: Option<(Operator, Expression)>,
    rest: Option<(Join, Box<Self>)>,
}

#[derive(Debug, Clone, Copy)]
enum Join {
    And,
    Or,
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

impl Operator {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "==" => Self::Equal,
            "!=" | "<>" => Self::Different,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "contains" => Self::Contains,
            _ => return None,
        })
    }
}

impl Condition {
    fn read(arguments: &mut TagTokenIter<'_>) -> Result<Self> {
        let left = arguments.expect_next("a value is missing")?.expect_value().into_result()?;
        let mut condition = Self { left, test: None, rest: None };
        let Some(mut token) = arguments.next() else { return Ok(condition) };
        if let Some(operator) = Operator::of(token.as_str()) {
            let right = arguments.expect_next("a value is missing")?.expect_value().into_result()?;
            condition.test = Some((operator, right));
            let Some(next) = arguments.next() else { return Ok(condition) };
            token = next;
        }
        let join = match token.as_str() {
            "and" => Join::And,
            "or" => Join::Or,
            _ => return token.raise_custom_error("`and` or `or` is missing").into_err(),
        };
        condition.rest = Some((join, Box::new(Self::read(arguments)?)));
        Ok(condition)
    }

    fn holds(&self, runtime: &dyn Runtime) -> bool {
        let own = self.test(runtime);
        match &self.rest {
            None => own,
            Some((Join::And, rest)) => own && rest.holds(runtime),
            Some((Join::Or, rest)) => own || rest.holds(runtime),
        }
    }

    fn test(&self, runtime: &dyn Runtime) -> bool {
        let Ok(left) = self.left.evaluate(runtime) else { return false };
        let Some((operator, right)) = &self.test else { return left.query_state(State::Truthy) };
        let Ok(right) = right.evaluate(runtime) else { return false };
        let order = || order(&left, &right);
        match operator {
            Operator::Equal => are_equal(&left, &right),
            Operator::Different => !are_equal(&left, &right),
            Operator::Less => order() == Some(Ordering::Less),
            Operator::LessOrEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
            Operator::Greater => order() == Some(Ordering::Greater),
            Operator::GreaterOrEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
            Operator::Contains => contains(&left, &right),
        }
    }
}

fn are_equal(left: &ValueCow<'_>, right: &ValueCow<'_>) -> bool {
    ValueViewCmp::new(left.as_view()) == ValueViewCmp::new(right.as_view())
}

fn order(left: &ValueCow<'_>, right: &ValueCow<'_>) -> Option<Ordering> {
    ValueViewCmp::new(left.as_view()).partial_cmp(&ValueViewCmp::new(right.as_view()))
}

fn contains(left: &ValueCow<'_>, right: &ValueCow<'_>) -> bool {
    let wanted = right.to_kstr();
    if right.is_nil() {
        false
    } else if let Some(list) = left.as_array() {
        list.values().any(|item| ValueViewCmp::new(item) == ValueViewCmp::new(right.as_view()))
    } else if let Some(object) = left.as_object() {
        object.contains_key(&wanted)
    } else {
        left.is_scalar() && left.to_kstr().contains(wanted.as_str())
    }
}
