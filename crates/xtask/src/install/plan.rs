//! Decides what to do about missing servers.

/// What is wanted and not installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) postgres: bool,
    pub(super) redis: bool,
}

impl Missing {
    fn names(self) -> &'static str {
        match (self.postgres, self.redis) {
            (true, true) => "PostgreSQL and Redis are",
            (true, false) => "PostgreSQL is",
            (false, _) => "Redis is",
        }
    }

    fn packages(self) -> &'static str {
        match (self.postgres, self.redis) {
            (true, true) => "postgresql redis-server",
            (true, false) => "postgresql",
            (false, _) => "redis-server",
        }
    }

    fn variables(self) -> &'static str {
        match (self.postgres, self.redis) {
            (true, true) => "DATABASE_URL and REDIS_URL",
            (true, false) => "DATABASE_URL",
            (false, _) => "REDIS_URL",
        }
    }
}

/// What this machine allows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Machine {
    pub(super) may_install: bool,
    pub(super) root: bool,
    pub(super) apt: bool,
    /// A Docker engine answers, and there is a compose file to use it with.
    pub(super) docker: bool,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    Nothing,
    Apt(Missing),
    Refuse(String),
}

pub(super) fn decide(missing: Missing, machine: &Machine) -> Plan {
    if missing == Missing::default() {
        return Plan::Nothing;
    }
    if machine.may_install && machine.root && machine.apt {
        return Plan::Apt(missing);
    }
    let remedy = if machine.apt {
        let sudo = if machine.root { "" } else { "sudo " };
        format!("run `{sudo}apt-get install {}`", missing.packages())
    } else {
        "install it with this system's packages".to_owned()
    };
    let docker = if machine.docker {
        ", or use the Docker engine that runs here: `docker compose up`"
    } else {
        ""
    };
    Plan::Refuse(format!(
        "{} not installed: {remedy}, or set {}{docker}",
        missing.names(),
        missing.variables()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Missing = Missing {
        postgres: true,
        redis: true,
    };
    const DEBIAN_ROOT: Machine = Machine {
        may_install: true,
        root: true,
        apt: true,
        docker: false,
    };

    #[test]
    fn root_on_debian_installs_what_is_missing() {
        assert_eq!(decide(BOTH, &DEBIAN_ROOT), Plan::Apt(BOTH));
        assert_eq!(decide(Missing::default(), &DEBIAN_ROOT), Plan::Nothing);
    }

    #[test]
    fn an_ordinary_user_gets_the_command_to_run() {
        let user = Machine {
            root: false,
            ..DEBIAN_ROOT
        };
        let expected = "PostgreSQL and Redis are not installed: run `sudo apt-get install postgresql redis-server`, \
                        or set DATABASE_URL and REDIS_URL";
        assert_eq!(decide(BOTH, &user), Plan::Refuse(expected.to_owned()));
    }

    #[test]
    fn a_docker_engine_is_pointed_out() {
        let mac = Machine {
            docker: true,
            ..Machine::default()
        };
        let Plan::Refuse(sentence) = decide(
            Missing {
                postgres: false,
                redis: true,
            },
            &mac,
        ) else {
            panic!("{mac:?}")
        };
        assert!(
            sentence.starts_with("Redis is not installed: install it with this system's packages"),
            "{sentence}"
        );
        assert!(sentence.ends_with("docker compose up`"), "{sentence}");
    }

    #[test]
    fn nothing_is_installed_against_the_users_will() {
        let unwilling = Machine {
            may_install: false,
            ..DEBIAN_ROOT
        };
        assert!(
            matches!(decide(BOTH, &unwilling), Plan::Refuse(sentence) if sentence.contains("run `apt-get"))
        );
    }
}
