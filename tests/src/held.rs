//! A question that is answered when the test says so: requests stand still in the middle of their verification.

use crate::raw::patiently;
use poolgate::Check;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Keeps verifications from ending. All clones keep the same ones.
#[derive(Clone, Debug)]
pub struct Held {
    inside: Arc<watch::Sender<usize>>,
    ways_out: Arc<Semaphore>,
}

impl Default for Held {
    fn default() -> Self {
        Self { inside: Arc::new(watch::Sender::new(0)), ways_out: Arc::new(Semaphore::new(0)) }
    }
}

impl Held {
    /// The question to build a verifier with.
    #[must_use]
    pub fn check(&self) -> Check {
        let held = self.clone();
        Check::new_async(move |_| {
            let (visit, ways_out) = (Visit::new(&held.inside), Arc::clone(&held.ways_out));
            async move {
                let _visit = visit;
                ways_out.acquire().await.expect("nobody closes it").forget();
                Ok(())
            }
        })
    }

    /// Waits until exactly so many verifications stand here.
    pub async fn until(&self, count: usize) {
        let mut inside = self.inside.subscribe();
        let _ = patiently(inside.wait_for(|inside| *inside == count)).await;
    }

    /// How many stand here now.
    #[must_use]
    pub fn inside(&self) -> usize {
        *self.inside.borrow()
    }

    /// Lets so many go on.
    pub fn let_go(&self, count: usize) {
        self.ways_out.add_permits(count);
    }
}

/// One verification, until it ends or is dropped.
struct Visit(Arc<watch::Sender<usize>>);

impl Visit {
    fn new(inside: &Arc<watch::Sender<usize>>) -> Self {
        inside.send_modify(|inside| *inside += 1);
        Self(Arc::clone(inside))
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.send_modify(|inside| *inside -= 1);
    }
}
