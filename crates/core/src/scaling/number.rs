//! Numbers that stay within what can be written, read again and counted with.

/// Thousandths are kept: less is noise, and so few digits are read back as the very same number.
const PARTS: f64 = 1_000.0;

/// The greatest number that is told apart. Beyond it nothing changes any decision.
const GREATEST: f64 = 1e11;

/// Rounds to thousandths and to at most [`GREATEST`]; nothing for what is no number, or less than none.
pub(super) fn finite(number: f64) -> Option<f64> {
    (number.is_finite() && number >= 0.0).then(|| (number.min(GREATEST) * PARTS).round() / PARTS)
}

/// A count as a factor.
pub(super) fn float(count: u64) -> f64 {
    // Exact below 2^53; beyond four billion seconds or jobs the difference to the truth is of no use to anyone.
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// The least whole number that is not less, within `0..=most`.
pub(super) fn ceiling(number: f64, most: u32) -> u32 {
    if !number.is_finite() || number >= f64::from(most) {
        return most;
    }
    // Bisection instead of a conversion: there is no lossless one, and the fleets are small.
    let (mut low, mut high) = (0_u32, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if f64::from(middle) >= number {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
