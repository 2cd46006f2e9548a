//! Container images: built as deployments build them, listed, and searched for known vulnerabilities.

use tokio::process::Command;

use super::step::Scene;
use crate::infra::{Outcome, Tool};
use crate::workspace;

const DOCKER: Tool = Tool {
    program: "docker",
    in_ci: true,
};
const SYFT: Tool = Tool {
    program: "syft",
    in_ci: true,
};
const GRYPE: Tool = Tool {
    program: "grype",
    in_ci: true,
};
/// The Dockerfile's targets that are deployed.
const TARGETS: [&str; 4] = ["api", "worker", "queue-monitor", "ctl"];

/// Builds every image, writes `target/ci/sbom/<target>.spdx.json`, and fails on a vulnerability that has a correction.
pub(super) async fn run(scene: &Scene) -> anyhow::Result<Outcome> {
    let folder = workspace::target()?.join("ci/sbom");
    std::fs::create_dir_all(&folder)?;
    for target in TARGETS {
        let tag = format!("loadsure/{target}:ci");
        let sbom = folder.join(format!("{target}.spdx.json"));
        let written = format!("spdx-json={}", sbom.display());
        let steps = [
            (
                &DOCKER,
                vec![
                    "build",
                    "--file",
                    "infra/containers/Dockerfile",
                    "--target",
                    target,
                    "--tag",
                    &tag,
                    ".",
                ],
            ),
            (&SYFT, vec!["scan", &tag, "--quiet", "--output", &written]),
        ];
        for (tool, args) in steps {
            let outcome = scene.run(tool, &args).await?;
            if outcome != Outcome::Passed {
                return Ok(outcome);
            }
        }
        let mut search = Command::new(GRYPE.program);
        search
            .arg(format!("sbom:{}", sbom.display()))
            .args(["--fail-on", "high", "--only-fixed"]);
        let outcome = scene.show(&GRYPE, &mut search).await?;
        if outcome != Outcome::Passed {
            return Ok(outcome);
        }
    }
    Ok(Outcome::Passed)
}
