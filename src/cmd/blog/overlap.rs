//! Two steps over batches: the second of one batch beside the first of the next.

/// Makes something of each batch, and takes it, in the order of the batches; while one is taken the next is made.
///
/// # Errors
/// The first that taking ends with: then no further batch is begun.
pub(super) fn overlap<B: Send, M: Send, E: Send>(
    mut batches: impl Iterator<Item = B> + Send,
    mut make: impl FnMut(B) -> M + Send,
    mut take: impl FnMut(M) -> Result<(), E> + Send,
) -> Result<(), E> {
    // among the threads that do it: from outside, each batch would wake one up and wait for it
    rayon::scope(|_| {
        let mut made = batches.next().map(&mut make);
        while let Some(batch) = made {
            let Some(next) = batches.next() else { return take(batch) };
            let (taken, next) = rayon::join(|| take(batch), || make(next));
            taken?;
            made = Some(next);
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_taken_in_their_order_up_to_the_first_error() {
        for (count, last, expected) in [(0, 9, 0), (1, 9, 1), (5, 9, 5), (5, 2, 3)] {
            let mut taken = Vec::new();
            let take = |batch| {
                taken.push(batch);
                if batch == 10 * last { Err(batch) } else { Ok(()) }
            };
            let ended = overlap(0..count, |batch| 10 * batch, take);
            assert_eq!(ended, if last < count { Err(10 * last) } else { Ok(()) });
            assert_eq!(taken, (0..expected).map(|batch| 10 * batch).collect::<Vec<_>>());
        }
    }
}
