//! Whether a purchase of which sight was lost is sent again (`LOADSURE_REPEAT_PURCHASE`, ADR 0006).

use std::str::FromStr;

use crate::quote;

/// What the insurer does when a quote token is bought a second time, once operations have established it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatPurchase {
    /// Not known: never repeated, a person settles it.
    Unknown,
    /// A repeat is safe and returns the same certificate.
    SameCertificate,
    /// A repeat is refused with an error that proves that the first one went through.
    Rejected,
}

/// How often sight of one purchase may be lost before a person settles it although repeats return the same
/// certificate. An insurer that loses this many answers in a row has a fault that repeats will not get past.
const LOST_AT_MOST: u32 = 5;

impl RepeatPurchase {
    /// Whether a purchase may be sent again of which sight was lost `lost` times, while its quote stands at `quote`
    /// by the database's clock.
    ///
    /// A repeat that is `Rejected` proves something only while the quote could still be bought: afterwards a refusal
    /// may mean no more than that it expired. A repeat that returns the `SameCertificate` does so after that too.
    #[must_use]
    pub fn allows(self, lost: u32, quote: quote::Status) -> bool {
        match self {
            Self::Unknown => false,
            Self::SameCertificate => {
                lost < LOST_AT_MOST && matches!(quote, quote::Status::Active | quote::Status::Expired)
            }
            Self::Rejected => lost <= 1 && quote == quote::Status::Active,
        }
    }

    /// What a refusal of a repeat tells the person who settles the purchase. It never proves that nothing was
    /// bought: a refusal may have other grounds than the purchase before it.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::Rejected => {
                "an answer was lost and the repeat was refused, as the insurer does when the first went through"
            }
            Self::SameCertificate | Self::Unknown => "an answer was lost and the repeat was refused",
        }
    }
}

impl FromStr for RepeatPurchase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "unknown" => Ok(Self::Unknown),
            "same-certificate" => Ok(Self::SameCertificate),
            "rejected" => Ok(Self::Rejected),
            _ => Err("must be unknown, same-certificate or rejected"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::state::State as _;

    fn quotes() -> impl Strategy<Value = quote::Status> {
        prop::sample::select(quote::Status::ALL)
    }

    proptest! {
        /// P2: as long as nobody knows what a repeat does, none is sent.
        #[test]
        fn nothing_is_repeated_unless_operations_say_so(lost in 0_u32..100, quote in quotes()) {
            prop_assert!(!RepeatPurchase::Unknown.allows(lost, quote));
        }

        #[test]
        fn repeats_come_to_an_end(quote in quotes()) {
            for mode in [RepeatPurchase::SameCertificate, RepeatPurchase::Rejected] {
                prop_assert!((1..100).any(|lost| !mode.allows(lost, quote)));
            }
        }
    }

    #[test]
    fn a_refusal_can_only_prove_a_purchase_while_the_quote_is_good() {
        assert!(RepeatPurchase::Rejected.allows(1, quote::Status::Active));
        assert!(!RepeatPurchase::Rejected.allows(1, quote::Status::Expired));
        assert!(!RepeatPurchase::Rejected.allows(2, quote::Status::Active));
        assert!(RepeatPurchase::SameCertificate.allows(1, quote::Status::Expired));
    }
}
