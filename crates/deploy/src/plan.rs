//! Which version goes where, decided before anything is touched.

use loadsure_digitalocean::{App, AppId, Client, Error};

use crate::ci::{CheckRuns, CiError};
use crate::environment::Environment;
use crate::images::{Commit, Images};
use crate::release::Release;

/// The apps of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slots {
    /// One, which is replaced in place.
    One(AppId),
    /// Two, blue and green: the one without traffic is deployed to, and the traffic moves afterwards.
    Two(AppId, AppId),
}

/// Why there is nothing to deploy.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The commit did not pass.
    #[error("not deployed")]
    Ci(#[from] CiError),
    /// The images are of another commit.
    #[error("the images were made from {0}, another commit")]
    OtherCommit(Commit),
    /// Some components have no image, or there are images of unknown ones.
    #[error("the images do not match the components: {}", .0.join(", "))]
    Images(Vec<String>),
    /// Production takes only what staging runs, and it is not known which app that is.
    #[error("production takes only what staging runs, and staging's app is not named")]
    NoStaging,
    /// Staging runs another version in these components, or none.
    #[error("staging does not run this version: {}", .0.join(", "))]
    NotOnStaging(Vec<String>),
    /// The domains stand with neither app or with both.
    #[error(
        "{0} of the two apps have the domains: move them by hand, or finish the promotion that was begun"
    )]
    Domains(usize),
    /// The platform does not tell.
    #[error("the platform cannot be asked")]
    Call(#[from] Error),
}

/// Decides on a release, from what CI said of the commit, what was built, and what runs.
///
/// # Errors
/// When it must not be made.
pub async fn plan(
    client: &Client,
    environment: Environment,
    (commit, checks): (&Commit, &CheckRuns),
    images: Images,
    slots: Slots,
    staging: Option<AppId>,
) -> Result<Release, PlanError> {
    checks.require(commit)?;
    if images.commit != *commit {
        return Err(PlanError::OtherCommit(images.commit));
    }
    let mismatches = images.mismatches();
    if !mismatches.is_empty() {
        return Err(PlanError::Images(mismatches));
    }
    if environment == Environment::Production {
        let staging = staging.ok_or(PlanError::NoStaging)?;
        runs_on(&client.app(staging).await?, &images)?;
    }
    let (app, serving) = choose(client, slots).await?;
    Ok(Release {
        environment,
        images,
        app,
        serving,
        previous: None,
        workers: None,
        deployment: None,
        baseline: None,
        promoted: false,
    })
}

/// What serves counts, not what was last asked for: that may have failed.
fn runs_on(staging: &App, images: &Images) -> Result<(), PlanError> {
    let serving = staging
        .active
        .as_ref()
        .and_then(|deployment| deployment.spec.as_ref());
    let strangers = serving.map_or_else(
        || vec!["nothing serves".to_owned()],
        |spec| images.strangers(spec),
    );
    match strangers.is_empty() {
        true => Ok(()),
        false => Err(PlanError::NotOnStaging(strangers)),
    }
}

async fn choose(client: &Client, slots: Slots) -> Result<(AppId, Option<AppId>), PlanError> {
    let (blue, green) = match slots {
        Slots::One(app) => return Ok((app, None)),
        Slots::Two(blue, green) => (blue, green),
    };
    let served = (
        has_domains(&client.app(blue).await?),
        has_domains(&client.app(green).await?),
    );
    match served {
        (true, false) => Ok((green, Some(blue))),
        (false, true) => Ok((blue, Some(green))),
        (both, _) => Err(PlanError::Domains(if both { 2 } else { 0 })),
    }
}

pub(crate) fn has_domains(app: &App) -> bool {
    let domains = app
        .spec
        .value()
        .get("domains")
        .and_then(|domains| domains.as_array());
    domains.is_some_and(|domains| !domains.is_empty())
}
