//! Quotes: the insurer's price for a load, good until it expires or is bought.

use rust_decimal::Decimal;
use time::{Duration, OffsetDateTime};

use crate::error_code::ErrorCode;
use crate::fee::{Fee, Price};
use crate::id::{QuoteId, TenantId};
use crate::insurer::{Offer, Reason};
use crate::invalid::Invalid;
use crate::money::Amount;
use crate::state::{Refused, State, state_names};

/// Where a quote stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Accepted; the insurer has not answered yet.
    Requested,
    /// Priced; can be bought until it expires.
    Active,
    /// The insurer will not cover this load.
    Declined,
    /// No price could be had.
    Failed,
    /// The price is no longer good.
    Expired,
    /// Bought.
    Booked,
}

state_names!(Status {
    Requested: "requested",
    Active: "active",
    Declined: "declined",
    Failed: "failed",
    Expired: "expired",
    Booked: "booked",
});

/// What can happen to a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The insurer named a price.
    Priced,
    /// The insurer will not cover this load.
    Declined,
    /// Every attempt to get a price failed.
    Failed,
    /// Its time ran out.
    Expired,
    /// Cover was bought.
    Bought,
    /// Operations have it asked for once more.
    Reopened,
}

impl State for Status {
    type Event = Event;

    const ALL: &'static [Self] = &[
        Self::Requested,
        Self::Active,
        Self::Declined,
        Self::Failed,
        Self::Expired,
        Self::Booked,
    ];

    fn as_str(self) -> &'static str {
        self.name()
    }

    fn transition(self, event: Event) -> Result<Self, Refused> {
        match (self, event) {
            (Self::Requested, Event::Priced) => Ok(Self::Active),
            (Self::Requested, Event::Declined) => Ok(Self::Declined),
            (Self::Requested, Event::Failed) => Ok(Self::Failed),
            (Self::Failed, Event::Reopened) => Ok(Self::Requested),
            (Self::Active, Event::Expired) => Ok(Self::Expired),
            // A purchase that began in time may end, or be settled by a person, after the quote expired.
            (Self::Active | Self::Expired, Event::Bought) => Ok(Self::Booked),
            (from, event) => Err(Refused {
                from: from.name(),
                event: event.name(),
            }),
        }
    }
}

impl Event {
    const fn name(self) -> &'static str {
        match self {
            Self::Priced => "priced",
            Self::Declined => "declined",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Bought => "bought",
            Self::Reopened => "reopened",
        }
    }
}

/// A price as stored: the insurer's, and what the caller's own fee makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The insurer's price.
    pub price: Price,
    /// The caller's own fee on it.
    pub fee_amount: Amount,
    /// What the buyer pays.
    pub total_cost: Amount,
}

impl Total {
    /// Sums a price and the caller's fee.
    ///
    /// # Errors
    /// When the sum is too large to carry.
    pub fn of(price: Price, fee: Option<&Fee>) -> Result<Self, Invalid> {
        let fee_amount = fee.map_or(Ok(Amount::ZERO), |fee| fee.amount_on(price.premium))?;
        Ok(Self {
            price,
            fee_amount,
            total_cost: price.total_with(fee_amount)?,
        })
    }
}

/// How the pricing of a quote ended.
#[derive(Debug)]
pub enum Conclusion {
    /// The insurer's offer, its total, and how long the call took: the offer's time runs since the insurer made it.
    Priced {
        /// The offer.
        offer: Box<Offer>,
        /// What the buyer pays.
        total: Total,
        /// Time since the request was sent.
        elapsed: Duration,
    },
    /// The insurer's reasons for not covering the load.
    Declined(Vec<Reason>),
    /// Why no price could be had.
    Failed(ErrorCode),
}

impl Conclusion {
    /// The event that this conclusion is.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Priced { .. } => Event::Priced,
            Self::Declined(_) => Event::Declined,
            Self::Failed(_) => Event::Failed,
        }
    }
}

/// A quote as its owner sees it. The insurer's token is not part of it (P29).
#[derive(Debug, Clone)]
pub struct Quote {
    /// Its id.
    pub id: QuoteId,
    /// Its owner.
    pub tenant: TenantId,
    /// Where it stands, by the database's clock at the time of reading.
    pub status: Status,
    /// The caller's load number.
    pub freight_id: String,
    /// The caller's order number.
    pub po_number: Option<String>,
    /// The price, once there is one.
    pub priced: Option<Priced>,
    /// Kind and value of the caller's fee.
    pub fee: Option<(String, Decimal)>,
    /// The insurer's reasons when declined.
    pub reasons: Vec<Reason>,
    /// Why it failed.
    pub failure: Option<ErrorCode>,
    /// When it was accepted.
    pub created_at: OffsetDateTime,
}

/// The priced part of a quote.
#[derive(Debug, Clone)]
pub struct Priced {
    /// Product name.
    pub name: Option<String>,
    /// Product description.
    pub description: Option<String>,
    /// Limit of cover.
    pub coverage_amount: Option<Decimal>,
    /// Deductible.
    pub deductible: Option<Decimal>,
    /// Premium.
    pub premium: Decimal,
    /// Service fee.
    pub service_fee: Decimal,
    /// Tax.
    pub tax: Decimal,
    /// The caller's fee.
    pub fee_amount: Decimal,
    /// The sum.
    pub total_cost: Decimal,
    /// Currency of all amounts.
    pub currency: String,
    /// When the price ends.
    pub expires_at: OffsetDateTime,
    /// How the insurer is paid, as it said.
    pub payment_method_type: Option<String>,
    /// Link to the terms.
    pub terms_and_conditions_link: Option<String>,
    /// Statement of fact, text or link.
    pub statement_of_fact: Option<String>,
    /// Commodities that are not covered.
    pub commodity_exclusions: Vec<String>,
}
