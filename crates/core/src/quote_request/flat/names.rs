//! Which field of the flat form each path of the full form came from.

/// Pairs of full path and flat path. The longest full path that is a prefix wins.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<(String, String)>);

impl Names {
    /// Notes that `full` came from `flat`.
    pub(super) fn add(&mut self, full: impl Into<String>, flat: impl Into<String>) {
        self.0.push((full.into(), flat.into()));
    }

    /// Drops what was noted below a path, because a list in the form of the full one was given instead.
    pub(super) fn forget(&mut self, full: &str) {
        self.0.retain(|(from, _)| !from.starts_with(full));
    }

    /// The path in the flat form of a path in the full form.
    pub(crate) fn flat_path(&self, full: &str) -> String {
        let candidates = self.0.iter().filter_map(|(from, to)| {
            let rest = full.strip_prefix(from.as_str())?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then_some((from.len(), to, rest))
        });
        match candidates.max_by_key(|(length, ..)| *length) {
            Some((_, to, rest)) if to.is_empty() => rest.trim_start_matches('.').to_owned(),
            Some((_, to, rest)) => format!("{to}{rest}"),
            None => full.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_leads_back() {
        let mut names = Names::default();
        names.add("shipment", "");
        names.add("shipment.stops[0].address", "origin");
        names.add("shipment.stops[0].address.city", "originCity");
        assert_eq!(names.flat_path("shipment.stops[0].address.city"), "originCity");
        assert_eq!(names.flat_path("shipment.stops[0].address"), "origin");
        assert_eq!(names.flat_path("shipment.stops[0].addressX"), "stops[0].addressX");
        assert_eq!(names.flat_path("shipment.loadType"), "loadType");
        assert_eq!(names.flat_path("user.name"), "user.name");
    }
}
