//! Tokens of issuers that nobody here wrote: moto and cognito-local.
//!
//! `tests/foreign/setup` installs them. Their scripts fill two user pools, sign users in, and tell
//! what each token should say. The verifiers are a user's own: keys come over HTTP from the
//! emulator, the time from the system. The other way round, boto3, openid-client and a browser sign in at
//! our own issuer, and libraries that others use verify its tokens.

#[path = "foreign/accepted.rs"]
mod accepted;
#[path = "foreign/boto3.rs"]
mod boto3;
#[path = "foreign/chromium.rs"]
mod chromium;
#[path = "foreign/keycloak_like.rs"]
mod keycloak_like;
#[path = "foreign/libraries.rs"]
mod libraries;
#[path = "foreign/openid_client.rs"]
mod openid_client;

use poolgate::{
    AccessClaims, Error, IdClaims, Policy, Requirement, TokenUse, UserPoolId, VerifiedToken,
    Verifier,
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

#[tokio::test]
async fn moto() {
    let python = tools().join("venv/bin/python");
    assert_installed(&python);
    let moto = Emulator {
        running: Running::start(Command::new(python).arg(script("moto_pool.py"))),
        issuer: Issuer::OfTheAwsPool,
        reads_every_text_as_true: false,
        refresh_token: RefreshToken::Opaque,
    };
    moto.is_as_expected().await;
}

#[tokio::test]
async fn cognito_local() {
    let node = tools().join("node");
    assert_installed(&node.join("node_modules/cognito-local"));
    let cognito_local = Emulator {
        running: Running::start(
            Command::new("node").arg(script("cognito_local.mjs")).arg("0").arg(node),
        ),
        issuer: Issuer::ItsOwn,
        reads_every_text_as_true: true,
        refresh_token: RefreshToken::SignedWithoutKid,
    };
    cognito_local.is_as_expected().await;
}

/// An emulator, and where it differs from Cognito.
struct Emulator {
    running: Running,
    /// Which overrides a policy needs, beside the JWKS URL that both need.
    issuer: Issuer,
    /// A bug of theirs: they compute `Boolean("false")`, which is true.
    reads_every_text_as_true: bool,
    /// What a refresh token looks like; Cognito's is encrypted, in five parts.
    refresh_token: RefreshToken,
}

enum Issuer {
    /// Tokens name the issuer that the pool would have at AWS: no override.
    OfTheAwsPool,
    /// Tokens name the emulator's address: `Policy::issuer`. Its pool IDs, `local_...`, are not in
    /// the grammar of AWS, so that any well-formed ID stands in for them.
    ItsOwn,
}

enum RefreshToken {
    /// A bare UUID.
    Opaque,
    /// A JWT, signed with the key of the other tokens, whose header has no `kid`.
    SignedWithoutKid,
}

impl Emulator {
    async fn is_as_expected(&self) {
        let report = &self.running.report;
        println!("{} {}: {} tokens", report.emulator, report.version, report.tokens.len());
        self.pool_ids_are_as_said();
        self.keys_are_fetched_once().await;
        self.access_tokens_say_what_was_configured().await;
        self.id_tokens_say_what_was_configured().await;
        self.each_use_is_for_itself().await;
        self.other_clients_are_refused().await;
        self.pools_are_kept_apart().await;
        self.times_count().await;
        self.refresh_tokens_are_refused().await;
        self.groups_are_asked_for().await;
        self.one_changed_character_is_noticed().await;
    }

    fn pool_ids_are_as_said(&self) {
        for pool in &self.running.report.pools {
            let issuer = pool.pool_id.parse().map(|id: UserPoolId| id.issuer()).ok();
            match self.issuer {
                Issuer::OfTheAwsPool => assert_eq!(issuer.as_ref(), Some(&pool.issuer)),
                Issuer::ItsOwn => assert_eq!(issuer, None),
            }
        }
    }

    async fn keys_are_fetched_once(&self) {
        let verifier = self.verifier("A", TokenUse::Access);
        let [alice, bob] = ["alice", "bob"].map(|name| self.token(name, "access"));
        assert!(verifier.verify_cached(alice).is_none(), "no keys yet");
        for token in [alice, bob] {
            accepts(&verifier, token).await;
        }
        assert!(verifier.verify_cached(alice).is_some_and(|result| result.is_ok()));
        let health = verifier.health();
        let health = health.issuer(&self.pool("A").issuer).expect("the pool's issuer");
        assert_eq!((health.usable_keys, health.skipped_keys, health.fetches), (1, 0, 1));
    }

    async fn access_tokens_say_what_was_configured(&self) {
        let verifier = self.verifier("A", TokenUse::Access);
        for name in ["alice", "bob"] {
            let expected = self.entry(name, "access");
            let token = accepts(&verifier, &expected.token).await;
            expected.is_shown_by(&token);
            assert_eq!(token.token_use(), Some(TokenUse::Access));
            let claims: AccessClaims = token.claims().expect("the claims of an access token");
            assert_eq!(claims.sub.as_ref(), Some(&expected.sub));
            assert_eq!(claims.iss, expected.issuer);
            assert_eq!(claims.client_id, expected.client_id);
            assert_eq!(claims.username.as_ref(), Some(&expected.username));
            assert_eq!(claims.groups, expected.groups);
            assert_eq!(claims.scope.as_deref(), Some("aws.cognito.signin.user.admin"));
            assert_eq!(token.scopes(), ["aws.cognito.signin.user.admin"]);
        }
    }

    async fn id_tokens_say_what_was_configured(&self) {
        let verifier = self.verifier("A", TokenUse::Id);
        for name in ["alice", "bob"] {
            let expected = self.entry(name, "id");
            let token = accepts(&verifier, &expected.token).await;
            expected.is_shown_by(&token);
            assert_eq!(token.token_use(), Some(TokenUse::Id));
            let claims: IdClaims = token.claims().expect("the claims of an ID token");
            assert_eq!(claims.sub, expected.sub);
            assert_eq!(claims.iss, expected.issuer);
            assert_eq!(claims.aud, [&*expected.client_id]);
            assert_eq!(claims.username.as_ref(), Some(&expected.username));
            assert_eq!(claims.groups, expected.groups);
            assert_eq!(claims.email.as_ref(), Some(&expected.email));
            let is_verified = expected.email_verified || self.reads_every_text_as_true;
            assert_eq!(claims.email_verified, Some(is_verified), "{name}");
            let custom =
                claims.custom.iter().map(|(name, value)| (format!("custom:{name}"), value));
            assert!(
                custom.eq(expected.custom.iter().map(|(name, value)| (name.clone(), &**value)))
            );
            let seats = expected.custom.get("custom:seats").map(|_| Ok(12));
            assert_eq!(claims.custom.parse::<u32>("seats"), seats);
        }
    }

    async fn each_use_is_for_itself(&self) {
        let [access, id] = ["access", "id"].map(|token_use| self.token("alice", token_use));
        rejects(&self.verifier("A", TokenUse::Access), id, "invalid_token_use").await;
        rejects(&self.verifier("A", TokenUse::Id), access, "invalid_token_use").await;
        let both = self.verifier("A", [TokenUse::Access, TokenUse::Id]);
        for token in [access, id] {
            accepts(&both, token).await;
        }
    }

    async fn other_clients_are_refused(&self) {
        let both = self.verifier("A", [TokenUse::Access, TokenUse::Id]);
        for (token_use, code) in [("access", "invalid_client"), ("id", "invalid_audience")] {
            rejects(&both, self.token("alice_second_client", token_use), code).await;
        }
    }

    /// Both emulators sign for every pool with the same key, under the same `kid`: what keeps the
    /// pools apart is `iss` alone.
    async fn pools_are_kept_apart(&self) {
        let uses = [TokenUse::Access, TokenUse::Id];
        let client = |pool: &str| self.pool(pool).client_ids[0].as_str();
        let verifier = |client_of_a, client_of_b| {
            Verifier::builder(self.policy("A", client_of_a, uses))
                .policy(self.policy("B", client_of_b, uses))
                .build()
                .expect("two pools")
        };
        let both = verifier(client("A"), client("B"));
        let crossed = verifier(client("B"), client("A"));
        for (token_use, code) in [("access", "invalid_client"), ("id", "invalid_audience")] {
            let of_b = self.token("alice_pool_b", token_use);
            rejects(&self.verifier("A", uses), of_b, "invalid_issuer").await;
            for name in ["alice", "alice_pool_b"] {
                let expected = self.entry(name, token_use);
                expected.is_shown_by(&accepts(&both, &expected.token).await);
                rejects(&crossed, &expected.token, code).await;
            }
        }
    }

    async fn times_count(&self) {
        let both = self.verifier("A", [TokenUse::Access, TokenUse::Id]);
        for token_use in ["access", "id"] {
            rejects(&both, self.token("alice_expired", token_use), "token_expired").await;
            rejects(&both, self.token("alice_future", token_use), "token_not_yet_valid").await;
        }
    }

    async fn refresh_tokens_are_refused(&self) {
        let uses = [TokenUse::Access, TokenUse::Id];
        let both = self.verifier("A", uses);
        for name in ["alice", "bob", "alice_expired"] {
            let token = self.token(name, "refresh");
            let error = rejects(&both, token, "token_malformed").await;
            let found = match self.refresh_token {
                RefreshToken::Opaque => "not three parts",
                RefreshToken::SignedWithoutKid => "the header has no kid",
            };
            assert!(matches!(error, Error::TokenMalformed { reason, .. } if reason == found));
        }
        if matches!(self.refresh_token, RefreshToken::SignedWithoutKid) {
            let policy = self.policy("A", &self.pool("A").client_ids[0], uses).allow_missing_kid();
            let lenient = Verifier::new(policy).expect("a good policy");
            rejects(&lenient, self.token("alice", "refresh"), "missing_claim").await;
        }
    }

    async fn groups_are_asked_for(&self) {
        let admins = Requirement::group("Admins");
        let client = &self.pool("A").client_ids[0];
        for (token_use, name) in [(TokenUse::Access, "access"), (TokenUse::Id, "id")] {
            let anybody = self.verifier("A", token_use);
            let alice = accepts(&anybody, self.token("alice", name)).await;
            let bob = accepts(&anybody, self.token("bob", name)).await;
            assert_eq!(alice.require(&admins), Ok(()));
            assert_eq!(bob.require(&admins), Err(Error::InsufficientGroup));
            let policy = self.policy("A", client, token_use).require(admins.clone());
            let admins_only = Verifier::new(policy).expect("a good policy");
            accepts(&admins_only, self.token("alice", name)).await;
            rejects(&admins_only, self.token("bob", name), "insufficient_group").await;
        }
    }

    async fn one_changed_character_is_noticed(&self) {
        let both = self.verifier("A", [TokenUse::Access, TokenUse::Id]);
        for token_use in ["access", "id"] {
            let token = self.token("alice", token_use);
            let (signed, signature) = token.rsplit_once('.').expect("three parts");
            let (first, rest) = signature.split_at(1);
            let other = if first == "A" { "B" } else { "A" };
            rejects(&both, &format!("{signed}.{other}{rest}"), "invalid_signature").await;
        }
    }

    /// A verifier of the first client's tokens.
    fn verifier(&self, pool: &str, uses: impl AsRef<[TokenUse]>) -> Verifier {
        let policy = self.policy(pool, &self.pool(pool).client_ids[0], uses);
        Verifier::new(policy).expect("a good policy")
    }

    fn policy(&self, pool: &str, client: &str, uses: impl AsRef<[TokenUse]>) -> Policy {
        let pool = self.pool(pool);
        let policy = match self.issuer {
            Issuer::OfTheAwsPool => Policy::cognito(pool.pool_id.as_str(), client, uses),
            Issuer::ItsOwn => Policy::cognito("eu-west-1_Placeholder", client, uses)
                .and_then(|policy| policy.issuer(&pool.issuer)),
        };
        policy.and_then(|policy| policy.jwks_url(&pool.jwks_url)).expect("a good policy")
    }

    fn pool(&self, name: &str) -> &Pool {
        let mut pools = self.running.report.pools.iter();
        pools.find(|pool| pool.name == name).expect("a pool of this name")
    }

    fn token(&self, sign_in: &str, token_use: &str) -> &str {
        &self.entry(sign_in, token_use).token
    }

    fn entry(&self, sign_in: &str, token_use: &str) -> &Token {
        let mut tokens = self.running.report.tokens.iter();
        tokens
            .find(|token| token.sign_in == sign_in && token.token_use == token_use)
            .unwrap_or_else(|| panic!("no {token_use} token of {sign_in}"))
    }
}

async fn accepts(verifier: &Verifier, token: &str) -> VerifiedToken {
    let result = verifier.verify(token).await;
    result.unwrap_or_else(|error| panic!("refused as {}: {error}: {token}", error.code()))
}

async fn rejects(verifier: &Verifier, token: &str, code: &str) -> Error {
    let Err(error) = verifier.verify(token).await else { panic!("expected {code}: {token}") };
    assert_eq!(error.code(), code, "{error}: {token}");
    error
}

/// What a script tells about its emulator.
#[derive(Deserialize)]
struct Report {
    emulator: String,
    version: String,
    pools: Vec<Pool>,
    tokens: Vec<Token>,
}

#[derive(Deserialize)]
struct Pool {
    name: String,
    pool_id: String,
    issuer: String,
    jwks_url: String,
    client_ids: Vec<String>,
}

/// A token, and what was configured for it.
#[derive(Deserialize)]
struct Token {
    sign_in: String,
    issuer: String,
    client_id: String,
    sub: String,
    username: String,
    email: String,
    email_verified: bool,
    groups: Vec<String>,
    custom: BTreeMap<String, String>,
    token_use: String,
    token: String,
}

impl Token {
    #[track_caller]
    fn is_shown_by(&self, verified: &VerifiedToken) {
        assert_eq!(verified.issuer(), self.issuer);
        assert_eq!(verified.subject(), Some(&*self.sub));
        assert_eq!(verified.username(), Some(&*self.username));
        assert_eq!(verified.client_id(), Some(&*self.client_id));
        assert_eq!(verified.groups(), self.groups);
    }
}

/// A script that serves an emulator until its standard input closes.
struct Running {
    report: Report,
    child: Child,
    stdin: Option<ChildStdin>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}. {SET_UP}"));
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line of text");
        let report = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{command:?} reported {line:?}: {error}. {SET_UP}"));
        Self { report, child, stdin }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// What a script prints that ends by itself.
fn output<T: DeserializeOwned>(command: &mut Command, input: &str) -> T {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}. {SET_UP}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("a reader");
    drop(stdin);
    let output = child.wait_with_output().expect("an output");
    assert!(output.status.success(), "it says why above: {}", output.status);
    serde_json::from_slice(&output.stdout).expect("a report in JSON")
}

fn assert_installed(program: &Path) {
    assert!(program.exists(), "{} is missing. {SET_UP}", program.display());
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("foreign").join(name)
}

/// Where `tests/foreign/setup` has put them.
fn tools() -> PathBuf {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/foreign");
    std::env::var_os("POOLGATE_FOREIGN").map_or_else(default, PathBuf::from)
}

const SET_UP: &str = "`tests/foreign/setup` installs what these tests need; Node.js 20 or later, \
                      Python 3 and Chromium must be there already";
