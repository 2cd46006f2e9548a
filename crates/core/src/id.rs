//! Identifiers. All are UUIDv7, made by this service, so that they sort by time of creation.

/// Declares a UUIDv7 newtype, so that a quote's id cannot be handed over where a booking's is wanted.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Makes a new id from the clock and the system's random source.
            #[must_use]
            pub fn generate() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// The underlying UUID, for adapters that store it.
            #[must_use]
            pub const fn as_uuid(&self) -> uuid::Uuid {
                self.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(value: uuid::Uuid) -> Self {
                Self(value)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

id!(
    /// A tenant: one customer of the service, who sees only its own records.
    TenantId
);
id!(
    /// A quote.
    QuoteId
);
id!(
    /// A booking, the purchase of one quote.
    BookingId
);
id!(
    /// A request to cancel a certificate.
    CancellationId
);
id!(
    /// A job: one unit of work for a worker, and the row that survives when Redis does not.
    JobId
);
id!(
    /// An API key.
    ApiKeyId
);
