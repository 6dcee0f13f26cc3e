//! The HTTP server: a thread and a tokio runtime of its own, so that it runs whatever the test's runtime does.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener as StdListener},
    thread::{self, JoinHandle},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
    sync::oneshot,
};
use tower_service::Service;

/// A port of this machine, bound before the pools that it will serve are known.
#[derive(Debug)]
pub(crate) struct BoundPort(StdListener);

impl BoundPort {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = StdListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    /// A free one.
    pub(crate) fn local() -> io::Result<Self> {
        Self::bind(SocketAddr::new(LOCALHOST, 0))
    }

    pub(crate) fn base_url(&self) -> String {
        base_url(self.0.local_addr())
    }

    pub(crate) fn serve(self, routes: Router) -> Server {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("the system can run a tokio runtime");
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("poolgate-issuer".to_owned())
            .spawn(move || run(&runtime, self.0, routes, stopped))
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
        let bound = socket.bind(SocketAddr::new(LOCALHOST, 0));
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
fn run(runtime: &Runtime, listener: StdListener, routes: Router, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).expect("the listener is non-blocking");
        tokio::spawn(accept(listener, routes));
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

/// `0.0.0.0` and `::` are all addresses to a server, and none to a client: this machine finds it on its own.
fn base_url(address: io::Result<SocketAddr>) -> String {
    let mut address = address.expect("a bound socket has an address");
    if address.ip().is_unspecified() {
        let is_v4 = address.is_ipv4();
        address.set_ip(if is_v4 { LOCALHOST } else { Ipv6Addr::LOCALHOST.into() });
    }
    format!("http://{address}")
}

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

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

    #[test]
    fn a_url_leads_somewhere() {
        for (address, url) in [
            ("127.0.0.1:9229", "http://127.0.0.1:9229"),
            ("192.168.1.1:80", "http://192.168.1.1:80"),
            ("0.0.0.0:9229", "http://127.0.0.1:9229"),
            ("[::]:9229", "http://[::1]:9229"),
        ] {
            assert_eq!(base_url(Ok(address.parse().unwrap())), url);
        }
    }

    #[tokio::test]
    async fn other_paths_and_pools_are_not_found() {
        let issuer = start().await;
        let base = issuer.base_url();

        for path in [
            "/eu-west-1_Other",
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
