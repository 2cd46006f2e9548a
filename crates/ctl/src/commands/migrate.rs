//! `migrate`.

use loadsure_config::CtlConfig;

use crate::context::{Limit, store};
use crate::{Error, output};

pub(super) async fn execute(config: &CtlConfig) -> Result<(), Error> {
    let store = store(config, Limit::None)?;
    let applied = loadsure_store::migrate(&store)
        .await
        .map_err(Error::database("migrate"))?;
    if applied.is_empty() {
        return output::line("nothing to apply, the schema is current");
    }
    applied
        .iter()
        .try_for_each(|name| output::line(&format!("applied {name}")))
}
