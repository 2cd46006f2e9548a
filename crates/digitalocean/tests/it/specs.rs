//! Generated specs and another writer: nothing but one integer changes, no update is lost, no secret blanked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use loadsure_digitalocean::{AppId, Order, Plan, ScaleError, StandDown, differences};
use loadsure_testkit::digitalocean::{Cloud, Route};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::support::generated::{Edit, app, edit, pointer, spec};
use crate::support::{WORKER, World, count};

/// Specs through the whole protocol over HTTP, with another writer at work; more if `PROPTEST_CASES` says so.
const PLAYED: u32 = 1500;

/// Specs through the guard alone.
const PLANNED: u32 = 10_000;

/// More than any generated worker has.
const TO: u32 = 11;

/// When the other writer strikes.
#[derive(Debug, Clone, Copy)]
enum When {
    Never,
    /// After the answer to that request was made, whatever of its deployment.
    After(Route, bool),
    /// With the lock: taken, and the spec read, while that request is answered, or else just before the fence is asked;
    /// written long after.
    WithTheLock(Option<Route>),
}

/// The deploy lock, as the fence of whoever scales asks for it: what its holder has read, and nothing while it is free.
#[derive(Debug, Clone, Default)]
struct Lock(Arc<Mutex<Option<Value>>>);

impl Lock {
    /// Takes it and reads the spec, once.
    fn take(&self, cloud: &Cloud, app: AppId) {
        self.0.lock().unwrap().get_or_insert(cloud.spec(app.0).unwrap());
    }

    fn is_free(&self) -> bool {
        self.0.lock().unwrap().is_none()
    }

    /// Gives it back, with what its holder had read.
    fn give_back(&self) -> Option<Value> {
        self.0.lock().unwrap().take()
    }
}

fn when() -> impl Strategy<Value = When> {
    let route = proptest::sample::select(&[Route::GetApp, Route::GetSize, Route::Propose][..]);
    let always_asked = proptest::sample::select(&[Route::GetApp, Route::Propose][..]);
    prop_oneof![
        1 => Just(When::Never),
        4 => (route, any::<bool>()).prop_map(|(route, over)| When::After(route, over)),
        2 => proptest::option::of(always_asked).prop_map(When::WithTheLock),
    ]
}

fn config(cases: u32) -> Config {
    Config {
        cases: cases.max(Config::default().cases),
        failure_persistence: None,
        ..Config::default()
    }
}

#[test]
fn ten_thousand_specs_are_planned_with_one_integer_changed() {
    let strategy = spec().prop_map(|mut spec| {
        seal(&mut spec);
        spec
    });
    let outcome = TestRunner::new(config(PLANNED)).run(&strategy, |spec| {
        let plan = Plan::new(&app(spec.clone()), WORKER, TO).unwrap();
        // Judged by the text as it is sent, and not by the value that was meant.
        let sent: Value = serde_json::from_str(&plan.spec().value().to_string()).unwrap();
        let pointer = pointer(&spec);
        prop_assert_eq!(differences(&spec, &sent), [pointer.as_str()]);
        prop_assert_eq!(sent.pointer(&pointer), Some(&TO.into()));
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn no_update_is_lost_and_no_secret_blanked_with_another_writer_at_work() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    world.platform.with(|cloud| cloud.set_quota(u32::MAX));
    let strategy = (spec(), edit(), when());
    let outcome = TestRunner::new(config(PLAYED)).run(&strategy, |(spec, edit, when)| {
        runtime.block_on(play(&world, spec, edit, when));
        Ok(())
    });
    outcome.unwrap();
}

/// Scales an app while another writer strikes, and again when that one is done.
async fn play(world: &World, spec: Value, edit: Edit, when: When) {
    let id = world.platform.with(|cloud| {
        cloud.clear_ledger();
        cloud.create_app(spec).unwrap()
    });
    let order = |spec: &Value| Order {
        app: AppId(id),
        worker: WORKER.to_owned(),
        from: count(spec),
        to: TO,
        ceiling: 100_000.into(),
    };
    let live = || world.platform.with(|cloud| cloud.spec(id)).unwrap();
    let first_order = order(&live());
    let lock = Lock::default();
    arm(world, AppId(id), edit.clone(), (when, lock.clone()));
    let fence = async || {
        if matches!(when, When::WithTheLock(None)) {
            world.platform.with(|cloud| lock.take(cloud, AppId(id)));
        }
        lock.is_free()
    };
    let first = world.client.scale(&first_order, &fence).await;
    match when {
        When::Never => assert!(first.is_ok(), "{first:?}"),
        When::WithTheLock(_) => assert!(matches!(first, Err(ScaleError::Fenced)), "{first:?}"),
        When::After(_, true) => assert!(matches!(first, Err(ScaleError::Changed) | Ok(_)), "{first:?}"),
        When::After(..) => {
            let running = matches!(first, Err(ScaleError::StandsDown(StandDown::DeploymentRunning)));
            assert!(running, "{first:?}");
        }
    }
    world.platform.between(|_, _| ());
    world.platform.with(|cloud| {
        if let Some(read) = lock.give_back() {
            let write = |spec: &mut Value| {
                *spec = read;
                edit.apply(spec);
            };
            cloud.edit(id, write).unwrap();
        }
        cloud.advance(Duration::from_secs(7200));
    });
    let others = live();
    if first.is_err() {
        world.client.scale(&order(&others), &async || true).await.unwrap();
    }
    check(world, AppId(id), &others);
    world.platform.with(|cloud| cloud.delete_app(id));
}

/// Arms the other writer.
fn arm(world: &World, app: AppId, edit: Edit, (when, lock): (When, Lock)) {
    let mut struck = false;
    world.platform.between(move |route, cloud| match when {
        When::After(at, over) if at == route && !std::mem::replace(&mut struck, true) => {
            cloud.edit(app.0, |spec| edit.apply(spec)).unwrap();
            if over {
                cloud.advance(Duration::from_secs(3600));
            }
        }
        When::WithTheLock(Some(at)) if at == route => lock.take(cloud, app),
        _ => {}
    });
}

/// Every change by the books, and what came of the other's.
fn check(world: &World, app: AppId, others: &Value) {
    let live = world.platform.with(|cloud| cloud.spec(app.0)).unwrap();
    let touched = differences(others, &live);
    assert!(touched.is_empty() || touched == [pointer(&live)], "{touched:?}");
    world.platform.with(|cloud| {
        assert_eq!(cloud.writes().len(), 1);
        for write in cloud.writes() {
            let sent = write.body.get("spec").unwrap();
            let pointer = pointer(&write.before);
            assert_eq!(differences(&write.before, sent), [pointer.as_str()]);
            assert_eq!(sent.pointer(&pointer), Some(&TO.into()));
            // Nothing was encrypted anew, so no container gets another value.
            assert!(differences(sent, &write.after).is_empty());
        }
    });
}

/// Encrypts as the platform does.
fn seal(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("type").and_then(Value::as_str) == Some("SECRET") {
                fields.insert("value".to_owned(), "EV[1:a:b]".into());
            }
            fields.values_mut().for_each(seal);
        }
        Value::Array(items) => items.iter_mut().for_each(seal),
        _ => {}
    }
}
