//! Terraform's functions, as far as the configurations use them. An unknown one is an error that names it.

use hcl::eval::{Context, Func, FuncArgs, FuncDef, ParamType};
use hcl::{Map, Value};

/// Declares all of them.
pub(super) fn declare(context: &mut Context<'_>) {
    let text = [ParamType::String];
    let any = [ParamType::Any];
    let fixed: [(&str, &[ParamType], Func); 14] = [
        ("tostring", &any, tostring),
        ("nonsensitive", &any, identity),
        ("sensitive", &any, identity),
        ("toset", &any, distinct),
        ("distinct", &any, distinct),
        ("one", &any, one),
        ("length", &any, length),
        ("keys", &any, keys),
        ("values", &any, values),
        ("upper", &text, |args| Ok(first_text(&args).to_uppercase().into())),
        ("lower", &text, |args| Ok(first_text(&args).to_lowercase().into())),
        ("title", &text, title),
        ("contains", &[ParamType::Any, ParamType::Any], contains),
        ("join", &[ParamType::String, ParamType::Any], join),
    ];
    for (name, params, function) in fixed {
        context.declare_func(
            hcl::Identifier::unchecked(name),
            FuncDef::new(function, params.to_vec()),
        );
    }
    let variadic: [(&str, Func); 5] = [
        ("merge", merge),
        ("concat", concat),
        ("coalesce", coalesce),
        ("min", |args| extreme(args, |one, other| one < other)),
        ("max", |args| extreme(args, |one, other| one > other)),
    ];
    for (name, function) in variadic {
        let definition = FuncDef::builder().variadic_param(ParamType::Any).build(function);
        context.declare_func(hcl::Identifier::unchecked(name), definition);
    }
}

fn first(args: FuncArgs) -> Value {
    args.into_values().into_iter().next().unwrap_or(Value::Null)
}

fn first_text(args: &FuncArgs) -> String {
    args.iter()
        .next()
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn identity(args: FuncArgs) -> Result<Value, String> {
    Ok(first(args))
}

/// A value as text; null stays null.
pub(super) fn as_text(value: Value) -> Result<Value, String> {
    match value {
        Value::Number(number) => Ok(number.to_string().into()),
        Value::Bool(flag) => Ok(flag.to_string().into()),
        other @ (Value::String(_) | Value::Null) => Ok(other),
        Value::Array(_) | Value::Object(_) => Err("only a text, number or bool can be a text".to_owned()),
    }
}

fn tostring(args: FuncArgs) -> Result<Value, String> {
    as_text(first(args))
}

fn list(value: Value) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Null => Ok(Vec::new()),
        other => Err(format!("expected a list, not {other}")),
    }
}

fn object(value: Value) -> Result<Map<String, Value>, String> {
    match value {
        Value::Object(entries) => Ok(entries),
        Value::Null => Ok(Map::new()),
        other => Err(format!("expected an object, not {other}")),
    }
}

/// Terraform orders the keys of objects.
fn sorted(value: Value) -> Result<Vec<(String, Value)>, String> {
    let mut entries: Vec<_> = object(value)?.into_iter().collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

fn keys(args: FuncArgs) -> Result<Value, String> {
    Ok(sorted(first(args))?.into_iter().map(|(key, _)| key).collect())
}

fn values(args: FuncArgs) -> Result<Value, String> {
    Ok(sorted(first(args))?.into_iter().map(|(_, value)| value).collect())
}

fn distinct(args: FuncArgs) -> Result<Value, String> {
    let mut seen: Vec<Value> = Vec::new();
    for item in list(first(args))? {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    Ok(Value::Array(seen))
}

fn one(args: FuncArgs) -> Result<Value, String> {
    let mut items = list(first(args))?.into_iter();
    match (items.next(), items.next()) {
        (item, None) => Ok(item.unwrap_or(Value::Null)),
        _ => Err("there is more than one element".to_owned()),
    }
}

fn length(args: FuncArgs) -> Result<Value, String> {
    match first(args) {
        Value::Array(items) => Ok(items.len().into()),
        Value::Object(entries) => Ok(entries.len().into()),
        Value::String(text) => Ok(text.chars().count().into()),
        other => Err(format!("{other} has no length")),
    }
}

fn title(args: FuncArgs) -> Result<Value, String> {
    let text = first_text(&args);
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    Ok((first.unwrap_or_default() + letters.as_str()).into())
}

fn contains(args: FuncArgs) -> Result<Value, String> {
    let mut args = args.into_values().into_iter();
    let items = list(args.next().unwrap_or(Value::Null))?;
    Ok(items.contains(&args.next().unwrap_or(Value::Null)).into())
}

fn join(args: FuncArgs) -> Result<Value, String> {
    let mut args = args.into_values().into_iter();
    let separator = args.next().and_then(|value| value.as_str().map(str::to_owned));
    let items = list(args.next().unwrap_or(Value::Null))?
        .into_iter()
        .map(|item| Ok(as_text(item)?.as_str().unwrap_or_default().to_owned()))
        .collect::<Result<Vec<_>, String>>()?;
    Ok(items.join(&separator.unwrap_or_default()).into())
}

fn merge(args: FuncArgs) -> Result<Value, String> {
    let mut merged = Map::new();
    for arg in args.into_values() {
        merged.extend(object(arg)?);
    }
    Ok(Value::Object(merged))
}

fn concat(args: FuncArgs) -> Result<Value, String> {
    let lists = args.into_values().into_iter().map(list);
    Ok(Value::Array(lists.collect::<Result<Vec<_>, _>>()?.concat()))
}

fn coalesce(args: FuncArgs) -> Result<Value, String> {
    let mut args = args.into_values().into_iter();
    args.find(|value| !value.is_null() && value.as_str() != Some(""))
        .ok_or_else(|| "no argument has a value".to_owned())
}

fn extreme(args: FuncArgs, better: fn(&hcl::Number, &hcl::Number) -> bool) -> Result<Value, String> {
    let mut best: Option<hcl::Number> = None;
    for arg in args.into_values() {
        let Value::Number(number) = arg else {
            return Err(format!("expected a number, not {arg}"));
        };
        if best.as_ref().is_none_or(|best| better(&number, best)) {
            best = Some(number);
        }
    }
    best.map(Value::Number)
        .ok_or_else(|| "expected at least one number".to_owned())
}
