//! The table of HTTP cases: what a guarded service must answer. What is hostile in it stands in
//! [`attacks`].

mod answer;
mod case;
mod cookie;
mod cross_site;
mod elsewhere;
mod every_route;
mod expected;
mod harmless;
mod id_token;
mod methods;
mod mismatch;
mod named_header;
mod outage;
mod requirement;
mod route;
mod tokens;

pub use self::{
    case::HttpCase,
    expected::HttpExpected,
    mismatch::{HttpDifference, HttpMismatch},
    route::HttpRoute,
};

pub(crate) use self::expected::{allows, refuses};

use crate::{
    attacks::{self, Attack, Kit, forger},
    issuer::TestIssuer,
};

/// # HTTP cases
impl TestIssuer {
    /// What a service that is guarded by this issuer's tokens must answer: several hundred requests, each with the
    /// status, the challenge, the body and poolgate's code of the answer.
    ///
    /// Run them against your own service, whatever guards it and whichever client you have. It needs one path for
    /// each [`HttpRoute`], or for those that you want to try; its gates take access tokens of
    /// [`user_pool_id`](Self::user_pool_id) and [`client_id`](Self::client_id), with keys from
    /// [`jwks_url`](Self::jwks_url).
    ///
    /// Every one of the [`attacks`](Self::attacks) is among them, under its name.
    ///
    /// The tokens are signed now and good for an hour. Requests may hold header values of more than 16 KiB.
    ///
    /// ```
    /// use poolgate_issuer::{HttpCase, HttpRoute, TestIssuer};
    ///
    /// // A service that lets nobody in, and a client: (status, headers, body).
    /// fn send(case: &HttpCase) -> (u16, [(&'static str, &'static str); 3], &'static str) {
    ///     let headers = [
    ///         ("www-authenticate", "Bearer"),
    ///         ("content-type", "application/json"),
    ///         ("cache-control", "no-store"),
    ///     ];
    ///     (401, headers, r#"{"error":"unauthorized"}"#)
    /// }
    ///
    /// let issuer = TestIssuer::builder().offline();
    /// for case in issuer.http_cases().iter().filter(|case| case.route() == HttpRoute::Group) {
    ///     let (status, headers, body) = send(case);
    ///     let result = case.check(status, headers, body);
    ///     match case.name().as_str() {
    ///         "group GET: no credential" => assert_eq!(result, Ok(())),
    ///         "group GET: the group" => {
    ///             let message = result.unwrap_err().to_string();
    ///             assert!(message.starts_with("group GET: the group: status: 401 instead of 200"));
    ///         }
    ///         _ => {}
    ///     }
    /// }
    /// ```
    pub fn http_cases(&self) -> Vec<HttpCase> {
        // They need no server: nobody may ever ask them for their keys.
        let (forger, other) = (forger(self).offline(), forger(self).offline());
        let kit = Kit::new(tokens::alice(self), &forger);
        let attacks = attacks::attacks(&kit).into_iter().map(Attack::into_case).collect();
        [
            attacks::controls(&kit),
            attacks,
            harmless::cases(self),
            id_token::cases(self),
            elsewhere::cases(self),
            methods::cases(self),
            every_route::cases(self, &forger),
            requirement::cases(self),
            named_header::cases(self),
            cookie::cases(self),
            cross_site::cases(self),
            outage::cases(self, &other),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests;
