//! A browser and a client for tests: cookies, forms, and no redirect followed.

use std::{collections::BTreeMap, io::Read, io::Write, net::TcpStream};

use serde_json::Value;

use crate::{
    TestIssuer,
    test_client::{Answer, parse},
};

/// Keeps the cookies of one host.
pub(super) struct Browser {
    host: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(super) fn new(issuer: &TestIssuer) -> Self {
        let host = issuer.base_url().replace("http://", "");
        Self { host, cookies: BTreeMap::new() }
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    pub(super) fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send("POST", path, &[FORM], &encoded(form))
    }

    /// Sends the form of the page that has this field, with its hidden fields and these.
    pub(super) fn submit(&mut self, page: &str, form: &[(&str, &str)]) -> Answer {
        let field = match form.first() {
            Some((name, _)) => format!("name=\"{name}\""),
            None => "value=\"stay\"".to_owned(),
        };
        let mut forms =
            page.split("<form").skip(1).map(|rest| rest.split("</form").next().unwrap());
        let shown = forms.find(|shown| shown.contains(&field));
        let shown = shown.unwrap_or_else(|| panic!("no {field} in {page}"));
        let action = unescaped(between(shown, "action=\"", "\""));
        let hidden: Vec<_> = shown
            .split("<input type=\"hidden\"")
            .skip(1)
            .map(|input| {
                let value = unescaped(between(input, "value=\"", "\""));
                (between(input, "name=\"", "\"").to_owned(), value)
            })
            .collect();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<_> = hidden.chain(form.iter().copied()).collect();
        self.post(&action, &all)
    }

    pub(super) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut all = vec![("Host", self.host.as_str()), ("Connection", "close")];
        all.extend(headers);
        if !cookies.is_empty() {
            all.push(("Cookie", &cookies));
        }
        let head: String = all.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{body}");
        let answer = self.exchange(&request);
        self.keep_cookie(&answer);
        answer
    }

    fn exchange(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        parse(&bytes).unwrap()
    }

    fn keep_cookie(&mut self, answer: &Answer) {
        let Some(cookie) = answer.header("set-cookie") else { return };
        let (pair, attributes) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Posts a form to a client's endpoint.
pub(super) fn post(issuer: &TestIssuer, path: &str, form: &[(&str, &str)]) -> Answer {
    Browser::new(issuer).post(path, form)
}

pub(super) fn post_with(
    issuer: &TestIssuer,
    path: &str,
    authorization: &str,
    form: &[(&str, &str)],
) -> Answer {
    let headers = [FORM, ("Authorization", authorization)];
    Browser::new(issuer).send("POST", path, &headers, &encoded(form))
}

pub(super) fn value(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// The parameters that a redirect carries, in the query or the fragment.
#[track_caller]
pub(super) fn carried(answer: &Answer, redirect_uri: &str) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let location = answer.header("location").unwrap();
    let carried = location.strip_prefix(redirect_uri).unwrap_or_else(|| panic!("{location}"));
    form_urlencoded::parse(&carried.as_bytes()[1..]).into_owned().collect()
}

pub(super) fn path(base: &str, parameters: &[(&str, &str)]) -> String {
    format!("{base}?{}", encoded(parameters))
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

pub(super) fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap().0
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
