//! A filter: a name and a function of its input, its arguments and what is around it.

use std::fmt;

use liquid_core::parser::{FilterArguments, ParameterReflection};
use liquid_core::{Expression, Filter, FilterReflection, ParseFilter, Result, Runtime, Value, ValueView};

use super::json::shown;

/// What a filter does.
pub(super) type Body = fn(&dyn ValueView, &Arguments<'_>) -> Value;

/// A filter.
#[derive(Clone, Copy)]
pub(in super::super) struct Plain {
    name: &'static str,
    body: Body,
}

impl Plain {
    pub(super) const fn new(name: &'static str, body: Body) -> Self {
        Self { name, body }
    }
}

/// What a filter is given besides its input.
pub(super) struct Arguments<'a> {
    pub values: Vec<Value>,
    pub runtime: &'a dyn Runtime,
}

impl Arguments<'_> {
    /// An argument; nothing when it is not given.
    pub fn value(&self, number: usize) -> &Value {
        self.values.get(number).unwrap_or(&Value::Nil)
    }

    /// An argument as text.
    pub fn text(&self, number: usize) -> String {
        shown(self.value(number))
    }
}

impl FilterReflection for Plain {
    fn name(&self) -> &str {
        self.name
    }

    fn description(&self) -> &'static str {
        ""
    }

    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }

    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
}

impl ParseFilter for Plain {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        Ok(Box::new(Call { plain: *self, arguments: arguments.positional.collect() }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

struct Call {
    plain: Plain,
    arguments: Vec<Expression>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plain.name)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plain.name)
    }
}

impl Filter for Call {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let value =
            |argument: &Expression| argument.evaluate(runtime).map_or(Value::Nil, liquid_core::ValueCow::into_owned);
        let values = self.arguments.iter().map(value).collect();
        Ok((self.plain.body)(input, &Arguments { values, runtime }))
    }
}
