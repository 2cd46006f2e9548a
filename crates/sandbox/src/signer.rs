use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs tokens and links with HMAC-SHA-256, so that neither can be guessed or altered.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha256>);

/// Size of the key in bytes, that of the hash.
pub(crate) const KEY_BYTES: usize = 32;

impl Signer {
    pub(crate) fn new(key: &[u8; KEY_BYTES]) -> Self {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block[..KEY_BYTES].copy_from_slice(key);
        Self(Hmac::new(&block))
    }

    /// The signature of `text` in base64url.
    pub(crate) fn sign(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(text).finalize().into_bytes())
    }

    /// Compares in constant time.
    pub(crate) fn verify(&self, text: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|bytes| self.mac(text).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        self.0.clone().chain_update(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_text_and_key_only() {
        let signer = Signer::new(&[1; KEY_BYTES]);
        let signature = signer.sign("text");
        assert!(signer.verify("text", &signature));
        assert!(!signer.verify("other", &signature));
        assert!(!signer.verify("text", &signature[1..]));
        assert!(!Signer::new(&[2; KEY_BYTES]).verify("text", &signature));
    }
}
