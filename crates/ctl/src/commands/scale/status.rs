//! `scale status`.

use loadsure_store::Store;

use super::{json, text};
use crate::{Error, output};

pub(super) async fn execute(store: &Store, as_json: bool) -> Result<(), Error> {
    let state = store.scaling_state().await;
    let state = state.map_err(Error::database("read how scaling stands"))?;
    if as_json {
        return output::line(&json::as_json(&state).to_string());
    }
    output::line(&text::as_text(&state))
}
