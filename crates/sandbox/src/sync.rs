use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks although a holder panicked: everything guarded here is changed in one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
