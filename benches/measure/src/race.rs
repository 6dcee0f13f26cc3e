//! Contenders that take short turns, so that a slow moment of the machine hits them all.

use crate::Options;
use std::{
    hint::black_box,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

/// Contenders of one table.
pub struct Race<'c> {
    contenders: Vec<Contender<'c>>,
    options: Options,
}

struct Contender<'c> {
    name: String,
    /// Does it that many times and says how long that took.
    run: Box<dyn FnMut(u32) -> Duration + 'c>,
    times: u32,
}

impl<'c> Race<'c> {
    pub fn new(options: Options) -> Self {
        Self { contenders: Vec::new(), options }
    }

    /// Adds a contender. It runs once here: what it asserts holds before anything is measured.
    pub fn add<R>(mut self, name: impl Into<String>, mut work: impl FnMut() -> R + 'c) -> Self {
        self.push(name.into(), move |times| {
            let start = Instant::now();
            for _ in 0..times {
                black_box(work());
            }
            start.elapsed()
        });
        self
    }

    /// Adds a contender that does its work on this many threads at once. Its time is that of the
    /// slowest thread for one piece of work of its own.
    pub fn add_on_threads<R>(
        mut self,
        name: impl Into<String>,
        threads: usize,
        work: impl Fn(usize) -> R + Sync + 'c,
    ) -> Self {
        self.push(name.into(), move |times| on_threads(threads, times, &work));
        self
    }

    fn push(&mut self, name: String, mut run: impl FnMut(u32) -> Duration + 'c) {
        run(1);
        let times = turns(&mut run, self.options.turn);
        self.contenders.push(Contender { name, run: Box::new(run), times });
    }

    /// Lets each contender have its turn in each round, in an order that is drawn anew: a fixed one
    /// could keep step with the time slices of other processes.
    pub fn run(mut self) -> Results {
        let count = self.contenders.len();
        let (mut rounds, mut random) = (Vec::new(), fastrand::Rng::with_seed(1));
        let mut order: Vec<usize> = (0..count).collect();
        for _ in 0..self.options.rounds {
            let mut times = vec![0.0; count];
            random.shuffle(&mut order);
            for &index in &order {
                let contender = &mut self.contenders[index];
                let took = (contender.run)(contender.times);
                times[index] = took.as_nanos() as f64 / f64::from(contender.times);
            }
            rounds.push(times);
        }
        let names = self.contenders.into_iter().map(|contender| contender.name).collect();
        Results { names, rounds }
    }
}

/// How often the work fits into a turn. The quickest of a few runs says so: an interrupted one would leave
/// a turn too short to warm up in.
fn turns(run: &mut impl FnMut(u32) -> Duration, turn: Duration) -> u32 {
    if turn.is_zero() {
        return 1;
    }
    let mut times = 1;
    loop {
        let took = (0..5).map(|_| run(times)).min().unwrap_or_default();
        if took * 4 > turn || times > 1 << 20 {
            let fits = f64::from(times) * turn.as_secs_f64() / took.as_secs_f64();
            return (fits.round() as u32).max(1);
        }
        times *= 2;
    }
}

/// The threads stand ready before the clock starts.
fn on_threads<R>(threads: usize, times: u32, work: &(impl Fn(usize) -> R + Sync)) -> Duration {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let begin = |thread: usize| {
            let barrier = &barrier;
            move || {
                barrier.wait();
                let start = Instant::now();
                for _ in 0..times {
                    black_box(work(thread));
                }
                start.elapsed()
            }
        };
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(begin(thread))).collect();
        let times = running.into_iter().map(|thread| thread.join().expect("it does not panic"));
        times.max().unwrap_or_default()
    })
}

/// Nanoseconds of each contender in each round.
pub struct Results {
    names: Vec<String>,
    rounds: Vec<Vec<f64>>,
}

impl Results {
    /// The median of a contender's times, in nanoseconds.
    pub fn nanos(&self, name: &str) -> f64 {
        let index = self.index(name);
        self.median(|times| times[index])
    }

    /// The median over the rounds of one contender's time by another's.
    pub fn ratio(&self, name: &str, base: &str) -> f64 {
        let (index, base) = (self.index(name), self.index(base));
        self.median(|times| times[index] / times[base])
    }

    /// The median over the rounds of what one contender takes longer than another, in nanoseconds.
    pub fn difference(&self, name: &str, base: &str) -> f64 {
        let (index, base) = (self.index(name), self.index(base));
        self.median(|times| times[index] - times[base])
    }

    /// Prints a table: nanoseconds, and the ratio to the first contender and to `to`.
    pub fn print(&self, title: &str, to: &str) {
        let base = &self.names[0];
        println!("\n{title}");
        println!("  {:<50} {:>10} {:>12} {:>12}", "", "ns", format!("x {base}"), format!("x {to}"));
        for name in &self.names {
            let (by_base, by_other) = (self.ratio(name, base), self.ratio(name, to));
            println!("  {name:<50} {:>10.0} {by_base:>12.3} {by_other:>12.3}", self.nanos(name));
        }
    }

    fn index(&self, name: &str) -> usize {
        let found = self.names.iter().position(|one| one == name);
        found.unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    fn median(&self, value: impl Fn(&[f64]) -> f64) -> f64 {
        let mut values: Vec<f64> = self.rounds.iter().map(|times| value(times)).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(rounds: &[[f64; 2]]) -> Results {
        let rounds = rounds.iter().map(|times| times.to_vec()).collect();
        Results { names: vec!["a".to_owned(), "b".to_owned()], rounds }
    }

    #[test]
    fn a_slow_moment_moves_times_and_no_ratio() {
        let results = results(&[[10.0, 20.0], [100.0, 200.0], [100.0, 200.0]]);
        assert_eq!((results.nanos("a"), results.ratio("b", "a")), (100.0, 2.0));
        assert_eq!(results.difference("b", "a"), 100.0);
    }

    #[test]
    fn everybody_has_one_turn_a_round() {
        let mut options =
            Options { gate: false, is_test: true, million: false, rounds: 3, turn: Duration::ZERO };
        let (mut first, mut second) = (0, 0);
        let race = Race::new(options).add("a", || first += 1).add("b", || second += 1);
        assert_eq!(race.run().rounds.len(), 3);
        // One run checks that it works, and one looks how long it takes.
        assert_eq!((first, second), (4, 4));
        options.turn = Duration::from_micros(50);
        let results = Race::new(options).add_on_threads("both", 2, |thread| thread).run();
        assert!(results.nanos("both") > 0.0);
    }
}
