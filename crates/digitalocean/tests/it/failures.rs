use std::time::Duration;

use loadsure_digitalocean::{Client, Error, ScaleError, Seen, Settings, Trouble};
use loadsure_testkit::digitalocean::{Fault, Route};

use crate::support::{World, settings, shown};

fn status(status: u16) -> Fault {
    Fault::Status { status, done: false }
}

#[tokio::test]
async fn a_refused_token_is_told_as_such_wherever_it_strikes() {
    for route in [Route::GetApp, Route::GetSize, Route::Propose, Route::UpdateApp] {
        for code in [401, 403] {
            let world = World::new().await;
            world.platform.with(|cloud| cloud.fail_next(route, status(code)));
            match world.scale(3).await {
                Err(ScaleError::Call(Error::Unauthorized { status })) => assert_eq!(status, code),
                other => panic!("{route:?}: {other:?}"),
            }
            assert_eq!(world.writes(), 0);
        }
    }
}

#[tokio::test]
async fn a_rate_limit_is_honoured_without_asking_again() {
    let world = World::new().await;
    world
        .platform
        .with(|cloud| cloud.fail_next(Route::GetApp, Fault::RateLimited { retry_after_s: 40 }));
    for _ in 0..3 {
        let error = world.client.app(world.app).await.unwrap_err();
        assert!(
            error
                .retry_after()
                .is_some_and(|wait| wait <= Duration::from_secs(40)),
            "{error:?}"
        );
    }
    assert_eq!(world.platform.with(|cloud| cloud.exchanges().len()), 1);
}

#[tokio::test]
async fn a_quota_that_is_spent_is_not_overdrawn() {
    let world = World::new().await;
    world.platform.with(|cloud| cloud.set_quota(2));
    let answer = world.scale(3).await;
    assert!(
        matches!(answer, Err(ScaleError::Call(Error::RateLimited { .. }))),
        "{answer:?}"
    );
    assert_eq!(world.platform.with(|cloud| cloud.exchanges().len()), 2);
}

#[tokio::test]
async fn a_failure_to_read_or_to_propose_changes_nothing() {
    for route in [Route::GetApp, Route::GetSize, Route::Propose] {
        for fault in [status(500), status(503), status(524), Fault::Cut { done: false }] {
            let world = World::new().await;
            world.platform.with(|cloud| cloud.fail_next(route, fault));
            let answer = world.scale(3).await;
            let Err(ScaleError::Call(error @ Error::Unavailable { .. })) = &answer else {
                panic!("{route:?} {fault:?}: {answer:?}");
            };
            assert!(error.is_transient());
            assert_eq!(world.writes(), 0);
        }
    }
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_looked_for_and_not_sent_again() {
    for done in [true, false] {
        let lost = [
            Fault::Status { status: 500, done },
            Fault::Status { status: 524, done },
            Fault::Cut { done },
        ];
        for fault in lost {
            let world = World::new().await;
            world
                .platform
                .with(|cloud| cloud.fail_next(Route::UpdateApp, fault));
            let answer = world.scale(3).await;
            let Err(ScaleError::Unknown { plan, .. }) = answer else {
                panic!("{fault:?}: {answer:?}");
            };
            let seen = world.client.look(&plan).await.unwrap();
            match seen {
                Seen::Made { deployment } => assert!(done && deployment.is_some(), "{fault:?}"),
                Seen::NotMade => assert!(!done, "{fault:?}"),
                Seen::Otherwise => panic!("{fault:?}"),
            }
            let sent = |cloud: &mut loadsure_testkit::digitalocean::Cloud| {
                let puts = cloud
                    .exchanges()
                    .iter()
                    .filter(|one| one.route == Some(Route::UpdateApp));
                puts.count()
            };
            assert_eq!(world.platform.with(sent), 1);
        }
    }
}

#[tokio::test]
async fn a_change_that_was_lost_among_others_is_told_apart() {
    let world = World::new().await;
    let fault = Fault::Cut { done: true };
    world
        .platform
        .with(|cloud| cloud.fail_next(Route::UpdateApp, fault));
    let Err(ScaleError::Unknown { plan, .. }) = world.scale(3).await else {
        panic!("the answer was not lost");
    };
    world.edit(|spec| *spec.pointer_mut("/workers/1/instance_count").unwrap() = 5.into());
    assert_eq!(world.client.look(&plan).await.unwrap(), Seen::Otherwise);
}

#[tokio::test]
async fn silence_ends_with_the_time_and_leaves_a_change_unknown() {
    let world = World::new().await;
    let hasty = Client::new(&Settings {
        timeout: Duration::from_millis(300),
        ..settings(&world.platform)
    })
    .unwrap();
    let silence = Fault::Silence { done: true };
    world
        .platform
        .with(|cloud| cloud.fail_always(Route::UpdateApp, Some(silence)));
    // The machine may pause for longer than the time of a call that is answered.
    let answer = loop {
        match hasty.scale(&world.order(3), &async || true).await {
            Err(ScaleError::Call(Error::Unavailable { .. })) => {}
            answer => break answer,
        }
    };
    let Err(ScaleError::Unknown { source, .. }) = answer else {
        panic!("{answer:?}");
    };
    let timeout = matches!(
        source,
        Error::Unknown {
            what: Trouble::Timeout,
            ..
        }
    );
    assert!(timeout, "{source:?}");
    assert_eq!(world.writes(), 1);
}

#[tokio::test]
async fn a_refused_spec_is_told_with_the_platforms_words() {
    let world = World::new().await;
    let mut spec = world.client.app(world.app).await.unwrap().spec.value().clone();
    *spec.pointer_mut("/workers/1/instance_count").unwrap() = (-1).into();
    let spec = loadsure_digitalocean::Spec::new(spec);
    match world.client.propose(world.app, &spec).await {
        Err(Error::Invalid { status: 422, message }) => {
            assert!(message.contains("positive integer"), "{message}")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_does_not_exist_is_told_as_such() {
    let world = World::new().await;
    world.platform.with(|cloud| cloud.delete_app(world.app.0));
    let answer = world.scale(3).await;
    assert!(
        matches!(answer, Err(ScaleError::Call(Error::NotFound("app")))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_platform_that_is_gone_was_sent_nothing() {
    let world = World::new().await;
    let (client, app) = (world.client.clone(), world.app);
    drop(world);
    let error = loop {
        match client.app(app).await {
            // The server takes a moment to go.
            Ok(_) => {}
            Err(Error::Unavailable {
                what: Trouble::Reset, ..
            }) => {}
            Err(error) => break error,
        }
    };
    let refused = matches!(
        error,
        Error::Unavailable {
            what: Trouble::Connect,
            ..
        }
    );
    assert!(
        refused && !shown(&error).contains("127.0.0.1"),
        "{}",
        shown(&error)
    );
}
