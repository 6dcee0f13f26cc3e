//! What stands in `iss`.

use serde::Deserialize;

/// The `iss` of a pool's tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
#[non_exhaustive]
pub enum IssuerMode {
    /// `https://cognito-idp.{region}.amazonaws.com/{pool id}`. In files: `"aws"`.
    #[default]
    Aws,
    /// The newer of Cognito's two: `https://issuer-cognito-idp.{region}.amazonaws.com/{pool id}`. In files: `"updated"`.
    Updated,
    /// This server: `http://127.0.0.1:{port}/{pool id}`, for verifiers that only know discovery. In files: `"self"`.
    Own,
    /// Exactly this text. In files: a URL.
    Custom(String),
}

impl IssuerMode {
    pub(crate) fn url(&self, region: &str, base_url: &str, user_pool_id: &str) -> String {
        match self {
            Self::Aws => aws_url("cognito-idp", region, user_pool_id),
            Self::Updated => aws_url("issuer-cognito-idp", region, user_pool_id),
            Self::Own => format!("{base_url}/{user_pool_id}"),
            Self::Custom(issuer) => issuer.clone(),
        }
    }
}

impl TryFrom<String> for IssuerMode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "aws" => Ok(Self::Aws),
            "updated" => Ok(Self::Updated),
            "self" => Ok(Self::Own),
            url if url.starts_with("https://") || url.starts_with("http://") => {
                Ok(Self::Custom(text))
            }
            other => Err(format!("{other:?} is not \"aws\", \"updated\", \"self\" or a URL")),
        }
    }
}

fn aws_url(host: &str, region: &str, user_pool_id: &str) -> String {
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://{host}.{region}.amazonaws.com{suffix}/{user_pool_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_name_a_mode_or_a_url() {
        for (text, mode) in [
            ("aws", IssuerMode::Aws),
            ("updated", IssuerMode::Updated),
            ("self", IssuerMode::Own),
            ("https://idp.example", IssuerMode::Custom("https://idp.example".to_owned())),
        ] {
            assert_eq!(IssuerMode::try_from(text.to_owned()), Ok(mode));
        }
        IssuerMode::try_from("original".to_owned()).unwrap_err();
    }

    #[test]
    fn china_has_a_suffix_of_its_own() {
        let url = IssuerMode::Aws.url("cn-north-1", "", "cn-north-1_A");

        assert_eq!(url, "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A");
    }
}
