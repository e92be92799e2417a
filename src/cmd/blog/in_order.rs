//! Two steps over batches: the first on all threads, the second on one at a time, in the order of the batches.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Makes something of each batch on all threads, and takes it in the order of the batches, on whichever thread comes by.
/// No thread waits for another one, as long as there is less to take than to make. Neither step may hand work to these
/// threads and wait for it: who waits does other work meanwhile, which may be to wait for itself.
///
/// # Errors
/// The first that taking ends with: then nothing more is taken, and no further batch is begun.
pub(super) fn in_order<B: Send, M: Send, E: Send>(
    batches: impl ExactSizeIterator<Item = B> + Send,
    make: impl Fn(B) -> M + Sync,
    take: impl FnMut(M) -> Result<(), E> + Send,
) -> Result<(), E> {
    let helpers = batches.len().min(rayon::current_num_threads()).saturating_sub(1);
    let (batches, line) = (Mutex::new(batches.enumerate()), Line::before(take));
    let work = || {
        while let Some((place, batch)) = line.is_open().then(|| lock(&batches).next()).flatten() {
            line.join(place, make(batch));
        }
    };
    if helpers == 0 {
        work(); // and nobody is woken up
    } else {
        rayon::scope(|scope| {
            (0..helpers).for_each(|_| scope.spawn(|_| work()));
            work();
        });
    }
    line.ended()
}

/// What was made, in line before who takes it.
struct Line<M, T, E> {
    made: Mutex<Made<M>>,
    taker: Mutex<(T, Result<(), E>)>,
}

struct Made<M> {
    /// By the places of their batches.
    waiting: BTreeMap<usize, M>,
    /// The place of the batch that is taken next; `None`: no more are.
    next: Option<usize>,
}

/// So many batches may wait; whoever brings one more waits until others are taken.
const LONGEST: usize = 16;

impl<M, E, T: FnMut(M) -> Result<(), E>> Line<M, T, E> {
    fn before(take: T) -> Self {
        Self { made: Mutex::new(Made { waiting: BTreeMap::new(), next: Some(0) }), taker: Mutex::new((take, Ok(()))) }
    }

    /// Puts one in its place, and takes those whose turn it is, unless another thread is at it: that one looks again when
    /// it has ended.
    fn join(&self, place: usize, made: M) {
        let is_long = {
            let mut line = lock(&self.made);
            line.waiting.insert(place, made);
            line.waiting.len() > LONGEST
        };
        while self.is_ready() {
            let taker = if is_long { Some(lock(&self.taker)) } else { self.taker.try_lock().ok() };
            let Some(mut taker) = taker else { return };
            while let Some(made) = self.next() {
                let taken = (taker.0)(made);
                if taken.is_err() {
                    taker.1 = taken;
                    lock(&self.made).next = None;
                }
            }
        }
    }

    /// Whether anything more is taken.
    fn is_open(&self) -> bool {
        lock(&self.made).next.is_some()
    }

    /// Whether that is there which is taken next.
    fn is_ready(&self) -> bool {
        let made = lock(&self.made);
        made.next.is_some_and(|next| made.waiting.contains_key(&next))
    }

    fn next(&self) -> Option<M> {
        let mut made = lock(&self.made);
        let next = made.next?;
        let taken = made.waiting.remove(&next)?;
        made.next = Some(next + 1);
        Some(taken)
    }

    fn ended(self) -> Result<(), E> {
        self.taker.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn batches_are_taken_in_their_order_up_to_the_first_error() {
        for (count, wrong) in [(0, 9), (1, 9), (1, 0), (5, 9), (5, 2), (10 * LONGEST, 999), (10 * LONGEST, 100)] {
            let mut taken = Vec::new();
            let take = |batch| {
                taken.push(batch);
                if batch == wrong { Err(batch) } else { Ok(()) }
            };
            let ended = in_order(0..count, |batch| batch, take);
            assert_eq!(ended, if wrong < count { Err(wrong) } else { Ok(()) });
            assert_eq!(taken, (0..count.min(wrong.saturating_add(1))).collect::<Vec<_>>(), "{count} {wrong}");
        }
    }

    #[test]
    fn a_batch_that_takes_longest_is_waited_for() {
        let done = AtomicUsize::new(0);
        let make = |batch| {
            // the first ends when others have, if there is anybody to do them
            while batch == 0 && rayon::current_num_threads() > 1 && done.load(Ordering::SeqCst) < 2 * LONGEST {
                thread::yield_now();
            }
            done.fetch_add(1, Ordering::SeqCst);
            batch
        };
        let mut taken = Vec::new();
        let take = |batch| {
            taken.push(batch);
            Ok::<(), ()>(())
        };
        in_order(0..3 * LONGEST, make, take).unwrap();
        assert_eq!(taken, (0..3 * LONGEST).collect::<Vec<_>>());
    }

    #[test]
    fn what_panics_is_told() {
        for wrong in [0, 7, 19] {
            let making = |batch| if batch == wrong { panic!("on purpose") } else { batch };
            assert!(panic::catch_unwind(|| in_order(0..20, making, |_| Ok::<(), ()>(()))).is_err(), "{wrong}");
            let taking = |batch| if batch == wrong { panic!("on purpose") } else { Ok::<(), ()>(()) };
            assert!(panic::catch_unwind(|| in_order(0..20, |batch| batch, taking)).is_err(), "{wrong}");
        }
    }
}
