//! What makes no client.

use loadsure_insurer::Client;

use crate::support::{settings, shown};

fn refusal(change: impl FnOnce(&mut loadsure_insurer::Settings)) -> String {
    let mut settings = settings("https://insurer.example");
    change(&mut settings);
    shown(&Client::new(settings).unwrap_err())
}

#[test]
fn a_base_url_that_cannot_be_built_upon_is_refused() {
    for (url, why) in [
        ("https://insurer.example/api", "/api"),
        ("https://insurer.example/api/", "/api"),
        ("ftp://insurer.example", "http or https"),
        ("https://ada:secret@insurer.example", "user or password"),
        ("https://insurer.example/?a=b", "query"),
    ] {
        let shown = refusal(|settings| settings.base_url = url.parse().unwrap());
        assert!(shown.contains(why) && !shown.contains("secret"), "{shown}");
    }
}

/// P30: a key that no header can carry is refused without showing it.
#[test]
fn an_unusable_key_is_refused_and_not_shown() {
    for key in ["", " ", "very\nsecret"] {
        let shown = refusal(|settings| settings.api_key = key.into());
        assert!(shown.contains("API key") && !shown.contains("secret"), "{shown}");
    }
    let settings = settings("https://insurer.example");
    assert!(!format!("{settings:?}").contains("key-for-tests"));
}

#[test]
fn an_unknown_spelling_is_refused_by_its_name() {
    let shown = refusal(|settings| {
        settings
            .spellings
            .insert("weight.stone".to_owned(), "st".to_owned());
    });
    assert!(shown.contains("weight.stone"), "{shown}");
}
