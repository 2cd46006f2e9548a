//! The ids of the insurer's reference data, against which a request is checked when they are loaded.

use std::collections::HashSet;

use crate::freight_class::FreightClassId;
use crate::invalid::{FieldCode, Problems};
use crate::json::Node;

/// The ids that exist at the insurer. An empty set means that this kind is not loaded yet, and is not checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceIds {
    /// Commodity ids.
    pub commodities: HashSet<u32>,
    /// Equipment type ids.
    pub equipment_types: HashSet<u32>,
    /// Load type ids.
    pub load_types: HashSet<String>,
    /// Freight class ids.
    pub freight_classes: HashSet<String>,
    /// Terms of sale, as codes (`EXW`) and as whole lines (`EXW - …`).
    pub terms_of_sale: HashSet<String>,
}

/// What is known of the reference data while a request is read: everything, or nothing yet.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a>(Option<&'a ReferenceIds>);

impl<'a> Known<'a> {
    /// Checks against these ids.
    #[must_use]
    pub const fn ids(ids: &'a ReferenceIds) -> Self {
        Self(Some(ids))
    }

    /// Checks nothing: for requests that were accepted before, and for tests.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(None)
    }

    fn allows<T>(
        &self,
        set: impl FnOnce(&'a ReferenceIds) -> &'a HashSet<T>,
        has: impl FnOnce(&'a HashSet<T>) -> bool,
    ) -> bool
    where
        T: 'a,
    {
        self.0.map(set).is_none_or(|set| set.is_empty() || has(set))
    }

    /// Reads a commodity id.
    pub fn commodity(&self, node: &Node<'_>, problems: &mut Problems) -> Option<u32> {
        let id = node.whole(problems)?;
        let known = self.allows(|ids| &ids.commodities, |set| set.contains(&id));
        self.refuse_unless(known, id, node, problems, "commodity")
    }

    /// Reads an equipment type id.
    pub fn equipment_type(&self, node: &Node<'_>, problems: &mut Problems) -> Option<u32> {
        let id = node.whole(problems)?;
        let known = self.allows(|ids| &ids.equipment_types, |set| set.contains(&id));
        self.refuse_unless(known, id, node, problems, "equipment type")
    }

    /// Reads a load type id.
    pub fn load_type(&self, node: &Node<'_>, problems: &mut Problems) -> Option<crate::text::Short> {
        let id: crate::text::Short = node.parse(problems)?;
        let known = self.allows(|ids| &ids.load_types, |set| set.contains(id.expose()));
        self.refuse_unless(known, id, node, problems, "load type")
    }

    /// Reads a freight class id, as `class77_5` or `77.5`.
    pub fn freight_class(&self, node: &Node<'_>, problems: &mut Problems) -> Option<FreightClassId> {
        let id: FreightClassId = node.parse(problems)?;
        let known = self.allows(|ids| &ids.freight_classes, |set| set.contains(id.as_str()));
        self.refuse_unless(known, id, node, problems, "freight class")
    }

    /// Reads terms of sale, as a code or a whole line of the list. The insurer's list has no codes, so a code
    /// becomes its line as soon as the list is loaded.
    pub fn terms_of_sale(&self, node: &Node<'_>, problems: &mut Problems) -> Option<crate::text::Short> {
        let terms: crate::text::Short = node.parse(problems)?;
        let known = self.allows(|ids| &ids.terms_of_sale, |set| set.contains(terms.expose()));
        let terms = self.line_of(&terms).unwrap_or(terms);
        self.refuse_unless(known, terms, node, problems, "terms of sale")
    }

    fn line_of(&self, code: &crate::text::Short) -> Option<crate::text::Short> {
        let lines = self.0?.terms_of_sale.iter();
        let is_its_line = |line: &&String| {
            let rest = line.strip_prefix(code.expose());
            rest.is_some_and(|rest| rest.starts_with(char::is_whitespace))
        };
        lines.filter(is_its_line).min()?.parse().ok()
    }

    fn refuse_unless<T>(
        &self,
        known: bool,
        id: T,
        node: &Node<'_>,
        problems: &mut Problems,
        what: &str,
    ) -> Option<T> {
        if known {
            Some(id)
        } else {
            node.refuse(problems, FieldCode::UnknownId, format!("is not a known {what}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::support_data::Kind;

    #[test]
    fn terms_of_sale_become_the_insurers_line() {
        let mut ids = ReferenceIds::default();
        let read = |ids: &ReferenceIds, text: &str| {
            let value = json!(text);
            let terms = Known::ids(ids).terms_of_sale(&Node::root(&value), &mut Problems::default());
            terms.map(|terms| terms.expose().to_owned())
        };
        assert_eq!(read(&ids, "FOB").as_deref(), Some("FOB"));
        ids.learn(
            Kind::TermsOfSales,
            &[json!("FOB - Free On Board"), json!("EXW - Ex Works")],
        );
        for given in ["FOB", "FOB - Free On Board"] {
            assert_eq!(read(&ids, given).as_deref(), Some("FOB - Free On Board"));
        }
        for wrong in ["FO", "FOB -", "XYZ"] {
            assert_eq!(read(&ids, wrong), None, "{wrong}");
        }
    }
}
