//! Moving the traffic when something goes wrong on the way.

use loadsure_deploy::{PromoteError, promote};
use loadsure_testkit::digitalocean::{Fault, Route};

use crate::support::{State, World};

async fn promoted(world: &World, release: &loadsure_deploy::Release) -> Result<(), PromoteError> {
    promote(
        &world.client,
        &world.lock,
        release,
        &world.template,
        World::patience(),
    )
    .await
}

async fn ready(world: &World) -> loadsure_deploy::Release {
    let mut release = world.plan().await;
    world.apply(&mut release).await.unwrap();
    loadsure_deploy::watch(&world.client, &world.lock, &release, World::patience(), drop)
        .await
        .unwrap();
    release
}

/// Fails the write that gives the domains to the new app, `times` times.
fn refuse_domains(world: &World, times: usize) {
    let mut seen = 0;
    world.platform.between(move |route, cloud| {
        if route == Route::UpdateApp {
            seen += 1;
            if seen == 1 {
                let fault = Fault::Status {
                    status: 500,
                    done: false,
                };
                (0..times).for_each(|_| cloud.fail_next(Route::UpdateApp, fault));
            }
        }
    });
}

#[tokio::test]
async fn domains_that_the_new_app_does_not_take_go_back_to_the_old_one() {
    let world = World::production().await;
    let release = ready(&world).await;
    refuse_domains(&world, 1);
    let failed = promoted(&world, &release).await;
    assert!(matches!(failed, Err(PromoteError::Replace(_))), "{failed:?}");
    let state = world.state(world.served()).await;
    assert!(state.has_domains, "{state:?}");
    assert!(!world.state(world.target()).await.has_domains);
}

#[tokio::test]
async fn a_move_that_was_cut_off_in_the_middle_is_finished_by_repeating_it() {
    let world = World::production().await;
    let release = ready(&world).await;
    refuse_domains(&world, 2);
    let failed = promoted(&world, &release).await;
    assert!(matches!(failed, Err(PromoteError::Stranded { .. })), "{failed:?}");
    for app in [world.served(), world.target()] {
        assert!(!world.state(app).await.has_domains);
    }
    promoted(&world, &release).await.unwrap();
    assert!(world.state(world.target()).await.has_domains);
    let writes = world.platform.with(|cloud| cloud.writes().len());
    promoted(&world, &release).await.unwrap();
    assert_eq!(
        world.platform.with(|cloud| cloud.writes().len()),
        writes,
        "what is done is not done again"
    );
}

#[tokio::test]
async fn an_app_that_does_not_serve_the_release_gets_no_traffic() {
    let world = World::production().await;
    let release = world.plan().await;
    let refused = promoted(&world, &release).await;
    assert!(matches!(refused, Err(PromoteError::NotServing)), "{refused:?}");
    let state = world.state(world.served()).await;
    assert_eq!(
        state,
        State {
            locked: true,
            ..State::BEFORE
        }
    );
}
