//! One call to the server of an example.

use reqwest::{Client, Method, RequestBuilder};
use std::net::SocketAddr;

/// One call, and the status that answers it.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    authorization: Option<String>,
    what: String,
    status: u16,
    text: &'static str,
}

impl Call {
    /// A GET that carries no token.
    pub fn get(status: u16, what: impl Into<String>, path: impl Into<String>) -> Self {
        Self::new(Method::GET, status, what, path)
    }

    /// A call that carries no token.
    pub fn new(
        method: Method,
        status: u16,
        what: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        let (what, path) = (what.into(), path.into());
        Self { method, path, authorization: None, what, status, text: "" }
    }

    /// Sends this token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.authorization(format!("Bearer {token}"))
    }

    /// Sends this `Authorization` header.
    #[must_use]
    pub fn authorization(self, value: impl Into<String>) -> Self {
        Self { authorization: Some(value.into()), ..self }
    }

    /// Expects this text somewhere in the answer, too.
    #[must_use]
    pub fn saying(self, text: &'static str) -> Self {
        Self { text, ..self }
    }

    /// Prints the call as a line for a shell.
    pub(crate) fn show(&self, server: SocketAddr) {
        println!("# {} -> {}", self.what, self.status);
        print!("curl -i");
        if self.method != Method::GET {
            print!(" -X {}", self.method);
        }
        if let Some(value) = &self.authorization {
            print!(" -H 'Authorization: {value}'");
        }
        println!(" {}\n", self.url(server));
    }

    /// Makes the call, prints what came back, and says whether that was expected.
    pub(crate) async fn make(
        &self,
        client: &Client,
        server: SocketAddr,
    ) -> Result<bool, reqwest::Error> {
        let response = self.request(client, server).send().await?;
        let status = response.status().as_u16();
        let challenge = response.headers().get("www-authenticate").cloned();
        let body = response.text().await?;
        let is_expected = status == self.status && body.contains(self.text);

        let verdict = if is_expected { "as expected" } else { "NOT AS EXPECTED" };
        println!("{status} {verdict}: {} ({})", self.what, self.target());
        if let Some(challenge) = challenge {
            println!("    {}", challenge.to_str().unwrap_or_default());
        }
        println!("    {}", body.trim_end());
        Ok(is_expected)
    }

    fn request(&self, client: &Client, server: SocketAddr) -> RequestBuilder {
        let request = client.request(self.method.clone(), self.url(server));
        match &self.authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        }
    }

    fn url(&self, server: SocketAddr) -> String {
        format!("http://{server}{}", self.path)
    }

    fn target(&self) -> String {
        match &self.method {
            &Method::GET => self.path.clone(),
            method => format!("{method} {}", self.path),
        }
    }
}
