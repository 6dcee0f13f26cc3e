//! `attacks`, against small services.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    thread,
};

#[test]
fn every_attack_has_a_line() {
    let list = run(&["--list"]);
    let names: BTreeSet<_> = list.said.lines().collect();

    assert_eq!(list.code, Some(0), "{}", list.complaint);
    assert!(names.len() > 350 && names.len() == list.said.lines().count(), "{}", names.len());
    assert!(names.contains("alg-none"), "{names:?}");
}

#[test]
fn the_exit_code_says_how_it_went() {
    let strict = serve(|request| if request.contains(USUAL) { 200 } else { 401 });
    for (target, options, code, words) in [
        (strict, &["--only", "garbage"][..], 0, "1 attacks: 1 refused as expected"),
        (strict, &["--only", "alg-none"], 1, "WRONGLY ACCEPTED, sent by anyone:\n  alg-none"),
        (serve(|_| 200), &[], 4, "THE TARGET IS OPEN"),
    ] {
        let run = attack(target, options);
        assert_eq!(run.code, Some(code), "{options:?}: {}{}", run.said, run.complaint);
        assert!(run.said.contains(words), "{}", run.said);
    }
}

#[test]
fn a_good_token_that_is_refused_comes_with_a_hint() {
    for (status, hint) in [
        (302, "a redirect is not followed"),
        (401, "it never asked for the keys"),
        (405, "--method"),
        (429, "the rate of requests"),
    ] {
        let run = attack(serve(move |_| status), &[]);
        assert_eq!(run.code, Some(3), "{}", run.complaint);
        let error = format!("does not take a good token, but answers: {status}\nhint: ");
        assert!(
            run.complaint.contains(&error) && run.complaint.contains(hint),
            "{}",
            run.complaint
        );
        assert!(run.said.contains("JWKS URL      http://127.0.0.1:"), "{}", run.said);
    }
}

#[test]
fn what_cannot_begin_is_said() {
    for (arguments, reason) in [
        (&["--target", "https://localhost/"][..], "TLS is not spoken here"),
        (&["--target", "http://localhost/", "--only", "x"], "no attack is called \"x\""),
        (&["--target", "http://localhost/", "--header", "host: x"], "set by the attacks"),
        (&["--target", "http://localhost/", "--header", "x"], "name: value"),
    ] {
        let run = run(&[&["--listen", "127.0.0.1:0"], arguments].concat());
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.complaint.contains(reason), "{arguments:?}: {}", run.complaint);
    }
}

#[test]
fn only_this_machine_reaches_the_keys_unless_told_otherwise() {
    let run = run(&["--target", "http://localhost/", "--listen", "0.0.0.0:0"]);

    assert_eq!(run.code, Some(2));
    assert!(run.complaint.contains("say --allow-remote"), "{}", run.complaint);
}

#[test]
fn others_reach_the_keys_by_another_name() {
    let url = "http://host.docker.internal:9000";
    let run = attack(serve(|_| 401), &["--public-url", url]);

    assert!(
        run.said.contains(&format!("JWKS URL      {url}/eu-west-1_Attacked1/")),
        "{}",
        run.said
    );
}

struct Run {
    code: Option<i32>,
    said: String,
    complaint: String,
}

fn attack(target: SocketAddr, options: &[&str]) -> Run {
    let target = format!("http://{target}/me");
    let usual = ["--listen", "127.0.0.1:0", "--wait", "0", "--target", &target];
    run(&[&usual, options].concat())
}

fn run(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolgate-issuer"));
    let output = command.arg("attacks").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), said: text(output.stdout), complaint: text(output.stderr) }
}

/// Answers every request with the status that its text brings.
fn serve(status: impl Fn(&str) -> u16 + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap(), &status)));
    address
}

fn answer(mut stream: TcpStream, status: &impl Fn(&str) -> u16) {
    let (mut request, mut piece) = (Vec::new(), [0; 4096]);
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(read @ 1..) => request.extend_from_slice(&piece[..read]),
            _ => return,
        }
    }
    let status = status(&String::from_utf8_lossy(&request));
    let _ = write!(stream, "HTTP/1.0 {status} x\r\n\r\n");
}

/// How a token begins whose header is the usual one: `{"kid":"test` in base64url.
const USUAL: &str = "Bearer eyJraWQiOiJ0ZXN0";
