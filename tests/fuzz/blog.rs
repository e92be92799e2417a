//! What the targets share with the property tests.

#[path = "../it/in_memory.rs"]
pub mod in_memory;
