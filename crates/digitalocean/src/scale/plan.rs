//! The change of one integer, and the proof that it is no more.

use crate::app::App;
use crate::diff::differences;
use crate::guard::Guard;
use crate::id::AppId;
use crate::spec::Spec;

/// A change of one worker's number of instances, computed from the live spec and not yet sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(super) app: AppId,
    pub(super) updated_at: String,
    pub(super) before: Spec,
    pub(super) after: Spec,
    from: u32,
    to: u32,
}

impl Plan {
    /// Copies the live spec, changes the worker's `instance_count` and nothing else, and asserts so.
    ///
    /// # Errors
    /// When the change is not exactly one integer, or the spec is not fit to be sent back.
    pub fn new(app: &App, worker: &str, to: u32) -> Result<Self, Guard> {
        if to == 0 {
            return Err(Guard::Zero);
        }
        let from = app.spec.instance_count(worker)?;
        if from == to {
            return Err(Guard::AlreadyThere);
        }
        let (at, _) = app.spec.worker(worker)?;
        let mut after = app.spec.clone();
        let fields = after.value_mut().pointer_mut(&format!("/workers/{at}"));
        let fields = fields.and_then(|worker| worker.as_object_mut());
        let fields = fields.ok_or(Guard::NoSuchWorker)?;
        fields.insert("instance_count".to_owned(), to.into());
        let plan = Self {
            app: app.id,
            updated_at: app.updated_at.clone(),
            before: app.spec.clone(),
            after,
            from,
            to,
        };
        plan.check(&format!("/workers/{at}/instance_count"))?;
        Ok(plan)
    }

    /// Compares the copy with the original as if nobody knew how it was made.
    fn check(&self, pointer: &str) -> Result<(), Guard> {
        let touched = differences(self.before.value(), self.after.value());
        if touched != [pointer] {
            return Err(Guard::TouchesMore(touched));
        }
        let unsealed = self.after.unsealed_secrets();
        if unsealed.is_empty() {
            Ok(())
        } else {
            Err(Guard::UnsealedSecrets(unsealed))
        }
    }

    /// How many instances the live spec had.
    #[must_use]
    pub const fn from(&self) -> u32 {
        self.from
    }

    /// How many instances it is to have.
    #[must_use]
    pub const fn to(&self) -> u32 {
        self.to
    }

    /// The spec to be sent.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.after
    }

    /// Whether an app is still as it was when this was computed.
    pub(super) fn still_fits(&self, app: &App) -> bool {
        app.updated_at == self.updated_at && app.spec == self.before
    }
}
