//! The table at the end of a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::books::{Count, Finding, Held};
use super::deaths::Death;
use super::drive::Strike;
use super::journal::{End, Op, Told};
use super::recovery::{Recovery, recovery};

/// Everything that a run has shown.
pub(crate) struct Report {
    pub(crate) title: String,
    pub(crate) told: Vec<Told>,
    pub(crate) answers: BTreeMap<(Op, String), u64>,
    pub(crate) strikes: Vec<Strike>,
    pub(crate) skipped: Vec<(&'static str, &'static str)>,
    pub(crate) deaths: Vec<Death>,
    pub(crate) held: Held,
    pub(crate) findings: Vec<Finding>,
}

impl Report {
    /// Whether the run is a failure.
    pub(crate) fn is_bad(&self) -> bool {
        !self.findings.is_empty() || self.unexplained().next().is_some()
    }

    fn unexplained(&self) -> impl Iterator<Item = &Death> {
        self.deaths.iter().filter(|death| !death.is_explained())
    }

    /// The whole report.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.title);
        self.operations(&mut text);
        self.faults(&mut text);
        self.invariants(&mut text);
        self.dead_letters(&mut text);
        self.details(&mut text);
        text
    }

    // Writing to a string cannot fail, here and below.
    fn operations(&self, text: &mut String) {
        let _ = write!(text, "{:<13}", "operations");
        for end in End::ALL {
            let _ = write!(text, "{:>10}", end.name());
        }
        let _ = writeln!(text, "{:>9}{:>9}{:>9}", "p50 s", "p99 s", "max s");
        for op in Op::ALL {
            let of_op: Vec<_> = self.told.iter().filter(|told| told.op == op).collect();
            let _ = write!(text, "{:<13}", op.name());
            for end in End::ALL {
                let count = of_op.iter().filter(|told| told.end == end).count();
                let _ = write!(text, "{count:>10}");
            }
            let mut took: Vec<_> = of_op.iter().map(|told| told.took()).collect();
            took.sort_unstable();
            for percent in [50, 99, 100] {
                let _ = write!(text, "{:>9.2}", quantile(&took, percent).as_secs_f64());
            }
            text.push('\n');
        }
        let _ = writeln!(text, "\nanswers, repetitions included");
        for op in Op::ALL {
            let own = self.answers.iter().filter(|((of, _), _)| *of == op);
            let list: Vec<_> = own.map(|((_, what), count)| format!("{what}: {count}")).collect();
            let _ = writeln!(text, "{:<13}{}", op.name(), list.join(", "));
        }
    }

    fn faults(&self, text: &mut String) {
        let mut by_name: BTreeMap<&str, Vec<&Strike>> = BTreeMap::new();
        for strike in &self.strikes {
            by_name.entry(strike.fault.name()).or_default().push(strike);
        }
        if by_name.is_empty() {
            return;
        }
        let _ = writeln!(
            text,
            "\n{:<24}{:>6}{:>16}{:>18}  of",
            "faults, longest time", "count", "from the fault", "from its healing"
        );
        let mut longest = Slowest::default();
        for (name, strikes) in by_name {
            let struck = strikes.iter().filter(|strike| strike.struck).count();
            let slowest = Slowest::of(&strikes, &self.strikes, &self.told);
            let [fault, healing] = [slowest.from_fault, slowest.from_healing].map(|time| time.as_secs_f64());
            let of = slowest.words;
            let _ = writeln!(
                text,
                "{name:<24}{struck:>6}{fault:>14.1} s{healing:>16.1} s  {of}"
            );
            longest.from_fault = longest.from_fault.max(slowest.from_fault);
            longest.from_healing = longest.from_healing.max(slowest.from_healing);
        }
        for (name, why) in &self.skipped {
            let _ = writeln!(text, "{name:<24}{:>6}  {why}", "skipped");
        }
        for (words, time) in [
            ("longest time from fault to recovery", longest.from_fault),
            ("longest time from healing to recovery", longest.from_healing),
        ] {
            let _ = write!(text, "\n{words:<72}{:>6.1} s", time.as_secs_f64());
        }
        text.push('\n');
    }

    fn invariants(&self, text: &mut String) {
        text.push('\n');
        for count in Count::ALL {
            let found = self
                .findings
                .iter()
                .filter(|finding| finding.count == count)
                .count();
            let _ = writeln!(text, "{:<72}{found:>6}", count.title());
        }
    }

    fn dead_letters(&self, text: &mut String) {
        let Held { unknown, bought } = self.held;
        let _ = writeln!(text, "{:<72}{unknown:>6}", "purchases held as outcome_unknown");
        let _ = writeln!(text, "{:<72}{bought:>6}", "  of which the insurer did sell");
        let _ = writeln!(text, "{:<72}{:>6}", "dead letters", self.deaths.len());
        let _ = writeln!(
            text,
            "{:<72}{:>6}",
            "dead letters without an explanation",
            self.unexplained().count()
        );
        let mut alike: BTreeMap<String, u64> = BTreeMap::new();
        for death in &self.deaths {
            let words = format!(
                "{} {} during {}",
                death.kind,
                death.code,
                death.during.join(" and ")
            );
            *alike.entry(words).or_default() += 1;
        }
        for (words, count) in alike {
            let _ = writeln!(text, "  {count:>4}  {words}");
        }
    }

    fn details(&self, text: &mut String) {
        for finding in &self.findings {
            let _ = writeln!(text, "FOUND {}: {}", finding.count.title(), finding.ids);
        }
        for death in self.unexplained() {
            let _ = writeln!(
                text,
                "FOUND dead letter without an explanation: {} job {} {}",
                death.kind, death.id, death.code
            );
        }
    }
}

/// The worst recoveries of several strikes.
#[derive(Default)]
struct Slowest {
    from_fault: Duration,
    from_healing: Duration,
    /// The operation whose recovery took longest from the healing.
    words: String,
}

impl Slowest {
    fn of(strikes: &[&Strike], all: &[Strike], told: &[Told]) -> Self {
        let mut slowest = Self {
            words: "not seen: nothing was wanted after it".to_owned(),
            ..Self::default()
        };
        for strike in strikes {
            match recovery(strike, all, told) {
                Recovery::After(op, times) => {
                    if times.from_healing >= slowest.from_healing {
                        slowest.from_healing = times.from_healing;
                        slowest.words = op.name().to_owned();
                    }
                    slowest.from_fault = slowest.from_fault.max(times.from_fault);
                }
                Recovery::NotSeen => {}
                Recovery::Never(op) => {
                    slowest.words = format!("no {} succeeded any more", op.name());
                    return slowest;
                }
            }
        }
        slowest
    }
}

/// The smallest time that this share of `sorted` does not exceed.
pub(crate) fn quantile(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_were_measured() {
        let sorted: Vec<_> = (1..=200).map(Duration::from_secs).collect();
        assert_eq!(quantile(&sorted, 50), Duration::from_secs(100));
        assert_eq!(quantile(&sorted, 99), Duration::from_secs(198));
        assert_eq!(quantile(&sorted, 100), Duration::from_secs(200));
        assert_eq!(quantile(&[], 99), Duration::ZERO);
    }

    #[test]
    fn a_dead_letter_without_a_fault_makes_the_run_bad_and_is_named() {
        let mut report = Report {
            title: "seed 1".into(),
            told: vec![],
            answers: BTreeMap::new(),
            strikes: vec![],
            skipped: vec![],
            deaths: vec![],
            held: Held::default(),
            findings: vec![],
        };
        assert!(!report.is_bad());
        report.deaths.push(Death {
            id: "j-1".into(),
            kind: "booking".into(),
            code: "internal".into(),
            during: vec![],
        });
        assert!(report.is_bad());
        assert!(report.text().contains("booking job j-1 internal"));
    }
}
