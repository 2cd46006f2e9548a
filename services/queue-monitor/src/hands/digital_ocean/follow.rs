//! Following a change that was sent to its end.

use loadsure_digitalocean::{DeploymentId, FollowError, Patience, Phase, Plan, Seen};
use loadsure_telemetry::fields;
use serde_json::json;
use tokio::time::sleep;
use tracing::{info, warn};

use super::send::{DEPLOYMENT, DigitalOceanTask, Sent};
use crate::hands::Ending;

/// Looks at which a change without an answer may still be on its way, each a request's time after the one before.
const ON_ITS_WAY: u32 = 3;

/// Looks after which nobody expects to see what came of it.
const LOOKS: u32 = 120;

impl DigitalOceanTask {
    /// Waits for the end.
    pub(in crate::hands) async fn follow(self, sent: Sent) -> Ending {
        match sent {
            Sent::Accepted { deployment, to, .. } => self.deployed(deployment, to).await,
            Sent::Unanswered(plan) => self.find(&plan).await,
        }
    }

    /// Follows a deployment, and then looks whether the workers are there: the end of a deployment does not prove it.
    pub(in crate::hands) async fn deployed(&self, deployment: DeploymentId, to: u32) -> Ending {
        let mut ending = self.end(deployment, to).await;
        ending.detail[DEPLOYMENT] = json!(deployment);
        ending
    }

    async fn end(&self, deployment: DeploymentId, to: u32) -> Ending {
        let target = &self.target;
        let tell = |phase| info!(%deployment, ?phase, "the deployment goes on");
        let ended = target
            .client
            .follow(target.app, deployment, Patience::default(), tell)
            .await;
        match ended.map(|ended| (ended.phase, ended.failed_step)) {
            Ok((Phase::Active, _)) => self.ready(to).await,
            Ok((Phase::Superseded, _)) => Ending::superseded("another deployment took over"),
            Ok((Phase::Canceled, _)) => Ending::failed("somebody stopped the deployment"),
            Ok((_, step)) => Ending::failed(step.unwrap_or_else(|| "the deployment failed".to_owned())),
            Err(error) => Ending::unseen(words(&error)),
        }
    }

    async fn ready(&self, to: u32) -> Ending {
        let target = &self.target;
        let patience = Patience::default();
        let ready = target
            .client
            .await_ready(target.app, &target.worker, to, patience)
            .await;
        match ready {
            Ok(replicas) => Ending::applied(json!({"ready": replicas.ready})),
            Err(error) => Ending::failed(format!("deployed, and not ready: {}", words(&error))),
        }
    }

    /// Looks what came of a change without an answer, before anything is sent again.
    async fn find(&self, plan: &Plan) -> Ending {
        for look in 1..=LOOKS {
            sleep(self.target.timeout).await;
            match self.target.client.look(plan).await {
                Ok(Seen::Made {
                    deployment: Some(deployment),
                }) => return self.deployed(deployment, plan.to()).await,
                Ok(Seen::Made { deployment: None }) => return self.ready(plan.to()).await,
                Ok(Seen::Otherwise) => return Ending::superseded("somebody else changed the app"),
                Ok(Seen::NotMade) if look >= ON_ITS_WAY => return Ending::failed("the change never arrived"),
                Ok(Seen::NotMade) => {}
                Err(error) if error.is_transient() => warn!(
                    { fields::ERROR } = fields::causes(&error),
                    "what came of the change cannot be seen yet"
                ),
                Err(error) => return Ending::unseen(error.to_string()),
            }
        }
        Ending::unseen("the platform did not tell what came of the change")
    }
}

fn words(error: &FollowError) -> String {
    match error {
        FollowError::Call(source) | FollowError::Impatient { source: Some(source) } => {
            format!("{error}: {source}")
        }
        FollowError::Impatient { source: None } => error.to_string(),
    }
}
