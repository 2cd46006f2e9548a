//! TLS to the database.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

/// TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The certificate of the database's authority is not PEM.
    #[error("the certificate authority of the database is not a PEM certificate")]
    Authority(#[source] rustls::pki_types::pem::Error),
    /// The TLS library refused the settings.
    #[error("TLS cannot be set up")]
    Library(#[from] rustls::Error),
}

/// A connector that trusts the given authority, or the system's when none is given.
pub(crate) fn connector(authority: Option<&str>) -> Result<MakeRustlsConnect, Error> {
    let mut roots = RootCertStore::empty();
    match authority {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                roots.add(certificate.map_err(Error::Authority)?)?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
        }
    }
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
