//! Token buckets that all workers share, by which they keep the rates of the insurer together.

use std::time::Duration;

use loadsure_core::rate::Rate;

use crate::error::Error;
use crate::queue::Queue;
use crate::script::TOKEN;
use crate::wire;

/// The longest that a token may be booked ahead.
const LONGEST: Duration = Duration::from_secs(120);

/// What a bucket gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A token is taken.
    Taken {
        /// How long until it is there.
        wait: Duration,
        /// When it is there, as time since the Unix epoch by the server's clock.
        due: Duration,
    },
    /// The next one comes later than the caller waits; none is taken.
    TooFar {
        /// How long until then.
        wait: Duration,
    },
}

impl Queue {
    /// Takes a token of an operation that comes within `patience` (two minutes at most), by the server's clock. Of all
    /// that come due in any window there are no more than the burst and what the rate gives in that time.
    ///
    /// # Errors
    /// If Redis did not answer. A token may be taken then.
    pub async fn take_token(&self, operation: &str, rate: Rate, patience: Duration) -> Result<Token, Error> {
        let arguments = [
            micros(rate.interval()).max(1),
            u64::from(rate.burst().get()),
            micros(patience.min(LONGEST)),
            micros(LONGEST),
        ];
        let answer = TOKEN
            .run(
                self.client()?,
                vec![self.names().tokens(operation)],
                arguments.map(|number| number.to_string()).to_vec(),
            )
            .await?;
        let mut numbers = [0_u64; 3];
        let parts = wire::list(answer, TOKEN.name)?;
        if parts.len() != numbers.len() {
            return Err(Error::Protocol(TOKEN.name));
        }
        for (number, part) in numbers.iter_mut().zip(&parts) {
            *number = wire::number(part, TOKEN.name)?;
        }
        let [taken, wait, now] = numbers;
        let wait = Duration::from_micros(wait);
        Ok(if taken == 1 {
            Token::Taken {
                wait,
                due: Duration::from_micros(now).saturating_add(wait),
            }
        } else {
            Token::TooFar { wait }
        })
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
