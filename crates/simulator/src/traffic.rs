//! When jobs arrive, and how much work each is.

use std::f64::consts::PI;
use std::sync::Arc;

use crate::random::{Random, Stream};
use crate::time::{HOUR, MINUTE, ms, seconds};

/// Mean time of an ordinary job in seconds, and its coefficient of variation.
const SERVICE_MEAN: f64 = 3.0;
const SERVICE_CV: f64 = 0.8;

/// The part of jobs that run into the insurer's worst, and how long those take, in seconds.
const SLOW_PART: f64 = 0.01;
const SLOW: f64 = 30.0;

/// Arrivals over time. The made-up ones fit a fleet of five workers at their height: beyond that no policy helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// A day: from 0.25 jobs a second at night to 3.5 in the afternoon.
    Diurnal,
    /// Six hours with ten times as much from the second hour to the fourth: 0.4 and 4 jobs a second.
    Step,
    /// Eight hours of five minutes with 3.2 jobs a second and five with 0.3.
    OnOff,
    /// Four hours with twenty times as much for ten minutes in the second: 0.3 and 6 jobs a second.
    Flash,
    /// Arrivals that were recorded.
    Recorded(Recording),
}

/// Recorded arrivals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    name: String,
    /// Milliseconds since the first, in order.
    arrivals: Arc<[u64]>,
}

/// The column that recorded arrivals are in.
pub const HEADER: &str = "arrival_s";

/// Why a recording cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRecording {
    /// The first line is something else.
    #[error("the first line must be {HEADER}")]
    Header,
    /// A line is no time.
    #[error("line {0} is no number of seconds")]
    Line(usize),
    /// Nothing arrived.
    #[error("there are no arrivals in it")]
    Empty,
}

/// One job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) arrives: u64,
    pub(crate) takes: u64,
}

impl Recording {
    /// Reads the text of a file: a header, and the seconds since the first arrival, one a line.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(name: &str, text: &str) -> Result<Self, BadRecording> {
        let mut lines = text.lines().zip(1_usize..);
        if lines.next().is_none_or(|(line, _)| line.trim() != HEADER) {
            return Err(BadRecording::Header);
        }
        let lines = lines.filter(|(line, _)| !line.trim().is_empty());
        let parse = |(line, number): (&str, usize)| {
            let time = line.trim().parse::<f64>().ok();
            let time = time.filter(|time| time.is_finite() && *time >= 0.0);
            time.map(ms).ok_or(BadRecording::Line(number))
        };
        let mut arrivals = lines.map(parse).collect::<Result<Vec<_>, _>>()?;
        if arrivals.is_empty() {
            return Err(BadRecording::Empty);
        }
        arrivals.sort_unstable();
        Ok(Self {
            name: name.to_owned(),
            arrivals: arrivals.into(),
        })
    }
}

impl Trace {
    /// The traces that need no file.
    pub const MADE_UP: [Self; 4] = [Self::Diurnal, Self::Step, Self::OnOff, Self::Flash];

    /// The name in tables and of files.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Diurnal => "diurnal",
            Self::Step => "step",
            Self::OnOff => "on-off",
            Self::Flash => "flash",
            Self::Recorded(recording) => &recording.name,
        }
    }

    /// How long it lasts, in milliseconds.
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Diurnal => 24 * HOUR,
            Self::Step => 6 * HOUR,
            Self::OnOff => 8 * HOUR,
            Self::Flash => 4 * HOUR,
            Self::Recorded(recording) => recording.arrivals.last().map_or(0, |last| last + MINUTE),
        }
    }

    /// The jobs of a seed, in the order of their arrival. Every policy gets the same.
    pub(crate) fn jobs(&self, seed: u64) -> Vec<Job> {
        let mut services = Random::new(seed, Stream::Services);
        let arrivals = match self {
            Self::Recorded(recording) => recording.arrivals.to_vec(),
            _ => self.draw(&mut Random::new(seed, Stream::Arrivals)),
        };
        let job = |arrives| Job {
            arrives,
            takes: takes(&mut services),
        };
        arrivals.into_iter().map(job).collect()
    }

    /// A Poisson process by thinning: arrivals at the greatest rate, of which each stays with the odds of its time.
    fn draw(&self, random: &mut Random) -> Vec<u64> {
        const GREATEST: f64 = 6.0;
        let length = seconds(self.length());
        let mut arrivals = Vec::new();
        let mut now = random.gap() / GREATEST;
        while now < length {
            if random.fraction() * GREATEST < self.rate(now) {
                arrivals.push(ms(now));
            }
            now += random.gap() / GREATEST;
        }
        arrivals
    }

    /// Jobs per second at a time in seconds.
    fn rate(&self, now: f64) -> f64 {
        let hours = now / 3_600.0;
        match self {
            Self::Diurnal => {
                // Lowest at three in the morning.
                let day = (1.0 - ((hours - 3.0) / 24.0 * 2.0 * PI).cos()) / 2.0;
                0.25 + 3.25 * day
            }
            Self::Step if (2.0..4.0).contains(&hours) => 4.0,
            Self::Step => 0.4,
            Self::OnOff if now.rem_euclid(600.0) < 300.0 => 3.2,
            Self::Flash if (7_200.0..7_800.0).contains(&now) => 6.0,
            Self::OnOff | Self::Flash | Self::Recorded(_) => 0.3,
        }
    }
}

fn takes(random: &mut Random) -> u64 {
    if random.fraction() < SLOW_PART {
        return ms(SLOW);
    }
    let variance = SERVICE_CV.mul_add(SERVICE_CV, 1.0).ln();
    let median = SERVICE_MEAN / (variance / 2.0).exp();
    ms(random.log_normal(median, variance.sqrt())).max(1)
}
