//! The steps of the workflow, in its order; `workflow.rs` holds the two together.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use loadsure_deploy::{
    ApplyError, Inputs, Limits, Release, SchemaError, SmokeError, WatchError, WindowError, apply, observe,
    plan, promote, roll_back, verify_schema, watch,
};

use super::world::open;
use super::{NEW, World, images};

/// What the people say who are asked before the traffic moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approval {
    Granted,
    Denied,
}

/// How a deployment ended.
#[derive(Debug)]
pub(crate) enum End {
    /// It serves.
    Serves,
    /// Somebody said no.
    Denied,
    /// A step failed; what was there before was put back.
    Back(Failure),
}

/// The step that failed.
#[derive(Debug)]
pub(crate) enum Failure {
    Watch(WatchError),
    Schema(SchemaError),
    Smoke(SmokeError),
    Window(WindowError),
}

impl World {
    pub(crate) async fn plan(&self) -> Release {
        let (commit, checks) = (images(NEW).commit, Self::checks());
        let staging = Some(self.staging);
        plan(
            &self.client,
            self.environment,
            (&commit, &checks),
            images(NEW),
            self.slots,
            staging,
        )
        .await
        .unwrap()
    }

    pub(crate) async fn apply(&self, release: &mut Release) -> Result<(), ApplyError> {
        let inputs = Inputs {
            template: self.template.clone(),
            outputs: Self::outputs(),
            secrets: BTreeMap::new(),
        };
        apply(&self.client, &self.lock, release, &inputs, Self::patience()).await
    }

    /// A whole deployment. `said` takes what is printed.
    pub(crate) async fn deploy(&self, approval: Approval, said: &Mutex<Vec<String>>) -> End {
        let mut release = self.plan().await;
        let end = match self.until_approval(&mut release, said).await {
            Err(failure) => self.back(&release, failure).await,
            Ok(()) if release.serving.is_some() && approval == Approval::Denied => {
                self.take_back(&release).await;
                End::Denied
            }
            Ok(()) => match self.after_approval(&mut release).await {
                Err(failure) => self.back(&release, failure).await,
                Ok(()) => End::Serves,
            },
        };
        self.lock.release().await.unwrap();
        end
    }

    async fn until_approval(&self, release: &mut Release, said: &Mutex<Vec<String>>) -> Result<(), Failure> {
        self.apply(release).await.unwrap();
        // The platform's PRE_DEPLOY job. Whether it fails, the platform was told beforehand.
        drop(loadsure_store::migrate(&open(self.db.url())).await);
        let say = |line| said.lock().unwrap().push(line);
        watch(&self.client, &self.lock, release, Self::patience(), say)
            .await
            .map_err(Failure::Watch)?;
        verify_schema(&self.store).await.map_err(Failure::Schema)?;
        let say = |step: &'static str| said.lock().unwrap().push(step.to_owned());
        self.smoke().run(&self.store, say).await.map_err(Failure::Smoke)
    }

    async fn after_approval(&self, release: &mut Release) -> Result<(), Failure> {
        if release.serving.is_some() {
            release.promoted = true;
            promote(
                &self.client,
                &self.lock,
                release,
                &self.template,
                Self::patience(),
            )
            .await
            .unwrap();
        }
        let limits = Limits {
            length: Duration::ZERO,
            pause: Duration::from_millis(1),
            latency: Duration::from_secs(30),
            ..Limits::default()
        };
        observe(&self.lock, &self.smoke(), release, &limits)
            .await
            .map(drop)
            .map_err(Failure::Window)
    }

    async fn back(&self, release: &Release, failure: Failure) -> End {
        self.take_back(release).await;
        End::Back(failure)
    }

    async fn take_back(&self, release: &Release) {
        roll_back(
            &self.client,
            &self.lock,
            release,
            &self.template,
            Self::patience(),
        )
        .await
        .unwrap();
    }
}
