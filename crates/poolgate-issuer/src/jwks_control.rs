//! Faults of the JWKS endpoint, and the count of its requests.

use crate::{
    fault::{Fault, FaultPlan, header_value},
    issuer::TestIssuer,
    jwks_endpoint::JwksEndpoint,
};

/// # Faults at the JWKS endpoint
///
/// A fault takes effect with the next request. A new plan replaces the one before; discovery is never affected.
impl TestIssuer {
    /// Every request meets this fault, until [`heal_jwks`](Self::heal_jwks).
    ///
    /// ```
    /// use poolgate_issuer::{Fault, TestIssuer};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let issuer = TestIssuer::start().await;
    /// issuer.fail_jwks(Fault::Status(500));
    /// // What does the service under test answer now?
    /// issuer.heal_jwks();
    /// # }
    /// ```
    ///
    /// # Panics
    /// If the fault has a status outside 200 to 599, or a location that cannot be a header.
    pub fn fail_jwks(&self, fault: Fault) {
        self.endpoint().set_plan(FaultPlan::always(fault));
    }

    /// The next `times` requests meet this fault, those after it are answered well.
    ///
    /// # Panics
    /// As [`fail_jwks`](Self::fail_jwks).
    pub fn fail_jwks_times(&self, times: usize, fault: Fault) {
        self.fail_jwks_sequence(vec![fault; times]);
    }

    /// The next requests meet these faults in turn, those after them are answered well. `None` is a good answer.
    ///
    /// ```
    /// # use poolgate_issuer::{Fault, TestIssuer};
    /// # let issuer = TestIssuer::builder().offline();
    /// issuer.fail_jwks_sequence([Fault::Reset, Fault::EmptySet]);
    /// issuer.fail_jwks_sequence([None, Some(Fault::Status(503)), None, Some(Fault::Hang)]);
    /// ```
    ///
    /// # Panics
    /// As [`fail_jwks`](Self::fail_jwks).
    pub fn fail_jwks_sequence<F: Into<Option<Fault>>>(&self, faults: impl IntoIterator<Item = F>) {
        let faults = faults.into_iter().map(Into::into);
        self.endpoint().set_plan(FaultPlan::sequence(faults));
    }

    /// Answers well again, and lets requests that [hang](Fault::Hang) have their good answer now.
    pub fn heal_jwks(&self) {
        self.endpoint().heal();
    }

    /// The `Cache-Control` of good answers, none unless set. (What real Cognito sends is not documented.)
    ///
    /// # Panics
    /// If the text cannot be a header.
    pub fn cache_control(&self, value: Option<&str>) {
        self.endpoint().set_cache_control(value.map(header_value));
    }

    /// How many requests have reached the JWKS endpoint, those that met a fault included.
    pub fn jwks_fetches(&self) -> u64 {
        self.endpoint().fetches()
    }

    /// Waits until [`jwks_fetches`](Self::jwks_fetches) is at least `count`. Works on any runtime; under tokio's paused
    /// time, timers of the test can run while it waits.
    ///
    /// ```
    /// use poolgate_issuer::{Fault, TestIssuer};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # async fn fetch(issuer: TestIssuer) {
    /// #     let (base, url) = (issuer.base_url(), issuer.jwks_url());
    /// #     let stream = tokio::net::TcpStream::connect(&base[7..]).await.unwrap();
    /// #     stream.writable().await.unwrap();
    /// #     let request = format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", &url[base.len()..]);
    /// #     stream.try_write(request.as_bytes()).unwrap();
    /// #     stream.readable().await.unwrap(); // a client that has gone is not counted
    /// # }
    /// let issuer = TestIssuer::start().await;
    /// issuer.fail_jwks(Fault::Hang);
    /// tokio::spawn(fetch(issuer.clone()));
    /// issuer.wait_for_fetches(1).await; // a request is there, and hangs
    /// issuer.heal_jwks(); // now it gets its answer
    /// # }
    /// ```
    pub async fn wait_for_fetches(&self, count: u64) {
        self.endpoint().wait_for_fetches(count).await;
    }

    fn endpoint(&self) -> &JwksEndpoint {
        &self.pool.jwks
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use tokio::{io::AsyncReadExt, time::timeout};

    use super::*;
    use crate::{
        Algorithm,
        test_client::{Answer, get, request},
    };

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_secs(30);

    async fn start() -> TestIssuer {
        let builder = TestIssuer::builder().algorithm(Algorithm::EdDsa);
        builder.start().await
    }

    async fn answer(fault: Fault) -> (TestIssuer, Answer) {
        let issuer = start().await;
        issuer.fail_jwks(fault);
        let answer = get(issuer.jwks_url()).await.unwrap();
        (issuer, answer)
    }

    #[tokio::test]
    async fn a_fault_lasts_until_healed() {
        let (issuer, first) = answer(Fault::Status(503)).await;
        let second = get(issuer.jwks_url()).await.unwrap();
        issuer.heal_jwks();
        let third = get(issuer.jwks_url()).await.unwrap();

        assert_eq!([first.status, second.status, third.status], [503, 503, 200]);
        assert_eq!(first.body, b"");
        assert_eq!(third.text(), issuer.jwks_json());
    }

    #[tokio::test]
    async fn a_fault_can_be_counted_or_planned() {
        let issuer = start().await;
        let mut seen = Vec::new();

        issuer.fail_jwks_times(2, Fault::Status(500));
        for _ in 0..3 {
            seen.push(get(issuer.jwks_url()).await.unwrap().status);
        }
        issuer.fail_jwks_sequence([None, Some(Fault::Status(502))]);
        for _ in 0..3 {
            seen.push(get(issuer.jwks_url()).await.unwrap().status);
        }

        assert_eq!(seen, [500, 500, 200, 200, 502, 200]);
        assert_eq!(issuer.jwks_fetches(), 6);
    }

    #[tokio::test]
    async fn delay_answers_well_and_late() {
        let started = Instant::now();
        let (issuer, answer) = answer(Fault::Delay(SHORT)).await;

        assert!(started.elapsed() >= SHORT);
        assert_eq!(answer.text(), issuer.jwks_json());
    }

    #[tokio::test]
    async fn hang_holds_a_request_until_healed() {
        let issuer = start().await;
        issuer.fail_jwks_times(1, Fault::Hang);
        let url = issuer.jwks_url().to_owned();
        let mut hanging = tokio::spawn(async move { get(&url).await });
        issuer.wait_for_fetches(1).await;
        timeout(SHORT, &mut hanging).await.expect_err("it hangs");

        issuer.rotate();
        issuer.heal_jwks();

        let answer = timeout(LONG, hanging).await.unwrap().unwrap().unwrap();
        assert_eq!(answer.text(), issuer.jwks_json());
    }

    #[tokio::test]
    async fn hang_ends_with_the_issuer() {
        let issuer = start().await;
        issuer.fail_jwks(Fault::Hang);
        let mut stream = request(issuer.jwks_url()).await.unwrap();
        issuer.wait_for_fetches(1).await;

        drop(issuer);

        let mut bytes = Vec::new();
        let ended = timeout(LONG, stream.read_to_end(&mut bytes)).await;
        ended.expect("the connection ends").ok();
        assert_eq!(bytes, b"");
    }

    #[tokio::test]
    async fn good_answers_carry_the_cache_control_that_was_set() {
        let issuer = start().await;

        issuer.cache_control(Some("max-age=60"));
        let with = get(issuer.jwks_url()).await.unwrap();
        issuer.cache_control(None);
        let without = get(issuer.jwks_url()).await.unwrap();

        assert_eq!(with.header("cache-control"), Some("max-age=60"));
        assert_eq!(without.header("cache-control"), None);
    }

    #[tokio::test]
    async fn waiting_ends_when_enough_requests_came() {
        let issuer = start().await;
        issuer.wait_for_fetches(0).await;
        let waiting = issuer.clone();
        let mut waiter = tokio::spawn(async move { waiting.wait_for_fetches(2).await });

        get(issuer.jwks_url()).await.unwrap();
        timeout(SHORT, &mut waiter).await.expect_err("one is not two");
        get(issuer.jwks_url()).await.unwrap();

        timeout(LONG, waiter).await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_paused_test_clock_does_not_stop_the_server() {
        let started = Instant::now();
        let (issuer, answer) = answer(Fault::Delay(SHORT)).await;

        assert!(started.elapsed() >= SHORT, "the server's time is real");
        assert_eq!(answer.text(), issuer.jwks_json());
    }
}
