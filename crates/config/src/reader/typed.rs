//! Reads of the types that occur in more than one place.

use std::fmt::Display;
use std::num::{NonZeroU16, NonZeroU32};
use std::str::FromStr;
use std::time::Duration;

use url::Url;

use super::Reader;
use crate::Var;

impl Reader<'_> {
    /// A value of any type that reads itself; its error should say what would be right.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, var: &Var) -> Option<T> {
        self.parse_with(var, str::parse)
    }

    /// A whole number from 1 to 65 535.
    pub fn nonzero_u16(&mut self, var: &Var) -> Option<NonZeroU16> {
        self.parse_with(var, |text| {
            text.parse().map_err(|_| "must be a whole number from 1 to 65535")
        })
    }

    /// A whole number from 1 to 4 294 967 295.
    pub fn nonzero_u32(&mut self, var: &Var) -> Option<NonZeroU32> {
        self.parse_with(var, |text| {
            text.parse()
                .map_err(|_| "must be a whole number from 1 to 4294967295")
        })
    }

    /// A whole number from 0.
    pub fn u32(&mut self, var: &Var) -> Option<u32> {
        self.parse_with(var, |text| {
            text.parse()
                .map_err(|_| "must be a whole number from 0 to 4294967295")
        })
    }

    /// A duration in whole milliseconds, at least one.
    pub fn millis(&mut self, var: &Var) -> Option<Duration> {
        self.parse_with(var, |text| match text.parse::<u64>() {
            Ok(millis) if millis > 0 => Ok(Duration::from_millis(millis)),
            _ => Err("must be a whole number of milliseconds, at least 1"),
        })
    }

    /// An `http` or `https` address with a host and no credentials.
    pub fn http_url(&mut self, var: &Var) -> Option<Url> {
        self.parse_unshown(var, http_url)
    }

    /// A list separated by commas; blanks around items and empty items are dropped. Missing is an empty list.
    pub fn list<T, E: Display>(&mut self, var: &Var, item: impl Fn(&str) -> Result<T, E>) -> Option<Vec<T>> {
        let items = |text: &str| {
            text.split(',')
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(&item)
                .collect()
        };
        self.optional(|reader| reader.parse_with(var, items))
            .map(Option::unwrap_or_default)
    }
}

fn http_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "must be an http or https URL")?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("must be an http or https URL");
    }
    // P30: any log line that names the address would show them.
    if url.password().is_some() || !url.username().is_empty() {
        return Err("must not hold a user name or password");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: Var = Var::optional("VALUE", &[], "A value.");

    fn reason<T>(value: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> String {
        let env = [("VALUE", value)];
        let mut reader = Reader::new(&env);
        assert!(read(&mut reader).is_none(), "{value:?} should be refused");
        reader.finish(None::<()>).unwrap_err().to_string()
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        for value in ["0", "65536", "-1", "1.5", "x"] {
            assert!(reason(value, |r| r.nonzero_u16(&VALUE)).contains("from 1 to 65535"));
        }
        assert!(reason("0", |r| r.nonzero_u32(&VALUE)).contains("from 1"));
        assert!(reason("-1", |r| r.u32(&VALUE)).contains("from 0"));
    }

    #[test]
    fn a_duration_is_whole_milliseconds() {
        for value in ["0", "1s", "0.5"] {
            assert!(reason(value, |r| r.millis(&VALUE)).contains("milliseconds"));
        }
        assert_eq!(
            Reader::new(&[("VALUE", "1500")]).millis(&VALUE),
            Some(Duration::from_millis(1500))
        );
    }

    #[test]
    fn only_web_addresses_are_addresses() {
        for value in ["example.com", "ftp://example.com", "file:///x"] {
            assert!(reason(value, |r| r.http_url(&VALUE)).contains("http or https"));
        }
    }

    /// P30: credentials in an address are refused, and the report does not repeat them.
    #[test]
    fn credentials_in_an_address_are_refused_and_not_repeated() {
        let reason = reason("https://user:hunter2@example.com", |r| r.http_url(&VALUE));
        assert!(
            reason.contains("password") && !reason.contains("hunter2"),
            "{reason}"
        );
    }

    #[test]
    fn a_list_drops_blanks() {
        let list =
            Reader::new(&[("VALUE", " a, ,b ,")]).list(&VALUE, |item| Ok::<_, String>(item.to_owned()));
        assert_eq!(list.unwrap(), ["a", "b"]);
    }
}
