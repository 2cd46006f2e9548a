//! Moving the traffic: the domains go from one app to the other. The old app goes on running, for an instant return.

use loadsure_digitalocean::{
    App, AppId, Client, DeploymentId, FollowError, Patience, Phase, ReplaceError, Spec,
};
use serde_json::Value;

use crate::lock::{DeployLock, LockError};
use crate::plan::has_domains;
use crate::release::Release;
use crate::settle::{SettleError, settled};
use crate::spec::Template;

/// Why the traffic was not moved.
#[derive(Debug, thiserror::Error)]
pub enum PromoteError {
    /// Another deployment is under way, or may be.
    #[error("not promoted")]
    Lock(#[from] LockError),
    /// There is one app only, which has the traffic already.
    #[error("this release has no second app: there is nothing to move")]
    OneSlot,
    /// The app that is to get the traffic does not serve this release.
    #[error("not promoted: the app does not serve this release")]
    NotServing,
    /// An app did not come to rest.
    #[error("not promoted")]
    Settle(#[from] SettleError),
    /// There are no domains to move.
    #[error("not promoted: neither app nor the committed spec has domains")]
    NoDomains,
    /// A spec was not taken. Where the old app had given the domains up already they were put back.
    #[error("not promoted")]
    Replace(#[from] ReplaceError),
    /// The deployment of a change was not seen to its end.
    #[error("not promoted")]
    Follow(#[from] FollowError),
    /// The deployment of a change failed.
    #[error("not promoted: the deployment that moves the domains ended as {0:?}")]
    Failed(Phase),
    /// The new app did not take the domains, and neither did the old one take them back. A person must act at once.
    #[error("the domains stand with no app, and could not be put back: {back}")]
    Stranded {
        /// Why they could not be put back.
        back: String,
        /// Why the new app did not take them.
        #[source]
        source: Box<PromoteError>,
    },
}

/// Moves the traffic to the app that was deployed to. May be repeated: what was done already is not done again.
///
/// # Errors
/// When the traffic was not moved.
pub async fn promote(
    client: &Client,
    lock: &DeployLock,
    release: &Release,
    template: &Template,
    patience: Patience,
) -> Result<(), PromoteError> {
    lock.hold().await?;
    let from = release.serving.ok_or(PromoteError::OneSlot)?;
    let to = settled(client, release.app, patience).await?;
    let serving = to.active.as_ref().and_then(|active| active.spec.as_ref());
    if !serving.is_some_and(|spec| release.images.strangers(spec).is_empty()) {
        return Err(PromoteError::NotServing);
    }
    let domains = template.domains();
    Move {
        client,
        lock,
        patience,
    }
    .between(from, release.app, domains)
    .await
}

/// Moves domains.
pub(crate) struct Move<'a> {
    pub(crate) client: &'a Client,
    pub(crate) lock: &'a DeployLock,
    pub(crate) patience: Patience,
}

impl Move<'_> {
    /// Takes the domains from one app and gives them to another. The platform lets no two apps have one domain, so there is a
    /// moment in which none has. `otherwise` are the domains where neither has any, because a move was cut off there.
    pub(crate) async fn between(
        &self,
        from: AppId,
        to: AppId,
        otherwise: Option<&Value>,
    ) -> Result<(), PromoteError> {
        let old = settled(self.client, from, self.patience).await?;
        let new = settled(self.client, to, self.patience).await?;
        if has_domains(&new) {
            return Ok(());
        }
        let own = old.spec.value().get("domains").filter(|_| has_domains(&old));
        let domains = own.or(otherwise).ok_or(PromoteError::NoDomains)?.clone();
        if has_domains(&old) {
            self.set(&old, None).await?;
        }
        let Err(failure) = self.set(&new, Some(&domains)).await else {
            return Ok(());
        };
        match self.put_back(from, &domains).await {
            Ok(()) => Err(failure),
            Err(back) => Err(PromoteError::Stranded {
                back: back.to_string(),
                source: Box::new(failure),
            }),
        }
    }

    async fn put_back(&self, app: AppId, domains: &Value) -> Result<(), PromoteError> {
        let app = settled(self.client, app, self.patience).await?;
        self.set(&app, Some(domains)).await
    }

    /// Changes nothing of an app's spec but its domains, and waits until that is in force.
    async fn set(&self, app: &App, domains: Option<&Value>) -> Result<(), PromoteError> {
        let mut spec = app.spec.value().clone();
        if let Some(fields) = spec.as_object_mut() {
            match domains {
                Some(domains) => fields.insert("domains".to_owned(), domains.clone()),
                None => fields.remove("domains"),
            };
        }
        let replaced = self.client.replace(app, &Spec::new(spec), &self.lock).await?;
        self.done(app.id, replaced.deployment).await
    }

    async fn done(&self, app: AppId, deployment: DeploymentId) -> Result<(), PromoteError> {
        let ended = self.client.follow(app, deployment, self.patience, |_| ()).await?;
        match ended.phase {
            Phase::Active => Ok(()),
            phase => Err(PromoteError::Failed(phase)),
        }
    }
}
