use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What purchasing a token a second time does. The real insurer's behaviour is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DuplicatePurchase {
    /// Each purchase issues one more certificate: the dangerous case, hence the default.
    NewCertificate,
    /// The first certificate is answered again.
    SameCertificate,
    /// Refused with 400 and the code `ALREADY_PURCHASED`.
    Rejected,
}

/// How the status of a cancelled certificate is spelt; sources disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CancelledSpelling {
    /// British.
    #[serde(rename = "CANCELLED")]
    British,
    /// American.
    #[serde(rename = "CANCELED")]
    American,
}

impl CancelledSpelling {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::British => "CANCELLED",
            Self::American => "CANCELED",
        }
    }
}

/// Which name of the additional-information field is read when cancelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdditionalInfoName {
    /// Both names.
    Either,
    /// Only `cancellationAdditionalInfo`.
    Correct,
    /// Only `cancellationAdditionaInfo`, which the client tuned against the live API sends.
    Misspelt,
}

/// What can be changed while the sandbox runs, also by `PUT /_sandbox/settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Life of a quote in seconds; 0 makes tokens that have already expired.
    pub expires_in: u32,
    /// What a second purchase of one token does.
    pub duplicate_purchase: DuplicatePurchase,
    /// Spelling of the status of a cancelled certificate.
    pub status_spelling: CancelledSpelling,
    /// Accepted name of the additional information of a cancellation.
    pub additional_info_name: AdditionalInfoName,
    /// Added to every answer of the insurer's operations, in milliseconds.
    pub latency_ms: u64,
    /// Cargo worth more than this, in major units of any currency, is declined.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub max_insured_value: Decimal,
    /// Life of a link to a document, in seconds.
    pub link_ttl_s: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            expires_in: 3600,
            duplicate_purchase: DuplicatePurchase::NewCertificate,
            status_spelling: CancelledSpelling::British,
            additional_info_name: AdditionalInfoName::Either,
            latency_ms: 0,
            max_insured_value: Decimal::new(2_000_000, 0),
            link_ttl_s: 900,
        }
    }
}

impl Settings {
    /// These settings with the fields of `patch` in place of their own.
    ///
    /// # Errors
    /// When `patch` is not an object, names an unknown setting or holds a wrong type.
    pub fn patched(&self, patch: Value) -> Result<Self, serde_json::Error> {
        let mut whole = serde_json::to_value(self)?;
        match (&mut whole, patch) {
            (Value::Object(fields), Value::Object(changes)) => fields.extend(changes),
            (whole, other) => *whole = other,
        }
        serde_json::from_value(whole)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let patched = Settings::default()
            .patched(json!({"expiresIn": 1, "duplicatePurchase": "rejected"}))
            .unwrap();
        let expected = Settings {
            expires_in: 1,
            duplicate_purchase: DuplicatePurchase::Rejected,
            ..Settings::default()
        };
        assert_eq!(patched, expected);
    }

    #[test]
    fn an_unknown_or_mistyped_setting_is_refused() {
        for patch in [
            json!({"expires_in": 1}),
            json!({"expiresIn": "1"}),
            json!({"expiresIn": -1}),
            json!([]),
        ] {
            assert!(Settings::default().patched(patch.clone()).is_err(), "{patch}");
        }
    }
}
