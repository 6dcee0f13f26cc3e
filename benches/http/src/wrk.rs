//! One run of `wrk`.

use std::process::Command;

/// What `wrk` says about one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    pub requests_per_second: f64,
    /// Microseconds.
    pub p50: f64,
    pub p99: f64,
}

/// Keeps 32 connections busy from core 1, with the token in each request.
///
/// # Panics
/// If a request fails: then nothing was measured.
pub fn run(port: u16, token: &str, seconds: u32) -> Report {
    let mut wrk = Command::new("taskset");
    wrk.args(["-c", "1", "wrk", "-t1", "-c32", "--latency", &format!("-d{seconds}s")]);
    wrk.args(["-H", &format!("Authorization: Bearer {token}")]);
    let output = wrk.arg(format!("http://127.0.0.1:{port}/")).output();
    let output = output.expect("taskset can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    read(&text).unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

fn read(text: &str) -> Option<Report> {
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return None;
    }
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map(str::trim)
    };
    Some(Report {
        requests_per_second: value("Requests/sec:")?.parse().ok()?,
        p50: micros(value("50%")?)?,
        p99: micros(value("99%")?)?,
    })
}

fn micros(text: &str) -> Option<f64> {
    let units = [("us", 1.0), ("ms", 1e3), ("s", 1e6)];
    units
        .into_iter()
        .find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_one_with_failures_is_not() {
        let text = "  Latency Distribution\n     50%  481.00us\n     99%    1.20ms\nRequests/sec:  61234.56\n";
        let report = Report { requests_per_second: 61_234.56, p50: 481.0, p99: 1_200.0 };
        assert_eq!(read(text), Some(report));
        assert_eq!(read(&format!("{text}  Non-2xx or 3xx responses: 7\n")), None);
        assert_eq!(read(""), None);
    }
}
