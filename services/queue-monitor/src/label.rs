//! Names of variants, as they are written in records: for columns and labels.

use loadsure_core::scaling::{Alert, Reason, StandDown};
use serde::Serialize;
use serde_json::Value;

/// What a value is called that has no name; none of the types here has such.
const NAMELESS: &str = "other";

/// The rule that decided.
pub(crate) fn rule(reason: &Reason) -> String {
    let written = serde_json::to_value(reason).unwrap_or_default();
    let rule = written.get("rule").and_then(Value::as_str);
    rule.unwrap_or(NAMELESS).to_owned()
}

/// The reason to stand down.
pub(crate) fn stand_down(reason: &StandDown) -> String {
    variant(reason)
}

/// The alert.
pub(crate) fn alert(alert: &Alert) -> String {
    variant(alert)
}

/// The name of a variant: a text, or the only field of an object.
fn variant(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(fields)) => fields
            .keys()
            .next()
            .cloned()
            .unwrap_or_else(|| NAMELESS.to_owned()),
        _ => NAMELESS.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use loadsure_core::scaling::Moment;

    use super::*;

    #[test]
    fn variants_are_called_as_in_records() {
        assert_eq!(rule(&Reason::Steady { unfinished: 3 }), "steady");
        assert_eq!(rule(&Reason::BelowMinimum), "belowMinimum");
        assert_eq!(stand_down(&StandDown::Paused), "paused");
        let until = Moment(3);
        assert_eq!(
            stand_down(&StandDown::HeldAfterFailure { until }),
            "heldAfterFailure"
        );
        assert_eq!(alert(&Alert::BudgetSpent), "budgetSpent");
    }
}
