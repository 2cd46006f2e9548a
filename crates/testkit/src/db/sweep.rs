//! Drops what killed tests left behind.

use super::Error;
use super::admin::Admin;
use super::name::{TEMPLATE_PREFIX, TEST_PREFIX, UNFINISHED};

/// Templates that are kept: enough to change between branches without migrating each time.
const TEMPLATES_KEPT: usize = 4;

/// Drops the databases of tests, unfinished templates, and all but the newest templates.
/// Only for a server that no test uses yet.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn sweep(server: &str) -> Result<(), Error> {
    let admin = Admin::connect(server).await?;
    let (unfinished, templates): (Vec<_>, Vec<_>) = admin
        .databases(TEMPLATE_PREFIX)
        .await?
        .into_iter()
        .partition(|name| name.ends_with(UNFINISHED));
    let tests = admin.databases(TEST_PREFIX).await?;
    for name in tests
        .into_iter()
        .chain(unfinished)
        .chain(templates.into_iter().skip(TEMPLATES_KEPT))
    {
        admin.drop_database(&name).await?;
    }
    Ok(())
}
