//! Sending one attempt that has been journalled, and what its answer means.

use std::time::{Duration, Instant, SystemTime};

use super::{Limits, unrepeated};
use crate::booking::Conclusion;
use crate::error_code::ErrorCode;
use crate::insurer::{Failure, Lost};
use crate::job::{Kind, Ticket, Verdict};
use crate::ports::{Attempt, Bookings, Fault, Insurer, PurchaseWork, Unanswered};
use crate::retry::{Backoff, Policy};

/// Whom a purchase talks to, and for which job.
pub(super) struct Call<'a, S, I> {
    pub(super) store: &'a S,
    pub(super) insurer: &'a I,
    pub(super) limits: Limits,
    pub(super) ticket: Ticket,
}

/// An attempt on its way from the journal to the insurer.
pub(super) struct Sending {
    /// Attempts of this purchase before this one of which sight was lost: each may have bought.
    lost: u32,
    /// By the monotonic clock, which a stopped process does not stop.
    began: Instant,
    /// By the wall clock, which a suspended machine does not stop.
    began_at: SystemTime,
}

impl Sending {
    /// To be called before the attempt is journalled.
    pub(super) fn begin(lost: u32) -> Self {
        Self {
            lost,
            began: Instant::now(),
            began_at: SystemTime::now(),
        }
    }

    fn is_late(&self, within: Duration) -> bool {
        // A wall clock that was set back says nothing.
        let by_wall_clock = self.began_at.elapsed().unwrap_or(Duration::ZERO);
        self.began.elapsed().max(by_wall_clock) > within
    }

    /// Sends the attempt, unless it is too late for that.
    pub(super) async fn send(
        self,
        call: &Call<'_, impl Bookings, impl Insurer>,
        work: &PurchaseWork,
        attempt: Attempt,
    ) -> Result<Verdict, Fault> {
        let Some(token) = &work.token else {
            return self.postpone(call, work, attempt, &Unsent::NoToken).await;
        };
        if self.is_late(call.limits.send_within) {
            return self.postpone(call, work, attempt, &Unsent::Late).await;
        }
        let failure = match call.insurer.purchase(token, &work.send_emails_to).await {
            Ok(facts) => {
                let bought = Conclusion::Bought(Box::new(facts));
                return conclude(call.store, call.ticket, attempt, bought).await;
            }
            Err(failure) => failure,
        };
        match failure {
            // After a lost answer a refusal may be the proof that the first purchase went through, also when a person
            // has settled since that it did not.
            Failure::Declined { reasons, .. } if self.lost == 0 && work.lost_before == 0 => {
                conclude(call.store, call.ticket, attempt, Conclusion::Declined(reasons)).await
            }
            Failure::Declined { .. } => {
                let detail = call.limits.repeat.refusal().to_owned();
                conclude(call.store, call.ticket, attempt, Conclusion::LostSight(detail)).await
            }
            Failure::Unknown { what, .. } => self.lose(call, work, attempt, what).await,
            Failure::NotSent(_) | Failure::Refused { .. } => {
                self.postpone(call, work, attempt, &Unsent::Failed(failure)).await
            }
        }
    }

    /// Sight of the attempt was lost: it is repeated where that is safe, or waits for a person.
    async fn lose(
        self,
        call: &Call<'_, impl Bookings, impl Insurer>,
        work: &PurchaseWork,
        attempt: Attempt,
        what: Lost,
    ) -> Result<Verdict, Fault> {
        let why = what.to_string();
        if call
            .limits
            .repeat
            .allows(self.lost.saturating_add(1), work.quote_status)
            && let Some(backoff) = Policy::of(Kind::Booking).after(work.failed.saturating_add(1), None)
        {
            let end = Unanswered::LostSight;
            let open = call
                .store
                .await_repeat(call.ticket, attempt, end, backoff, &why)
                .await?;
            return Ok(retry_or_stale(open));
        }
        conclude(call.store, call.ticket, attempt, Conclusion::LostSight(why)).await
    }

    /// The attempt certainly did nothing: the job comes back, or is given up. What may have been bought before it is
    /// as unknown as it was.
    async fn postpone(
        self,
        call: &Call<'_, impl Bookings, impl Insurer>,
        work: &PurchaseWork,
        attempt: Attempt,
        unsent: &Unsent,
    ) -> Result<Verdict, Fault> {
        let (store, ticket, why) = (call.store, call.ticket, unsent.to_string());
        let next = unsent.next(work.failed);
        if self.lost > 0 {
            let Some(backoff) = next else {
                let conclusion = Conclusion::LostSight(unrepeated(&why));
                return conclude(store, ticket, attempt, conclusion).await;
            };
            let end = Unanswered::Postponed;
            let open = store.await_repeat(ticket, attempt, end, backoff, &why).await?;
            return Ok(retry_or_stale(open));
        }
        let backoff = next.unwrap_or(Backoff {
            at_least: Duration::ZERO,
            spread: Duration::ZERO,
            counts: true,
        });
        let open = store.postpone_purchase(ticket, attempt, backoff, &why).await?;
        if next.is_some() || !open {
            return Ok(retry_or_stale(open));
        }
        let given_up = Ticket {
            attempt: ticket.attempt.saturating_add(1),
            ..ticket
        };
        conclude(store, given_up, attempt, Conclusion::GivenUp(unsent.code())).await
    }
}

/// Why an attempt did nothing.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error("the attempt was not sent in time")]
    Late,
    #[error("the quote has no token")]
    NoToken,
    #[error(transparent)]
    Failed(Failure),
}

impl Unsent {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Late => ErrorCode::Overloaded,
            Self::NoToken => ErrorCode::QuoteNotBookable,
            Self::Failed(failure) => super::super::repeatable(failure).0,
        }
    }

    /// The wait before the next attempt, when so many failed before this one.
    fn next(&self, failed: u32) -> Option<Backoff> {
        let policy = Policy::of(Kind::Booking);
        match self {
            Self::Late | Self::NoToken => policy.after(failed.saturating_add(1), None),
            Self::Failed(failure) => super::super::next(policy, failed, failure),
        }
    }
}

const fn retry_or_stale(open: bool) -> Verdict {
    if open { Verdict::Retry } else { Verdict::Stale }
}

pub(super) async fn conclude(
    store: &impl Bookings,
    ticket: Ticket,
    attempt: Attempt,
    conclusion: Conclusion,
) -> Result<Verdict, Fault> {
    let concluded = store.conclude_purchase(ticket, attempt, &conclusion).await?;
    Ok(match conclusion {
        Conclusion::Bought(_) if !concluded => Verdict::Unknown,
        _ if !concluded => Verdict::Stale,
        Conclusion::Bought(_) | Conclusion::Declined(_) => Verdict::Done,
        Conclusion::GivenUp(ErrorCode::QuoteExpired | ErrorCode::QuoteNotBookable) => Verdict::Done,
        Conclusion::GivenUp(code) => Verdict::Dead {
            code,
            why: "every attempt was turned away".to_owned(),
        },
        Conclusion::LostSight(_) => Verdict::Unknown,
    })
}
