//! A module at work: gives each name its value, on demand and once.

mod instances;
mod names;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use hcl::eval::{Context, Evaluate as _};
use hcl::{Body, Expression, Identifier, Map, Value};

use super::library::Library;
use super::module::{Module, ResourceName};
use super::{block, functions, references};
use crate::error::{Error, Result, unsupported};
use instances::Instances;

/// Names that hold only in one place, such as `each` and the iterator of a `dynamic` block.
pub(super) type Local = (String, Value);

/// A module with the values that it was called with.
pub(crate) struct Scope {
    module: Rc<Module>,
    library: Rc<Library>,
    /// Empty for the root.
    address: String,
    /// `None` for the root, whose variables are given by files or not at all.
    inputs: Option<Map<String, Value>>,
    children: RefCell<BTreeMap<String, Rc<Children>>>,
    known: RefCell<BTreeMap<String, Value>>,
    /// What is being evaluated, to find what refers to itself.
    active: RefCell<Vec<String>>,
}

/// The instances of a module call.
pub(super) struct Children {
    instances: Instances,
    scopes: Vec<Scope>,
}

impl Scope {
    /// The root module in a folder.
    pub(crate) fn root(folder: &Path) -> Result<Self> {
        let module = Rc::new(Module::read(folder, true)?);
        Ok(Self::new(module, Rc::default(), String::new(), None))
    }

    fn new(
        module: Rc<Module>,
        library: Rc<Library>,
        address: String,
        inputs: Option<Map<String, Value>>,
    ) -> Self {
        Self {
            module,
            library,
            address,
            inputs,
            children: RefCell::default(),
            known: RefCell::default(),
            active: RefCell::default(),
        }
    }

    /// The value of each output, in the order of the files.
    pub(crate) fn outputs(&self) -> Result<Vec<(String, Value)>> {
        let names = self.module.outputs.iter().map(|(name, _)| name);
        names.map(|name| Ok((name.clone(), self.output(name)?))).collect()
    }

    /// The blocks named `block` of all resources of a type, also those of called modules, with their addresses.
    pub(crate) fn blocks_of(&self, kind: &str, block: &str) -> Result<Vec<(String, Value)>> {
        let mut found = Vec::new();
        for ((of, name), body) in &self.module.resources {
            if of == kind {
                let address = self.within(&format!("{kind}.{name}"));
                for body in body.blocks().filter(|nested| nested.identifier() == block) {
                    let value = block::object(self, &[], block, body.body(), &format!("{address}.{block}"))?;
                    found.push((address.clone(), value));
                }
            }
        }
        for (name, call) in &self.module.calls {
            let address = self.within(&format!("module.{name}"));
            let module = self.library.called(&self.module, call, &address)?;
            if self.library.declares(&module, kind)? {
                for child in &self.children(name, call)?.scopes {
                    found.extend(child.blocks_of(kind, block)?);
                }
            }
        }
        Ok(found)
    }

    /// Evaluates an expression, of which `address` tells where it stands.
    pub(super) fn evaluate(&self, expression: &Expression, locals: &[Local], address: &str) -> Result<Value> {
        let context = self.context(expression, locals, address)?;
        expression.evaluate(&context).map_err(|source| Error::Evaluate {
            address: address.to_owned(),
            source: Box::new(source),
        })
    }

    fn context(&self, expression: &Expression, locals: &[Local], address: &str) -> Result<Context<'static>> {
        let references =
            references::of(expression).map_err(|error| unsupported(address, error.to_string()))?;
        let mut wanted: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for reference in references {
            let mut attributes = reference.attributes.into_iter();
            if let Some(name) = attributes.next() {
                let of = wanted.entry((reference.root, name)).or_default();
                of.insert(attributes.next().unwrap_or_default());
            }
        }
        let mut roots: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for ((root, name), mut attributes) in wanted {
            // A reference to the whole needs all attributes.
            if attributes.contains("") {
                attributes.clear();
            }
            let bound = locals.iter().any(|(local, _)| *local == root);
            if let Some(value) = (!bound)
                .then(|| self.named(&root, &name, &attributes))
                .transpose()?
                .flatten()
            {
                roots.entry(root).or_default().insert(name, value);
            }
        }
        let mut context = Context::new();
        functions::declare(&mut context);
        for (root, values) in roots {
            context.declare_var(Identifier::sanitized(root), Value::Object(values));
        }
        for (name, value) in locals {
            context.declare_var(Identifier::sanitized(name), value.clone());
        }
        Ok(context)
    }

    fn output(&self, name: &str) -> Result<Value> {
        let address = self.within(&format!("output.{name}"));
        let expression = self
            .module
            .output(name)
            .ok_or_else(|| unsupported(&address, "is not declared"))?;
        self.once(&address, || self.evaluate(expression, &[], &address))
    }

    /// Runs `evaluate` at most once for an address.
    fn once(&self, address: &str, evaluate: impl FnOnce() -> Result<Value>) -> Result<Value> {
        if let Some(value) = self.known.borrow().get(address) {
            return Ok(value.clone());
        }
        if self.active.borrow().iter().any(|active| active == address) {
            return Err(unsupported(address, "refers to itself"));
        }
        self.active.borrow_mut().push(address.to_owned());
        let value = evaluate();
        self.active.borrow_mut().pop();
        let value = value?;
        self.known.borrow_mut().insert(address.to_owned(), value.clone());
        Ok(value)
    }

    /// The address of something in this module.
    fn within(&self, name: &str) -> String {
        if self.address.is_empty() {
            return name.to_owned();
        }
        format!("{}.{name}", self.address)
    }

    fn resource_body(&self, kind: &str, name: &str) -> Option<&Body> {
        let key: ResourceName = (kind.to_owned(), name.to_owned());
        self.module.resources.get(&key)
    }
}
