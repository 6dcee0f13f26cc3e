//! Making room: what is over is dropped, or a test that signs in for hours would fill the memory.

use std::collections::HashMap;

/// Drops what is over, if the map is about to grow. It grows by doubling, so this costs little for each entry.
pub(super) fn sweep<T>(entries: &mut HashMap<String, T>, is_over: impl Fn(&T) -> bool) {
    let (length, capacity) = (entries.len(), entries.capacity());
    if length < MANY || length < capacity {
        return;
    }
    entries.retain(|_, entry| !is_over(entry));
    if entries.len() > capacity / 2 {
        entries.reserve(capacity);
    }
}

/// Fewer are left alone, so that a test is told that its session is over and not that there is none.
const MANY: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(numbers: std::ops::Range<u64>) -> HashMap<String, u64> {
        let mut entries = HashMap::new();
        for number in numbers {
            sweep(&mut entries, |end| *end + 100 <= number);
            entries.insert(number.to_string(), number);
        }
        entries
    }

    #[test]
    fn what_is_over_makes_room() {
        let entries = filled(0..100_000);

        assert!(entries.len() < 4_000 && entries.capacity() < 4_000, "{}", entries.len());
        assert!((99_900..100_000).all(|number| entries.contains_key(&number.to_string())));
    }

    #[test]
    fn what_is_not_over_stays_and_so_do_a_few() {
        let mut entries = filled(0..900);
        sweep(&mut entries, |_| true);
        assert_eq!(entries.len(), 900);

        let mut many = HashMap::new();
        for number in 0..10_000 {
            sweep(&mut many, |()| false);
            many.insert(number.to_string(), ());
        }
        assert_eq!(many.len(), 10_000);
    }
}
