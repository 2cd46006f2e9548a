//! One list, ready to be answered.

use actix_web::http::header::EntityTag;
use actix_web::web::Bytes;
use loadsure_store::List as Stored;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

/// One list as it is answered. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct List {
    body: Bytes,
    tag: EntityTag,
    refreshed_at: OffsetDateTime,
}

impl List {
    pub(super) fn new(stored: &Stored) -> Self {
        let body = Bytes::from(Value::from(stored.items.as_slice()).to_string());
        let hash = Sha256::digest(&body);
        let digits: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self {
            body,
            tag: EntityTag::new_strong(digits),
            refreshed_at: stored.refreshed_at,
        }
    }

    /// The JSON array.
    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// Changes whenever the body does, and is the same on all instances.
    pub(crate) const fn tag(&self) -> &EntityTag {
        &self.tag
    }

    /// When the insurer gave it.
    pub(super) const fn refreshed_at(&self) -> OffsetDateTime {
        self.refreshed_at
    }
}
