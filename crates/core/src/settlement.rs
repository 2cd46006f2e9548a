//! Settling a purchase whose outcome is unknown: what a person may say of it, and when it is believed.

use std::time::Duration;

use rust_decimal::Decimal;

use crate::booking::{Event, Status};
use crate::certificate::{Facts, Number};
use crate::error_code::ErrorCode;
use crate::state::State as _;

/// How long after its last attempt began a purchase may be settled as not bought.
///
/// Until then a call may be under way: a worker's request must end before its drain does, and the drain before the
/// platform kills it, which gives a container at most ten minutes. The insurer, too, may carry out late what it did
/// not answer. A worker that is *frozen* for longer between its last look at the clock and the sending of the request
/// can still buy after that; if it does, the certificate is recorded when it thaws, or shows up in the audit log as a
/// second one, but it cannot be prevented from here.
pub const NOT_BOUGHT_AFTER: Duration = Duration::from_secs(600);

/// Why a settlement was not believed or came at the wrong time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The outcome is known, or was settled already.
    NotUnknown,
    /// The purchase may still be under way.
    TooEarly,
    /// Another settlement of the booking has not ended.
    InProgress,
    /// The insurer does not confirm that there is such a certificate of this user.
    NotConfirmed,
    /// The certificate is another booking's.
    Taken,
    /// Limit, premium or currency of the certificate are not those of the quote.
    Contradicts,
}

impl Refusal {
    /// The code that callers see.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::NotUnknown => ErrorCode::OutcomeNotUnknown,
            Self::TooEarly => ErrorCode::SettlementTooEarly,
            Self::InProgress => ErrorCode::SettlementInProgress,
            Self::NotConfirmed => ErrorCode::CertificateNotConfirmed,
            Self::Taken => ErrorCode::CertificateTaken,
            Self::Contradicts => ErrorCode::CertificateContradictsQuote,
        }
    }
}

/// What the quote promised, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// Limit of cover.
    pub limit: Option<Decimal>,
    /// Premium.
    pub premium: Option<Decimal>,
    /// Currency.
    pub currency: Option<String>,
}

impl Promise {
    /// Whether what the insurer says of certificate `number` can be the purchase of this quote. What either side
    /// leaves out contradicts nothing.
    ///
    /// # Errors
    /// When it cannot.
    pub fn confirm(&self, number: &Number, facts: &Facts) -> Result<(), Refusal> {
        if facts.number != *number {
            return Err(Refusal::NotConfirmed);
        }
        let currency = |text: &String| text.to_ascii_uppercase();
        let differs = differ(self.limit, facts.limit.map(cents))
            || differ(self.premium, facts.premium.map(cents))
            || differ(
                self.currency.as_ref().map(currency),
                facts.currency.as_ref().map(currency),
            );
        if differs {
            Err(Refusal::Contradicts)
        } else {
            Ok(())
        }
    }
}

/// An amount as it is stored.
fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

fn differ<T: PartialEq>(promised: Option<T>, said: Option<T>) -> bool {
    matches!((promised, said), (Some(promised), Some(said)) if promised != said)
}

/// Whether a booking may be settled as not bought, `since` its last attempt began, by the database's clock.
///
/// # Errors
/// When its outcome is not unknown, or a call may still be under way.
pub fn may_be_not_bought(status: Status, since: Duration) -> Result<Status, Refusal> {
    let settled = status
        .transition(Event::SettledNotBought)
        .map_err(|_| Refusal::NotUnknown)?;
    if since < NOT_BOUGHT_AFTER {
        return Err(Refusal::TooEarly);
    }
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate;

    fn facts(limit: Option<&str>, premium: Option<&str>, currency: Option<&str>) -> Facts {
        let amount = |text: &str| text.parse().unwrap();
        Facts {
            number: "C-1".parse().unwrap(),
            status: certificate::Status::Active,
            product_id: None,
            product_name: None,
            limit: limit.map(amount),
            deductible: None,
            premium: premium.map(amount),
            service_fee: None,
            tax: None,
            currency: currency.map(str::to_owned),
            certificate_link: None,
            file_claim_link: None,
            valid_from: None,
            valid_to: None,
            cancellation: certificate::Cancelled::default(),
        }
    }

    fn promise() -> Promise {
        Promise {
            limit: Some("100000.00".parse().unwrap()),
            premium: Some("125.50".parse().unwrap()),
            currency: Some("USD".to_owned()),
        }
    }

    fn confirm(facts: &Facts) -> Result<(), Refusal> {
        promise().confirm(&"C-1".parse().unwrap(), facts)
    }

    #[test]
    fn a_certificate_that_fits_the_quote_is_believed() {
        assert_eq!(
            confirm(&facts(Some("100000"), Some("125.5"), Some("usd"))),
            Ok(())
        );
        assert_eq!(confirm(&facts(None, None, None)), Ok(()));
    }

    #[test]
    fn a_certificate_that_contradicts_the_quote_is_not_believed() {
        for wrong in [
            facts(Some("100001"), None, None),
            facts(None, Some("125.51"), None),
            facts(None, None, Some("CAD")),
        ] {
            assert_eq!(confirm(&wrong), Err(Refusal::Contradicts));
        }
    }

    #[test]
    fn an_answer_about_another_certificate_confirms_nothing() {
        let number = "C-2".parse().unwrap();
        let answer = facts(None, None, None);
        assert_eq!(promise().confirm(&number, &answer), Err(Refusal::NotConfirmed));
    }

    #[test]
    fn nothing_is_called_not_bought_while_a_call_may_be_under_way() {
        let early = NOT_BOUGHT_AFTER.saturating_sub(Duration::from_millis(1));
        assert_eq!(
            may_be_not_bought(Status::OutcomeUnknown, early),
            Err(Refusal::TooEarly)
        );
        assert_eq!(
            may_be_not_bought(Status::OutcomeUnknown, NOT_BOUGHT_AFTER),
            Ok(Status::Failed)
        );
        for &status in Status::ALL {
            if status != Status::OutcomeUnknown {
                assert_eq!(may_be_not_bought(status, Duration::MAX), Err(Refusal::NotUnknown));
            }
        }
    }
}
