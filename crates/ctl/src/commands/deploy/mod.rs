//! `deploy`: each step as a command of its own, so that a workflow shows which one failed.

mod error;
mod outputs;
mod tools;

use std::io::Write as _;

use loadsure_config::{CtlConfig, DeployConfig, ProcessEnv};
use loadsure_deploy::{
    DeployLock, Images, Inputs, Limits, Message, Outcome, Release, Slots, Template, Webhook, apply, observe,
    plan, promote, read_json, roll_back, summary, verify_schema, watch,
};
use loadsure_digitalocean::Patience;

use crate::arguments::{Apply, File, Holder, Notify, Observe, Plan, Step, Turn};
use crate::context::{Limit, store};
use crate::{DeployCommand, output};
use tools::{client, secrets, smoke};
use url::Url;

pub use error::DeployError;

type Done = Result<(), crate::Error>;

/// Steps that need no database, and are not given one.
pub(crate) async fn without_database(command: &DeployCommand) -> Option<Done> {
    match command {
        DeployCommand::Plan(arguments) => Some(planned(arguments).await),
        DeployCommand::Notify(arguments) => Some(notified(arguments).await),
        _ => None,
    }
}

pub(super) async fn execute(command: DeployCommand, config: &CtlConfig) -> Done {
    match command {
        DeployCommand::Apply(arguments) => applied(&arguments, config).await,
        DeployCommand::Watch(step) => watched(&step, config).await,
        DeployCommand::VerifySchema => {
            let store = store(config, Limit::Configured)?;
            verify_schema(&store).await.map_err(DeployError::from)?;
            output::line("the schema has every migration of this version")
        }
        DeployCommand::Smoke { url, file } => smoked(url, &file, config).await,
        DeployCommand::Observe(arguments) => observed(&arguments, config).await,
        DeployCommand::Promote(turn) => promoted(&turn, config).await,
        DeployCommand::Rollback(turn) => rolled_back(&turn, config).await,
        DeployCommand::Lock { holder } => {
            lock(config, &holder)?.hold().await.map_err(DeployError::from)?;
            output::line("the deploy lock is held")
        }
        DeployCommand::Unlock { holder } => {
            let given = lock(config, &holder)?
                .release()
                .await
                .map_err(DeployError::from)?;
            output::line(match given {
                true => "the deploy lock is free",
                false => "the deploy lock was not held",
            })
        }
        // Both were carried out before a database was looked for.
        DeployCommand::Plan(_) | DeployCommand::Notify(_) => Ok(()),
    }
}

async fn planned(arguments: &Plan) -> Done {
    let config = DeployConfig::from_env(&ProcessEnv)?;
    let checks = read_json(&arguments.checks).map_err(DeployError::from)?;
    let images: Images = read_json(&arguments.images).map_err(DeployError::from)?;
    let slots = match arguments.apps[..] {
        [blue, green] => Slots::Two(blue, green),
        [app] => Slots::One(app),
        _ => return Err(DeployError::Apps.into()),
    };
    let client = client(&config)?;
    let release = plan(
        &client,
        arguments.environment,
        (&arguments.commit, &checks),
        images,
        slots,
        arguments.staging_app,
    )
    .await
    .map_err(DeployError::from)?;
    release.save(&arguments.file.release).map_err(DeployError::from)?;
    output::line(&format!(
        "{} goes to {} of {}",
        arguments.commit, release.app, release.environment
    ))
}

async fn applied(arguments: &Apply, config: &CtlConfig) -> Done {
    let Turn { spec, step } = &arguments.turn;
    let mut release = load(step)?;
    let inputs = Inputs {
        template: Template::read(spec).map_err(DeployError::from)?,
        outputs: outputs::read(&arguments.outputs)?,
        secrets: secrets(&config.deploy)?,
    };
    let (client, lock) = (client(&config.deploy)?, lock(config, &step.holder)?);
    let patience = Patience::default();
    let done = apply(&client, &lock, &mut release, &inputs, patience).await;
    // What is known goes into the file first: going back needs it.
    release.save(&step.file.release).map_err(DeployError::from)?;
    done.map_err(DeployError::from)?;
    let deployment = release.deployment.map(|id| id.to_string()).unwrap_or_default();
    output::line(&format!("deployment {deployment}"))
}

async fn watched(step: &Step, config: &CtlConfig) -> Done {
    let release = load(step)?;
    let (client, lock) = (client(&config.deploy)?, lock(config, &step.holder)?);
    let say = |line: String| {
        // Standard output that is gone is no reason to stop watching.
        let _ = output::line(&line);
    };
    watch(&client, &lock, &release, Patience::default(), say)
        .await
        .map_err(DeployError::from)?;
    output::line("the release serves")
}

async fn smoked(url: Option<Url>, file: &File, config: &CtlConfig) -> Done {
    let url = match url {
        Some(url) => url,
        None => address(file, config).await?,
    };
    let store = store(config, Limit::Configured)?;
    let smoke = smoke(config, url)?;
    let mut said = Ok(());
    let told = smoke.run(&store, |step| said = output::line(step)).await;
    told.map_err(DeployError::from)?;
    said
}

/// The platform's own address of the app that was deployed to, which has no domain yet when it is green.
async fn address(file: &File, config: &CtlConfig) -> Result<Url, DeployError> {
    let release = Release::load(&file.release)?;
    let app = client(&config.deploy)?.app(release.app).await?;
    let address = app.address.and_then(|address| address.parse().ok());
    address.ok_or(DeployError::NoAddress)
}

async fn observed(arguments: &Observe, config: &CtlConfig) -> Done {
    let release = load(&arguments.step)?;
    let smoke = smoke(config, arguments.url.clone())?;
    let limits = Limits {
        length: arguments.minutes,
        errors_percent: arguments.errors_percent,
        latency: std::time::Duration::from_millis(arguments.latency_ms),
        ..Limits::default()
    };
    let lock = lock(config, &arguments.step.holder)?;
    let reading = observe(&lock, &smoke, &release, &limits)
        .await
        .map_err(DeployError::from)?;
    let (good, bad) = (reading.times.len(), reading.failures);
    output::line(&format!(
        "the release is good: {good} probes answered, {bad} failed"
    ))
}

async fn promoted(turn: &Turn, config: &CtlConfig) -> Done {
    let mut release = load(&turn.step)?;
    let template = Template::read(&turn.spec).map_err(DeployError::from)?;
    let (client, lock) = (client(&config.deploy)?, lock(config, &turn.step.holder)?);
    // Written down before it is begun: a promotion that is cut off has to be taken back too.
    release.promoted = true;
    release.save(&turn.step.file.release).map_err(DeployError::from)?;
    promote(&client, &lock, &release, &template, Patience::default())
        .await
        .map_err(DeployError::from)?;
    output::line(&format!("{} has the traffic", release.app))
}

async fn rolled_back(turn: &Turn, config: &CtlConfig) -> Done {
    let release = load(&turn.step)?;
    let template = Template::read(&turn.spec).map_err(DeployError::from)?;
    let (client, lock) = (client(&config.deploy)?, lock(config, &turn.step.holder)?);
    let returned = roll_back(&client, &lock, &release, &template, Patience::default())
        .await
        .map_err(DeployError::from)?;
    output::line(&match returned {
        loadsure_deploy::Returned::NothingToDo => "nothing to take back".to_owned(),
        loadsure_deploy::Returned::To(deployment) => format!("rolled back to deployment {deployment}"),
    })
}

async fn notified(arguments: &Notify) -> Done {
    let config = DeployConfig::from_env(&ProcessEnv)?;
    let jobs = serde_json::from_str(&arguments.needs).map_err(DeployError::Needs)?;
    let message = Message {
        environment: arguments.environment,
        commit: &arguments.commit,
        outcome: Outcome::of(&jobs),
    };
    // A version that was refused left no file.
    let release = Release::load(&arguments.file.release).ok();
    let text = summary(&message, release.as_ref());
    match &arguments.summary {
        Some(path) => {
            let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
            file.and_then(|mut file| file.write_all(text.as_bytes()))?;
        }
        None => output::line(&text)?,
    }
    if let Some(address) = config.webhook {
        let told = Webhook(address).tell(&message).await;
        told.map_err(DeployError::from)?;
    }
    Ok(())
}

fn load(step: &Step) -> Result<Release, DeployError> {
    Ok(Release::load(&step.file.release)?)
}

fn lock(config: &CtlConfig, holder: &Holder) -> Result<DeployLock, crate::Error> {
    Ok(DeployLock::new(
        store(config, Limit::Configured)?,
        holder.holder.clone(),
    ))
}
