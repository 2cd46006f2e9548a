//! Where a worker waits for the schedule before it meets the outside.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use crate::protocol::op::Passage;

/// What a worker is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Ask or tell the database something.
    Store,
    /// Send a purchase that it has journalled.
    Purchase,
    /// Send another call.
    Call,
    /// Hear the insurer's answer.
    Answer,
}

/// A gate of one worker. Clones are the same gate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    waiting: Option<Point>,
    granted: Option<Passage>,
}

impl Gate {
    /// Waits until the schedule lets the worker through.
    pub(crate) fn pass(&self, point: Point) -> impl Future<Output = Passage> + Send + use<> {
        Passing {
            gate: self.clone(),
            point,
        }
    }

    /// Where the worker waits, if it does.
    pub(crate) fn waiting(&self) -> Option<Point> {
        self.state().waiting
    }

    /// Lets the worker through once.
    pub(crate) fn grant(&self, passage: Passage) {
        self.state().granted = Some(passage);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Passing {
    gate: Gate,
    point: Point,
}

impl Future for Passing {
    type Output = Passage;

    /// Wakes nobody: the schedule polls a worker whenever it lets it go on.
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Passage> {
        let mut state = self.gate.state();
        match state.granted.take() {
            Some(passage) => {
                state.waiting = None;
                Poll::Ready(passage)
            }
            None => {
                state.waiting = Some(self.point);
                Poll::Pending
            }
        }
    }
}
