//! What a step of a sign-in comes to: tokens, or what to answer next.

use serde_json::{Value, json};

use super::{Outcome, present};
use crate::{
    grant::{Grant, TokenSet},
    pool::{Challenge, Pool, SignIn},
    sessions::ChallengeKind,
};

pub(super) fn step(pool: &Pool, sign_in: SignIn) -> Outcome {
    match sign_in {
        SignIn::Done(login) => {
            let tokens = pool.tokens(Grant::sdk(&login))?;
            Ok(json!({"AuthenticationResult": result(tokens), "ChallengeParameters": {}}))
        }
        SignIn::Challenge(challenge) => Ok(json!({
            "ChallengeName": challenge.kind.name(),
            "Session": challenge.session,
            "ChallengeParameters": challenge_parameters(&challenge),
        })),
    }
}

/// An `AuthenticationResultType`.
pub(super) fn result(tokens: TokenSet) -> Value {
    present([
        ("AccessToken", tokens.access_token.into()),
        ("IdToken", tokens.id_token.into()),
        ("RefreshToken", tokens.refresh_token.into()),
        ("ExpiresIn", tokens.expires_in.into()),
        ("TokenType", "Bearer".into()),
    ])
}

/// Lists and objects in it are JSON in a text.
fn challenge_parameters(challenge: &Challenge) -> Value {
    let user = &challenge.username;
    match challenge.kind {
        ChallengeKind::NewPasswordRequired => {
            let attributes: Value = challenge.attributes.iter().cloned().collect();
            json!({
                "USER_ID_FOR_SRP": user,
                "requiredAttributes": "[]",
                "userAttributes": attributes.to_string(),
            })
        }
        ChallengeKind::SoftwareTokenMfa => json!({"USER_ID_FOR_SRP": user}),
        ChallengeKind::MfaSetup => {
            json!({"USER_ID_FOR_SRP": user, "MFAS_CAN_SETUP": r#"["SOFTWARE_TOKEN_MFA"]"#})
        }
    }
}
