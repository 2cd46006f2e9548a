//! The bodies of a purchase, of the two look-ups of a certificate, and of a cancellation.

use loadsure_core::cancellation::Order;
use loadsure_core::certificate::Number;
use loadsure_core::insurer::QuoteToken;
use loadsure_core::spelling::Recipient;
use loadsure_core::text::{Short, Text};
use serde::Serialize;

use crate::spellings::Spellings;

/// The body of a purchase.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Purchase<'a> {
    quote_token: &'a str,
    /// Sent even when empty: what the insurer does when it is absent is not known, and mailing everyone on every
    /// purchase is what nobody asked for (P12).
    send_emails_to: Vec<&'a str>,
}

impl<'a> Purchase<'a> {
    pub(crate) fn of(token: &'a QuoteToken, recipients: &[Recipient], spellings: &'a Spellings) -> Self {
        Self {
            quote_token: token.expose(),
            send_emails_to: recipients.iter().map(|who| spellings.of(*who)).collect(),
        }
    }
}

/// The body of both look-ups of a certificate.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Certificate<'a> {
    user_id: &'a str,
    certificate_number: &'a Number,
}

impl<'a> Certificate<'a> {
    pub(crate) const fn of(user_id: &'a str, number: &'a Number) -> Self {
        Self {
            user_id,
            certificate_number: number,
        }
    }
}

/// The body of a cancellation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancellation<'a> {
    user_id: &'a Short,
    certificate_number: &'a Number,
    cancellation_reason: &'a str,
    /// Never empty: it is left out instead (P14). One client spells it without the last `l`; the right spelling is
    /// sent, and both are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_additional_info: Option<&'a Text<1000>>,
    email_assured: bool,
}

impl<'a> Cancellation<'a> {
    pub(crate) fn of(order: &'a Order, spellings: &'a Spellings) -> Self {
        Self {
            user_id: &order.user_id,
            certificate_number: &order.number,
            cancellation_reason: spellings.of(order.reason),
            cancellation_additional_info: order.additional_info.as_ref(),
            email_assured: order.email_assured,
        }
    }
}
