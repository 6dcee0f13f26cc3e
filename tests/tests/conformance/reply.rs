//! What came back.

use poolgate_issuer::HttpCase;
use tonic::Code;

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    /// What a gRPC client makes of it.
    pub(crate) grpc_code: Option<Code>,
}

/// Compares all that a client can see.
pub(crate) fn check(case: &HttpCase, reply: &Reply) -> Result<(), String> {
    let headers = reply.headers.iter().map(|(name, value)| (name, value));
    let result = case.check(reply.status, headers, &reply.body);
    result.map_err(|mismatch| {
        let differences = mismatch.differences().iter().map(ToString::to_string);
        differences.collect::<Vec<_>>().join("; ")
    })
}

/// Compares the code that is in the body with that of the table.
pub(crate) fn check_code(case: &HttpCase, reply: &Reply) -> Result<(), String> {
    let expected = match case.expected().code() {
        Some(code) if case.method() != "HEAD" => format!(r#"{{"code":"{code}"}}"#),
        _ => case.expected().body().to_owned(),
    };
    let expected = (case.expected().status(), expected);
    let found = (reply.status, String::from_utf8_lossy(&reply.body).into_owned());
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}

/// Compares the status, and the code that a client has to make of it (gRPC's "HTTP to gRPC Status Code Mapping").
pub(crate) fn check_grpc_code(case: &HttpCase, reply: &Reply) -> Result<(), String> {
    let code = match reply.status {
        200 => Code::Ok,
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        503 => Code::Unavailable,
        _ => Code::Unknown,
    };
    let (found, expected) =
        ((reply.status, reply.grpc_code), (case.expected().status(), Some(code)));
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}
