//! Evaluates Terraform configurations as far as an app spec needs it, without Terraform: variables, `*.tfvars`,
//! locals, modules, `count`, `for_each`, `dynamic` blocks, conditions, templates and functions.
//!
//! What only exists once it was created, such as an id, becomes a mark with its address (see [`unknown`]).

mod block;
mod files;
mod functions;
mod library;
mod module;
mod references;
mod scope;
mod shape;
pub(crate) mod unknown;

pub(crate) use scope::Scope;
pub(crate) use shape::{Fate, Nested, attribute_fate, nested};
