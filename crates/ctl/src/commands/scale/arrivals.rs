//! `scale export-arrivals`.

use loadsure_store::Store;
use loadsure_store::scaling::ArrivalsFilter;

use crate::arguments::ExportArrivals;
use crate::{Error, output};

/// Jobs that are read at once.
const PAGE: u32 = 10_000;

/// The only column of the file.
const HEADER: &str = "arrival_s";

pub(super) async fn execute(store: &Store, arguments: &ExportArrivals) -> Result<(), Error> {
    let filter = ArrivalsFilter {
        kind: arguments.kind,
        since: arguments.since,
        until: arguments.until,
    };
    let (mut arrivals, mut after) = (Vec::new(), None);
    loop {
        let page = store.arrivals(&filter, after, PAGE).await;
        let page = page.map_err(Error::database("read the arrivals"))?;
        arrivals.extend(page.at_ms);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    arrivals.sort_unstable();
    output::line(HEADER)?;
    let first = arrivals.first().copied().unwrap_or_default();
    arrivals
        .iter()
        .try_for_each(|at| output::line(&seconds(at.saturating_sub(first))))
}

/// Milliseconds as seconds with three decimals, without a detour through a float.
fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_told_exactly() {
        for (ms, text) in [
            (0, "0.000"),
            (7, "0.007"),
            (1_500, "1.500"),
            (86_400_010, "86400.010"),
        ] {
            assert_eq!(seconds(ms), text);
        }
    }
}
