use std::time::Duration;

use loadsure_digitalocean::{BuildError, Client, Settings};

fn build(base_url: &str, token: &str) -> Result<Client, BuildError> {
    Client::new(&Settings {
        base_url: base_url.parse().unwrap(),
        token: token.into(),
        timeout: Duration::from_secs(1),
    })
}

#[test]
fn an_address_that_cannot_be_built_upon_is_refused() {
    for (url, why) in [
        ("https://api.example/v2", "/v2"),
        ("ftp://api.example", "http or https"),
        ("https://ada:secret@api.example", "user or password"),
        ("https://api.example/?a=b", "query"),
    ] {
        let shown = format!("{:?} {0}", build(url, "token").unwrap_err());
        assert!(shown.contains(why) && !shown.contains("secret"), "{shown}");
    }
    assert!(build("https://api.example/proxy/", "token").is_ok());
}

/// P30: a token that no header can carry is refused without showing it.
#[test]
fn an_unusable_token_is_refused_and_not_shown() {
    for token in ["", " ", "very\nsecret"] {
        let shown = format!("{:?} {0}", build("https://api.example", token).unwrap_err());
        assert!(shown.contains("token") && !shown.contains("secret"), "{shown}");
    }
}
