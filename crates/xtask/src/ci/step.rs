//! What a job does: commands, and checks of this program's own.

use std::fmt;
use std::io::ErrorKind;
use std::process::Stdio;

use anyhow::Context as _;
use tokio::process::Command;

use super::{api_fuzz, base, image, migrations, openapi, secrets, workflows};
use crate::commands::{self, Environment};
use crate::infra::{self, Outcome, Tool};
use crate::install::{self, Wanted};
use crate::workspace::{self, Profile};

/// Where jobs run.
pub(crate) struct Scene {
    base: Option<String>,
    infra: infra::Context,
}

/// One command or check.
pub(super) enum Step {
    /// `cargo` itself.
    Cargo {
        args: &'static [&'static str],
        env: &'static [(&'static str, &'static str)],
    },
    /// A program that may be missing on a developer's machine, and that CI installs.
    Tool {
        tool: Tool,
        args: &'static [&'static str],
    },
    /// A check of this program's own.
    Own(Own),
}

/// The checks of this program's own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Own {
    ApiFuzz,
    AppConfig,
    Build,
    Chaos,
    Image,
    Infra,
    MigrationHazards,
    MigrationNumbers,
    MigrationsUnchanged,
    MigrationUpgrade,
    OldCode,
    OpenapiBreaking,
    OpenapiCurrent,
    UrlPasswords,
    WorkflowRules,
    WorkflowSchema,
}

impl Scene {
    /// `base` is the commit to compare with, where it is known; `lenient` skips what needs a tool that is not
    /// installed, in CI too.
    pub(crate) fn new(base: Option<String>, lenient: bool) -> anyhow::Result<Self> {
        let mut infra = infra::Context::new(false)?;
        if lenient {
            infra = infra.lenient();
        }
        Ok(Self { base, infra })
    }

    /// The commit to compare with; `None` when nothing is known of the time before. Asked only where it matters: most
    /// jobs of CI have no history.
    pub(super) fn base(&self) -> anyhow::Result<Option<String>> {
        base::find(self.base.clone())
    }

    /// Runs a program in the repository's root, its output going to the terminal.
    pub(super) async fn run(&self, tool: &Tool, args: &[&str]) -> anyhow::Result<Outcome> {
        let mut command = Command::new(tool.program);
        command
            .current_dir(workspace::root()?)
            .env("CARGO_TARGET_DIR", workspace::target()?)
            .args(args);
        self.show(tool, &mut command).await
    }

    /// Runs a command that stands for the tool, its output going to the terminal.
    pub(super) async fn show(&self, tool: &Tool, command: &mut Command) -> anyhow::Result<Outcome> {
        match command.stdin(Stdio::null()).status().await {
            Ok(status) if status.success() => Ok(Outcome::Passed),
            Ok(status) => Ok(Outcome::Failed(format!("{} ended with {status}", tool.program))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(tool.missing(&self.infra)),
            Err(error) => Err(error).with_context(|| format!("cannot run {}", tool.program)),
        }
    }
}

impl Step {
    pub(super) const fn cargo(args: &'static [&'static str]) -> Self {
        Self::Cargo { args, env: &[] }
    }

    pub(super) const fn tool(program: &'static str, args: &'static [&'static str]) -> Self {
        Self::Tool {
            tool: Tool { program, in_ci: true },
            args,
        }
    }

    pub(super) async fn run(&self, scene: &Scene) -> anyhow::Result<Outcome> {
        match self {
            Self::Cargo { args, env } => {
                let mut command = workspace::cargo()?;
                command.args(*args).envs(env.iter().copied());
                workspace::run(&mut command).await?;
                Ok(Outcome::Passed)
            }
            Self::Tool { tool, args } => scene.run(tool, args).await,
            Self::Own(own) => own.run(scene).await,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cargo { args, .. } => write!(f, "cargo {}", args.join(" ")),
            Self::Tool { tool, args } => write!(f, "{} {}", tool.program, args.join(" ")),
            Self::Own(own) => f.write_str(own.about()),
        }
    }
}

impl Own {
    fn about(self) -> &'static str {
        match self {
            Self::ApiFuzz => "schemathesis against a running service",
            Self::AppConfig => "cargo xtask sync-app-config --check",
            Self::Build => "the programs that tests start",
            Self::Chaos => "cargo xtask chaos --short",
            Self::Image => "images, their SBOMs and vulnerabilities",
            Self::Infra => "cargo xtask infra-check",
            Self::MigrationHazards => "squawk on new migrations",
            Self::MigrationNumbers => "numbers of migrations",
            Self::MigrationsUnchanged => "migrations that are on main are unchanged",
            Self::MigrationUpgrade => "new migrations on the database of the release before",
            Self::OldCode => "the tests of the code before, on the new schema",
            Self::OpenapiBreaking => "breaking changes of docs/openapi.json",
            Self::OpenapiCurrent => "cargo xtask openapi --check",
            Self::UrlPasswords => "passwords in URLs",
            Self::WorkflowRules => "rules of the workflows",
            Self::WorkflowSchema => "check-jsonschema on every workflow and action, and on renovate.json",
        }
    }

    async fn run(self, scene: &Scene) -> anyhow::Result<Outcome> {
        match self {
            Self::ApiFuzz => return api_fuzz::run(scene).await,
            Self::Image => return image::run(scene).await,
            Self::MigrationHazards => return migrations::hazards(scene).await,
            Self::MigrationNumbers => return migrations::numbers(),
            Self::MigrationsUnchanged => return migrations::unchanged(scene),
            Self::MigrationUpgrade => return migrations::upgrade(scene).await,
            Self::OldCode => return migrations::old_code(scene).await,
            Self::OpenapiBreaking => return openapi::breaking(scene),
            Self::UrlPasswords => return secrets::url_passwords(),
            Self::WorkflowRules => return workflows::check(),
            Self::WorkflowSchema => return workflows::schema(scene).await,
            Self::AppConfig => commands::check_app_config(&workspace::root()?, &Environment::ALL)?,
            Self::Build => build().await?,
            Self::Chaos => commands::short_chaos(true).await?,
            Self::Infra => commands::check_infra().await?,
            Self::OpenapiCurrent => commands::check_openapi().await?,
        }
        Ok(Outcome::Passed)
    }
}

async fn build() -> anyhow::Result<()> {
    let wanted = Wanted {
        postgres: true,
        redis: true,
    };
    install::ensure(wanted, true).await?;
    workspace::build(Profile::Dev).await
}
