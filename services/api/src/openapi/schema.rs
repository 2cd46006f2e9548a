//! A small vocabulary for schemas, so that a form reads like a table of its fields.

use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, AnyOfBuilder, ArrayBuilder, KnownFormat, ObjectBuilder, RefBuilder, Schema,
    SchemaFormat, Type,
};

/// The description of a value.
pub(crate) type Shape = RefOr<Schema>;

/// One field of an object.
pub(crate) struct Field {
    name: &'static str,
    shape: Shape,
    required: bool,
}

/// A field that is always there.
pub(crate) fn required(name: &'static str, shape: impl Into<Shape>) -> Field {
    Field {
        name,
        shape: shape.into(),
        required: true,
    }
}

/// A field that may be left out.
pub(crate) fn optional(name: &'static str, shape: impl Into<Shape>) -> Field {
    Field {
        name,
        shape: shape.into(),
        required: false,
    }
}

/// An object that callers send: fields that are not named are refused.
pub(crate) fn form(about: &str, fields: impl IntoIterator<Item = Field>) -> ObjectBuilder {
    let closed = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(about))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    fields.into_iter().fold(closed, |builder, field| {
        let builder = builder.property(field.name, field.shape);
        if field.required {
            builder.required(field.name)
        } else {
            builder
        }
    })
}

/// An object with the caller's own field names.
pub(crate) fn free_object(about: &str, values: Option<Shape>) -> ObjectBuilder {
    let values = values.map_or(AdditionalProperties::FreeForm(true), AdditionalProperties::RefOr);
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(about))
        .additional_properties(Some(values))
}

fn scalar(kind: Type, about: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind).description(Some(about))
}

/// Text without limits that matter to callers.
pub(crate) fn string(about: &str) -> ObjectBuilder {
    scalar(Type::String, about)
}

/// Text of 1 to `most` characters; surrounding spaces are removed.
pub(crate) fn text(most: usize, about: &str) -> ObjectBuilder {
    string(about).min_length(Some(1)).max_length(Some(most))
}

/// Text of the length of `loadsure_core::text::Short`.
pub(crate) fn short(about: &str) -> ObjectBuilder {
    text(200, about)
}

/// Text of the length of `loadsure_core::text::Long`.
pub(crate) fn long(about: &str) -> ObjectBuilder {
    text(4000, about)
}

/// An e-mail address.
pub(crate) fn email(about: &str) -> ObjectBuilder {
    custom(about, "email").max_length(Some(254))
}

/// Text of a well-known format.
pub(crate) fn custom(about: &str, format: &str) -> ObjectBuilder {
    string(about).format(Some(SchemaFormat::Custom(format.to_owned())))
}

/// A calendar date.
pub(crate) fn date(about: &str) -> ObjectBuilder {
    string(about).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
}

/// An id of this service.
pub(crate) fn id(about: &str) -> ObjectBuilder {
    string(about).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// One of some texts.
pub(crate) fn choice(about: &str, values: &[&str]) -> ObjectBuilder {
    string(about).enum_values(Some(values.iter().map(|value| Value::from(*value))))
}

/// `true` or `false`.
pub(crate) fn boolean(about: &str) -> ObjectBuilder {
    scalar(Type::Boolean, about)
}

/// A whole number that fits 32 bits without a sign.
pub(crate) fn whole(about: &str) -> ObjectBuilder {
    scalar(Type::Integer, about).minimum(Some(0))
}

/// A decimal number, read and written exactly.
pub(crate) fn number(about: &str) -> ObjectBuilder {
    scalar(Type::Number, about)
}

/// An amount in the major unit of its currency, exact to the cent.
pub(crate) fn money(about: &str) -> ObjectBuilder {
    number(about)
        .multiple_of(Some(0.01))
        .minimum(Some(0))
        .maximum(Some(9_999_999_999_999_usize))
}

/// A physical quantity.
pub(crate) fn measure(about: &str) -> ObjectBuilder {
    number(about)
        .exclusive_minimum(Some(0))
        .maximum(Some(1_000_000_000_usize))
}

/// A list.
pub(crate) fn list(about: &str, of: impl Into<Shape>) -> ArrayBuilder {
    ArrayBuilder::new().items(of.into()).description(Some(about))
}

/// Any of several shapes.
pub(crate) fn any_of(about: &str, shapes: impl IntoIterator<Item = Shape>) -> Shape {
    let builder = AnyOfBuilder::new().description(Some(about));
    let shapes = shapes.into_iter();
    shapes.fold(builder, AnyOfBuilder::item).into()
}

/// A schema of the list of components, in its place here.
pub(crate) fn named(name: &str, about: &str) -> Shape {
    RefBuilder::new()
        .ref_location_from_schema_name(name)
        .description(Some(about))
        .into()
}
