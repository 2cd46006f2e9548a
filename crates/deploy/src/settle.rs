//! Waiting until an app may be changed: two deployments at once supersede each other.

use loadsure_digitalocean::{App, AppId, Client, Error, FollowError, Patience};

/// Why an app did not come to rest.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The platform does not tell.
    #[error("the app cannot be read")]
    Call(#[from] Error),
    /// A deployment of somebody else's does not end.
    #[error("a deployment that was under way has not ended")]
    Follow(#[from] FollowError),
}

/// The app, once no deployment waits or is under way, however those ended.
pub(crate) async fn settled(client: &Client, id: AppId, patience: Patience) -> Result<App, SettleError> {
    loop {
        let app = client.app(id).await?;
        let open = [&app.in_progress, &app.pending];
        let open = open.into_iter().flatten().find(|one| !one.phase.is_final());
        let Some(open) = open else { return Ok(app) };
        client.follow(id, open.id, patience, |_| ()).await?;
    }
}
