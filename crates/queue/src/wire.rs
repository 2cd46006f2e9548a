//! Shapes of the server's answers (RESP2).

use fred::types::Value;

use crate::entry::{Entry, EntryId};
use crate::error::Error;

/// A list, or nothing for nil.
pub(crate) fn list(value: Value, command: &'static str) -> Result<Vec<Value>, Error> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Null => Ok(Vec::new()),
        _ => Err(Error::Protocol(command)),
    }
}

/// A text. Bytes that are not UTF-8 are replaced.
pub(crate) fn text(value: &Value, command: &'static str) -> Result<String, Error> {
    match value {
        Value::Bytes(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        other => other.as_string().ok_or(Error::Protocol(command)),
    }
}

/// An unsigned number.
pub(crate) fn number(value: &Value, command: &'static str) -> Result<u64, Error> {
    text(value, command)?
        .parse()
        .map_err(|_| Error::Protocol(command))
}

/// The id of an entry.
pub(crate) fn entry_id(value: &Value, command: &'static str) -> Result<EntryId, Error> {
    text(value, command)?
        .parse()
        .map_err(|_| Error::Protocol(command))
}

/// Ids of entries.
pub(crate) fn entry_ids(value: Value, command: &'static str) -> Result<Vec<EntryId>, Error> {
    list(value, command)?
        .iter()
        .map(|id| entry_id(id, command))
        .collect()
}

/// `[[id, [field, value, …]], …]`. An entry that was deleted while pending has nil for its fields, and is left out.
pub(crate) fn entries(value: Value, command: &'static str) -> Result<Vec<Entry>, Error> {
    let mut found = Vec::new();
    for item in list(value, command)? {
        let mut parts = list(item, command)?.into_iter();
        let (Some(id), Some(fields)) = (parts.next(), parts.next()) else {
            continue;
        };
        if fields.is_null() {
            continue;
        }
        found.push(Entry {
            id: entry_id(&id, command)?,
            fields: pairs(fields, command)?,
        });
    }
    Ok(found)
}

/// `[[stream, entries]]`, the answer to a read of one stream.
pub(crate) fn one_stream(value: Value, command: &'static str) -> Result<Vec<Entry>, Error> {
    let Some(stream) = list(value, command)?.into_iter().next() else {
        return Ok(Vec::new());
    };
    match list(stream, command)?.into_iter().nth(1) {
        Some(found) => entries(found, command),
        None => Err(Error::Protocol(command)),
    }
}

fn pairs(value: Value, command: &'static str) -> Result<Vec<(String, String)>, Error> {
    let parts = list(value, command)?;
    parts
        .chunks_exact(2)
        .map(|pair| Ok((text(&pair[0], command)?, text(&pair[1], command)?)))
        .collect()
}
