//! What can happen to the service, one thing at a time.

use loadsure_core::repeat::RepeatPurchase;
use proptest::prelude::*;

/// One event of a schedule. Numbers pick one of what is there, so that every schedule makes sense, and so that it
/// still does when it is shrunk.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// A client asks for a quote, perhaps under a key that it used before.
    Quote { key: Option<u8> },
    /// A client gets a price, and nothing goes wrong.
    Priced,
    /// A client books a quote.
    Book { quote: u8, key: Option<u8> },
    /// A client cancels the certificate of a quote.
    Cancel { quote: u8, key: Option<u8> },
    /// The API publishes a job that it accepted; `noted` when it lives to say so in the database.
    Publish { job: u8, noted: bool },
    /// The relay publishes all that is due; without `noted` it dies between Redis and the database.
    Relay { noted: bool },
    /// A worker without work takes the next entry that nobody has read.
    Read { worker: u8 },
    /// A worker without work takes over an entry of another, who is dead, or only slow.
    Reclaim { worker: u8, entry: u8 },
    /// A worker goes on to its next meeting with the outside; without work it takes some, as `Read` does.
    Step { worker: u8, passage: Passage },
    /// A worker goes on to the end of its job, and acknowledges.
    Finish { worker: u8, passage: Passage },
    /// A worker meets the same answer in every attempt until the job is given up, or until it ends otherwise.
    Wear { worker: u8, answer: Answer },
    /// A worker dies where it is.
    Crash { worker: u8 },
    /// An entry is in its stream once more.
    Duplicate { entry: u8 },
    /// Everything in Redis is gone.
    LoseRedis,
    /// The sweeper looks for what Redis lost.
    Sweep,
    /// Time passes.
    Pass(Span),
    /// Quotes whose time is over are marked.
    Expire,
    /// A person looks into the insurer's books and settles an unknown outcome.
    Settle { quote: u8 },
}

/// How a worker's next meeting with the outside goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passage {
    /// What the database does, if it is the database.
    pub(crate) database: Database,
    /// What the insurer does, if it is the insurer.
    pub(crate) answer: Answer,
}

impl Passage {
    /// Everything goes well.
    pub(crate) const WELL: Self = Self {
        database: Database::Works,
        answer: Answer::Yes,
    };
}

/// What the database does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    /// It works.
    Works,
    /// It is away.
    Away,
    /// It commits, and the connection breaks before the worker hears of it.
    Unheard,
}

/// What the insurer does with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It carries it out and says so.
    Yes,
    /// It refuses for good.
    No,
    /// The call never reaches it.
    NotSent,
    /// It turns the call away, to be tried later.
    TurnedAway,
    /// It does nothing, and the answer is lost.
    LostBefore,
    /// It carries it out, and the answer is lost.
    LostAfter,
}

/// How much time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// The longest that a call takes: what is under way by then was interrupted.
    Call,
    /// Until a purchase may be settled as not bought.
    Settlement,
    /// Until quotes expire.
    Expiry,
}

/// Workers that take part.
pub(crate) const WORKERS: u8 = 3;

fn passage() -> impl Strategy<Value = Passage> {
    let database = prop_oneof![
        12 => Just(Database::Works),
        1 => Just(Database::Away),
        1 => Just(Database::Unheard)
    ];
    let answer = prop_oneof![
        8 => Just(Answer::Yes),
        1 => Just(Answer::No),
        2 => Just(Answer::NotSent),
        2 => Just(Answer::TurnedAway),
        2 => Just(Answer::LostBefore),
        3 => Just(Answer::LostAfter)
    ];
    (database, answer).prop_map(|(database, answer)| Passage { database, answer })
}

fn wearing() -> impl Strategy<Value = Answer> {
    prop::sample::select(vec![Answer::NotSent, Answer::TurnedAway, Answer::LostBefore])
}

fn key() -> impl Strategy<Value = Option<u8>> {
    prop_oneof![3 => Just(None), 1 => (0_u8..3).prop_map(Some)]
}

fn op() -> impl Strategy<Value = Op> {
    let spans = prop_oneof![8 => Just(Span::Call), 3 => Just(Span::Settlement), 1 => Just(Span::Expiry)];
    let client = prop_oneof![
        1 => key().prop_map(|key| Op::Quote { key }),
        3 => Just(Op::Priced),
        6 => (any::<u8>(), key()).prop_map(|(quote, key)| Op::Book { quote, key }),
        3 => (any::<u8>(), key()).prop_map(|(quote, key)| Op::Cancel { quote, key }),
        2 => any::<u8>().prop_map(|quote| Op::Settle { quote }),
    ];
    let transport = prop_oneof![
        3 => (any::<u8>(), any::<bool>()).prop_map(|(job, noted)| Op::Publish { job, noted }),
        4 => prop::bool::weighted(0.8).prop_map(|noted| Op::Relay { noted }),
        1 => any::<u8>().prop_map(|entry| Op::Duplicate { entry }),
        1 => Just(Op::LoseRedis),
        2 => Just(Op::Sweep),
    ];
    let worker = prop_oneof![
        3 => (0..WORKERS).prop_map(|worker| Op::Read { worker }),
        4 => (0..WORKERS, any::<u8>()).prop_map(|(worker, entry)| Op::Reclaim { worker, entry }),
        12 => (0..WORKERS, passage()).prop_map(|(worker, passage)| Op::Step { worker, passage }),
        5 => (0..WORKERS, passage()).prop_map(|(worker, passage)| Op::Finish { worker, passage }),
        2 => (0..WORKERS).prop_map(|worker| Op::Crash { worker }),
        1 => (0..WORKERS, wearing()).prop_map(|(worker, answer)| Op::Wear { worker, answer }),
    ];
    prop_oneof![
        4 => client,
        4 => transport,
        12 => worker,
        1 => spans.prop_map(Op::Pass),
        1 => Just(Op::Expire),
    ]
}

/// What the insurer does with a repeated purchase, and what then happens.
pub(crate) fn schedules(longest: usize) -> impl Strategy<Value = (RepeatPurchase, Vec<Op>)> {
    let repeat = prop_oneof![
        3 => Just(RepeatPurchase::Unknown),
        1 => Just(RepeatPurchase::SameCertificate),
        1 => Just(RepeatPurchase::Rejected)
    ];
    (repeat, prop::collection::vec(op(), 1..longest))
}
