//! The command line.

use std::error::Error;
use std::ffi::OsString;

/// An argument of one program only, which prints a text and needs no configuration.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// The argument.
    pub name: &'static str,
    /// Makes the text, which ends without a newline.
    pub text: fn() -> Result<String, Box<dyn Error>>,
}

/// What the command line asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wish<'a> {
    /// Run the service.
    Run,
    /// Show the configuration.
    Check,
    /// Ask the service that runs beside whether it can work.
    Health,
    /// Print a text.
    Print(&'a Command),
}

const CHECK: &str = "check-config";
const HEALTH: &str = "healthcheck";

/// Reads the arguments, which come without the program's name. None if they mean nothing.
pub(crate) fn read<'a>(arguments: &[OsString], commands: &'a [Command]) -> Option<Wish<'a>> {
    match arguments {
        [] => Some(Wish::Run),
        [check] if check == CHECK => Some(Wish::Check),
        [health] if health == HEALTH => Some(Wish::Health),
        [other] => commands
            .iter()
            .find(|command| other == command.name)
            .map(Wish::Print),
        _ => None,
    }
}

/// One line that says what the command line may be.
pub(crate) fn usage(program: &str, commands: &[Command]) -> String {
    let names = [CHECK, HEALTH].into_iter();
    let names = names.chain(commands.iter().map(|command| command.name));
    format!("usage: {program} [{}]", names.collect::<Vec<_>>().join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMANDS: [Command; 1] = [Command {
        name: "openapi",
        text: || Ok("{}".to_owned()),
    }];

    fn wish(arguments: &[&str]) -> Option<Wish<'static>> {
        let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
        read(&arguments, &COMMANDS)
    }

    #[test]
    fn each_argument_has_its_meaning() {
        assert!(matches!(wish(&[]), Some(Wish::Run)));
        assert!(matches!(wish(&["check-config"]), Some(Wish::Check)));
        assert!(matches!(wish(&["healthcheck"]), Some(Wish::Health)));
        assert!(matches!(wish(&["openapi"]), Some(Wish::Print(command)) if command.name == "openapi"));
    }

    #[test]
    fn what_means_nothing_is_not_guessed_at() {
        for wrong in [&["serve"][..], &[""], &["check-config", "openapi"], &["--help"]] {
            assert!(wish(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn the_usage_names_every_argument() {
        assert_eq!(
            usage("loadsure-api", &COMMANDS),
            "usage: loadsure-api [check-config | healthcheck | openapi]"
        );
        assert_eq!(
            usage("loadsure-worker", &[]),
            "usage: loadsure-worker [check-config | healthcheck]"
        );
    }
}
