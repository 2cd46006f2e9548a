use std::time::Duration;

use loadsure_core::job::Kind;
use loadsure_queue::{Lag, StreamSample, Unknown};

use super::Look;

pub(super) fn stream(lag: Lag, length: u64) -> StreamSample {
    StreamSample {
        server_time_ms: 5_000,
        length,
        lag,
        pending: 3,
        oldest_unread_age_ms: Some(20),
        oldest_pending_age_ms: Some(70),
        consumers: 1,
        entries_added: length,
        entries_read: None,
        last_delivered: None,
        group_exists: lag != Lag::Unknown(Unknown::NoGroup),
    }
}

pub(super) fn look(streams: &[(Kind, StreamSample)]) -> Look {
    Look {
        streams: streams.iter().cloned().collect(),
        ..Look::default()
    }
}

#[test]
fn the_oldest_unfinished_entry_may_be_one_at_work() {
    let look = look(&[(Kind::Quote, stream(Lag::Known(4), 9))]);
    let (kind, gauge) = look.gauges().next().unwrap();
    assert_eq!(kind, Kind::Quote);
    assert_eq!(gauge.oldest_age, Some(Duration::from_millis(70)));
    assert_eq!(gauge.sampled, Duration::from_secs(5));
    assert_eq!(gauge.consumers, None);
}
