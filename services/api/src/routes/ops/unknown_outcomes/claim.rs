//! The body of a settlement.

use loadsure_core::certificate::Number;
use loadsure_core::invalid::{FieldCode, FieldError, Problems};
use loadsure_core::json::Node;
use serde_json::Value;

/// The two outcomes, as they are written.
pub(crate) const OUTCOMES: [&str; 2] = ["bought", "not_bought"];

/// What a person says of an unknown outcome.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It was bought: this is its certificate.
    Bought(Number),
    /// It was not bought.
    NotBought,
}

impl Claim {
    /// Reads the body.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub(super) fn parse(body: &Value) -> Result<Self, Vec<FieldError>> {
        let mut problems = Problems::default();
        match Self::read(&Node::root(body), &mut problems) {
            Some(claim) if problems.is_empty() => Ok(claim),
            _ => Err(problems.into_errors()),
        }
    }

    fn read(body: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = body.object(problems)?;
        let bought = fields.required("outcome", problems, |node, problems| {
            match node.text(problems)? {
                "bought" => Some(true),
                "not_bought" => Some(false),
                _ => node.refuse(problems, FieldCode::NotOneOf, "must be bought or not_bought"),
            }
        });
        let claim = match bought {
            Some(true) => fields
                .required("certificateNumber", problems, Node::parse)
                .map(Self::Bought),
            Some(false) => fields
                .optional("certificateNumber", problems, |node, problems| {
                    let message = "belongs to the outcome bought";
                    node.refuse::<()>(problems, FieldCode::Conflict, message)
                })
                .map(|_| Self::NotBought),
            None => {
                fields.optional("certificateNumber", problems, Node::parse::<Number>);
                None
            }
        };
        fields.close(problems);
        claim
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(body: &Value) -> Vec<(String, FieldCode)> {
        let errors = Claim::parse(body).unwrap_err();
        errors.into_iter().map(|error| (error.path, error.code)).collect()
    }

    #[test]
    fn a_number_belongs_to_the_outcome_bought_and_to_no_other() {
        let bought = json!({"outcome": "bought", "certificateNumber": "C-1"});
        assert_eq!(Claim::parse(&bought), Ok(Claim::Bought("C-1".parse().unwrap())));
        let not_bought = json!({"outcome": "not_bought"});
        assert_eq!(Claim::parse(&not_bought), Ok(Claim::NotBought));
        let number = "certificateNumber".to_owned();
        assert_eq!(
            codes(&json!({"outcome": "bought"})),
            [(number.clone(), FieldCode::Required)]
        );
        assert_eq!(
            codes(&json!({"outcome": "not_bought", "certificateNumber": "C-1"})),
            [(number, FieldCode::Conflict)]
        );
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let wrong = json!({"outcome": "maybe", "certificateNumber": "a b", "force": true});
        let wrong = codes(&wrong);
        assert_eq!(
            wrong,
            [
                ("outcome".to_owned(), FieldCode::NotOneOf),
                ("certificateNumber".to_owned(), FieldCode::NotAnId),
                ("force".to_owned(), FieldCode::UnknownField),
            ]
        );
    }
}
