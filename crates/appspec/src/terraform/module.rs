//! What a folder declares, sorted by kind and not yet evaluated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hcl::{Block, Body, Expression};

use super::files;
use crate::error::{Result, unsupported};

/// A variable: its type, and its value if it has one.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) kind: Expression,
    pub(super) value: Option<Expression>,
}

/// A resource's type and its name.
pub(super) type ResourceName = (String, String);

/// The declarations of one folder.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) folder: PathBuf,
    pub(super) variables: BTreeMap<String, Variable>,
    pub(super) locals: BTreeMap<String, Expression>,
    pub(super) resources: BTreeMap<ResourceName, Body>,
    pub(super) calls: BTreeMap<String, Body>,
    /// In the order of the file.
    pub(super) outputs: Vec<(String, Expression)>,
}

impl Module {
    /// Reads a folder. Only of the root are `*.tfvars` read.
    pub(super) fn read(folder: &Path, is_root: bool) -> Result<Self> {
        let mut module = Self {
            folder: folder.to_path_buf(),
            ..Self::default()
        };
        for block in files::configuration(folder)?.into_blocks() {
            module.add(block)?;
        }
        if is_root {
            for given in files::given_variables(folder)?.into_attributes() {
                let name = given.key().to_owned();
                let variable = module.variables.get_mut(&name).ok_or_else(|| {
                    unsupported(format!("var.{name}"), "is set in a tfvars file and not declared")
                })?;
                variable.value = Some(given.expr);
            }
        }
        Ok(module)
    }

    /// The expression of an output.
    pub(super) fn output(&self, name: &str) -> Option<&Expression> {
        self.outputs
            .iter()
            .find(|(output, _)| output == name)
            .map(|(_, value)| value)
    }

    fn add(&mut self, block: Block) -> Result<()> {
        let label = |index: usize| block.labels().get(index).map(|label| label.as_str().to_owned());
        match (block.identifier(), label(0), label(1)) {
            ("variable", Some(name), None) => {
                let kind = attribute(block.body(), "type")
                    .cloned()
                    .unwrap_or(Expression::Null);
                let value = attribute(block.body(), "default").cloned();
                self.variables.insert(name, Variable { kind, value });
            }
            ("locals", None, None) => {
                for local in block.body.into_attributes() {
                    self.locals.insert(local.key().to_owned(), local.expr);
                }
            }
            ("resource", Some(kind), Some(name)) => {
                self.resources.insert((kind, name), block.body);
            }
            ("module", Some(name), None) => {
                self.calls.insert(name, block.body);
            }
            ("output", Some(name), None) => {
                let value = attribute(block.body(), "value")
                    .cloned()
                    .unwrap_or(Expression::Null);
                self.outputs.push((name, value));
            }
            // They say nothing about values.
            ("terraform" | "provider" | "moved" | "import" | "check" | "removed", ..) => {}
            (other, ..) => {
                let address = format!("{}: {other}", self.folder.display());
                return Err(unsupported(address, "blocks of this kind are not evaluated"));
            }
        }
        Ok(())
    }
}

/// An attribute of a body.
pub(super) fn attribute<'a>(body: &'a Body, name: &str) -> Option<&'a Expression> {
    body.attributes()
        .find(|attribute| attribute.key() == name)
        .map(hcl::Attribute::expr)
}
