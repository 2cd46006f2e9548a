//! The body of a booking.

use std::str::FromStr as _;

use loadsure_core::booking::Order;
use loadsure_core::id::QuoteId;
use loadsure_core::invalid::{FieldCode, FieldError, Problems};
use loadsure_core::json::Node;
use loadsure_core::quote_request::read_callback;
use loadsure_core::spelling::Recipient;
use serde_json::Value;

/// At most so many recipients: there are two.
const MOST_RECIPIENTS: usize = 2;

/// Reads the body.
///
/// # Errors
/// Every field that is wrong.
pub(super) fn parse(body: &Value) -> Result<Order, Vec<FieldError>> {
    let mut problems = Problems::default();
    match read(&Node::root(body), &mut problems) {
        Some(order) if problems.is_empty() => Ok(order),
        _ => Err(problems.into_errors()),
    }
}

fn read(body: &Node<'_>, problems: &mut Problems) -> Option<Order> {
    let mut fields = body.object(problems)?;
    let quote = fields.required("quoteId", problems, read_id);
    let send_emails_to = fields.optional("sendEmailsTo", problems, |node, problems| {
        let recipients = node.list(problems, MOST_RECIPIENTS, read_recipient)?;
        let repeated = (1..recipients.len()).any(|index| recipients[..index].contains(&recipients[index]));
        if repeated {
            return node.refuse(problems, FieldCode::Duplicate, "must name each recipient once");
        }
        Some(recipients)
    });
    let callback_url = fields.optional("callbackUrl", problems, read_callback);
    fields.close(problems);
    Some(Order {
        quote: quote?,
        send_emails_to: send_emails_to?.unwrap_or_default(),
        callback_url: callback_url?,
    })
}

fn read_id(node: &Node<'_>, problems: &mut Problems) -> Option<QuoteId> {
    let text = node.text(problems)?;
    match QuoteId::from_str(text) {
        Ok(id) => Some(id),
        Err(_) => node.refuse(problems, FieldCode::NotAnId, "must be the id of a quote"),
    }
}

fn read_recipient(node: &Node<'_>, problems: &mut Problems) -> Option<Recipient> {
    node.parse(problems)
}
