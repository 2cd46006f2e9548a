//! The checks of `infra-check`. To add one: a variant of [`Kind`], its line in [`CHECKS`], and a constant for the tool
//! that it needs, beside the others.

mod files;
mod terraform;
mod tool;

use std::path::PathBuf;

use crate::commands::{Environment, check_app_config};
use crate::workspace;

pub(crate) use tool::{Outcome, Tool};

/// A check and its name.
pub(crate) struct Check {
    /// What it is called on the terminal and in filters.
    pub(crate) name: &'static str,
    kind: Kind,
}

enum Kind {
    TerraformFormat,
    TerraformValidate,
    TerraformTest,
    TerraformAgrees,
    AppConfig,
    SpecSchema,
    Policies,
    Dockerfile,
    Compose,
}

/// All checks, the quick ones first.
pub(crate) const CHECKS: [Check; 9] = [
    Check {
        name: "sync-app-config",
        kind: Kind::AppConfig,
    },
    Check {
        name: "app-spec-schema",
        kind: Kind::SpecSchema,
    },
    Check {
        name: "hadolint",
        kind: Kind::Dockerfile,
    },
    Check {
        name: "compose-schema",
        kind: Kind::Compose,
    },
    Check {
        name: "terraform-fmt",
        kind: Kind::TerraformFormat,
    },
    Check {
        name: "checkov",
        kind: Kind::Policies,
    },
    Check {
        name: "terraform-validate",
        kind: Kind::TerraformValidate,
    },
    Check {
        name: "terraform-test",
        kind: Kind::TerraformTest,
    },
    Check {
        name: "terraform-agrees",
        kind: Kind::TerraformAgrees,
    },
];

/// What the checks need. CI installs all of them: none may be missing there.
pub(crate) const TERRAFORM: Tool = Tool::of_ci("terraform");
pub(crate) const CHECKOV: Tool = Tool::of_ci("checkov");
pub(crate) const HADOLINT: Tool = Tool::of_ci("hadolint");
pub(crate) const CHECK_JSONSCHEMA: Tool = Tool::of_ci("check-jsonschema");
pub(crate) const DOCTL: Tool = Tool::of_ci("doctl");

/// Where the checks run.
pub(crate) struct Context {
    root: PathBuf,
    scratch: PathBuf,
    online: bool,
    in_ci: bool,
}

impl Context {
    /// Under `CI=true` providers may be downloaded, and tools that CI installs may not be missing.
    pub(crate) fn new(online: bool) -> anyhow::Result<Self> {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        Ok(Self {
            root: workspace::root()?,
            scratch: workspace::target()?.join("infra-check"),
            online: online || in_ci,
            in_ci,
        })
    }

    /// The same, where tools may be missing in CI too.
    pub(crate) fn lenient(self) -> Self {
        Self { in_ci: false, ..self }
    }
}

impl Check {
    /// Runs it.
    pub(crate) async fn run(&self, context: &Context) -> anyhow::Result<Outcome> {
        match self.kind {
            Kind::TerraformFormat => terraform::format(context).await,
            Kind::TerraformValidate => terraform::validate(context).await,
            Kind::TerraformTest => terraform::test(context).await,
            Kind::TerraformAgrees => terraform::agrees(context).await,
            Kind::AppConfig => Ok(match check_app_config(&context.root, &Environment::ALL) {
                Ok(()) => Outcome::Passed,
                Err(error) => Outcome::Failed(format!("{error:#}")),
            }),
            Kind::SpecSchema => files::specs(context).await,
            Kind::Policies => files::policies(context).await,
            Kind::Dockerfile => files::dockerfile(context).await,
            Kind::Compose => files::compose(context).await,
        }
    }
}
