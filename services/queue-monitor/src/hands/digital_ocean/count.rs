//! Counting the instances that there are, and seeing whether their number may be changed.

use std::time::Instant;

use loadsure_core::scaling::StandDown;
use loadsure_digitalocean::{App, Error, Guard};
use loadsure_telemetry::fields;
use tracing::{debug, error, info, warn};

use super::{Count, DigitalOcean};

/// Why nothing was counted.
#[derive(Debug, thiserror::Error)]
enum Blind {
    #[error(transparent)]
    Call(#[from] Error),
    #[error("the app is not what it should be")]
    Guard(#[from] Guard),
}

impl DigitalOcean {
    /// The live number. While the platform does not answer it is the last one, under a stand-down.
    pub(in crate::hands) async fn count(&mut self) -> Count {
        let now = Instant::now();
        if self.pause.holds(now) {
            return self.last;
        }
        match self.ask().await {
            Ok(count) => {
                self.pause.over();
                if std::mem::take(&mut self.is_complaining) {
                    info!("the platform answers again");
                }
                self.compare(&count);
                self.last = count;
            }
            Err(blind) => {
                self.pause.failed(now, retry_after(&blind));
                self.complain(&blind);
                self.last.stand_down = Some(reason(&blind));
            }
        }
        self.last
    }

    async fn ask(&mut self) -> Result<Count, Blind> {
        let target = &self.target;
        let app = target.client.app(target.app).await?;
        let wanted = app.spec.instance_count(&target.worker)?;
        let stand_down = match app.stand_down(&target.worker)? {
            Some(reason) => Some(known(reason)),
            None => self
                .is_single(&app)
                .await?
                .then_some(StandDown::SingleInstanceSize),
        };
        let replicas = self
            .target
            .client
            .replicas(self.target.app, &self.target.worker)
            .await;
        let living = match replicas {
            Ok(replicas) => replicas.ready,
            // An app that does not serve may have no health either, and is left alone anyway.
            Err(_) if stand_down.is_some() => self.last.living,
            Err(error) => return Err(error.into()),
        };
        Ok(Count {
            wanted,
            living,
            draining: 0,
            serving: serving(&app, &self.target.worker),
            stand_down,
        })
    }

    async fn is_single(&mut self, app: &App) -> Result<bool, Blind> {
        let Some(size) = app.spec.instance_size(&self.target.worker)? else {
            return Ok(false);
        };
        if let Some((known, single)) = &self.single
            && known == size
        {
            return Ok(*single);
        }
        let single = self.target.client.is_single_instance(size).await?;
        self.single = Some((size.to_owned(), single));
        Ok(single)
    }

    /// Says once that what was asked for does not serve. The same number cannot be asked for again, so that a person has to
    /// deploy.
    fn compare(&self, count: &Count) {
        if count.is_unserved() && !self.last.is_unserved() {
            error!(
                wanted = count.wanted,
                serving = count.serving,
                "the last deployment has failed, and another number of workers serves than was asked for; deploy again"
            );
        }
    }

    fn complain(&mut self, blind: &Blind) {
        let error = fields::causes(blind);
        if std::mem::replace(&mut self.is_complaining, true) {
            debug!({ fields::ERROR } = error, "the workers still cannot be counted");
        } else {
            warn!(
                { fields::ERROR } = error,
                "the workers cannot be counted; their number stays"
            );
        }
    }
}

/// The number in the deployment that serves, where the platform tells its specification.
fn serving(app: &App, worker: &str) -> Option<u32> {
    let spec = app.active.as_ref()?.spec.as_ref()?;
    spec.instance_count(worker).ok()
}

fn retry_after(blind: &Blind) -> Option<std::time::Duration> {
    match blind {
        Blind::Call(error) => error.retry_after(),
        Blind::Guard(_) => None,
    }
}

const fn reason(blind: &Blind) -> StandDown {
    match blind {
        Blind::Call(Error::Unauthorized { .. }) => StandDown::Unauthorized,
        Blind::Call(_) => StandDown::PlatformUnreachable,
        Blind::Guard(_) => StandDown::AppInError,
    }
}

const fn known(reason: loadsure_digitalocean::StandDown) -> StandDown {
    use loadsure_digitalocean::StandDown as Theirs;
    match reason {
        Theirs::DeploymentRunning => StandDown::DeploymentRunning,
        Theirs::Pinned => StandDown::Pinned,
        Theirs::Archived => StandDown::Archived,
        Theirs::Maintenance => StandDown::Maintenance,
        Theirs::AppInError => StandDown::AppInError,
        Theirs::NativeAutoscaling => StandDown::NativeAutoscaling,
        Theirs::SingleInstanceSize => StandDown::SingleInstanceSize,
    }
}
