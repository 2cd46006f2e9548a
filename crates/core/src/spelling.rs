//! The enumerations of a shipment, with every spelling that today's callers use.
//!
//! Sources disagree about the insurer's spellings (loadsure-api.md 3.4). What is accepted from callers is fixed
//! here; what is sent is each value's [`sent`](WeightUnit::sent) text, which configuration can override.

use crate::invalid::{FieldCode, Invalid};

/// Declares an enumeration: canonical name (which is also stored), other accepted spellings, and what is sent.
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident in $field:literal {
        $($(#[$variant_doc:meta])* $variant:ident: $canonical:literal $(or $alias:literal)* => $sent:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Name of the field in the table of configurable spellings.
            pub const FIELD: &'static str = $field;

            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Every spelling that callers may use.
            pub const ACCEPTED: &'static [&'static str] = &[$($canonical, $($alias,)*)+];

            /// The canonical name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $canonical),+ }
            }

            /// What the insurer is sent unless configuration says otherwise.
            #[must_use]
            pub const fn sent(self) -> &'static str {
                match self { $(Self::$variant => $sent),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($canonical $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err(Invalid::new(
                        FieldCode::NotOneOf,
                        format!("must be one of {}", Self::ACCEPTED.join(", ")),
                    )),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

spelled! {
    /// Unit of a weight.
    WeightUnit in "weight" {
        /// Pounds.
        Pounds: "lbs" => "lbs",
        /// Kilograms.
        Kilograms: "kgs" or "kg" => "kgs",
    }
}

spelled! {
    /// Unit of a length.
    LengthUnit in "length" {
        /// Inches.
        Inches: "in" => "in",
        /// Feet.
        Feet: "ft" => "ft",
        /// Centimetres.
        Centimetres: "cm" => "cm",
        /// Metres.
        Metres: "m" => "m",
    }
}

spelled! {
    /// Unit of a temperature.
    TemperatureUnit in "temperature" {
        /// Celsius.
        Celsius: "C" => "C",
        /// Fahrenheit.
        Fahrenheit: "F" => "F",
    }
}

spelled! {
    /// How a carrier moves the goods.
    Mode in "mode" {
        /// By road.
        Road: "ROAD" => "ROAD",
        /// By rail.
        Rail: "RAIL" => "RAIL",
        /// By sea.
        Marine: "MARINE" or "SEA" => "MARINE",
        /// By air.
        Air: "AIR" => "AIR",
    }
}

spelled! {
    /// The register that a carrier's number belongs to.
    CarrierIdType in "carrierId" {
        /// US Department of Transportation number.
        UsDot: "USDOT" => "USDOT",
        /// Motor carrier, freight forwarder or Mexican carrier number.
        McMxFf: "MCMXFF" or "MC" => "MCMXFF",
        /// Standard carrier alpha code.
        Scac: "SCAC" => "SCAC",
        /// Ship number of the International Maritime Organization.
        Imo: "IMO" => "IMO",
    }
}

spelled! {
    /// What happens at a stop.
    StopType in "stop" {
        /// Goods are taken over.
        Pickup: "PICKUP" => "PICKUP",
        /// Goods are handed over.
        Delivery: "DELIVERY" => "DELIVERY",
        /// A stop between.
        Additional: "ADDITIONAL" or "INTERMEDIATE" => "ADDITIONAL",
        /// Goods are joined with others.
        Consolidation: "CONSOLIDATION" => "ADDITIONAL",
        /// Goods are separated from others.
        Deconsolidation: "DECONSOLIDATION" => "ADDITIONAL",
        /// Goods go on board.
        PortOfLoading: "PORT_OF_LOADING" => "PORT_OF_LOADING",
        /// Goods leave the ship.
        PortOfDischarge: "PORT_OF_DISCHARGE" => "PORT_OF_DISCHARGE",
    }
}

impl StopType {
    /// Whether this is a port, which is known by name, country and locode instead of a street address.
    #[must_use]
    pub const fn is_port(self) -> bool {
        matches!(self, Self::PortOfLoading | Self::PortOfDischarge)
    }
}

spelled! {
    /// The assured's part in the trade.
    PartyType in "assured" {
        /// Buys the goods.
        Buyer: "BUYER" => "BUYER",
        /// Sells the goods.
        Seller: "SELLER" => "SELLER",
        /// Receives the goods.
        Recipient: "RECIPIENT" => "RECIPIENT",
        /// Ships the goods.
        Shipper: "SHIPPER" => "SHIPPER",
    }
}

spelled! {
    /// Whom the insurer mails at a purchase.
    Recipient in "recipient" {
        /// The user who asked for the quote.
        User: "USER" => "USER",
        /// The assured.
        Assured: "ASSURED" => "ASSURED",
    }
}

spelled! {
    /// Why a certificate is cancelled (loadsure-api.md section 7).
    CancellationReason in "cancellationReason" {
        /// The assured changed.
        AssuredChanged: "CANASD" => "CANASD",
        /// Cover is no longer needed.
        NoLongerNeeded: "CANNLN" => "CANNLN",
        /// Bought in error.
        BoughtInError: "CANPIE" => "CANPIE",
        /// Cheaper elsewhere.
        CheaperElsewhere: "CANCHP" => "CANCHP",
        /// The insured value changed.
        ValueChanged: "CANVAL" => "CANVAL",
        /// The shipper did not require it.
        NotRequired: "CANREQ" => "CANREQ",
        /// The shipment was lost to the competition.
        LostToCompetition: "CANCOP" => "CANCOP",
        /// Origin, destination or commodity changed.
        ShipmentChanged: "CANREP" => "CANREP",
        /// Another reason, which must be told.
        Other: "CANOTH" => "CANOTH",
    }
}

spelled! {
    /// How goods are contained.
    Containerization in "containerization" {
        /// A whole container.
        FullContainer: "FULL_CONTAINER" => "FULL_CONTAINER",
        /// A part of a container.
        LessThanContainer: "LESS_THAN_CONTAINER" => "LESS_THAN_CONTAINER",
        /// Loose.
        Bulk: "BULK" => "BULK",
        /// Piece by piece.
        BreakBulk: "BREAK_BULK" => "BREAK_BULK",
    }
}

spelled! {
    /// How much of a truck the goods fill.
    Truckload in "truckload" {
        /// All of it.
        Full: "FULL" => "FULL",
        /// Less than a truckload.
        Ltl: "LTL" => "LTL",
        /// A part.
        Partial: "PARTIAL" => "PARTIAL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_todays_callers_are_understood() {
        assert_eq!("kg".parse::<WeightUnit>().unwrap().sent(), "kgs");
        assert_eq!("SEA".parse::<Mode>().unwrap().sent(), "MARINE");
        assert_eq!("MC".parse::<CarrierIdType>().unwrap().sent(), "MCMXFF");
        assert_eq!("INTERMEDIATE".parse::<StopType>().unwrap().sent(), "ADDITIONAL");
    }

    #[test]
    fn a_refusal_lists_what_would_be_accepted() {
        let refused = "TRUCK".parse::<Mode>().unwrap_err();
        assert_eq!(refused.code, FieldCode::NotOneOf);
        assert!(refused.message.contains("ROAD, RAIL, MARINE, SEA, AIR"));
    }
}
