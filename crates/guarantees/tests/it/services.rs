//! Random schedules on everything that is real: PostgreSQL, Redis, whole workers, and an insurer over the network. Their
//! timing is not in our hands, so a schedule that fails is not shrunk; the model in `protocol` finds short ones.

use std::time::Duration;

use deadpool_redis::redis::cmd;
use futures_util::StreamExt as _;
use loadsure_core::booking::Order;
use loadsure_core::id::{JobId, QuoteId};
use loadsure_core::job::Kind;
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::Known;
use loadsure_queue::{Message, Queue};
use loadsure_sandbox::{Fault, Kind as Trouble, Operation};
use loadsure_store::{Acceptance, NewBooking, NewJob, NewQuote, local_tenant};
use loadsure_worker::Worker;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};

use crate::stack::{self, DEADLINE, Stack};

/// Schedules in all, and how many at once.
const SCHEDULES: (usize, usize) = (40, 5);

/// Workers of each schedule.
const WORKERS: usize = 2;

/// What can happen.
#[derive(Debug, Clone)]
enum Event {
    /// A quote is asked for.
    Quote,
    /// A quote is booked.
    Book(u8),
    /// A job is published once more.
    Again(u8),
    /// A worker dies, and another takes its place.
    Crash(u8),
    /// All streams of jobs are gone.
    LoseRedis,
    /// The next call of an operation goes wrong.
    Trouble(Operation, Trouble),
    /// Time passes.
    Pause(u64),
}

fn trouble() -> impl Strategy<Value = Event> {
    let operation = prop_oneof![1 => Just(Operation::Quote), 3 => Just(Operation::PurchaseQuote)];
    let kind = prop::sample::select(vec![
        Trouble::Slow {
            ms: 300,
            commits: true,
        },
        Trouble::Hang { commits: true },
        Trouble::Hang { commits: false },
        Trouble::ResetBefore,
        Trouble::ResetAfter,
        Trouble::Truncate,
        Trouble::RateLimited { retry_after_s: None },
        Trouble::OkWithErrors { success_false: false },
        Trouble::ServerErrorHtml {
            status: 500,
            commits: true,
        },
    ]);
    (operation, kind).prop_map(|(operation, kind)| Event::Trouble(operation, kind))
}

fn schedules() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => Just(Event::Quote),
        6 => any::<u8>().prop_map(Event::Book),
        2 => any::<u8>().prop_map(Event::Again),
        2 => any::<u8>().prop_map(Event::Crash),
        1 => Just(Event::LoseRedis),
        3 => trouble(),
        6 => (0_u64..200).prop_map(Event::Pause),
    ];
    prop::collection::vec(event, 10..40)
}

/// One schedule under way.
struct Run {
    stack: Stack,
    queue: Queue,
    workers: Vec<Worker>,
    quotes: Vec<QuoteId>,
    jobs: Vec<(JobId, Kind)>,
}

/// What came of the bookings of a schedule.
#[derive(Debug, Default)]
struct Outcomes {
    active: usize,
    unknown: usize,
}

/// Tells, when a run fails, what was being played.
struct Playing(Vec<Event>);

impl Drop for Playing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("while this was played: {:?}", self.0);
        }
    }
}

impl Run {
    async fn begin() -> Self {
        let stack = Stack::set().await;
        let mut run = Self {
            queue: stack.queue().await,
            stack,
            workers: Vec::new(),
            quotes: Vec::new(),
            jobs: Vec::new(),
        };
        for _ in 0..WORKERS {
            run.workers.push(run.stack.worker_here().await);
        }
        run
    }

    async fn happen(&mut self, event: &Event) {
        match event {
            Event::Quote => self.quote().await,
            Event::Book(pick) => self.book(*pick).await,
            Event::Again(pick) => {
                if let Some(index) = usize::from(*pick).checked_rem(self.jobs.len()) {
                    self.publish(self.jobs[index]).await;
                }
            }
            Event::Crash(pick) => {
                let slot = usize::from(*pick) % WORKERS;
                // Dropping a worker ends it where it is.
                self.workers[slot] = self.stack.worker_here().await;
            }
            Event::LoseRedis => self.lose_redis().await,
            Event::Trouble(operation, kind) => {
                self.stack.sandbox.set_faults([Fault::once(*operation, *kind)]);
            }
            Event::Pause(ms) => sleep(Duration::from_millis(*ms)).await,
        }
    }

    async fn quote(&mut self) {
        let id = QuoteId::generate();
        let new = NewQuote {
            id,
            tenant: local_tenant(),
            request: &request(),
            job: job(),
        };
        let accepted = self.stack.store.accept_quote(&new, None).await.unwrap();
        let Acceptance::Accepted(job) = accepted else {
            panic!("{accepted:?}")
        };
        self.quotes.push(id);
        self.accepted((job, Kind::Quote)).await;
    }

    async fn book(&mut self, pick: u8) {
        let Some(index) = usize::from(pick).checked_rem(self.quotes.len()) else {
            return;
        };
        let order = Order {
            quote: self.quotes[index],
            send_emails_to: Vec::new(),
            callback_url: None,
        };
        let new = NewBooking {
            tenant: local_tenant(),
            order: &order,
            job: job(),
        };
        let accepted = self.stack.store.accept_booking(&new, None).await.unwrap();
        if let Acceptance::Accepted((_, job)) = accepted {
            self.accepted((job, Kind::Booking)).await;
        }
    }

    async fn accepted(&mut self, job: (JobId, Kind)) {
        self.jobs.push(job);
        self.publish(job).await;
    }

    /// Nobody notes where: that is one fault more.
    async fn publish(&self, (job, kind): (JobId, Kind)) {
        let message = Message {
            kind,
            job,
            attempt: 1,
            tenant: local_tenant(),
            created_at: OffsetDateTime::now_utc(),
            traceparent: None,
            reply_to: None,
        };
        self.queue.publish(&[message]).await.unwrap();
    }

    async fn lose_redis(&self) {
        let mut connection = self.stack.redis_connection().await;
        let mut delete = cmd("DEL");
        for kind in Kind::ALL {
            delete.arg(self.queue.names().jobs(kind));
        }
        delete.exec_async(&mut connection).await.unwrap();
    }

    /// No more faults: everything must come to an end.
    async fn rest(&self) {
        self.stack.sandbox.clear_faults();
        let open = "SELECT count(*) FROM jobs WHERE state IN ('pending', 'published')";
        let session = self.stack.session().await;
        let deadline = Instant::now() + DEADLINE;
        while session.query_one(open, &[]).await.unwrap().get::<_, i64>(0) > 0 {
            assert!(Instant::now() < deadline, "jobs never end");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The insurer's ledger and our books.
    async fn compare(&self) -> Outcomes {
        let ledger = self.stack.sandbox.ledger();
        let sql = "SELECT q.quote_token, q.status, b.status, c.number FROM quotes q
            LEFT JOIN bookings b ON b.quote_id = q.id LEFT JOIN certificates c ON c.booking_id = b.id";
        let (mut outcomes, mut known) = (Outcomes::default(), 0);
        for row in self.stack.session().await.query(sql, &[]).await.unwrap() {
            let (token, booking): (Option<&str>, Option<&str>) = (row.get(0), row.get(2));
            assert_ne!(row.get::<_, &str>(1), "requested", "a quote was never answered");
            let bought = token.map(|token| ledger.token(token).certificates);
            let bought = bought.unwrap_or_default();
            assert!(bought.len() <= 1, "bought twice: {bought:?}");
            known += bought.len();
            let number: Option<&str> = row.get(3);
            let ours = number.map(|number| number.parse().unwrap());
            match booking {
                Some("active") => {
                    outcomes.active += 1;
                    assert_eq!((bought.first().copied(), bought.len()), (ours, 1));
                }
                Some("outcome_unknown") => outcomes.unknown += 1,
                Some("failed") => assert!(bought.is_empty(), "a purchase is called failed: {bought:?}"),
                None => assert!(bought.is_empty()),
                Some(other) => panic!("a booking rests in {other}"),
            }
        }
        assert_eq!(
            known,
            ledger.certificates.len(),
            "a certificate of no quote of ours"
        );
        outcomes
    }
}

fn request() -> QuoteRequest {
    let context = Context {
        today: None,
        known: Known::nothing(),
        quote_id: QuoteId::generate(),
    };
    QuoteRequest::parse(&stack::quote(), &context).unwrap()
}

fn job() -> NewJob {
    NewJob {
        id: JobId::generate(),
        reply_to: None,
        traceparent: None,
    }
}

async fn play(schedule: Vec<Event>) -> Outcomes {
    let mut run = Run::begin().await;
    let playing = Playing(schedule);
    for event in &playing.0 {
        run.happen(event).await;
    }
    run.rest().await;
    run.compare().await
}

/// P2, P3, P4, P17, P21, P22: what the model proves holds with real servers too.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_bought_twice_with_real_servers() {
    let mut runner = TestRunner::deterministic();
    let mut draw = || schedules().new_tree(&mut runner).unwrap().current();
    let drawn: Vec<Vec<Event>> = (0..SCHEDULES.0).map(|_| draw()).collect();
    let mut runs = futures_util::stream::iter(drawn)
        .map(play)
        .buffer_unordered(SCHEDULES.1);
    let mut all = Outcomes::default();
    while let Some(outcomes) = runs.next().await {
        all.active += outcomes.active;
        all.unknown += outcomes.unknown;
    }
    assert!(
        all.active > 0 && all.unknown > 0,
        "not everything happened: {all:?}"
    );
}
