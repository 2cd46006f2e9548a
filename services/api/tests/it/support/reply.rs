//! An answer that was read to its end.

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// A header's text, empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is a well-formed problem of a code, and gives its body.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let context = format!("{} {}", self.status, self.text);
        assert_eq!(self.status, status, "{context}");
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{context}"
        );
        let body = self.json();
        assert_eq!(body["code"], code, "{context}");
        assert_eq!(body["status"], status, "{context}");
        assert_eq!(body["type"], format!("/docs/errors#{code}"), "{context}");
        assert!(body["title"].is_string(), "{context}");
        assert_eq!(body["requestId"], self.header("x-request-id"), "{context}");
        let needs_retry_after = matches!(status, 429 | 503);
        assert!(!needs_retry_after || self.seconds("retry-after") > 0, "{context}");
        if status >= 500 {
            let known = ["type", "title", "status", "code", "requestId"];
            let object = body.as_object().unwrap();
            assert!(
                object.keys().all(|name| known.contains(&name.as_str())),
                "{context}"
            );
        }
        body
    }

    /// The codes by path of a validation problem.
    #[track_caller]
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let body = self.json();
        let errors = body["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("{}", self.text));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        errors
            .iter()
            .map(|error| (text(&error["path"]), text(&error["code"])))
            .collect()
    }

    /// A header that is a number.
    pub(crate) fn seconds(&self, name: &str) -> u64 {
        self.header(name).parse().unwrap_or_default()
    }
}
