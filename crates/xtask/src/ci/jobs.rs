//! The jobs.

use super::job::{Job, Paths};
use super::step::{Own, Step};

/// What compiled code depends on.
const RUST: &[&str] = &[
    "crates/",
    "services/",
    "migrations/",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo/",
    ".config/",
    ".clippy.toml",
    ".rustfmt.toml",
];
/// What tests read besides.
const READ_BY_TESTS: &[&str] = &["docs/", ".env.sample", "README.md", ".do/", "infra/", ".github/"];
const INFRA: &[&str] = &["infra/", ".do/", "compose.yaml", "crates/appspec/"];
const IMAGE: &[&str] = &["infra/containers/", ".dockerignore"];
const DEPENDENCIES: &[&str] = &["Cargo.toml", "Cargo.lock", ".deny.toml", "crates/", "services/"];

/// All jobs, in the order in which `cargo xtask ci` runs them: the quick ones first.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "fmt",
        about: "the formatting of Rust",
        paths: Paths::In(&[RUST]),
        steps: &[Step::cargo(&["fmt", "--all", "--check"])],
    },
    Job {
        name: "workflows",
        about: "workflows: schema, expressions, pins, permissions, and that ci-ok needs every job",
        paths: Paths::In(&[&[".github/"]]),
        steps: &[
            Step::Own(Own::WorkflowRules),
            Step::Own(Own::WorkflowSchema),
            Step::tool("actionlint", &[]),
            Step::tool("zizmor", &["--offline", "--no-progress", ".github"]),
        ],
    },
    Job {
        name: "secrets",
        about: "tokens and passwords in files",
        paths: Paths::All,
        steps: &[
            Step::Own(Own::UrlPasswords),
            Step::tool(
                "gitleaks",
                &[
                    "dir",
                    "--no-banner",
                    "--redact",
                    "--config",
                    ".github/gitleaks.toml",
                    ".",
                ],
            ),
        ],
    },
    Job {
        name: "migrations",
        about: "migrations: unchanged once on main, numbered, without hazards, readable by the code before them",
        paths: Paths::In(&[&["migrations/", "crates/store/"]]),
        steps: &[
            Step::Own(Own::MigrationsUnchanged),
            Step::Own(Own::MigrationNumbers),
            Step::Own(Own::MigrationHazards),
            Step::Own(Own::MigrationUpgrade),
            Step::Own(Own::OldCode),
        ],
    },
    Job {
        name: "openapi",
        about: "docs/openapi.json: equal to the code, and no client of main's breaks",
        paths: Paths::In(&[RUST, &["docs/openapi.json"]]),
        steps: &[Step::Own(Own::OpenapiBreaking), Step::Own(Own::OpenapiCurrent)],
    },
    Job {
        name: "drift",
        about: ".do/app.*.yaml: equal to the Terraform",
        paths: Paths::In(&[INFRA]),
        steps: &[Step::Own(Own::AppConfig)],
    },
    Job {
        name: "infra",
        about: "Terraform, app specs, Dockerfile, compose.yaml",
        paths: Paths::In(&[INFRA]),
        steps: &[Step::Own(Own::Infra)],
    },
    Job {
        name: "dependencies",
        about: "licenses, sources, bans and advisories of dependencies",
        paths: Paths::In(&[DEPENDENCIES]),
        steps: &[
            Step::tool("cargo-deny", &["--config", ".deny.toml", "check"]),
            Step::tool("cargo-audit", &["audit"]),
        ],
    },
    Job {
        name: "clippy",
        about: "clippy and the compiler, no warning",
        paths: Paths::In(&[RUST]),
        steps: &[Step::cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])],
    },
    Job {
        name: "docs",
        about: "rustdoc, no warning; examples in documentation",
        paths: Paths::In(&[RUST]),
        steps: &[
            Step::Cargo {
                args: &["doc", "--workspace", "--no-deps", "--document-private-items"],
                env: &[("RUSTDOCFLAGS", "-D warnings")],
            },
            Step::cargo(&["test", "--workspace", "--doc"]),
        ],
    },
    Job {
        name: "test",
        about: "unit and integration tests with real servers",
        paths: Paths::In(&[RUST, READ_BY_TESTS]),
        steps: &[
            Step::Own(Own::Build),
            Step::tool(
                "cargo-nextest",
                &["nextest", "run", "--workspace", "--profile", "ci"],
            ),
        ],
    },
    Job {
        name: "chaos",
        about: "short runs with faults: nothing lost, nothing bought twice",
        paths: Paths::In(&[RUST]),
        steps: &[Step::Own(Own::Chaos)],
    },
    Job {
        name: "api-fuzz",
        about: "generated requests against a running service: answers as docs/openapi.json says",
        paths: Paths::In(&[RUST, &["docs/openapi.json"]]),
        steps: &[Step::Own(Own::ApiFuzz)],
    },
    Job {
        name: "image",
        about: "container images: build, vulnerabilities, bill of materials",
        paths: Paths::In(&[RUST, IMAGE]),
        steps: &[Step::Own(Own::Image)],
    },
    Job {
        name: "coverage",
        about: "lines and branches that tests reach",
        paths: Paths::In(&[RUST]),
        steps: &[
            Step::Own(Own::Build),
            Step::tool(
                "cargo-llvm-cov",
                &[
                    "llvm-cov",
                    "nextest",
                    "--workspace",
                    "--profile",
                    "ci",
                    "--lcov",
                    "--output-path",
                    "target/lcov.info",
                ],
            ),
        ],
    },
];

/// The job of that name.
pub(crate) fn find(name: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(changed: &[&str]) -> Vec<&'static str> {
        let changed: Vec<String> = changed.iter().map(|path| (*path).to_owned()).collect();
        JOBS.iter()
            .filter(|job| job.is_needed(&changed))
            .map(|job| job.name)
            .collect()
    }

    #[test]
    fn a_change_of_the_pipeline_needs_every_job() {
        assert_eq!(needed(&[".github/workflows/deploy.yml"]).len(), JOBS.len());
        assert_eq!(needed(&["crates/xtask/src/ci/jobs.rs"]).len(), JOBS.len());
    }

    #[test]
    fn a_change_needs_the_jobs_that_read_it() {
        assert_eq!(needed(&["docs/API.md"]), ["secrets", "test"]);
        assert_eq!(needed(&["LICENSE-MIT"]), ["secrets"]);
        assert_eq!(needed(&["compose.yaml"]), ["secrets", "drift", "infra"]);
        assert_eq!(needed(&[".github/CODEOWNERS"]), ["workflows", "secrets", "test"]);
        let code = needed(&["services/worker/src/lib.rs"]);
        for job in [
            "fmt",
            "clippy",
            "docs",
            "test",
            "chaos",
            "openapi",
            "api-fuzz",
            "image",
            "dependencies",
        ] {
            assert!(code.contains(&job), "{job}");
        }
        assert!(!code.contains(&"infra"));
    }

    #[test]
    fn names_are_unique() {
        for job in JOBS {
            assert_eq!(
                JOBS.iter().filter(|other| other.name == job.name).count(),
                1,
                "{}",
                job.name
            );
        }
    }
}
