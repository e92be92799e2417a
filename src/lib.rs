//! tmp
pub mod config;
pub mod markup;
pub mod post;
pub mod problem;
pub mod site;
