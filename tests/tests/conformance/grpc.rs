//! A gRPC client that shows what came back over HTTP/2, and what it makes of it.

use crate::{reply::Reply, tonic_server::method};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use poolgate_issuer::{HttpCase, HttpRoute};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};
use tonic::{Code, body::Body, client::Grpc};
use tonic_prost::ProstCodec;
use tower::{BoxError, service_fn};

/// Whether a case means the same as a call of gRPC, which is a `POST` with a body of its own and without `Upgrade`.
///
/// Where no cookie is at stake, `GET` and `POST` are judged alike.
pub(crate) fn can_carry(case: &HttpCase) -> bool {
    let is_about_cookies = matches!(case.route(), HttpRoute::Cookie | HttpRoute::OptionalCookie);
    let method = case.method();
    case.body().is_empty() && (method == "POST" || method == "GET" && !is_about_cookies)
}

/// Calls over a connection of its own.
pub(crate) async fn send(address: SocketAddr, case: &HttpCase) -> Result<Reply, BoxError> {
    timeout(PATIENCE, exchange(address, case)).await?
}

async fn exchange(address: SocketAddr, case: &HttpCase) -> Result<Reply, BoxError> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let headers = headers(case)?;
    let seen = Arc::new(Mutex::new(None));
    let service =
        service_fn(|request| call(sender.clone(), headers.clone(), Arc::clone(&seen), request));
    let mut grpc = Grpc::with_origin(service, format!("http://{address}").parse()?);
    grpc.ready().await?;
    let path = format!("{}{}", method(case.route().path()), case.query()).parse()?;
    let codec = ProstCodec::<(), String>::default();
    let result = grpc.unary(tonic::Request::new(()), path, codec).await;
    let mut reply = seen.lock().unwrap().take().ok_or_else(|| format!("no answer: {result:?}"))?;
    reply.grpc_code = Some(result.as_ref().map_or_else(tonic::Status::code, |_| Code::Ok));
    if let Ok(message) = result {
        reply.body = message.into_inner().into_bytes();
    }
    Ok(reply)
}

/// Sends the case's own headers too, and notes what comes back before the client takes it apart.
async fn call(
    mut sender: SendRequest<Body>,
    headers: Vec<(HeaderName, HeaderValue)>,
    seen: Arc<Mutex<Option<Reply>>>,
    mut request: Request<Body>,
) -> Result<Response<impl http_body::Body<Data = Bytes, Error = hyper::Error>>, hyper::Error> {
    for (name, value) in headers {
        request.headers_mut().append(name, value);
    }
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?;
    let (trailers, bytes) = (body.trailers().cloned(), body.to_bytes());
    let headers = head.headers.iter();
    *seen.lock().unwrap() = Some(Reply {
        status: head.status.as_u16(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        body: bytes.to_vec(),
        grpc_code: None,
    });
    let body = Full::new(bytes).with_trailers(async { trailers.map(Ok) });
    Ok(Response::from_parts(head, body.map_err(|never| match never {})))
}

fn headers(case: &HttpCase) -> Result<Vec<(HeaderName, HeaderValue)>, BoxError> {
    let headers = case.headers();
    headers.map(|(name, value)| Ok((name.parse()?, HeaderValue::from_bytes(value)?))).collect()
}

const PATIENCE: Duration = Duration::from_secs(20);
