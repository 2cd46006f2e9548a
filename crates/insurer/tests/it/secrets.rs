//! Keys, tokens and personal data in error texts: none.

use loadsure_core::insurer::QuoteToken;
use loadsure_core::ports::Insurer;
use loadsure_insurer::Client;
use loadsure_sandbox::{Kind, Operation};
use secrecy::ExposeSecret;

use crate::support::{Insured, USER, declined, number, request, settings, shown};

const FAULTS: [Kind; 9] = [
    Kind::Hang { commits: false },
    Kind::ResetBefore,
    Kind::ResetAfter,
    Kind::Truncate,
    Kind::RateLimited { retry_after_s: None },
    Kind::Unavailable {
        retry_after_s: Some(1),
    },
    Kind::ServerErrorHtml {
        status: 500,
        commits: true,
    },
    Kind::Unauthorized,
    Kind::Garbage { commits: false },
];

fn assert_quiet(text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{text}");
    }
}

/// P29, P30: whatever goes wrong, no error shows the key, the token, the user or the insurer's address.
#[tokio::test]
async fn no_error_shows_a_secret() {
    let insured =
        Insured::with(|settings| settings.request_timeout = std::time::Duration::from_millis(300)).await;
    let key = insured.sandbox.api_key().expose_secret().to_owned();
    let url = insured.sandbox.base_url();
    for kind in FAULTS {
        let token = insured.token().await;
        let secrets = [key.as_str(), token.expose(), USER, &url];
        insured.spoil(Operation::Quote, kind);
        assert_quiet(
            &shown(&insured.client.quote(&request()).await.unwrap_err()),
            &secrets,
        );
        insured.spoil(Operation::PurchaseQuote, kind);
        assert_quiet(
            &shown(&insured.client.purchase(&token, &[]).await.unwrap_err()),
            &secrets,
        );
        insured.spoil(Operation::CertificateSummary, kind);
        let failure = insured
            .client
            .certificate(USER, &number("c-1"))
            .await
            .unwrap_err();
        assert_quiet(&shown(&failure), &secrets);
    }
}

/// What the insurer says of an application may quote it: it is for the caller, and not for any log.
#[tokio::test]
async fn the_words_of_a_refusal_are_not_shown() {
    let insured = Insured::start().await;
    insured.spoil(Operation::Quote, Kind::StringErrors);
    let failure = insured.client.quote(&request()).await.unwrap_err();
    let (_, messages) = declined(&failure);
    assert!(!messages.is_empty());
    assert_quiet(&shown(&failure), &messages);
}

#[tokio::test]
async fn a_failure_to_connect_shows_no_secret_either() {
    for url in [
        "http://127.0.0.1:1",
        "https://127.0.0.1:1",
        "http://insurer.invalid",
    ] {
        let client = Client::new(settings(url)).unwrap();
        let token = QuoteToken::new("very-secret-token".to_owned());
        let failure = client.purchase(&token, &[]).await.unwrap_err();
        assert_quiet(&shown(&failure), &["key-for-tests", "very-secret-token", "/api/"]);
    }
}

#[tokio::test]
async fn neither_client_nor_offer_shows_a_secret() {
    let insured = Insured::start().await;
    let offer = insured.client.quote(&request()).await.unwrap();
    let key = insured.sandbox.api_key().expose_secret();
    let text = format!("{:?} {offer:?}", insured.client);
    assert_quiet(&text, &[key, offer.token.expose()]);
}
