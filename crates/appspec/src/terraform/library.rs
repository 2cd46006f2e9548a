//! The modules that are called, each read once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use hcl::{Body, Expression};

use super::module::{Module, attribute};
use crate::error::{Result, unsupported};

/// What was read, by folder.
#[derive(Default)]
pub(super) struct Library(RefCell<BTreeMap<PathBuf, Rc<Module>>>);

impl Library {
    /// What the module of a call in `caller` declares.
    pub(super) fn called(&self, caller: &Module, call: &Body, address: &str) -> Result<Rc<Module>> {
        let source = match attribute(call, "source") {
            Some(Expression::String(source)) if source.starts_with('.') => source,
            _ => {
                return Err(unsupported(
                    address,
                    "only modules of this repository are evaluated",
                ));
            }
        };
        let folder = caller.folder.join(source);
        if let Some(module) = self.0.borrow().get(&folder) {
            return Ok(Rc::clone(module));
        }
        let module = Rc::new(Module::read(&folder, false)?);
        self.0.borrow_mut().insert(folder, Rc::clone(&module));
        Ok(module)
    }

    /// Whether a module, or one that it calls, declares a resource of a type.
    pub(super) fn declares(&self, module: &Module, kind: &str) -> Result<bool> {
        if module.resources.keys().any(|(of, _)| of == kind) {
            return Ok(true);
        }
        for (name, call) in &module.calls {
            let called = self.called(module, call, &format!("module.{name}"))?;
            if self.declares(&called, kind)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
