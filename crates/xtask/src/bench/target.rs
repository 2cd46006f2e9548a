//! The stack that is measured.

use anyhow::Context as _;

use super::client::Api;
use crate::commands::QuotesArgs;
use crate::stack::{Settings, Stack};
use crate::state::{Home, Lock, State};
use crate::{install, progress, workspace};

/// What a key may ask for within a minute: more than this machine can do.
const NO_LIMIT: &str = "1000000000";
/// Quotes that a worker prices at the same time: enough for every connection of the widest run.
const SLOTS: &str = "64";
/// Calls to the insurer at the same time: as many quotes, and the quarter that is kept for purchases.
const CALLS: &str = "96";

/// A stack, and its processes where they are known.
pub(super) struct Target {
    pub(super) api: Api,
    pub(super) api_pid: Option<u32>,
    pub(super) monitor_pid: Option<u32>,
    own: Option<(Stack, Lock)>,
}

impl Target {
    /// The one that the arguments name, else one of its own.
    pub(super) async fn choose(args: &QuotesArgs) -> anyhow::Result<Self> {
        match &args.url {
            Some(url) => Self::running(url, args.key.clone()),
            None => Self::start(!args.no_install).await,
        }
    }

    /// A stack that runs already. When it is that of `up`, its processes and its key are known.
    fn running(url: &str, key: Option<String>) -> anyhow::Result<Self> {
        let known = Home::of_up()?
            .read()?
            .filter(|state| state.url == url.trim_end_matches('/'));
        let key = key.or_else(|| known.as_ref().and_then(|state| state.key.clone()));
        Ok(Self {
            api: Api::new(url, key)?,
            api_pid: known.as_ref().map(|state| state.api_pid),
            monitor_pid: known.as_ref().map(|state| state.monitor_pid),
            own: None,
        })
    }

    /// A stack for this measurement: optimised, on free ports, from an empty database.
    async fn start(may_install: bool) -> anyhow::Result<Self> {
        let home = Home::at(workspace::target()?.join("bench"))?;
        let lock = home.lock()?.context("another bench is running")?;
        let mut settings = Settings::for_bench(home)?;
        settings.env.default_to("API_RATE_LIMIT_MAX_REQUESTS", NO_LIMIT);
        settings.env.default_to("LOG_LEVEL", "warn");
        settings.env.default_to("WORKER_CONCURRENCY_QUOTE", SLOTS);
        settings.env.default_to("LOADSURE_MAX_CONCURRENCY", CALLS);
        install::ensure(Settings::wanted(), may_install).await?;
        let step = progress::loud_step("Building");
        workspace::build(settings.profile).await?;
        step.done("");
        let (stack, state) = Stack::start(&settings).await?;
        Self::own(stack, &state, lock)
    }

    fn own(stack: Stack, state: &State, lock: Lock) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new(&state.url, state.key.clone())?,
            api_pid: Some(state.api_pid),
            monitor_pid: Some(state.monitor_pid),
            own: Some((stack, lock)),
        })
    }

    /// Ends a stack of its own.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        match self.own {
            Some((stack, _lock)) => stack.stop().await,
            None => Ok(()),
        }
    }
}
