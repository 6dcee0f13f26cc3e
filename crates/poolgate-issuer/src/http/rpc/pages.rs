//! Lists that come in pages.

use super::{Failure, Input};

/// At most `Limit` entries from where the page before ended, and the token for the next page if there is one.
pub(super) fn page<'a, T>(
    input: &Input<'_>,
    token: &str,
    entries: &'a [T],
) -> Result<(&'a [T], Option<String>), Failure> {
    let start = match input.text(token)? {
        Some(text) => start(text).ok_or_else(|| Failure::invalid(format!("Invalid {token}.")))?,
        None => 0,
    };
    let limit = match input.number("Limit")? {
        None | Some(0) => MOST,
        Some(limit) => usize::try_from(limit).unwrap_or(MOST),
    };
    if limit > MOST {
        return Err(Failure::validation(&[format!(
            "Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to {MOST}"
        )]));
    }
    let start = start.min(entries.len());
    let end = start.saturating_add(limit).min(entries.len());
    let next = (end < entries.len()).then(|| format!("{PREFIX}{end}"));
    Ok((&entries[start..end], next))
}

fn start(token: &str) -> Option<usize> {
    token.strip_prefix(PREFIX)?.parse().ok()
}

const MOST: usize = 60;
const PREFIX: &str = "from-";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::test_call::*;

    #[tokio::test]
    async fn a_list_comes_in_pages() {
        let issuer = issuer().await;
        let pool = issuer.user_pool_id();
        for number in 0..61 {
            let input = json!({"UserPoolId": pool, "GroupName": format!("g{number}")});
            done(&issuer, "CreateGroup", input).await;
        }
        let list = |limit: Value, token: Value| {
            done(
                &issuer,
                "ListGroups",
                json!({"UserPoolId": pool, "Limit": limit, "NextToken": token}),
            )
        };
        let count = |output: &Value| output["Groups"].as_array().unwrap().len();

        let all = list(Value::Null, Value::Null).await;
        assert_eq!(count(&all), 60);
        let rest = list(0.into(), all["NextToken"].clone()).await;
        assert_eq!((count(&rest), rest.get("NextToken")), (2, None));
        let few = list(1.into(), Value::Null).await;
        assert_eq!((count(&few), few["NextToken"].is_string()), (1, true));
        let beyond = list(Value::Null, "from-99".into()).await;
        assert_eq!(beyond, json!({"Groups": []}));
    }

    #[tokio::test]
    async fn limits_and_tokens_have_to_fit() {
        let issuer = issuer().await;
        let pool = issuer.user_pool_id();

        for (input, message) in [
            (json!({"UserPoolId": pool, "NextToken": "x"}), "Invalid NextToken."),
            (
                json!({"UserPoolId": pool, "Limit": 61}),
                "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
            ),
        ] {
            let (code, text) = refused(&issuer, "ListGroups", input).await;
            assert_eq!((code.as_str(), text.as_str()), ("InvalidParameterException", message));
        }
    }
}
