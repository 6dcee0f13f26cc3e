//! The HTTP server: a thread and a tokio runtime of its own, so that it runs whatever the test's runtime does.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener as StdListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{Request, Response, StatusCode},
    response::IntoResponse,
    routing::get,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
    sync::oneshot,
};
use tower_service::Service;

use crate::{discovery, fault_answer, pool::Pool};

/// A port of this machine, bound before the pool that it will serve is known.
pub(crate) struct BoundPort(StdListener);

impl BoundPort {
    pub(crate) fn bind() -> Self {
        Self::bind_to(ANY_LOCAL_PORT).expect("a port of 127.0.0.1 is free")
    }

    pub(crate) fn bind_to(address: SocketAddr) -> io::Result<Self> {
        let listener = StdListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    pub(crate) fn base_url(&self) -> String {
        base_url(self.0.local_addr())
    }

    pub(crate) fn serve(self, pool: Arc<Pool>) -> Server {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("the system can run a tokio runtime");
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("poolgate-issuer".to_owned())
            .spawn(move || run(&runtime, self.0, pool, stopped))
            .expect("the system can start a thread");
        Server { stop: Some(stop), thread: Some(thread) }
    }
}

/// Stops when dropped: the port and every open connection are closed by then.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the server was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// A port that is taken but not listened on: it refuses connections for as long as this lives.
pub(crate) struct RefusingPort(TcpSocket);

impl RefusingPort {
    pub(crate) fn bind() -> Self {
        let socket = TcpSocket::new_v4().expect("the system has sockets");
        let bound = socket.bind(ANY_LOCAL_PORT);
        bound.expect("a port of 127.0.0.1 is free");
        Self(socket)
    }

    pub(crate) fn base_url(&self) -> String {
        base_url(self.0.local_addr())
    }
}

/// Put into the extensions of a response, it resets the connection instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResetConnection;

impl fmt::Display for ResetConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is reset on purpose")
    }
}

impl Error for ResetConnection {}

/// Dropping the runtime ends every connection.
fn run(runtime: &Runtime, listener: StdListener, pool: Arc<Pool>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).expect("the listener is non-blocking");
        tokio::spawn(accept(listener, routes(pool)));
        // The sender is never used, only dropped.
        let _ = stopped.await;
    });
}

async fn accept(listener: TcpListener, routes: Router) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve_connection(stream, routes.clone()))),
            // The client is gone already, or the process has no more sockets: then others must close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve_connection(stream: TcpStream, routes: Router) {
    let service = service_fn(|request| respond(routes.clone(), request));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let result = (&mut connection).await;
    if result.is_err_and(|error| is_reset(&error)) {
        let stream = connection.into_parts().io.into_inner();
        // A client that is already gone needs no reset.
        let _ = stream.set_zero_linger();
    }
}

async fn respond(
    mut routes: Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, ResetConnection> {
    let Ok(response) = routes.call(request).await;
    match response.extensions().get::<ResetConnection>() {
        Some(reset) => Err(*reset),
        None => Ok(response),
    }
}

fn is_reset(error: &hyper::Error) -> bool {
    error.source().is_some_and(<dyn Error>::is::<ResetConnection>)
}

fn routes(pool: Arc<Pool>) -> Router {
    Router::new()
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route("/{pool}/.well-known/openid-configuration", get(configuration))
        .with_state(pool)
}

async fn jwks(State(pool): State<Arc<Pool>>, Path(id): Path<String>) -> Response<Body> {
    if id != pool.id {
        return StatusCode::NOT_FOUND.into_response();
    }
    pool.jwks.answer(&pool.keys).await
}

async fn configuration(State(pool): State<Arc<Pool>>, Path(id): Path<String>) -> Response<Body> {
    if id != pool.id {
        return StatusCode::NOT_FOUND.into_response();
    }
    fault_answer::json(discovery::document(&pool))
}

fn base_url(address: io::Result<SocketAddr>) -> String {
    let address = address.expect("a bound socket has an address");
    format!("http://{address}")
}

const ANY_LOCAL_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Algorithm, TestIssuer, test_client::get};

    async fn start() -> TestIssuer {
        TestIssuer::builder().algorithm(Algorithm::EdDsa).start().await
    }

    #[tokio::test]
    async fn the_keys_are_served() {
        let issuer = start().await;

        let answer = get(issuer.jwks_url()).await.unwrap();

        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.text(), issuer.jwks_json());
        assert_eq!(answer.header("cache-control"), None);
    }

    #[tokio::test]
    async fn other_paths_and_pools_are_not_found() {
        let issuer = start().await;
        let base = issuer.base_url();

        for path in [
            "/",
            "/.well-known/jwks.json",
            "/eu-west-1_Other/.well-known/jwks.json",
            "/eu-west-1_Other/.well-known/openid-configuration",
        ] {
            let answer = get(&format!("{base}{path}")).await.unwrap();
            assert_eq!(answer.status, 404, "{path}");
        }
        assert_eq!(issuer.jwks_fetches(), 0);
    }

    #[tokio::test]
    async fn the_server_stops_with_the_last_handle() {
        let issuer = start().await;
        let address = issuer.base_url().replace("http://", "");
        let clone = issuer.clone();

        drop(issuer);
        TcpStream::connect(&address).await.expect("a clone lives");
        drop(clone);
        TcpStream::connect(&address).await.expect_err("none lives");
    }

    #[test]
    fn the_server_outlives_the_runtime_that_started_it() {
        let run = |future| Runtime::new().unwrap().block_on(future);
        let issuer = run(start());

        let url = issuer.jwks_url().to_owned();
        let status = Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(async { get(&url).await.unwrap().status });

        assert_eq!(status, 200);
    }

    #[tokio::test]
    async fn an_offline_issuer_refuses_connections() {
        let issuer = TestIssuer::builder().algorithm(Algorithm::EdDsa).offline();

        let error = get(issuer.jwks_url()).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(issuer.jwks_fetches(), 0);
    }
}
