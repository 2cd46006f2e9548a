//! Questions about certificates.

use loadsure_core::certificate::{Facts, Number};
use loadsure_core::job::{Kind, Ticket, Verdict};
use loadsure_core::ports::{CertificateWork, Certificates, Fault};
use loadsure_core::usecase::certificate;

use super::witness::{Happened, Witness};
use super::{Tools, UseCase};

/// Asks the insurer about a certificate.
pub(crate) struct Ask;

impl UseCase for Ask {
    const KIND: Kind = Kind::Certificate;

    async fn execute(tools: &Tools, witness: &Witness, ticket: Ticket) -> Result<Verdict, Fault> {
        certificate::execute(witness, &tools.insurer, ticket).await
    }
}

impl Certificates for Witness {
    async fn certificate_work(&self, ticket: Ticket) -> Result<Option<CertificateWork>, Fault> {
        self.store.certificate_work(ticket).await
    }

    async fn record_facts(&self, ticket: Ticket, facts: &Facts) -> Result<(), Fault> {
        self.store.record_facts(ticket, facts).await?;
        self.note(Happened {
            event: "certificate.refreshed",
            subject: None,
        });
        Ok(())
    }

    async fn record_link(&self, ticket: Ticket, number: &Number, link: &str) -> Result<(), Fault> {
        // A fresh link concerns only whoever asked for it.
        self.store.record_link(ticket, number, link).await
    }
}
