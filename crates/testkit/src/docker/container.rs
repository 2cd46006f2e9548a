use serde_json::{Map, Value, json};

/// What a container is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was never started.
    Created,
    /// Its process lives.
    Running,
    /// Its process has ended.
    Exited {
        /// The exit status; 137 is SIGKILL.
        code: u8,
    },
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Exited { .. } => "exited",
        }
    }
}

/// A container.
#[derive(Debug, Clone)]
pub struct Container {
    /// 64 hexadecimal digits.
    pub id: String,
    /// Its name, without a slash.
    pub name: String,
    /// What it is doing.
    pub state: State,
    /// What it was created from.
    pub body: Value,
}

impl Container {
    /// What it was created from, as the engine tells it: with what was not given filled in.
    fn config(&self) -> Value {
        let mut config = self.body.as_object().cloned().unwrap_or_default();
        config.remove("HostConfig");
        config.remove("NetworkingConfig");
        let short = self.id.get(..12).unwrap_or_default();
        config.entry("Hostname").or_insert_with(|| short.into());
        Value::Object(config)
    }

    fn networks(&self) -> Map<String, Value> {
        let asked = self.body.pointer("/NetworkingConfig/EndpointsConfig");
        let asked = asked.and_then(Value::as_object).cloned().unwrap_or_default();
        let number = self.id.bytes().fold(0_u32, |sum, byte| sum + u32::from(byte)) % 250;
        let joined = asked.into_iter().map(|(network, endpoint)| {
            let mut fields = endpoint.as_object().cloned().unwrap_or_default();
            let aliases = fields.entry("Aliases").or_insert_with(|| json!([]));
            if let Some(aliases) = aliases.as_array_mut() {
                aliases.push(self.id.get(..12).unwrap_or_default().into());
            }
            fields.insert("NetworkID".to_owned(), format!("id-of-{network}").into());
            fields.insert("IPAddress".to_owned(), format!("10.89.0.{number}").into());
            (network, Value::Object(fields))
        });
        joined.collect()
    }

    pub(super) fn has_labels(&self, wanted: &[String]) -> bool {
        wanted.iter().all(|wanted| {
            let (name, value) = wanted.split_once('=').unwrap_or((wanted, ""));
            self.label(name) == Some(value)
        })
    }

    /// A label's value.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.body.get("Labels")?.get(name)?.as_str()
    }

    pub(super) fn summary(&self) -> Value {
        json!({
            "Id": self.id,
            "Names": [format!("/{}", self.name)],
            "Image": self.body.get("Image"),
            "Labels": self.body.get("Labels"),
            "State": self.state.name(),
            "Created": 1_767_225_600,
        })
    }

    pub(super) fn details(&self) -> Value {
        let code = match self.state {
            State::Exited { code } => code,
            State::Created | State::Running => 0,
        };
        json!({
            "Id": self.id,
            "Name": format!("/{}", self.name),
            "Image": format!("sha256:of-{}", self.body.get("Image").and_then(Value::as_str).unwrap_or_default()),
            "State": {
                "Status": self.state.name(),
                "Running": self.state == State::Running,
                "ExitCode": code,
            },
            "Config": self.config(),
            "HostConfig": self.body.get("HostConfig"),
            "NetworkSettings": {"Networks": self.networks()},
        })
    }
}
