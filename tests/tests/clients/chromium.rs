//! Pages, and a browser that opens them.

use crate::{
    call::{Call, Seen},
    programs::SET_UP,
};
use axum::{
    Json, Router,
    response::Html,
    routing::{get, post},
};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};
use tower_http::cors::CorsLayer;

/// An origin with one page.
pub(crate) struct Site {
    listener: TcpListener,
    origin: String,
    policy: &'static str,
}

impl Site {
    /// On a free port of a host, which is this machine by one of its names.
    pub(crate) async fn at(host: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        Self { listener, origin: format!("http://{host}:{port}"), policy: "" }
    }

    /// Takes the origin away from the page.
    pub(crate) fn sandboxed(self) -> Self {
        Self { policy: "sandbox allow-forms allow-scripts", ..self }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Serves the page, and returns what it will tell about the calls.
    pub(crate) fn serve(self, calls: Vec<Call>) -> mpsc::Receiver<String> {
        let (tell, told) = mpsc::channel(1);
        let page = ([(CONTENT_SECURITY_POLICY, self.policy)], Html(PAGE));
        let seen = async move |text| tell.send(text).await.expect("somebody who listens");
        let app = Router::new()
            .route("/", get(page))
            .route("/page.mjs", get(([(CONTENT_TYPE, "text/javascript")], PAGE_SCRIPT)))
            .route("/calls.mjs", get(([(CONTENT_TYPE, "text/javascript")], CALLS_SCRIPT)))
            .route("/calls", get(async || Json(calls)))
            .route("/seen", post(seen))
            // A sandboxed page is not of its own origin.
            .layer(CorsLayer::permissive());
        tokio::spawn(axum::serve(self.listener, app).into_future());
        told
    }
}

/// A browser, until it is dropped.
pub(crate) struct Chromium {
    /// Killed when dropped.
    _child: Child,
    profile: PathBuf,
}

impl Chromium {
    /// Opens a URL with a new profile, whose name is that of the test.
    pub(crate) fn open(url: &str, name: &str) -> Self {
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chromium").join(name);
        let _ = fs::remove_dir_all(&profile);
        fs::create_dir_all(profile.join("Default")).expect("a folder");
        fs::write(profile.join("Default/Preferences"), ALLOW_COOKIES_OF_OTHER_SITES)
            .expect("a file");
        let errors = fs::File::create(profile.join("stderr")).expect("a file");
        let mut command = Command::new("chromium");
        command.args(FLAGS).arg(format!("--user-data-dir={}", profile.display())).arg(url);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).kill_on_drop(true);
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}. {SET_UP}"));
        Self { _child: child, profile }
    }

    /// What its page tells, after a long time at most.
    pub(crate) async fn told(&self, mut told: mpsc::Receiver<String>) -> Vec<Seen> {
        if let Ok(Some(text)) = timeout(LONG, told.recv()).await {
            return serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
        let errors = fs::read_to_string(self.profile.join("stderr")).unwrap_or_default();
        panic!("the page tells nothing; what the browser says:\n{errors}");
    }
}

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--disable-gpu",
    // Build servers are root, and have little shared memory.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    // Talks to nobody but the test.
    "--no-proxy-server",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// As browsers did for long: what the gate promises must not hang on their being stricter.
const ALLOW_COOKIES_OF_OTHER_SITES: &str = r#"{"profile":{"cookie_controls_mode":0}}"#;

const LONG: Duration = Duration::from_secs(120);

const PAGE: &str = include_str!("../../clients/page.html");
const PAGE_SCRIPT: &str = include_str!("../../clients/page.mjs");
const CALLS_SCRIPT: &str = include_str!("../../clients/calls.mjs");
