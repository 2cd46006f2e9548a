//! Services whose clocks differ by minutes. Where libfaketime is not installed no clock can be made wrong, and there is
//! nothing to see.

use loadsure_testkit::clock;
use serde_json::{Value, json};

use crate::stack::{Api, BOOKINGS, QUOTES, Stack, quote, send};

/// Seconds, ahead and behind: more than any time-out.
const WRONG: [i32; 2] = [120, -120];
/// Loads that are bought at each api.
const LOADS: usize = 4;

async fn priced(stack: &Stack, api: &Api) -> Value {
    let (status, _, body) = send(api.post(&stack.http, QUOTES, &quote())).await;
    assert_eq!(status, 201, "{body}");
    body["quote"]["quoteId"].clone()
}

async fn order(stack: &Stack, api: &Api, id: &Value) -> (u16, Value) {
    let order = json!({"quoteId": id});
    let (status, _, body) = send(api.post(&stack.http, BOOKINGS, &order)).await;
    (status, body)
}

/// Sets when a quote expires, in seconds from now by the clock of the database.
async fn expires_in(stack: &Stack, id: &Value, seconds: i32) {
    let id: uuid::Uuid = id.as_str().unwrap().parse().unwrap();
    let sql = "UPDATE quotes SET expires_at = now() + make_interval(secs => $2) WHERE id = $1";
    let session = stack.session().await;
    let changed = session.execute(sql, &[&id, &f64::from(seconds)]).await.unwrap();
    assert_eq!(changed, 1);
}

/// The second of the day, by the clock of an api.
async fn second(stack: &Stack, api: &Api) -> i32 {
    let answer = stack
        .http
        .get(format!("{}/health/live", api.url))
        .send()
        .await
        .unwrap();
    let date = answer.headers()["date"].to_str().unwrap().to_owned();
    let time = date.split(' ').nth(4).unwrap();
    time.split(':')
        .fold(0, |so_far, part| so_far * 60 + part.parse::<i32>().unwrap())
}

/// P8: what an api or a worker thinks the time is neither sells twice, nor loses a job, nor decides what has expired.
#[tokio::test(flavor = "multi_thread")]
async fn services_whose_clocks_differ_buy_once_and_by_the_clock_of_the_database() {
    if clock::wrong_by(0).is_none() {
        println!("{}", clock::MISSING);
        return;
    }
    let stack = Stack::set().await;
    let (mut apis, mut workers) = (Vec::new(), Vec::new());
    for seconds in WRONG {
        let env = clock::wrong_by(seconds).unwrap();
        let env = env.each_ref().map(|(name, value)| (*name, value.as_str()));
        apis.push(stack.api_with("20000", &env).await);
        workers.push(stack.worker(&env).await);
    }
    let apart = second(&stack, &apis[0]).await - second(&stack, &apis[1]).await;
    assert!(
        (180..300).contains(&apart.rem_euclid(24 * 60 * 60)),
        "{apart} s apart"
    );
    let mut bought = 0;
    for load in 0..2 * LOADS {
        let (here, there) = (&apis[load % 2], &apis[(load + 1) % 2]);
        let id = priced(&stack, here).await;
        let (status, body) = order(&stack, there, &id).await;
        assert_eq!(status, 201, "{body}");
        bought += 1;
    }
    for api in &apis {
        let id = priced(&stack, api).await;
        expires_in(&stack, &id, 60).await;
        let (status, body) = order(&stack, api, &id).await;
        assert_eq!(status, 201, "{body}");
        bought += 1;
        let id = priced(&stack, api).await;
        expires_in(&stack, &id, -60).await;
        let (status, body) = order(&stack, api, &id).await;
        assert_eq!(
            (status, body["code"].as_str()),
            (409, Some("quote_expired")),
            "{body}"
        );
    }
    assert_eq!(stack.sandbox.ledger().attempts.len(), bought);
}
