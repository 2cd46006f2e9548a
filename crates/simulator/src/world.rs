//! The simulated world: events in virtual time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use loadsure_core::scaling::{ChangeResult, Record};

use crate::fault::Fault;
use crate::platform::{Begun, Platform};
use crate::report::Report;
use crate::scaler::{Policy, Scaler};
use crate::service_time::ServiceTime;
use crate::sight::{Scene, Sight};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::traffic::{Job, Trace};
use crate::worker::{Epoch, Worker};

/// How long after the last arrival the rest may take; what is left then counts as having waited so long.
const AFTERMATH: u64 = 6 * HOUR;

/// How long after its arrival the outbox knows of a job, in milliseconds: the service notes in batches.
const NOTED_AFTER: u64 = 100;

/// A job that has waited longer than this when workers are removed was waiting for one of them.
const WAITING: u64 = 5 * SECOND;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A job of this worker ends, after it took so long.
    Done { worker: u64, took: u64 },
    /// A deployment has had its time.
    Deployed(u64),
    /// Someone else deploys.
    Foreign,
    /// The scaler looks.
    Look,
    /// A minute has passed.
    Minute,
}

pub(crate) struct World<'a> {
    now: u64,
    length: u64,
    jobs: &'a [Job],
    arrived: usize,
    completed: u64,
    /// Jobs that no worker has taken, oldest first.
    queue: VecDeque<usize>,
    workers: Vec<Worker>,
    hired: u64,
    epoch: Epoch,
    adapts: bool,
    events: BinaryHeap<Reverse<(u64, Event)>>,
    service_time: ServiceTime,
    platform: Platform,
    scaler: Scaler,
    fault: Option<Fault>,
    frozen: Option<Sight>,
    direction: Option<bool>,
    report: Report,
    records: Option<Vec<Record>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(
        trace: &Trace,
        policy: Policy,
        fault: Option<Fault>,
        (seed, jobs): (u64, &'a [Job]),
    ) -> Self {
        let mut world = Self {
            now: 0,
            length: trace.length(),
            jobs,
            arrived: 0,
            completed: 0,
            queue: VecDeque::new(),
            workers: Vec::new(),
            hired: 0,
            epoch: Epoch::new(),
            adapts: policy.adapts(),
            events: BinaryHeap::new(),
            service_time: ServiceTime::default(),
            platform: Platform::new(policy.initial(), seed, fault),
            scaler: policy.scaler(),
            fault,
            frozen: None,
            direction: None,
            report: Report::default(),
            records: None,
        };
        world.hire(policy.initial());
        world.at(0, Event::Look);
        world.at(MINUTE, Event::Minute);
        if fault == Some(Fault::Superseded) {
            world.foreign_later();
        }
        world
    }

    /// Keeps the record of each decision.
    pub(crate) fn recording(mut self) -> Self {
        self.records = Some(Vec::new());
        self
    }

    /// Runs until all jobs have ended.
    pub(crate) fn run(mut self) -> (Report, Vec<Record>) {
        while self.step() {}
        for job in std::mem::take(&mut self.queue) {
            let waited = self.now - self.jobs[job].arrives;
            self.report.waited(waited);
        }
        self.report.length_ms = self.length;
        (self.report, self.records.unwrap_or_default())
    }

    fn step(&mut self) -> bool {
        let arrival = self.jobs.get(self.arrived).map(|job| job.arrives);
        let event = self.events.peek().map(|Reverse((at, _))| *at);
        let is_over = self.now >= self.length && self.queue.is_empty() && self.is_idle();
        if is_over || self.now > self.length + AFTERMATH {
            return false;
        }
        match (arrival, event) {
            (Some(arrival), event) if event.is_none_or(|event| arrival <= event) => {
                self.advance(arrival);
                self.arrive();
            }
            _ => {
                let Some(Reverse((at, event))) = self.events.pop() else {
                    return false;
                };
                self.advance(at);
                self.happen(event);
            }
        }
        true
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Done { worker, took } => self.done(worker, took),
            Event::Deployed(id) => self.deployed(id),
            Event::Foreign => {
                let begun = self.platform.deploy_foreign();
                if let Some(id) = begun.superseded {
                    self.scaler.ended(id, self.now, ChangeResult::Superseded);
                }
                self.await_end(begun);
                self.foreign_later();
            }
            Event::Look => {
                self.look();
                self.at(self.now + self.scaler.every(), Event::Look);
            }
            Event::Minute => {
                let (backlog, workers) = (self.unread(), self.living());
                let minute = self.report.minute(self.now - MINUTE);
                minute.backlog = backlog;
                minute.workers = workers;
                self.at(self.now + MINUTE, Event::Minute);
            }
        }
    }

    fn advance(&mut self, to: u64) {
        // Hours of workers count as long as the trace lasts, so that policies are compared over the same time.
        let counted = to.min(self.length).saturating_sub(self.now);
        let there = u64::try_from(self.workers.len()).unwrap_or(u64::MAX);
        self.report.worker_ms += counted * there;
        self.now = to;
    }

    fn arrive(&mut self) {
        self.queue.push_back(self.arrived);
        self.arrived += 1;
        self.report.minute(self.now).arrivals += 1;
        self.dispatch();
    }

    /// Hands waiting jobs to free slots: to the worker that has most of them, as all of them ask.
    fn dispatch(&mut self) {
        while !self.queue.is_empty() {
            let freest = self.workers.iter_mut().max_by_key(|worker| worker.free());
            let Some(worker) = freest.filter(|worker| worker.free() > 0) else {
                return;
            };
            let Some(job) = self.queue.pop_front() else { return };
            worker.running += 1;
            let took = self.jobs[job].takes;
            let done = Event::Done {
                worker: worker.id,
                took,
            };
            let waited = self.now - self.jobs[job].arrives;
            self.report.waited(waited);
            let minute = self.report.minute(self.now);
            minute.wait_ms = minute.wait_ms.max(waited);
            self.at(self.now + took, done);
        }
    }

    fn done(&mut self, id: u64, took: u64) {
        self.completed += 1;
        self.service_time.note(took);
        let call = self.epoch.call(self.now, took, !self.queue.is_empty());
        if let Some(worker) = self.workers.iter_mut().find(|worker| worker.id == id) {
            worker.end(&call);
        }
        self.workers
            .retain(|worker| !worker.is_draining || worker.running > 0);
        self.dispatch();
    }

    fn look(&mut self) {
        let scene = self.scene();
        let (target, record) = self.scaler.look(&scene);
        if let (Some(records), Some(record)) = (&mut self.records, record) {
            records.push(record);
        }
        let Some(target) = target else { return };
        let from = self.platform.wanted;
        self.note(target, &scene);
        if let Some(begun) = self.platform.ask(target) {
            self.begin(begun, from, target);
        }
    }

    fn begin(&mut self, begun: Begun, from: u32, to: u32) {
        self.report.deployments += 1;
        self.scaler.begun(begun.id, self.now, from, to);
        self.await_end(begun);
    }

    fn await_end(&mut self, begun: Begun) {
        self.at(self.now + begun.takes, Event::Deployed(begun.id));
    }

    fn deployed(&mut self, id: u64) {
        let Some(ended) = self.platform.end(id) else {
            return;
        };
        if let Some((id, result)) = ended.ours {
            self.scaler.ended(id, self.now, result);
        }
        if let Some(workers) = ended.workers {
            for worker in &mut self.workers {
                worker.is_draining = true;
            }
            self.workers.retain(|worker| worker.running > 0);
            self.hire(workers);
            self.dispatch();
        }
        if let Some(target) = ended.waiting {
            let from = self.platform.wanted;
            if let Some(begun) = self.platform.ask(target) {
                self.begin(begun, from, target);
            }
        }
    }

    /// Counts what is asked for.
    fn note(&mut self, target: u32, scene: &Scene) {
        let is_up = target > self.platform.wanted;
        if self.direction.is_some_and(|was_up| was_up != is_up) {
            self.report.reversals += 1;
        }
        self.direction = Some(is_up);
        let slots = self.slots() / u64::from(self.living().max(1));
        let waits = self.oldest_unread().is_some_and(|age| age > WAITING) || self.unread() >= slots.max(1);
        let is_wrong = self.fault.is_some_and(|fault| fault.blinds(scene.now));
        self.report.careless += u64::from(!is_up && (waits || is_wrong));
    }

    fn scene(&mut self) -> Scene {
        Scene {
            now: self.now,
            sight: self.sight(),
            wanted: self.platform.wanted,
            is_deploying: self.platform.is_deploying(),
            is_reachable: !self
                .fault
                .is_some_and(|fault| fault == Fault::Api && fault.strikes(self.now)),
        }
    }

    /// What is seen, with what is wrong about it.
    fn sight(&mut self) -> Option<Sight> {
        let truth = self.truth();
        let fault = self.fault.filter(|fault| fault.blinds(self.now));
        if fault != Some(Fault::Frozen) {
            self.frozen = None;
        }
        match fault {
            Some(Fault::NullLag) => Some(Sight {
                unread: None,
                ..truth
            }),
            Some(Fault::HugeLag) => Some(Sight {
                unread: Some(u64::MAX - truth.pending),
                ..truth
            }),
            Some(Fault::Missing) => None,
            Some(Fault::Frozen) => Some(*self.frozen.get_or_insert(truth)),
            _ => Some(truth),
        }
    }

    fn truth(&self) -> Sight {
        let busy = self.workers.iter().map(|worker| worker.running).sum();
        Sight {
            taken: self.now,
            unread: Some(self.unread()),
            pending: busy,
            oldest_unread_ms: self.oldest_unread(),
            oldest_pending_ms: None,
            added: u64::try_from(self.arrived).unwrap_or(u64::MAX),
            noted: self.noted(),
            completed: self.completed,
            slots: self.slots(),
            slots_max: self.takers().map(Worker::slots_max).sum(),
            service_ms: self.service_time.mean_ms(),
            living: self.living(),
        }
    }

    fn noted(&self) -> u64 {
        let arrived = self.jobs.iter().take(self.arrived).rev();
        let unnoted = arrived.take_while(|job| self.now - job.arrives < NOTED_AFTER);
        u64::try_from(self.arrived - unnoted.count()).unwrap_or(u64::MAX)
    }

    fn takers(&self) -> impl Iterator<Item = &Worker> {
        self.workers.iter().filter(|worker| !worker.is_draining)
    }

    fn slots(&self) -> u64 {
        self.takers().map(Worker::slots).sum()
    }

    fn living(&self) -> u32 {
        u32::try_from(self.takers().count()).unwrap_or(u32::MAX)
    }

    fn unread(&self) -> u64 {
        u64::try_from(self.queue.len()).unwrap_or(u64::MAX)
    }

    fn oldest_unread(&self) -> Option<u64> {
        self.queue.front().map(|job| self.now - self.jobs[*job].arrives)
    }

    fn is_idle(&self) -> bool {
        self.workers.iter().all(|worker| worker.running == 0)
    }

    fn hire(&mut self, workers: u32) {
        for _ in 0..workers {
            self.workers.push(Worker::new(self.hired, self.adapts));
            self.hired += 1;
        }
    }

    fn foreign_later(&mut self) {
        let after = self.platform.next_foreign();
        self.at(self.now + after, Event::Foreign);
    }

    fn at(&mut self, time: u64, event: Event) {
        self.events.push(Reverse((time, event)));
    }
}
