//! What a name stands for: variables, locals, called modules and resources.

use std::collections::BTreeSet;
use std::rc::Rc;

use hcl::{Body, Expression, Map, ObjectKey, Value};

use super::{Children, Local, Scope};
use crate::error::{Result, unsupported};
use crate::terraform::module::attribute;
use crate::terraform::unknown::unknown;

/// Arguments of a module call that are no variables of the module.
const META: [&str; 5] = ["source", "count", "for_each", "depends_on", "providers"];

impl Scope {
    /// The value of `root.name`, with at least these attributes (all if there are none); `None` if it is no name of
    /// this module.
    pub(super) fn named(
        &self,
        root: &str,
        name: &str,
        attributes: &BTreeSet<String>,
    ) -> Result<Option<Value>> {
        match root {
            "var" => self.variable(name).map(Some),
            "local" => self.local(name).map(Some),
            "module" => self.module_call(name, attributes).map(Some),
            kind => match self.resource_body(kind, name) {
                Some(body) => self.resource(kind, name, body, attributes).map(Some),
                None => Ok(None),
            },
        }
    }

    fn variable(&self, name: &str) -> Result<Value> {
        let address = self.within(&format!("var.{name}"));
        let declared = self.module.variables.get(name);
        let variable = declared.ok_or_else(|| unsupported(&address, "is not declared"))?;
        if let Some(value) = self.inputs.as_ref().and_then(|inputs| inputs.get(name)) {
            return Ok(value.clone());
        }
        match &variable.value {
            Some(value) => self.once(&address, || self.evaluate(value, &[], &address)),
            None if self.inputs.is_none() => Ok(not_given(&variable.kind, &address)),
            None => Err(unsupported(&address, "is required, and not given by the caller")),
        }
    }

    fn local(&self, name: &str) -> Result<Value> {
        let address = self.within(&format!("local.{name}"));
        let declared = self.module.locals.get(name);
        let expression = declared.ok_or_else(|| unsupported(&address, "is not declared"))?;
        self.once(&address, || self.evaluate(expression, &[], &address))
    }

    fn module_call(&self, name: &str, attributes: &BTreeSet<String>) -> Result<Value> {
        let address = self.within(&format!("module.{name}"));
        let declared = self.module.calls.get(name);
        let call = declared.ok_or_else(|| unsupported(&address, "is not declared"))?;
        let children = self.children(name, call)?;
        let values = children.scopes.iter().map(|child| {
            let all = child.module.outputs.iter().map(|(output, _)| output);
            let outputs: Vec<&String> = if attributes.is_empty() {
                all.collect()
            } else {
                attributes.iter().collect()
            };
            outputs
                .into_iter()
                .map(|output| Ok((output.clone(), child.output(output)?)))
                .collect::<Result<Map<_, _>>>()
                .map(Value::Object)
        });
        Ok(children.instances.gather(values.collect::<Result<_>>()?))
    }

    fn resource(&self, kind: &str, name: &str, body: &Body, attributes: &BTreeSet<String>) -> Result<Value> {
        let address = self.within(&format!("{kind}.{name}"));
        let instances = self.instances(body, &address)?;
        let values = instances.each().into_iter().map(|(suffix, locals)| {
            let configured = body.attributes().map(|attribute| attribute.key().to_owned());
            let wanted: Vec<String> = if attributes.is_empty() {
                configured.chain(["id".to_owned()]).collect()
            } else {
                attributes.iter().cloned().collect()
            };
            wanted
                .into_iter()
                .map(|wanted| {
                    let address = format!("{address}{suffix}.{wanted}");
                    let value = match attribute(body, &wanted) {
                        Some(expression) => self.evaluate(expression, &locals, &address)?,
                        None => unknown(&address),
                    };
                    Ok((wanted, value))
                })
                .collect::<Result<Map<_, _>>>()
                .map(Value::Object)
        });
        Ok(instances.gather(values.collect::<Result<_>>()?))
    }

    /// The instances of a module call, each with its values.
    pub(super) fn children(&self, name: &str, call: &Body) -> Result<Rc<Children>> {
        if let Some(children) = self.children.borrow().get(name) {
            return Ok(Rc::clone(children));
        }
        let address = self.within(&format!("module.{name}"));
        let module = self.library.called(&self.module, call, &address)?;
        let instances = self.instances(call, &address)?;
        let scopes = instances
            .each()
            .into_iter()
            .map(|(suffix, locals)| {
                let inputs = self.inputs_of(call, &locals, &address)?;
                let address = format!("{address}{suffix}");
                let (module, library) = (Rc::clone(&module), Rc::clone(&self.library));
                Ok(Self::new(module, library, address, Some(inputs)))
            })
            .collect::<Result<_>>()?;
        let children = Rc::new(Children { instances, scopes });
        let mut known = self.children.borrow_mut();
        known.insert(name.to_owned(), Rc::clone(&children));
        Ok(children)
    }

    fn inputs_of(&self, call: &Body, locals: &[Local], address: &str) -> Result<Map<String, Value>> {
        call.attributes()
            .filter(|argument| !META.contains(&argument.key()))
            .map(|argument| {
                let value =
                    self.evaluate(argument.expr(), locals, &format!("{address}.{}", argument.key()))?;
                Ok((argument.key().to_owned(), value))
            })
            .collect()
    }
}

/// A variable of the root that no file sets: the pipeline gives it. Objects keep the shape of their type.
fn not_given(kind: &Expression, address: &str) -> Value {
    let Expression::FuncCall(call) = kind else {
        return unknown(address);
    };
    match (call.name.name.as_str(), call.args.first()) {
        ("object", Some(Expression::Object(attributes))) => attributes
            .iter()
            .map(|(key, kind)| {
                let key = match key {
                    ObjectKey::Identifier(key) => key.to_string(),
                    other => other.to_string(),
                };
                let value = not_given(kind, &format!("{address}.{key}"));
                (key, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        ("optional", Some(kind)) => not_given(kind, address),
        _ => unknown(address),
    }
}
