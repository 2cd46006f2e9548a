//! Who may call the API.

use std::str::FromStr;

use crate::{Group, Reader, Service, Var};

const AUTH_MODE: Var = Var::optional(
    "AUTH_MODE",
    &[Service::Api],
    "api-key: callers authenticate. open: everyone is one local tenant; only in development.",
)
.or("api-key");

pub(crate) const GROUP: Group = Group {
    title: "Access",
    vars: &[AUTH_MODE],
};

/// How callers are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// By API key or console session.
    ApiKey,
    /// Not at all: one local tenant.
    Open,
}

impl FromStr for AuthMode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "api-key" => Ok(Self::ApiKey),
            "open" => Ok(Self::Open),
            _ => Err("must be api-key or open"),
        }
    }
}

/// Who may call the API.
#[derive(Debug, Clone, Copy)]
pub struct AuthConfig {
    /// How callers are told apart.
    pub mode: AuthMode,
}

impl AuthConfig {
    /// Reads it. Open access is refused wherever others can reach the service.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mode = reader.parse(&AUTH_MODE)?;
        if mode == AuthMode::Open && reader.is_deployed() {
            reader.reject(
                &AUTH_MODE,
                "open lets everyone in, and is refused unless APP_ENV is development",
            );
            return None;
        }
        Some(Self { mode })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P28: no deployed environment can be left without authentication.
    #[test]
    fn open_access_is_refused_wherever_it_is_deployed() {
        for (environment, accepted) in [("development", true), ("staging", false), ("production", false)] {
            let env = [("APP_ENV", environment), ("AUTH_MODE", "open")];
            let mut reader = Reader::new(&env);
            let config = AuthConfig::read(&mut reader);
            assert_eq!(reader.finish(config).is_ok(), accepted, "{environment}");
        }
    }
}
