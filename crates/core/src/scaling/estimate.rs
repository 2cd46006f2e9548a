//! Arrival rates, capacity, and how long jobs will wait.

use super::number::{ceiling, finite, float};
use super::sight::unread;
use super::view::View;
use super::{Estimates, KindEstimate, KindSample, Predictive, Rule};
use crate::job::Kind;

/// How busy workers are to be, at most: queues grow without end as this nears one, and one worker may be missing.
const BUSY: f64 = 0.7;

/// The rate of the last quarter of an hour counts, but only for so much more than that of the last two minutes: what has
/// ended is not expected to come back in full.
const FADING: f64 = 1.2;

/// The part of the target wait at which workers are added: the rest is for what the estimate does not see.
const EARLY: f64 = 0.8;

/// A backlog that the present workers clear this long after a change would take effect, in seconds, needs no change.
const PATIENCE_S: f64 = 90.0;

/// The time in which added workers are to clear the backlog, in seconds.
const CLEAR_IN_S: f64 = 300.0;

/// The most workers that a need is told apart to.
const MOST: u32 = 1_000;

/// What is derived of all kinds with work.
pub(super) fn estimates(view: &View<'_>) -> Estimates {
    let change_ms = view.history.expected_change_ms(&view.policy.guards);
    let parameters = match view.policy.rule {
        Rule::Predictive(parameters) => parameters,
        Rule::Threshold(_) => Predictive::default(),
    };
    let kinds = view
        .kinds()
        .filter(|(kind, sample)| is_asked_for(view, *kind, sample));
    let kinds: std::collections::BTreeMap<_, _> = kinds
        .map(|(kind, sample)| (kind, of(view, &parameters, change_ms, (kind, sample))))
        .collect();
    Estimates {
        change_ms,
        need: kinds.values().map(|kind| kind.need).max().unwrap_or(0).max(1),
        is_hot: kinds.values().any(|kind| kind.is_hot),
        kinds,
    }
}

/// Jobs of a kind that the workers end in a second, at most.
pub(super) fn capacity(workers: u32, per_worker: f64, insurer: Option<f64>) -> f64 {
    let able = f64::from(workers) * per_worker;
    insurer.map_or(able, |rate| able.min(rate))
}

/// Workers that clear the backlog of a kind soon, and keep up with what comes.
pub(super) fn clearing(kind: &KindEstimate) -> u32 {
    ceiling((kind.rate_up + kind.backlog / CLEAR_IN_S) / kind.per_worker, MOST)
}

/// Workers beyond which the insurer is the limit.
pub(super) fn allowed_by_insurer(kind: &KindEstimate) -> u32 {
    kind.insurer_rate
        .map_or(MOST, |rate| ceiling(rate / kind.per_worker, MOST))
}

fn is_asked_for(view: &View<'_>, kind: Kind, sample: &KindSample) -> bool {
    let came = view.history.rate(kind, 900_000).unwrap_or(0.0) > 0.0;
    came || sample.pending > 0 || unread(view, kind, sample) > 0
}

fn of(
    view: &View<'_>,
    parameters: &Predictive,
    change_ms: u64,
    (kind, sample): (Kind, &KindSample),
) -> KindEstimate {
    let rate = |window_s: u64| view.history.rate(kind, window_s * 1_000).unwrap_or(0.0);
    let (rate_30s, rate_120s, rate_900s) = (rate(30), rate(120), rate(900));
    let rate = rate_120s.max(rate_900s.min(FADING * rate_120s));
    let unread = unread(view, kind, sample);
    let rate_up = if unread > 0 { rate.max(rate_30s) } else { rate };
    let mut estimate = KindEstimate {
        rate_30s,
        rate_120s,
        rate_900s,
        rate,
        rate_up,
        per_worker: per_worker(view, parameters, sample),
        insurer_rate: view.snapshot.insurer.rates_per_second.get(&kind).copied(),
        unread,
        ..KindEstimate::default()
    };
    predict(&mut estimate, view.wanted(), float(change_ms) / 1_000.0);
    estimate.is_hot = is_hot(&estimate, parameters, change_ms);
    estimate.need = need(&estimate);
    round(&mut estimate);
    estimate
}

/// Jobs that one worker ends in a second.
fn per_worker(view: &View<'_>, parameters: &Predictive, sample: &KindSample) -> f64 {
    let heard = view.snapshot.fleet.heard.unwrap_or(0);
    let slots = if heard > 0 && sample.slots > 0 {
        float(sample.slots) / f64::from(heard)
    } else {
        f64::from(parameters.assumed_slots.max(1))
    };
    let assumed = float(parameters.assumed_service_ms);
    let service_ms = sample.service_ms.and_then(finite).unwrap_or(assumed);
    // A service time of less than a millisecond is none that was measured.
    slots * 1_000.0 / service_ms.max(1.0)
}

fn predict(estimate: &mut KindEstimate, workers: u32, change_s: f64) {
    let able = capacity(workers, estimate.per_worker, estimate.insurer_rate);
    let unread = float(estimate.unread);
    estimate.capacity = able;
    estimate.backlog = (unread + (estimate.rate_up - able) * change_s).max(0.0);
    estimate.wait_s = finite(unread.max(estimate.backlog) / able);
    let spare = able - estimate.rate_up;
    estimate.drain_s = if spare > 0.0 { finite(unread / spare) } else { None };
}

fn is_hot(estimate: &KindEstimate, parameters: &Predictive, change_ms: u64) -> bool {
    let too_long = EARLY * float(parameters.target_wait_ms) / 1_000.0;
    let soon = float(change_ms) / 1_000.0 + PATIENCE_S;
    estimate.backlog > 0.0
        && estimate.wait_s.is_none_or(|wait| wait > too_long)
        && estimate.drain_s.is_none_or(|drain| drain > soon)
}

fn need(estimate: &KindEstimate) -> u32 {
    let steady = ceiling(estimate.rate / (BUSY * estimate.per_worker), MOST);
    let now = if estimate.is_hot { clearing(estimate) } else { 0 };
    steady.max(now).min(allowed_by_insurer(estimate)).max(1)
}

/// What is decided from is what is written.
fn round(estimate: &mut KindEstimate) {
    let rounded = |number: f64| finite(number).unwrap_or(0.0);
    for number in [
        &mut estimate.rate_30s,
        &mut estimate.rate_120s,
        &mut estimate.rate_900s,
        &mut estimate.rate,
        &mut estimate.rate_up,
        &mut estimate.per_worker,
        &mut estimate.capacity,
        &mut estimate.backlog,
    ] {
        *number = rounded(*number);
    }
}
