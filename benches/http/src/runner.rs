//! Starts the servers, lets them take turns, and prints what came out.

use crate::{
    given::{Given, VARIABLE},
    server::{self, ENTRIES, Entry},
    wrk::{self, Report},
};
use poolgate_measure::{Algorithm, Asked, Gate, Gates, Kind, Pool, Sample};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, ExitCode, Stdio},
};

pub fn run() -> ExitCode {
    let options = Options::from_args();
    let sample = Pool::new(Algorithm::Rs256).sample(Kind::Access);
    if options.is_test {
        ENTRIES.iter().for_each(|entry| try_out(entry, &sample));
        return ExitCode::SUCCESS;
    }
    for tool in ["taskset", "wrk"] {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!("{tool} is missing: install the packages util-linux and wrk");
            return ExitCode::FAILURE;
        }
    }
    let rounds = rounds(&options, &sample);
    print(&options, &rounds);
    let times = server::TIMED.map(|(name, no_op)| {
        let [check, control] = [name, no_op].map(|name| timed(&options, &sample, name));
        println!("{name}: {check} ns to the handler, {control} ns behind a no-op layer");
        (name, check, control)
    });
    println!("Neither is the difference of a server's throughput: a slow one lets wrk sleep.");
    let gates = gates(&rounds, &times);
    gates.print();
    gates.exit_code(options.gate)
}

struct Options {
    gate: bool,
    is_test: bool,
    rounds: usize,
    seconds: u32,
    seed: u64,
}

impl Options {
    fn from_args() -> Self {
        let mut options = Self { gate: false, is_test: false, rounds: 12, seconds: 1, seed: 1 };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let number = arguments.next().and_then(|number| number.parse::<u32>().ok());
                number.unwrap_or_else(|| panic!("{argument} takes a number"))
            };
            match &*argument {
                "--gate" => options.gate = true,
                "--test" => options.is_test = true,
                "--rounds" => options.rounds = number() as usize,
                "--seconds" => options.seconds = number(),
                "--seed" => options.seed = number().into(),
                other => {
                    panic!("{other}: there are --gate, --rounds, --seconds, --seed and --test")
                }
            }
        }
        options
    }
}

/// Reports in the order of [`ENTRIES`].
type Round = Vec<Report>;

fn rounds(options: &Options, sample: &Sample) -> Vec<Round> {
    let servers: Vec<Server> =
        ENTRIES.iter().map(|entry| Server::start(entry.name, sample, false)).collect();
    let mut random = fastrand::Rng::with_seed(options.seed);
    let round = |round: usize| {
        let mut order: Vec<usize> = (0..servers.len()).collect();
        random.shuffle(&mut order);
        let mut reports: Vec<_> = vec![None; servers.len()];
        for index in order {
            reports[index] = Some(wrk::run(servers[index].port, &sample.token, options.seconds));
        }
        eprintln!("round {} of {}", round + 1, options.rounds);
        reports.into_iter().flatten().collect()
    };
    (0..options.rounds).map(round).collect()
}

fn print(options: &Options, rounds: &[Round]) {
    println!("{} shuffled rounds, seed {}", options.rounds, options.seed);
    println!("{:<34} {:>8} {:>8} {:>8} {:>8}", "", "req/s", "of bare", "p50 us", "p99 us");
    for Entry { name, bare, .. } in &ENTRIES {
        let (index, bare) = (index(name), index(bare));
        let per_second = median(rounds, |round| round[index].requests_per_second);
        let of_bare = 100.0 * ratio(rounds, index, bare);
        let p50 = median(rounds, |round| round[index].p50);
        let p99 = median(rounds, |round| round[index].p99);
        println!("{name:<34} {per_second:>8.0} {of_bare:>6.1} % {p50:>8.0} {p99:>8.0}");
    }
}

/// The cold rows: every request has its signature verified.
fn gates(rounds: &[Round], times: &[(&str, f64, f64)]) -> Gates {
    let mut gates = Gates::default();
    let measured = ratio(rounds, index(server::AXUM_POOLGATE), index(server::AXUM_JWT_AUTH));
    gates.add(Gate::new("poolgate by axum-jwt-auth, req/s", Asked::AtLeast(4.0), measured));
    let measured = ratio(rounds, index(server::AXUM_POOLGATE), index(server::JWT_AUTHORIZER));
    gates.add(Gate::new("poolgate by jwt-authorizer, req/s", Asked::AtLeast(1.25), measured));
    for (name, check, control) in times {
        println!("{name}: its check takes {:.2} us", (check - control) / 1e3);
    }
    gates
}

fn index(name: &str) -> usize {
    ENTRIES.iter().position(|entry| entry.name == name).expect("the entry is there")
}

/// The median over the rounds of requests per second, one by another.
fn ratio(rounds: &[Round], one: usize, other: usize) -> f64 {
    median(rounds, |round| round[one].requests_per_second / round[other].requests_per_second)
}

fn median(rounds: &[Round], value: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of nanoseconds to the handler, under load.
fn timed(options: &Options, sample: &Sample, name: &str) -> f64 {
    let server = Server::start(name, sample, true);
    wrk::run(server.port, &sample.token, options.seconds);
    let answer = get(server.port, server::TIMES, &sample.token);
    let body = answer.rsplit("\r\n").next().and_then(|body| body.parse().ok());
    body.unwrap_or_else(|| panic!("{answer}"))
}

/// Whoever checks tokens takes the good one alone.
fn try_out(entry: &Entry, sample: &Sample) {
    let server = Server::start(entry.name, sample, false);
    let is_open = entry.name.contains("bare") || entry.name.contains("no-op");
    let bad = if is_open { "200" } else { "401" };
    for (token, status) in [(&sample.token, "200"), (&sample.with_bad_signature(), bad)] {
        let answer = get(server.port, "/", token);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{}: {answer}", entry.name);
    }
    println!("{}: ok", entry.name);
}

fn get(port: u16, path: &str, token: &str) -> String {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).expect("it listens");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it answers");
    answer
}

/// A server in a process of its own, which ends with this.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(name: &str, sample: &Sample, is_timed: bool) -> Self {
        let program = std::env::current_exe().expect("this program has a path");
        let mut server = Command::new("taskset");
        server.args(["-c", "0"]).arg(program).args(["serve", name]);
        server.arg(if is_timed { "timed" } else { "untimed" });
        server.env(VARIABLE, Given::of(sample).to_env()).stdout(Stdio::piped());
        let mut process = server.spawn().expect("taskset can be run");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("its output is a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("it says its port");
        let port = line.trim().parse().unwrap_or_else(|_| panic!("{name} did not start"));
        Self { process, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself is just as gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
