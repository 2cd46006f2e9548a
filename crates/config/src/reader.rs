//! Reads variables and collects whatever is wrong with them.

mod typed;

use std::env::VarError;
use std::fmt::Display;

use secrecy::SecretString;

use crate::app::{APP_ENV, AppEnv};
use crate::{Env, Errors, Fallback, Problem, Var};

/// Reads variables one after another. A failed read gives `None` and is remembered, so that all problems are
/// reported at once by [`Reader::finish`].
///
/// Read every variable of a struct into a local first, and use `?` only afterwards: a `?` between two reads
/// would hide the problems of the second.
pub struct Reader<'a> {
    env: &'a dyn Env,
    app_env: Option<AppEnv>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader over `env`. `APP_ENV` is read at once, because other rules depend on it.
    #[must_use]
    pub fn new(env: &'a dyn Env) -> Self {
        let mut reader = Self {
            env,
            app_env: None,
            problems: Vec::new(),
        };
        reader.app_env = reader.parse(&APP_ENV);
        reader
    }

    /// The environment, unless `APP_ENV` is wrong (which is remembered).
    #[must_use]
    pub const fn app_env(&self) -> Option<AppEnv> {
        self.app_env
    }

    /// Whether this is staging or production. False while `APP_ENV` is wrong: one problem should not look like two.
    #[must_use]
    pub fn is_deployed(&self) -> bool {
        self.app_env.is_some_and(AppEnv::is_deployed)
    }

    /// The name of this host, if it is known.
    #[must_use]
    pub fn host_name(&self) -> Option<String> {
        self.env.host_name()
    }

    /// Remembers a problem with `var`. The reason must not hold the value of a secret.
    pub fn reject(&mut self, var: &Var, reason: impl Into<String>) {
        self.problems.push(Problem {
            name: var.name,
            reason: reason.into(),
        });
    }

    /// The given value, trimmed, without any default. Empty counts as missing.
    fn given(&mut self, var: &Var) -> Option<String> {
        match self.env.var(var.name) {
            Ok(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Err(VarError::NotPresent) => None,
            Err(VarError::NotUnicode(_)) => {
                self.reject(var, "is not valid UTF-8");
                None
            }
        }
    }

    /// The text of `var`: given, or its default. A required one that is missing is a problem.
    pub fn text(&mut self, var: &Var) -> Option<String> {
        let before = self.problems.len();
        let given = self.given(var);
        if given.is_some() || self.problems.len() > before {
            return given;
        }
        if var.fallback == Fallback::Required {
            self.reject(var, missing(var));
        }
        var.default().map(str::to_owned)
    }

    /// A variable that is not secret, read by `parse`. The error's text goes into the report, beside the value.
    pub fn parse_with<T, E: Display>(
        &mut self,
        var: &Var,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(var)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(_) if var.secret => {
                self.reject(var, "is not valid (its value is secret and not shown)");
                None
            }
            Err(error) => {
                self.reject(var, format!("{error}, not {text:?}"));
                None
            }
        }
    }

    /// As [`Reader::parse_with`], for a value that might hold a credential by mistake: the report does not repeat it.
    pub fn parse_unshown<T>(
        &mut self,
        var: &Var,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.text(var)?;
        parse(&text).map_err(|reason| self.reject(var, reason)).ok()
    }

    /// Any read, in which a missing variable is `Some(None)`, so that `None` means that it is wrong.
    pub fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        let before = self.problems.len();
        let value = read(self);
        (value.is_some() || self.problems.len() == before).then_some(value)
    }

    /// A secret. `check` answers with a fixed text, so that it cannot repeat the value.
    pub fn secret(
        &mut self,
        var: &Var,
        check: impl FnOnce(&str) -> Result<(), &'static str>,
    ) -> Option<SecretString> {
        self.parse_unshown(var, |text| check(text).map(|()| SecretString::from(text)))
    }

    /// The configuration, if nothing was wrong.
    ///
    /// # Errors
    /// All problems that were met.
    pub fn finish<T>(self, config: Option<T>) -> Result<T, Errors> {
        match config {
            Some(config) if self.problems.is_empty() => Ok(config),
            _ => Err(Errors::new(self.problems)),
        }
    }
}

fn missing(var: &Var) -> String {
    let hint = if var.secret {
        " (a SECRET without a value reaches a container as an empty string)"
    } else {
        ""
    };
    format!("is required, but is missing or empty{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOUR: Var = Var::required("COLOUR", &[], "A colour.");
    const SIZE: Var = Var::optional("SIZE", &[], "A size.").or("3");
    const TOKEN: Var = Var::required("TOKEN", &[], "A secret.").secret();
    const SHAPE: Var = Var::optional("SHAPE", &[], "A shape.");

    fn digits(text: &str) -> Result<u8, &'static str> {
        text.parse().map_err(|_| "must be a number")
    }

    #[test]
    fn every_error_is_reported_at_once() {
        let env = [("SIZE", "big"), ("TOKEN", " ")];
        let mut reader = Reader::new(&env);
        reader.text(&COLOUR);
        reader.parse_with(&SIZE, digits);
        reader.secret(&TOKEN, |_| Ok(()));
        let errors = reader.finish(None::<()>).unwrap_err();
        assert_eq!(
            errors.to_string(),
            "COLOUR: is required, but is missing or empty\n\
             SIZE: must be a number, not \"big\"\n\
             TOKEN: is required, but is missing or empty \
             (a SECRET without a value reaches a container as an empty string)"
        );
        assert_eq!(errors.exit_code(), 78);
    }

    #[test]
    fn an_empty_value_is_a_missing_one() {
        let mut reader = Reader::new(&[("SIZE", ""), ("SHAPE", "  ")]);
        assert_eq!(reader.parse_with(&SIZE, digits), Some(3));
        assert_eq!(reader.optional(|r| r.parse_with(&SHAPE, digits)), Some(None));
        assert!(reader.finish(Some(())).is_ok());
    }

    /// P30: a secret stays out of every message.
    #[test]
    fn an_error_never_shows_a_secret() {
        let env = [("TOKEN", "hunter2")];
        let mut reader = Reader::new(&env);
        reader.secret(&TOKEN, |_| Err("must be longer"));
        reader.parse_with(&TOKEN, |text| Err::<(), _>(format!("{text} is bad")));
        let errors = reader.finish(None::<()>).unwrap_err();
        assert_eq!(errors.problems().len(), 2);
        assert!(!format!("{errors} {errors:?}").contains("hunter2"));
    }

    #[test]
    fn a_wrong_optional_value_is_told_from_a_missing_one() {
        let mut reader = Reader::new(&[("SHAPE", "round")]);
        assert_eq!(reader.optional(|r| r.parse_with(&SHAPE, digits)), None);
        assert_eq!(reader.finish(Some(())).unwrap_err().problems().len(), 1);
    }
}
