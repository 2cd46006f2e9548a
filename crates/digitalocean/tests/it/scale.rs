use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use loadsure_digitalocean::{Guard, Order, ScaleError, differences};
use loadsure_testkit::digitalocean::Route;
use rust_decimal::Decimal;

use crate::support::{WORKER, World};

const COUNT: &str = "/workers/1/instance_count";

#[tokio::test]
async fn one_integer_changes_and_everything_else_is_sent_back_as_it_came() {
    let world = World::new().await;
    let before = world.spec();
    let scaled = world.scale(3).await.unwrap();
    assert_eq!((scaled.from, scaled.to, scaled.overtook), (2, 3, None));
    assert_eq!(differences(&before, &world.spec()), [COUNT]);
    world.platform.with(|cloud| {
        let [write] = cloud.writes() else {
            panic!("{:?}", cloud.writes());
        };
        assert_eq!(
            differences(&write.before, write.body.get("spec").unwrap()),
            [COUNT]
        );
        assert_eq!(write.body.get("update_all_source_versions"), Some(&false.into()));
        assert_eq!(cloud.deployments(world.app.0).last(), Some(&scaled.deployment.0));
        let routes: Vec<Route> = cloud
            .exchanges()
            .iter()
            .filter_map(|exchange| exchange.route)
            .collect();
        let expected = [
            Route::GetApp,
            Route::GetSize,
            Route::Propose,
            Route::GetApp,
            Route::UpdateApp,
        ];
        assert_eq!(routes, expected);
    });
}

#[tokio::test]
async fn a_worker_that_names_no_number_has_one() {
    let mut spec = crate::support::spec();
    let worker = spec.pointer_mut("/workers/1").unwrap().as_object_mut().unwrap();
    worker.remove("instance_count");
    let world = World::with(spec).await;
    let before = world.spec();
    let scaled = world.scale(2).await.unwrap();
    assert_eq!((scaled.from, scaled.to), (1, 2));
    assert_eq!(differences(&before, &world.spec()), [COUNT]);
}

#[tokio::test]
async fn what_needs_no_change_or_makes_no_sense_is_not_sent() {
    let world = World::new().await;
    let order = |worker: &str, to| Order {
        worker: worker.to_owned(),
        ..world.order(to)
    };
    for (order, expected) in [
        (order(WORKER, 2), Guard::AlreadyThere),
        (order(WORKER, 0), Guard::Zero),
        (order("api", 3), Guard::NoSuchWorker),
    ] {
        match world.client.scale(&order, &async || true).await {
            Err(ScaleError::Guard(guard)) => assert_eq!(guard, expected),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.writes(), 0);
}

/// A decision is made from one number. Where somebody has set another since, it says nothing, and an increase might be a
/// decrease.
#[tokio::test]
async fn a_number_that_is_not_the_one_that_was_decided_from_is_left_alone() {
    let world = World::new().await;
    let order = world.order(3);
    world.scale(5).await.unwrap();
    world.settle();
    let answer = world.client.scale(&order, &async || true).await;
    assert!(matches!(answer, Err(ScaleError::Changed)), "{answer:?}");
    assert_eq!(world.writes(), 1);
}

#[tokio::test]
async fn what_costs_more_than_allowed_is_not_bought_and_less_is_always_allowed() {
    let world = World::new().await;
    // Two services and a monitor at 12, and so many workers at 25.
    let order = |to, ceiling: u32| Order {
        ceiling: ceiling.into(),
        ..world.order(to)
    };
    match world.client.scale(&order(3, 110), &async || true).await {
        Err(ScaleError::TooExpensive { cost, ceiling }) => {
            assert_eq!((cost, ceiling), (Decimal::from(111), Decimal::from(110)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.writes(), 0);
    let scaled = world.client.scale(&order(3, 111), &async || true).await.unwrap();
    assert_eq!(scaled.cost, Decimal::from(111));
    world.settle();
    world.client.scale(&order(1, 1), &async || true).await.unwrap();
}

#[tokio::test]
async fn a_caller_that_lost_the_right_at_the_last_moment_changes_nothing() {
    let world = World::new().await;
    let asked = AtomicU32::new(0);
    let fence = async || {
        asked.fetch_add(1, Ordering::SeqCst);
        // Everything but the change itself is done by now.
        world.platform.with(|cloud| cloud.exchanges().len()) != 4
    };
    let answer = world.client.scale(&world.order(3), &fence).await;
    assert!(matches!(answer, Err(ScaleError::Fenced)), "{answer:?}");
    assert_eq!((asked.load(Ordering::SeqCst), world.writes()), (1, 0));
}

#[tokio::test]
async fn a_change_by_somebody_else_meanwhile_is_seen_although_it_bears_the_same_time() {
    for route in [Route::GetApp, Route::GetSize, Route::Propose] {
        let world = World::new().await;
        let app = world.app.0;
        let mut struck = false;
        world.platform.between(move |at, cloud| {
            if at == route && !std::mem::replace(&mut struck, true) {
                let edit = cloud.edit(app, |spec| {
                    *spec.pointer_mut("/workers/1/envs/1/value").unwrap() = "debug".into();
                });
                edit.unwrap();
                // Its deployment is over at once, so that only the spec tells.
                cloud.advance(std::time::Duration::from_secs(3600));
            }
        });
        let answer = world.scale(3).await;
        assert!(
            matches!(answer, Err(ScaleError::Changed)),
            "{route:?}: {answer:?}"
        );
        assert_eq!(world.writes(), 0);
        assert_eq!(
            world.spec().pointer("/workers/1/envs/1/value"),
            Some(&"debug".into())
        );
    }
}

#[tokio::test]
async fn a_writer_in_the_very_last_instant_cannot_be_excluded_and_is_told_of() {
    let world = World::new().await;
    let other = Arc::new(std::sync::Mutex::new(None));
    let fence = async || {
        world.platform.with(|cloud| {
            let edit = cloud.edit(world.app.0, |spec| {
                *spec.pointer_mut("/workers/1/envs/1/value").unwrap() = "debug".into();
            });
            *other.lock().unwrap() = Some(edit.unwrap());
            cloud.advance(std::time::Duration::from_secs(10));
        });
        true
    };
    let scaled = world.client.scale(&world.order(3), &fence).await.unwrap();
    assert_eq!(scaled.overtook.map(|id| id.0), *other.lock().unwrap());
}

#[tokio::test]
async fn the_work_can_be_spawned() {
    let world = World::new().await;
    let (client, order) = (world.client.clone(), world.order(3));
    let task = tokio::spawn(async move { client.scale(&order, &async || true).await });
    task.await.unwrap().unwrap();
}

/// The specs that this service is deployed with, as they stand in the repository.
#[tokio::test]
async fn the_workers_of_our_own_specs_can_be_scaled() {
    for file in ["app.production.yaml", "app.staging.yaml"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../.do")
            .join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let world = World::with(serde_saphyr::from_str(&text).unwrap()).await;
        let before = world.spec();
        let scaled = world.scale(3).await.unwrap();
        assert_eq!(scaled.to, 3);
        let touched = differences(&before, &world.spec());
        assert!(
            matches!(touched.as_slice(), [one] if one.ends_with("/instance_count")),
            "{touched:?}"
        );
    }
}
