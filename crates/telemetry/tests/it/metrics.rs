//! Names and labels of metrics, as dashboards and alerts use them.

use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_telemetry::Metrics;
use loadsure_telemetry::metrics::Sample;

fn assert_line(text: &str, line: &str) {
    assert!(
        text.lines().any(|found| found == line),
        "{line}\nis not in\n{text}"
    );
}

#[test]
fn requests_are_counted_by_route_and_status() {
    let metrics = Metrics::detached().unwrap();
    let active = metrics.http().start();
    assert_line(&metrics.render(), "http_server_active_requests 1");
    drop(active);
    metrics
        .http()
        .answered("POST", "/api/insurance/quotes", 201, Duration::from_millis(30));
    let text = metrics.render();
    assert_line(&text, "http_server_active_requests 0");
    assert_line(
        &text,
        "http_server_request_duration_seconds_bucket{http_request_method=\"POST\",\
         http_response_status_code=\"201\",http_route=\"/api/insurance/quotes\",le=\"0.05\"} 1",
    );
}

/// P24: work that is cancelled is no longer counted as under way.
#[tokio::test]
async fn cancelled_work_is_not_counted_for_ever() {
    let metrics = Metrics::detached().unwrap();
    let counted = metrics.clone();
    let (started, is_started) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(async move {
        let _active = counted.jobs().start(Kind::Booking, Duration::from_secs(2));
        started.send(()).unwrap();
        std::future::pending::<()>().await;
    });
    is_started.await.unwrap();
    assert_line(&metrics.render(), "loadsure_jobs_active{kind=\"booking\"} 1");
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_line(&metrics.render(), "loadsure_jobs_active{kind=\"booking\"} 0");
}

#[test]
fn jobs_are_counted_by_kind_and_outcome() {
    let metrics = Metrics::detached().unwrap();
    metrics
        .jobs()
        .finished(Kind::SupportData, "done", Duration::from_secs(1));
    metrics
        .insurer()
        .called("purchase", "declined", Duration::from_secs(2));
    metrics.rate_limiter().bypassed();
    let text = metrics.render();
    assert_line(
        &text,
        "loadsure_jobs_finished_total{kind=\"support-data\",outcome=\"done\"} 1",
    );
    assert_line(
        &text,
        "loadsure_job_duration_seconds_count{kind=\"support-data\"} 1",
    );
    assert_line(
        &text,
        "loadsure_insurer_request_duration_seconds_count{operation=\"purchase\",outcome=\"declined\"} 1",
    );
    assert_line(&text, "loadsure_rate_limiter_bypassed_total 1");
}

/// P55: each kind's queue is visible; what is not known is not shown as zero.
#[test]
fn an_unknown_state_of_a_queue_is_not_shown_as_empty() {
    let metrics = Metrics::detached().unwrap();
    let sample = Sample {
        pending: Some(3),
        unread: None,
        ..Sample::default()
    };
    metrics.queue().sampled(Kind::Webhook, &sample);
    let text = metrics.render();
    assert_line(&text, "loadsure_queue_pending{kind=\"webhook\"} 3");
    assert!(!text.contains("loadsure_queue_unread{"), "{text}");
}

#[test]
fn two_services_in_one_process_do_not_mix_their_metrics() {
    let (one, two) = (Metrics::detached().unwrap(), Metrics::detached().unwrap());
    one.rate_limiter().refused();
    assert!(one.render().contains("refused_total"));
    assert!(!two.render().contains("refused_total"));
}

#[test]
fn slots_and_tokens_are_shown() {
    let metrics = Metrics::detached().unwrap();
    metrics.jobs().slots(Kind::Quote, 6, 12);
    metrics.jobs().slots_halved(Kind::Quote);
    metrics
        .insurer()
        .took_token("quote", "shared", Duration::from_millis(500));
    let text = metrics.render();
    for line in [
        "loadsure_jobs_slots{kind=\"quote\"} 6",
        "loadsure_jobs_slots_max{kind=\"quote\"} 12",
        "loadsure_jobs_slots_halved_total{kind=\"quote\"} 1",
        "loadsure_insurer_token_wait_seconds_count{from=\"shared\",operation=\"quote\"} 1",
        "loadsure_insurer_token_wait_seconds_sum{from=\"shared\",operation=\"quote\"} 0.5",
    ] {
        assert_line(&text, line);
    }
}

#[test]
fn what_is_held_back_is_counted_by_reason() {
    let metrics = Metrics::detached().unwrap();
    metrics.insurer().circuit("quote", 2);
    metrics.insurer().held_back("quote", "circuit");
    metrics.insurer().paused("purchase", "told");
    metrics.back_pressure().shed();
    metrics.back_pressure().wait_estimate(Duration::from_secs(90));
    let text = metrics.render();
    for line in [
        "loadsure_insurer_circuit{operation=\"quote\"} 2",
        "loadsure_insurer_held_back_total{operation=\"quote\",why=\"circuit\"} 1",
        "loadsure_insurer_pauses_total{how=\"told\",operation=\"purchase\"} 1",
        "loadsure_quotes_shed_total 1",
        "loadsure_quotes_wait_estimate_seconds 90",
    ] {
        assert_line(&text, line);
    }
}

#[test]
fn only_the_present_reason_is_raised() {
    let metrics = Metrics::detached().unwrap();
    let scaling = metrics.scaling();
    scaling.stand_down(Some("paused"));
    assert_line(
        &metrics.render(),
        "loadsure_scaling_stand_down{reason=\"paused\"} 1",
    );
    scaling.stand_down(Some("archived"));
    scaling.alerts(["nobody-heard", "budget-spent"]);
    scaling.alerts(["budget-spent"]);
    let text = metrics.render();
    for line in [
        "loadsure_scaling_stand_down{reason=\"paused\"} 0",
        "loadsure_scaling_stand_down{reason=\"archived\"} 1",
        "loadsure_scaling_alert{alert=\"nobody-heard\"} 0",
        "loadsure_scaling_alert{alert=\"budget-spent\"} 1",
    ] {
        assert_line(&text, line);
    }
    scaling.stand_down(None);
    assert_line(
        &metrics.render(),
        "loadsure_scaling_stand_down{reason=\"archived\"} 0",
    );
}
