//! What variables are: what is not there is nothing.

use std::cell::RefMut;
use std::collections::BTreeSet;
use std::io::{self, Write};

use liquid_core::model::{KString, KStringCow, KStringRef, Object, ObjectView, ScalarCow, try_find};
use liquid_core::runtime::{PartialStore, Registers, RuntimeBuilder};
use liquid_core::{Runtime, Value, ValueCow, ValueView};

use super::super::Notice;
use super::super::template::Held;
use super::globals::Globals;

/// How many turns all loops of a body take together.
const MOST_TURNS: usize = 100_000;
/// How many turns an include is worth, and how many bytes of it one more.
const INCLUDE: usize = 10;
const TURN: usize = 100;
/// How deep includes include.
const DEEPEST: usize = 20;
/// How many bytes a variable holds.
pub(super) const LONGEST_VALUE: usize = 1 << 20;
/// How many bytes are written.
const LONGEST: usize = 4 << 20;

/// What tags keep in mind while a body is expanded.
#[derive(Debug, Default)]
pub(super) struct Register {
    pub held: Held,
    pub notices: Vec<Notice>,
    /// The line of what is being expanded.
    pub line: u32,
    turns: usize,
    depth: usize,
}

impl Register {
    /// Takes one turn of a loop; `false` when there were too many.
    pub fn turn(&mut self) -> bool {
        self.turns += 1;
        self.turns <= MOST_TURNS
    }

    /// Goes into an include of so many bytes, which are read again each time.
    ///
    /// # Errors
    /// What is wrong with it when it is too deep, or too much.
    pub fn enter(&mut self, bytes: usize) -> Result<(), &'static str> {
        self.depth += 1;
        self.turns += INCLUDE + bytes / TURN;
        match () {
            () if self.depth > DEEPEST => Err("includes itself"),
            () if self.turns > MOST_TURNS => Err("is one too many"),
            () => Ok(()),
        }
    }

    /// Comes back from it.
    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Tells of something on the line that is being expanded.
    pub fn tell(&mut self, message: impl Into<String>, mend: impl Into<String>) {
        self.notices.push(Notice { line: self.line, message: message.into(), mend: mend.into() });
    }
}

/// What is being expanded, from wherever there is a runtime.
pub(super) fn register(runtime: &dyn Runtime) -> RefMut<'_, Register> {
    runtime.registers().get_mut::<Register>()
}

/// A variable; nothing when it is not there.
pub(super) fn variable<'r>(runtime: &'r dyn Runtime, path: &[&str]) -> ValueCow<'r> {
    let path: Vec<ScalarCow<'_>> = path.iter().map(|name| ScalarCow::new(KString::from_ref(name))).collect();
    runtime.try_get(&path).unwrap_or(ValueCow::Owned(Value::Nil))
}

/// A variable as text.
pub(super) fn text_variable(runtime: &dyn Runtime, path: &[&str]) -> String {
    variable(runtime, path).to_kstr().into_string()
}

/// What is below all frames: variables that were assigned, then what is around the body.
pub(super) struct Ground<'a> {
    assigned: Box<dyn Runtime + 'a>,
    globals: Globals<'a>,
}

impl<'a> Ground<'a> {
    pub fn new(globals: Globals<'a>) -> Self {
        Self { assigned: Box::new(RuntimeBuilder::new().build()), globals }
    }

    pub fn register(&self) -> RefMut<'_, Register> {
        self.assigned.registers().get_mut()
    }
}

impl Runtime for Ground<'_> {
    fn partials(&self) -> &dyn PartialStore {
        self.assigned.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        None
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        self.assigned.roots()
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        let is_assigned = path.first().is_some_and(|root| self.assigned.try_get(std::slice::from_ref(root)).is_some());
        if is_assigned { self.assigned.try_get(path) } else { self.globals.find(path).map(ValueCow::Owned) }
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> liquid_core::Result<ValueCow<'_>> {
        Ok(self.try_get(path).unwrap_or(ValueCow::Owned(Value::Nil)))
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        if size(&value) > LONGEST_VALUE {
            self.register().tell(format!("the variable `{name}` has become too large"), "it is left empty");
            return self.assigned.set_global(name, Value::Nil);
        }
        self.assigned.set_global(name, value)
    }

    fn set_index(&self, name: KString, value: Value) -> Option<Value> {
        self.assigned.set_index(name, value)
    }

    fn get_index<'i>(&'i self, name: &str) -> Option<ValueCow<'i>> {
        self.assigned.get_index(name)
    }

    fn registers(&self) -> &Registers {
        self.assigned.registers()
    }
}

/// About how many bytes a value has.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| size(item) + 16).sum(),
        Value::Object(object) => object.iter().map(|(key, value)| key.len() + size(value) + 16).sum(),
        Value::Scalar(scalar) => scalar.to_kstr().len(),
        _ => 1,
    }
}

/// Variables on top of others: those of a turn of a loop, of an include, of one item.
pub(super) struct Frame<'p> {
    pub parent: &'p dyn Runtime,
    pub variables: Object,
}

impl Runtime for Frame<'_> {
    fn partials(&self) -> &dyn PartialStore {
        self.parent.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        None
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        let mut roots = self.parent.roots();
        roots.extend(ObjectView::keys(&self.variables));
        roots
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        let root = path.first()?.to_kstr();
        if self.variables.contains_key(root.as_str()) {
            try_find(&self.variables, path)
        } else {
            self.parent.try_get(path)
        }
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> liquid_core::Result<ValueCow<'_>> {
        Ok(self.try_get(path).unwrap_or(ValueCow::Owned(Value::Nil)))
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        self.parent.set_global(name, value)
    }

    fn set_index(&self, name: KString, value: Value) -> Option<Value> {
        self.parent.set_index(name, value)
    }

    fn get_index<'i>(&'i self, name: &str) -> Option<ValueCow<'i>> {
        self.parent.get_index(name)
    }

    fn registers(&self) -> &Registers {
        self.parent.registers()
    }
}

/// Text that does not grow without end.
#[derive(Debug, Default)]
pub(super) struct Bounded {
    bytes: Vec<u8>,
}

impl Bounded {
    pub fn into_text(self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LONGEST {
            return Err(io::Error::other("it becomes too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
