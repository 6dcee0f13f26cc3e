//! The times in a token, for people.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::token_text::Part;

/// A line for each claim that is a time.
pub(super) fn of(claims: &Part, now: u64) -> String {
    let Part::Object(members) = claims else {
        return String::new();
    };
    let times = members.iter().filter(|(name, _)| NAMES.contains(&name.as_str()));
    times.map(|(name, value)| format!("  {name:<10} {}\n", time(value, now))).collect()
}

fn time(value: &Value, now: u64) -> String {
    match value.as_u64() {
        None => "not a whole number of seconds".to_owned(),
        Some(seconds) if seconds > LAST_OF_9999 => {
            "after the year 9999; are these milliseconds?".to_owned()
        }
        Some(seconds) => {
            let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
            format!("{date}, {}", distance(seconds, now))
        }
    }
}

fn distance(time: u64, now: u64) -> String {
    let span = span(time.abs_diff(now));
    match time {
        time if time > now => format!("in {span}"),
        time if time < now => format!("{span} ago"),
        _ => "now".to_owned(),
    }
}

fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=90 => (seconds, "second"),
        91..=5_400 => (seconds / 60, "minute"),
        5_401..=172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

const NAMES: [&str; 4] = ["auth_time", "exp", "iat", "nbf"];

const LAST_OF_9999: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_a_date_and_a_distance() {
        for (value, shown) in [
            (json!(1_000_000), "Mon, 12 Jan 1970 13:46:40 GMT, now"),
            (json!(1_000_001), "Mon, 12 Jan 1970 13:46:41 GMT, in 1 second"),
            (json!(999_880), "Mon, 12 Jan 1970 13:44:40 GMT, 2 minutes ago"),
            (json!(1_007_200), "Mon, 12 Jan 1970 15:46:40 GMT, in 2 hours"),
            (json!(0), "Thu, 01 Jan 1970 00:00:00 GMT, 11 days ago"),
            (json!(LAST_OF_9999), "Fri, 31 Dec 9999 23:59:59 GMT, in 2932885 days"),
            (json!(1_700_000_000_000_u64), "after the year 9999; are these milliseconds?"),
            (json!(u64::MAX), "after the year 9999; are these milliseconds?"),
            (json!("soon"), "not a whole number of seconds"),
            (json!(-1), "not a whole number of seconds"),
            (json!(1.5), "not a whole number of seconds"),
        ] {
            assert_eq!(time(&value, 1_000_000), shown);
        }
    }
}
