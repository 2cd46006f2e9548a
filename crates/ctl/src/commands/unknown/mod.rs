//! `unknown`.

mod settle;
mod view;

use loadsure_config::CtlConfig;
use loadsure_core::id::BookingId;
use loadsure_store::Store;
use serde_json::{Value, json};

use crate::context::migrated_store;
use crate::{Error, UnknownCommand, output};

/// Purchases that are read at once.
const PAGE: u32 = 200;

pub(super) async fn execute(command: UnknownCommand, config: &CtlConfig) -> Result<(), Error> {
    let store = migrated_store(config).await?;
    match command {
        UnknownCommand::List { json } => list(&store, json).await,
        UnknownCommand::Show { booking, json } => show(&store, booking, json).await,
        UnknownCommand::Settle(arguments) => settle::execute(&store, config, &arguments).await,
    }
}

async fn list(store: &Store, as_json: bool) -> Result<(), Error> {
    let (mut purchases, mut after) = (Vec::new(), None);
    loop {
        let page = store.unsettled(PAGE, after).await;
        let page = page.map_err(Error::database("list purchases"))?;
        purchases.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if as_json {
        let purchases: Vec<Value> = purchases.iter().map(view::as_json).collect();
        return output::line(&Value::from(purchases).to_string());
    }
    if purchases.is_empty() {
        return output::line("every purchase is settled");
    }
    purchases
        .iter()
        .try_for_each(|purchase| output::line(&view::as_line(purchase)))
}

async fn show(store: &Store, booking: BookingId, as_json: bool) -> Result<(), Error> {
    let found = store.purchase(booking).await;
    let found = found.map_err(Error::database("read the purchase"))?;
    let (purchase, journal) = found.ok_or(Error::NoSuchBooking)?;
    if as_json {
        let mut document = view::as_json(&purchase);
        document["journal"] = journal.iter().map(view::entry_as_json).collect();
        return output::line(&json!(document).to_string());
    }
    output::line(&view::as_text(&purchase, &journal))
}
