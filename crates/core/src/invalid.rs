//! What is wrong with a value: the vocabulary of validation.

use serde::{Serialize, Serializer};

/// Why one field was refused. Stable: callers branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldCode {
    /// The field must be given.
    Required,
    /// No field of this name exists here.
    UnknownField,
    /// Another JSON type was expected.
    WrongType,
    /// Text must not be empty.
    Empty,
    /// Text or a list is longer than allowed.
    TooLong,
    /// A list has fewer items than needed.
    TooFew,
    /// Text has characters that are not allowed.
    BadCharacters,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not a calendar date `YYYY-MM-DD`.
    NotADate,
    /// Not an ISO 3166-1 alpha-3 country code.
    NotACountry,
    /// Not an ISO 4217 currency code.
    NotACurrency,
    /// Not an `https` address.
    NotAUrl,
    /// Not an id of this service.
    NotAnId,
    /// Must be greater than zero.
    NotPositive,
    /// Outside the allowed range.
    OutOfRange,
    /// More decimals than the field can carry.
    TooManyDecimals,
    /// Not one of the allowed values.
    NotOneOf,
    /// The id is not in the insurer's reference data.
    UnknownId,
    /// Two fields exclude each other.
    Conflict,
    /// Given twice where each may appear once.
    Duplicate,
    /// Freight-class percentages do not sum to 100.
    PercentagesNot100,
    /// Delivery lies before pickup.
    DateOrder,
    /// Pickup lies more than 30 days ahead.
    TooFarAhead,
    /// No stop of type `PICKUP`.
    NoPickup,
    /// No stop of type `DELIVERY`.
    NoDelivery,
    /// Stop numbers are not 1, 2, 3, ….
    StopNumbers,
    /// Not a cron expression.
    NotACron,
}

impl FieldCode {
    /// The code as callers see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::WrongType => "wrong_type",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::TooFew => "too_few",
            Self::BadCharacters => "bad_characters",
            Self::NotAnEmail => "not_an_email",
            Self::NotADate => "not_a_date",
            Self::NotACountry => "not_a_country",
            Self::NotACurrency => "not_a_currency",
            Self::NotAUrl => "not_a_url",
            Self::NotAnId => "not_an_id",
            Self::NotPositive => "not_positive",
            Self::OutOfRange => "out_of_range",
            Self::TooManyDecimals => "too_many_decimals",
            Self::NotOneOf => "not_one_of",
            Self::UnknownId => "unknown_id",
            Self::Conflict => "conflict",
            Self::Duplicate => "duplicate",
            Self::PercentagesNot100 => "percentages_not_100",
            Self::DateOrder => "date_order",
            Self::TooFarAhead => "too_far_ahead",
            Self::NoPickup => "no_pickup",
            Self::NoDelivery => "no_delivery",
            Self::StopNumbers => "stop_numbers",
            Self::NotACron => "not_a_cron",
        }
    }
}

impl Serialize for FieldCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A value that could not be parsed, before it is known where it stood.
///
/// The message never quotes the value: it may be personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// Why.
    pub code: FieldCode,
    /// One sentence for a person.
    pub message: String,
}

impl Invalid {
    /// A refusal with its sentence.
    pub fn new(code: FieldCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// One thing that is wrong with a request, with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Path of the field, such as `shipment.stops[1].address.city`; empty for the whole body.
    pub path: String,
    /// Why.
    pub code: FieldCode,
    /// One sentence for a person.
    pub message: String,
}

/// Everything that is wrong with a request, in the order in which it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<FieldError>);

impl Problems {
    /// Notes one more error.
    pub fn add(&mut self, path: impl Into<String>, code: FieldCode, message: impl Into<String>) {
        self.0.push(FieldError {
            path: path.into(),
            code,
            message: message.into(),
        });
    }

    /// Whether nothing was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors.
    #[must_use]
    pub fn into_errors(self) -> Vec<FieldError> {
        self.0
    }

    /// Takes over errors of a form that was lifted into another one, each under its own name.
    ///
    /// One field of the short form can feed several of the long one; what is wrong with it is said once.
    pub(crate) fn take_over(&mut self, lifted: Self, rename: impl Fn(&str) -> String) {
        for error in lifted.0 {
            let path = rename(&error.path);
            if !self
                .0
                .iter()
                .any(|known| known.path == path && known.code == error.code)
            {
                self.0.push(FieldError { path, ..error });
            }
        }
    }
}
