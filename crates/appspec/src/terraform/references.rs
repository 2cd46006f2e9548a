//! Which names an expression refers to.

use std::collections::BTreeSet;

use hcl::expr::{Expression, ForExpr, ObjectKey, Operation, TemplateExpr, TraversalOperator};
use hcl::template::{Directive, Element, Template};

/// A name, and the attributes that are read of it: `local.a.b` is `local` with `a` and `b`, and so are
/// `local.a[0].b` and `local.a[*].b`. The attributes end at the first that the text does not tell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub(super) root: String,
    pub(super) attributes: Vec<String>,
}

/// All references of an expression. Names that it binds itself, by `for`, are among them: they refer to nothing.
pub(super) fn of(expression: &Expression) -> hcl::Result<BTreeSet<Reference>> {
    let mut found = BTreeSet::new();
    walk(expression, &mut found)?;
    Ok(found)
}

fn walk(expression: &Expression, found: &mut BTreeSet<Reference>) -> hcl::Result<()> {
    match expression {
        Expression::Array(items) => items.iter().try_for_each(|item| walk(item, found)),
        Expression::Object(entries) => entries.iter().try_for_each(|(key, value)| {
            if let ObjectKey::Expression(key) = key {
                walk_key(key, found)?;
            }
            walk(value, found)
        }),
        Expression::TemplateExpr(template) => walk_template_expression(template, found),
        Expression::Variable(_) | Expression::Traversal(_) => walk_reference(expression, found),
        Expression::FuncCall(call) => call.args.iter().try_for_each(|arg| walk(arg, found)),
        Expression::Parenthesis(inner) => walk(inner, found),
        Expression::Conditional(choice) => [&choice.cond_expr, &choice.true_expr, &choice.false_expr]
            .into_iter()
            .try_for_each(|part| walk(part, found)),
        Expression::Operation(operation) => match &**operation {
            Operation::Unary(unary) => walk(&unary.expr, found),
            Operation::Binary(binary) => {
                walk(&binary.lhs_expr, found)?;
                walk(&binary.rhs_expr, found)
            }
        },
        Expression::ForExpr(each) => walk_for(each, found),
        _ => Ok(()),
    }
}

/// A bare word as a key is a text, not a variable.
fn walk_key(key: &Expression, found: &mut BTreeSet<Reference>) -> hcl::Result<()> {
    if matches!(key, Expression::Variable(_)) {
        return Ok(());
    }
    walk(key, found)
}

fn walk_for(each: &ForExpr, found: &mut BTreeSet<Reference>) -> hcl::Result<()> {
    walk(&each.collection_expr, found)?;
    walk(&each.value_expr, found)?;
    each.key_expr
        .iter()
        .chain(&each.cond_expr)
        .try_for_each(|part| walk(part, found))
}

fn walk_reference(expression: &Expression, found: &mut BTreeSet<Reference>) -> hcl::Result<()> {
    let (base, operators) = match expression {
        Expression::Traversal(traversal) => (&traversal.expr, traversal.operators.as_slice()),
        other => (other, [].as_slice()),
    };
    for operator in operators {
        if let TraversalOperator::Index(index) = operator {
            walk(index, found)?;
        }
    }
    let Expression::Variable(root) = base else {
        return walk(base, found);
    };
    let attributes = operators.iter().filter_map(|operator| match operator {
        TraversalOperator::GetAttr(name) => Some(name.to_string()),
        _ => None,
    });
    found.insert(Reference {
        root: root.to_string(),
        attributes: attributes.collect(),
    });
    Ok(())
}

fn walk_template_expression(template: &TemplateExpr, found: &mut BTreeSet<Reference>) -> hcl::Result<()> {
    walk_template(&Template::from_expr(template)?, found)
}

fn walk_template(template: &Template, found: &mut BTreeSet<Reference>) -> hcl::Result<()> {
    template.elements().iter().try_for_each(|element| match element {
        Element::Literal(_) => Ok(()),
        Element::Interpolation(part) => walk(&part.expr, found),
        Element::Directive(directive) => match &**directive {
            Directive::If(choice) => {
                walk(&choice.cond_expr, found)?;
                walk_template(&choice.true_template, found)?;
                choice
                    .false_template
                    .iter()
                    .try_for_each(|other| walk_template(other, found))
            }
            Directive::For(each) => {
                walk(&each.collection_expr, found)?;
                walk_template(&each.template, found)
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_wherever_they_stand() {
        let text = r#"merge({ a = "x-${var.b.c}" }, var.d ? { (local.e) = [module.f["g"].h] } : {},
            { for k, v in r_t.name[*].id : k => v if v != local.i[var.j].k })"#;
        let found = of(&text.parse().unwrap()).unwrap();
        let names: Vec<String> = found
            .iter()
            .map(|found| format!("{}.{}", found.root, found.attributes.join(".")))
            .collect();
        assert_eq!(
            names,
            [
                "k.",
                "local.e",
                "local.i.k",
                "module.f.h",
                "r_t.name.id",
                "v.",
                "var.b.c",
                "var.d",
                "var.j"
            ]
        );
    }
}
