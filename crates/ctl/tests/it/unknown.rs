//! `loadsurectl unknown`.

use std::process::Output;

use loadsure_core::id::BookingId;
use serde_json::{Value, json};

use crate::purchase::Scene;
use crate::support::*;

/// Runs the program with everything that a worker reads as well.
async fn run(scene: &Scene, arguments: &[&str]) -> Output {
    program(arguments)
        .envs(scene.env())
        .env("USER", "ada")
        .output()
        .await
        .unwrap()
}

async fn json_of(scene: &Scene, arguments: &[&str]) -> Value {
    let output = run(scene, arguments).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

async fn status(scene: &Scene, booking: BookingId) -> Value {
    let shown = json_of(scene, &["unknown", "show", &booking.to_string(), "--json"]).await;
    shown["status"].clone()
}

/// Who settled what, and as what.
async fn audit(scene: &Scene) -> Vec<(String, Value)> {
    let sql = "SELECT actor, after FROM audit_log WHERE action = 'booking.settle'";
    let rows = scene.session.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn unknown_outcomes_are_listed_and_shown_to_people_and_programs() {
    let scene = Scene::set().await;
    let empty = run(&scene, &["unknown", "list"]).await;
    assert_eq!(stdout(&empty), "every purchase is settled\n");
    let (booking, _) = scene.lost().await;

    let listed = run(&scene, &["unknown", "list"]).await;
    let line = stdout(&listed);
    assert!(line.starts_with(&booking.to_string()), "{line}");
    assert!(
        line.contains("freight FR-1") && line.contains("no answer in time"),
        "{line}"
    );
    let listed = json_of(&scene, &["unknown", "list", "--json"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["bookingId"], booking.to_string());
    assert_eq!(listed[0]["attempts"], 1);

    let shown = run(&scene, &["unknown", "show", &booking.to_string()]).await;
    let text = stdout(&shown);
    assert!(text.contains("status       outcome_unknown"), "{text}");
    assert!(
        text.contains("lost_sight") && text.contains("settled as not bought from"),
        "{text}"
    );
    let shown = json_of(&scene, &["unknown", "show", &booking.to_string(), "--json"]).await;
    assert_eq!(shown["journal"][0]["detail"], "no answer in time");
}

/// P28: what operations read has no personal data in it.
#[tokio::test]
async fn neither_list_nor_journal_names_a_person() {
    let scene = Scene::set().await;
    let (booking, _) = scene.lost().await;
    for arguments in [
        &["unknown", "list"][..],
        &["unknown", "show", &booking.to_string()],
    ] {
        for form in [&[][..], &["--json"]] {
            let output = run(&scene, &[arguments, form].concat()).await;
            let text = stdout(&output) + &stderr(&output);
            for secret in ["Ada Broker", "ada@broker.example", "Widgets", "eyJ"] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

/// P1, P4: from the lost answer to the certificate that the insurer confirms.
#[tokio::test]
async fn a_purchase_is_settled_as_bought_once_the_insurer_confirms_it() {
    let scene = Scene::set().await;
    let _worker = scene.worker().await;
    let (booking, number) = scene.lost().await;
    let id = booking.to_string();
    let settle = ["unknown", "settle", &id, "--bought"];

    let wrong = run(&scene, &[&settle[..], &["C-404"]].concat()).await;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        stderr(&wrong).contains("certificate_not_confirmed"),
        "{}",
        stderr(&wrong)
    );
    assert_eq!(status(&scene, booking).await, "outcome_unknown");

    let right = run(&scene, &[&settle[..], &[&number]].concat()).await;
    assert_eq!(right.status.code(), Some(0), "{}", stderr(&right));
    assert_eq!(stdout(&right), format!("settled {booking}\n"));
    assert_eq!(status(&scene, booking).await, "active");
    let entry = json!({"status": "active", "certificateNumber": number});
    assert_eq!(audit(&scene).await, [("ctl:ada".to_owned(), entry)]);

    let again = run(&scene, &[&settle[..], &[&number]].concat()).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(stderr(&again).contains("it is active"), "{}", stderr(&again));
}

/// P2: not before no call can be under way any more.
#[tokio::test]
async fn a_purchase_is_settled_as_not_bought_when_its_time_has_come() {
    let scene = Scene::set().await;
    let (booking, _) = scene.lost().await;
    let id = booking.to_string();
    let settle = ["unknown", "settle", &id, "--not-bought", "--actor", "grace"];
    let early = run(&scene, &settle).await;
    assert_eq!(early.status.code(), Some(1));
    let text = stderr(&early);
    assert!(
        text.contains("settlement_too_early") && text.contains("wait until 20"),
        "{text}"
    );
    let older = "UPDATE booking_attempts SET started_at = started_at - interval '11 minutes'";
    scene.session.execute(older, &[]).await.unwrap();
    let output = run(&scene, &settle).await;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(status(&scene, booking).await, "failed");
    let entry = json!({"status": "failed"});
    assert_eq!(audit(&scene).await, [("ctl:grace".to_owned(), entry)]);
}

#[tokio::test]
async fn a_settlement_that_nobody_works_on_is_said_to_be_under_way() {
    let scene = Scene::set().await;
    let (booking, number) = scene.lost().await;
    let id = booking.to_string();
    let settle = ["unknown", "settle", &id, "--bought", &number, "--wait", "0"];
    let output = run(&scene, &settle).await;
    assert_eq!(output.status.code(), Some(75), "{}", stderr(&output));
    let second = run(&scene, &settle).await;
    assert_eq!(second.status.code(), Some(1));
    assert!(
        stderr(&second).contains("settlement_in_progress"),
        "{}",
        stderr(&second)
    );
}

#[tokio::test]
async fn a_settlement_that_makes_no_sense_is_refused() {
    let scene = Scene::set().await;
    let nobody = "0199a3c2-0000-7000-8000-000000000000";
    let unknown = run(&scene, &["unknown", "settle", nobody, "--not-bought"]).await;
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("no booking has this id"));
    for wrong in [
        &["unknown", "settle", nobody][..],
        &["unknown", "settle", nobody, "--bought", "C-1", "--not-bought"],
        &["unknown", "settle", nobody, "--bought", "a b"],
        &["unknown", "settle", "nonsense", "--not-bought"],
    ] {
        assert_eq!(run(&scene, wrong).await.status.code(), Some(2), "{wrong:?}");
    }
}
