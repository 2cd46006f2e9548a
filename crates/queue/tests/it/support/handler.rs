//! Handlers made of closures, and a way to hold them.

use std::future::Future;
use std::sync::Arc;

use loadsure_queue::{Delivery, Handler, Outcome};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Calls a closure for every delivery. Panics are left pending.
pub struct On<F>(pub F);

impl<F, R> Handler for On<F>
where
    F: Fn(Delivery) -> R + Send + Sync + 'static,
    R: Future<Output = Outcome> + Send,
{
    async fn handle(&self, delivery: Delivery) -> Outcome {
        (self.0)(delivery).await
    }

    async fn panicked(&self, _delivery: Delivery) -> Outcome {
        Outcome::NotMine
    }
}

/// Holds handlers until they are let through.
pub struct Gate(Semaphore);

impl Gate {
    pub fn closed() -> Arc<Self> {
        Arc::new(Self(Semaphore::new(0)))
    }

    pub fn opened() -> Arc<Self> {
        let gate = Self::closed();
        gate.open();
        gate
    }

    pub fn open(&self) {
        self.0.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    pub async fn pass(&self) {
        let _permit = self.0.acquire().await.unwrap();
    }
}

/// Reports every delivery, then waits at a gate, then is done.
pub fn reporting(gate: Arc<Gate>) -> (impl Handler, UnboundedReceiver<Delivery>) {
    let (sender, seen) = unbounded_channel();
    let handler = On(move |delivery: Delivery| {
        let (sender, gate) = (sender.clone(), gate.clone());
        async move {
            let job = delivery.message.job;
            let _nobody_listens = sender.send(delivery);
            gate.pass().await;
            super::done(job)
        }
    });
    (handler, seen)
}
