//! Documents of the domain as JSON.

use loadsure_core::ports::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(super) fn written(value: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(value).map_err(|error| Fault::Refused {
        what: "writing a document of scaling",
        source: Some(error.into()),
    })
}

pub(super) fn read<T: DeserializeOwned>(document: Value) -> Result<T, Fault> {
    serde_json::from_value(document).map_err(|error| Fault::Refused {
        what: "reading a document of scaling",
        source: Some(error.into()),
    })
}
