//! How the insurer spells the codes of a shipment. Sources disagree (loadsure-api.md 3.4), so configuration can
//! override what [`loadsure_core::spelling`] assumes.

use std::collections::BTreeMap;
use std::str::FromStr;

use loadsure_core::spelling::{
    CancellationReason, CarrierIdType, Containerization, Mode, PartyType, Recipient, StopType,
    TemperatureUnit, Truckload, WeightUnit,
};

use crate::settings::BuildError;

/// A code that is sent to the insurer.
pub(crate) trait Code: Copy + FromStr {
    /// Its table.
    const TABLE: &'static str;

    /// Its canonical name.
    fn name(self) -> &'static str;

    /// Its spelling unless configuration says otherwise.
    fn usual(self) -> &'static str;
}

/// Declares which tables are sent, and thereby which can be configured.
macro_rules! sent {
    ($($name:ident),+ $(,)?) => {
        $(impl Code for $name {
            const TABLE: &'static str = Self::FIELD;

            fn name(self) -> &'static str {
                self.as_str()
            }

            fn usual(self) -> &'static str {
                self.sent()
            }
        })+

        /// The canonical name of a code, or `None` when no such table or code is sent.
        fn canonical(table: &str, code: &str) -> Option<(&'static str, &'static str)> {
            $(if table == $name::TABLE {
                return code.parse::<$name>().ok().map(|code| ($name::TABLE, code.name()));
            })+
            None
        }
    };
}

sent!(
    CancellationReason,
    CarrierIdType,
    Containerization,
    Mode,
    PartyType,
    Recipient,
    StopType,
    TemperatureUnit,
    Truckload,
    WeightUnit,
);

/// The configured spellings, by table and canonical name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spellings(BTreeMap<(&'static str, &'static str), String>);

impl Spellings {
    /// Checks a table of `table.code` to spelling.
    pub(crate) fn new(given: &BTreeMap<String, String>) -> Result<Self, BuildError> {
        let mut known: BTreeMap<_, String> = BTreeMap::new();
        for (name, spelling) in given {
            let code = name
                .split_once('.')
                .and_then(|(table, code)| canonical(table, code))
                .ok_or_else(|| BuildError::UnknownCode(name.clone()))?;
            if spelling.trim().is_empty() {
                return Err(BuildError::EmptySpelling(name.clone()));
            }
            let earlier = known.insert(code, spelling.clone());
            if earlier.is_some_and(|earlier| earlier != *spelling) {
                return Err(BuildError::Conflict(name.clone()));
            }
        }
        Ok(Self(known))
    }

    /// What the insurer is sent.
    pub(crate) fn of<C: Code>(&self, code: C) -> &str {
        let configured = self.0.get(&(C::TABLE, code.name()));
        configured.map_or_else(|| code.usual(), String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table<const N: usize>(pairs: [(&str, &str); N]) -> Result<Spellings, String> {
        let pairs = pairs.map(|(code, spelling)| (code.to_owned(), spelling.to_owned()));
        Spellings::new(&BTreeMap::from(pairs)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_code_is_overridden_under_any_of_its_names() {
        for name in ["weight.kg", "weight.kgs"] {
            let spellings = table([(name, "KG")]).unwrap();
            assert_eq!(spellings.of(WeightUnit::Kilograms), "KG");
            assert_eq!(spellings.of(WeightUnit::Pounds), "lbs");
        }
        assert_eq!(table([]).unwrap().of(Mode::Marine), "MARINE");
    }

    /// P40: a spelling that could never take effect is refused, with its name.
    #[test]
    fn what_is_never_sent_cannot_be_spelt() {
        for name in ["weight.stone", "colour.red", "length.in", "weight", "mode.marine"] {
            assert!(table([(name, "x")]).unwrap_err().contains(name), "{name}");
        }
        assert!(table([("mode.SEA", " ")]).unwrap_err().contains("mode.SEA"));
        assert!(table([("mode.SEA", "SHIP"), ("mode.MARINE", "SHIP")]).is_ok());
        assert!(table([("mode.SEA", "SHIP"), ("mode.MARINE", "BOAT")]).is_err());
    }
}
