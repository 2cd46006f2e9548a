use uuid::Uuid;

use crate::clock::now_millis;
use crate::signer::Signer;

/// Which document of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    Certificate,
    WithCoverPage,
}

impl Document {
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Certificate => "certificate.pdf",
            Self::WithCoverPage => "certificate-with-cover-page.pdf",
        }
    }

    pub(super) fn named(file: &str) -> Option<Self> {
        [Self::Certificate, Self::WithCoverPage]
            .into_iter()
            .find(|document| document.file() == file)
    }
}

/// A link that works for `ttl_s` seconds without a key, as those to a file store do.
pub(crate) fn link(signer: &Signer, origin: &str, number: Uuid, document: Document, ttl_s: u32) -> String {
    let expires = now_millis() + i64::from(ttl_s) * 1000;
    let signature = signer.sign(&signed_text(number, document, expires));
    format!(
        "{origin}/documents/{number}/{}?expires={expires}&signature={signature}",
        document.file()
    )
}

/// Whether the signature is right and the link still young enough.
pub(super) fn holds(
    signer: &Signer,
    number: Uuid,
    document: Document,
    expires: i64,
    signature: &str,
) -> bool {
    expires > now_millis() && signer.verify(&signed_text(number, document, expires), signature)
}

fn signed_text(number: Uuid, document: Document, expires: i64) -> String {
    format!("link {number} {} {expires}", document.file())
}

/// Where a claim is filed; the insurer has no API for it.
pub(crate) fn claim_link(origin: &str, number: Uuid) -> String {
    format!("{origin}/claims/{number}")
}

/// Terms and conditions are public.
pub(crate) fn terms_link(origin: &str) -> String {
    format!("{origin}/documents/terms-and-conditions.pdf")
}
