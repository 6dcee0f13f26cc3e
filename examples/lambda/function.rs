//! A stand-in of Lambda: starts the function, hands it events and collects its answers.
//!
//! It speaks the runtime API, which is how Lambda talks to the runtime loop within a function:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::IntoResponse,
    routing::{get, post},
};
use lambda_http::Error;
use poolgate_issuer::TestIssuer;
use serde_json::Value;
use std::{
    env,
    future::IntoFuture,
    net::SocketAddr,
    path::Path,
    process::{Child, Command},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    time::timeout,
};

/// This program without `--check`, in a process of its own.
pub(crate) struct Function {
    process: Child,
    events: mpsc::Sender<Value>,
    answers: mpsc::Receiver<Bytes>,
}

impl Function {
    /// Starts an instance of the function, with the issuer's pool for its own.
    pub(crate) async fn start(issuer: &TestIssuer, snapshot: &Path) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let process = spawn(listener.local_addr()?, issuer, snapshot)?;
        let (events, waiting) = mpsc::channel(1);
        let (answered, answers) = mpsc::channel(1);
        let api = runtime_api(Exchange { waiting: Mutex::new(waiting), answered });
        tokio::spawn(axum::serve(listener, api).into_future());
        Ok(Self { process, events, answers })
    }

    /// Hands the function an event, and returns what it answers.
    pub(crate) async fn invoke(&mut self, event: Value) -> Result<Value, Error> {
        self.events.send(event).await?;
        let answer = timeout(PATIENCE, self.answers.recv()).await?.ok_or("the server is gone")?;
        Ok(serde_json::from_slice(&answer)?)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // It would wait for the next event for ever. If it has ended already, so much the better.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(runtime_api: SocketAddr, issuer: &TestIssuer, snapshot: &Path) -> Result<Child, Error> {
    let process = Command::new(env::current_exe()?)
        .env("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "orders")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("USER_POOL_ID", issuer.user_pool_id())
        .env("CLIENT_ID", issuer.client_id())
        .env("JWKS_URL", issuer.jwks_url())
        .env("KEY_SNAPSHOT", snapshot)
        .spawn()?;
    Ok(process)
}

/// Events on their way to the function, and its answers on their way back.
struct Exchange {
    waiting: Mutex<mpsc::Receiver<Value>>,
    answered: mpsc::Sender<Bytes>,
}

fn runtime_api(exchange: Exchange) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(answer))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(answer))
        .with_state(Arc::new(exchange))
}

/// Answers when there is an event.
async fn next(State(exchange): State<Arc<Exchange>>) -> Result<impl IntoResponse, StatusCode> {
    let event = exchange.waiting.lock().await.recv().await.ok_or(StatusCode::GONE)?;
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "9999999999999"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        ),
    ];
    Ok((headers, event.to_string()))
}

async fn answer(State(exchange): State<Arc<Exchange>>, answer: Bytes) -> StatusCode {
    match exchange.answered.send(answer).await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::GONE,
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
