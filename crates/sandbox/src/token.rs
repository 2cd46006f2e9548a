use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::price::Price;
use crate::signer::Signer;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT","kid":"sandbox"}"#;

/// What a quote token carries. The token is the whole record of a quote, so a million of
/// unsold quotes costs the sandbox no memory and a token outlives a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    /// The quote.
    pub(crate) jti: Uuid,
    /// `user.id` of the quote, asked for again by every operation on the certificate.
    pub(crate) sub: String,
    /// Milliseconds since 1970.
    pub(crate) expires_ms: i64,
    pub(crate) product: String,
    pub(crate) price: Price,
}

/// Makes the token; it has the form of a JWT as the insurer's have.
///
/// # Errors
/// When the claims cannot be written as JSON.
pub(crate) fn mint(claims: &Claims, signer: &Signer) -> Result<String, serde_json::Error> {
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims)?);
    let signed = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(HEADER));
    let signature = signer.sign(&signed);
    Ok(format!("{signed}.{signature}"))
}

/// The claims of a token made here, expired or not.
pub(crate) fn read(token: &str, signer: &Signer) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    if !signer.verify(signed, signature) {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn claims() -> Claims {
        let price = Price {
            limit: Decimal::ONE,
            deductible: Decimal::ZERO,
            premium: Decimal::new(2500, 2),
            service_fee: Decimal::ZERO,
            tax: Decimal::new(9, 1),
            currency: "USD".to_owned(),
        };
        Claims {
            iss: "loadsure-sandbox".to_owned(),
            jti: Uuid::nil(),
            sub: String::new(),
            expires_ms: 1,
            product: "p".to_owned(),
            price,
        }
    }

    /// P38: a real token did not fit a column of 255 characters.
    #[test]
    fn the_shortest_token_looks_like_a_jwt_and_is_longer_than_255() {
        let token = mint(&claims(), &Signer::new(&[7; 32])).unwrap();
        assert!(token.starts_with("eyJ") && token.len() > 255, "{}", token.len());
        assert_eq!(token.split('.').count(), 3);
        assert_eq!(read(&token, &Signer::new(&[7; 32])), Some(claims()));
    }

    #[test]
    fn an_altered_or_foreign_token_is_not_read() {
        let signer = Signer::new(&[7; 32]);
        let token = mint(&claims(), &signer).unwrap();
        let mut altered = token.clone().into_bytes();
        altered[80] ^= 1;
        assert!(read(&String::from_utf8(altered).unwrap(), &signer).is_none());
        assert!(read(&token, &Signer::new(&[8; 32])).is_none());
        assert!(read("eyJ.a.b", &signer).is_none() && read("", &signer).is_none());
    }
}
