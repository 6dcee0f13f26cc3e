//! What came back for every case on every server, and what differs.

use crate::{Check, reply::Reply};
use poolgate_issuer::HttpCase;
use std::collections::BTreeMap;

#[derive(Default)]
pub(crate) struct Report {
    cases: BTreeMap<&'static str, usize>,
    grpc_codes: BTreeMap<(u16, String), usize>,
    differences: Vec<String>,
}

impl Report {
    pub(crate) fn add(
        &mut self,
        server: &'static str,
        case: &HttpCase,
        check: Check,
        reply: Result<Reply, String>,
    ) {
        *self.cases.entry(server).or_default() += 1;
        if let Ok(Reply { status, grpc_code: Some(code), .. }) = &reply {
            *self.grpc_codes.entry((*status, format!("{code:?}"))).or_default() += 1;
        }
        if let Err(difference) = reply.and_then(|reply| check(case, &reply)) {
            self.differences.push(format!("{:<60} {server:<6} {difference}", case.name()));
        }
    }

    /// Shows how many cells there were, and fails if one differed.
    #[track_caller]
    pub(crate) fn finish(self) {
        for (server, cases) in &self.cases {
            println!("{server}: {cases} cases");
        }
        for ((status, code), cases) in &self.grpc_codes {
            println!("gRPC: {code} for HTTP {status} in {cases} cases");
        }
        let (count, shown) = (self.differences.len(), self.differences.join("\n"));
        assert!(count == 0, "{count} cells differ:\n{shown}");
    }
}
