//! Who the audit log says it was.

/// The given name, else the user of the operating system. Where nobody is logged in, as in a container, only the program
/// is known.
pub(crate) fn actor(given: Option<&str>) -> String {
    let user = given.map(str::to_owned).or_else(|| {
        let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
        names.filter_map(|name| std::env::var(name).ok()).next()
    });
    user.map_or_else(|| "ctl".to_owned(), |user| format!("ctl:{user}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_says_that_the_command_line_was_used() {
        assert_eq!(actor(Some("ada")), "ctl:ada");
        assert!(actor(None).starts_with("ctl"));
    }
}
