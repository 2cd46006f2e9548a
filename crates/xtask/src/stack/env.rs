//! The environment of the service: what the caller has set, and what is added to it.

/// Variables that the stack sets where the caller has not. An empty value counts as a missing one,
/// as it does for the service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Env(Vec<(&'static str, String)>);

/// A variable that the caller has set.
pub(crate) fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Env {
    /// Sets a variable unless the caller or an earlier call has.
    pub(crate) fn default_to(&mut self, name: &'static str, value: impl Into<String>) {
        if given(name).is_none() && !self.0.iter().any(|(known, _)| *known == name) {
            self.0.push((name, value.into()));
        }
    }

    /// Sets a variable whatever the caller has.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.into()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_value_wins_over_a_default_and_not_over_a_setting() {
        let mut env = Env::default();
        env.default_to("CARGO_MANIFEST_DIR", "mine");
        assert_eq!(env.iter().count(), 0);
        env.set("CARGO_MANIFEST_DIR", "mine");
        env.default_to("XTASK_UNKNOWN", "first");
        env.default_to("XTASK_UNKNOWN", "second");
        assert_eq!(
            env.iter().collect::<Vec<_>>(),
            [("CARGO_MANIFEST_DIR", "mine"), ("XTASK_UNKNOWN", "first")]
        );
    }
}
