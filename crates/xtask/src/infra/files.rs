//! Checks of single files: specs, Dockerfile, compose.yaml, and the policies of the Terraform.

use loadsure_appspec::file;

use super::{CHECK_JSONSCHEMA, CHECKOV, Context, DOCTL, HADOLINT, Outcome};
use crate::commands::Environment;

/// The platform's schema of specs, where it lies beside the repository.
const SCHEMA: &str = "../shared/digitalocean/app-spec.schema.json";
/// Where the Dockerfile may be.
const DOCKERFILES: [&str; 2] = ["Dockerfile", "infra/containers/Dockerfile"];
const COMPOSE: &str = "compose.yaml";

/// The specs fulfil the platform's schema: by the schema itself, or by the platform's own command line.
pub(super) async fn specs(context: &Context) -> anyhow::Result<Outcome> {
    let specs: Vec<String> = Environment::ALL
        .iter()
        .map(|environment| file(&context.root, environment.name()).display().to_string())
        .collect();
    if context.root.join(SCHEMA).is_file() {
        let mut args = vec!["--schemafile", SCHEMA];
        args.extend(specs.iter().map(String::as_str));
        return CHECK_JSONSCHEMA.run(context, &args).await;
    }
    for spec in specs {
        let args = ["apps", "spec", "validate", "--schema-only", &spec];
        let outcome = DOCTL.run(context, &args).await?;
        if outcome != Outcome::Passed {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Passed)
}

/// Known mistakes of Terraform configurations.
pub(super) async fn policies(context: &Context) -> anyhow::Result<Outcome> {
    let args = [
        "--directory",
        "infra",
        "--framework",
        "terraform",
        "--skip-download",
        "--quiet",
        "--compact",
    ];
    CHECKOV.run(context, &args).await
}

/// Known mistakes of Dockerfiles.
pub(super) async fn dockerfile(context: &Context) -> anyhow::Result<Outcome> {
    let found = DOCKERFILES
        .into_iter()
        .find(|path| context.root.join(path).is_file());
    match found {
        Some(path) => HADOLINT.run(context, &[path]).await,
        None => Ok(Outcome::Skipped("there is no Dockerfile".to_owned())),
    }
}

/// The schema of compose files.
pub(super) async fn compose(context: &Context) -> anyhow::Result<Outcome> {
    if !context.root.join(COMPOSE).is_file() {
        return Ok(Outcome::Skipped(format!("there is no {COMPOSE}")));
    }
    let args = ["--builtin-schema", "vendor.compose-spec", COMPOSE];
    CHECK_JSONSCHEMA.run(context, &args).await
}
