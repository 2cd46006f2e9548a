//! `loadsurectl deploy`, step by step, as the workflow calls it.

use std::path::{Path, PathBuf};
use std::process::Output;

use loadsure_testkit::db::TestDb;
use loadsure_testkit::digitalocean::Platform;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::*;

const SPEC: &str = "../../.do/app.staging.yaml";
/// The platform's time passes so many times faster.
const SPEED: u32 = 1000;

/// A runner with the files of a run, and an app that serves.
struct Runner {
    platform: Platform,
    app: Uuid,
    db: TestDb,
    folder: TempDir,
}

impl Runner {
    async fn start() -> Self {
        let platform = Platform::start().await.unwrap();
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(SPEC)).unwrap();
        let spec: Value = serde_saphyr::from_str(&text).unwrap();
        let spec = spec.to_string();
        let spec = spec.replace("${var.secrets.loadsure_api_key}", "hunter2");
        let spec = spec.replace("${var.secrets.digitalocean_token}", "hunter3");
        let app = platform.with(|cloud| {
            cloud.run_clock(SPEED);
            cloud.create_app(serde_json::from_str(&spec).unwrap()).unwrap()
        });
        let runner = Self {
            platform,
            app,
            db: migrated().await,
            folder: TempDir::new().unwrap(),
        };
        runner.write_files();
        runner
    }

    fn write_files(&self) {
        let commit = "c".repeat(40);
        let digest = format!("sha256:{}", "d".repeat(64));
        let check = json!({"id": 1, "name": "ci-ok", "head_sha": commit, "status": "completed",
            "conclusion": "success", "app": {"slug": "github-actions"}});
        let digests = json!({"api": digest, "worker": digest, "queue_monitor": digest, "ctl": digest});
        let text = |value: &str| json!({"value": value, "type": "string", "sensitive": false});
        let outputs = json!({
            "vpc_id": text("0199a3c2"), "database_private_host": text("db.example.com"),
            "queue_private_host": text("queue.example.com"), "cache_private_host": text("cache.example.com"),
            "reports_uri": {"value": "postgresql://hunter4", "type": "string", "sensitive": true},
        });
        for (name, value) in [
            ("checks.json", json!({"check_runs": [check]})),
            ("images.json", json!({"commit": commit, "digests": digests})),
            ("outputs.json", outputs),
        ] {
            std::fs::write(self.folder.path().join(name), value.to_string()).unwrap();
        }
    }

    /// Runs a step with everything that it may need in its environment.
    async fn step(&self, holder: &str, arguments: &[&str]) -> Output {
        let spec: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(SPEC);
        let all: Vec<&str> = ["deploy"].iter().chain(arguments).copied().collect();
        let mut program = program(&all);
        if matches!(arguments[0], "apply" | "rollback") {
            program.arg("--spec").arg(spec);
        }
        let output = program
            .current_dir(self.folder.path())
            .env("DATABASE_URL", self.db.url())
            .env("DIGITALOCEAN_TOKEN", self.platform.token())
            .env("DIGITALOCEAN_API_URL", self.platform.base_url())
            .env("DEPLOY_HOLDER", holder)
            .output()
            .await
            .unwrap();
        for said in [stdout(&output), stderr(&output)] {
            let is_secret = ["hunter", "EV[", self.platform.token()];
            assert!(!is_secret.iter().any(|secret| said.contains(secret)), "{said}");
        }
        output
    }

    async fn plan(&self) -> Output {
        let (app, commit) = (self.app.to_string(), "c".repeat(40));
        let arguments = [
            "plan",
            "--environment",
            "staging",
            "--checks",
            "checks.json",
            "--images",
            "images.json",
        ];
        let more = ["--commit", &commit, "--app", &app, "--staging-app", &app];
        self.step("one", &[&arguments[..], &more[..]].concat()).await
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// P62: nothing is called a success that was not one. No step shows a secret.
#[tokio::test]
async fn a_release_goes_out_and_comes_back_step_by_step() {
    let runner = Runner::start().await;
    let planned = runner.plan().await;
    assert_eq!(code(&planned), 0, "{}", stderr(&planned));
    assert!(stdout(&planned).contains("of staging"), "{}", stdout(&planned));
    let apply = ["apply", "--outputs", "outputs.json"];
    let other = runner.step("two", &["lock"]).await;
    assert_eq!(code(&other), 0, "{}", stderr(&other));
    let busy = runner.step("one", &apply).await;
    assert_eq!(
        (code(&busy), stderr(&busy).trim()),
        (75, "not deployed: another deployment holds the lock")
    );
    assert_eq!(
        stdout(&runner.step("two", &["unlock"]).await),
        "the deploy lock is free\n"
    );
    for arguments in [&apply[..], &["watch"], &["verify-schema"]] {
        let output = runner.step("one", arguments).await;
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
    }
    let digest = format!("sha256:{}", "d".repeat(64));
    let live = || {
        runner
            .platform
            .with(|cloud| cloud.spec(runner.app))
            .unwrap()
            .to_string()
    };
    assert!(live().contains(&digest));
    let back = runner.step("one", &["rollback"]).await;
    assert_eq!(code(&back), 0, "{}", stderr(&back));
    assert!(stdout(&back).starts_with("rolled back to deployment"));
    assert!(!live().contains(&digest));
    assert_eq!(
        stdout(&runner.step("one", &["unlock"]).await),
        "the deploy lock is free\n"
    );
}

#[tokio::test]
async fn a_step_without_its_secret_names_the_variable() {
    let runner = Runner::start().await;
    assert_eq!(code(&runner.plan().await), 0);
    let smoke = ["smoke", "--url", "http://127.0.0.1:1"];
    let refused = runner.step("one", &smoke).await;
    assert_eq!(
        (code(&refused), stderr(&refused).trim()),
        (78, "SMOKE_API_KEY is not set")
    );
}

#[tokio::test]
async fn people_are_told_also_of_a_version_that_was_refused() {
    let folder = TempDir::new().unwrap();
    let summary = folder.path().join("summary.md");
    let needs = json!({"plan": {"result": "failure"}, "deploy": {"result": "skipped"},
        "promote": {"result": "skipped"}, "final-approval": {"result": "skipped"}});
    let commit = "c".repeat(40);
    let output = program(&[
        "deploy",
        "notify",
        "--environment",
        "production",
        "--commit",
        &commit,
    ])
    .current_dir(folder.path())
    .env("NEEDS", needs.to_string())
    .env("GITHUB_STEP_SUMMARY", &summary)
    .output()
    .await
    .unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let told = std::fs::read_to_string(summary).unwrap();
    assert!(
        told.starts_with("## Loadsure production: cccccccccccc not deployed"),
        "{told}"
    );
}
