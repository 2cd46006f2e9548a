//! Names by which routes refer to their forms.

use std::borrow::Cow;

use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Declares a type that stands for a schema.
macro_rules! stands_for {
    ($($(#[$doc:meta])* $name:ident => $schema:literal;)+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    Ref::from_schema_name($schema).into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    $schema.into()
                }
            }
        )+
    };
}

stands_for! {
    /// The flat form of a quote request.
    FlatForm => "QuoteRequestFlat";
    /// An order to buy.
    BookingForm => "BookingRequest";
    /// The older form of a look-up of a certificate.
    LookUpForm => "CertificateLookup";
    /// An order to cancel.
    CancellationForm => "CancellationRequest";
    /// A schedule of refreshes.
    ScheduleForm => "ScheduleRequest";
    /// A settlement of an unknown outcome.
    SettlementForm => "SettlementRequest";
    /// A pause of scaling.
    PauseForm => "PauseRequest";
    /// A number of workers to keep to.
    PinForm => "PinRequest";
    /// Limits of the number of workers.
    LimitsForm => "LimitsRequest";
    /// How far the queue monitor goes.
    ModeForm => "ModeRequest";
    /// The confirmation of a proposed change.
    ConfirmForm => "ConfirmRequest";
}

/// Either form of a quote request.
pub(crate) struct QuoteForm;

impl PartialSchema for QuoteForm {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .description(Some("The full form has a shipment, the flat form has none."))
            .item(Ref::from_schema_name("QuoteRequestFull"))
            .item(Ref::from_schema_name("QuoteRequestFlat"))
            .into()
    }
}

impl ToSchema for QuoteForm {
    fn name() -> Cow<'static, str> {
        "QuoteRequest".into()
    }
}
