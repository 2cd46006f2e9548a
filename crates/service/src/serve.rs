//! The life of a service in its process.

use std::error::Error;
use std::io;
use std::time::Duration;

use loadsure_telemetry::{Guard, Settings, fields};
use tokio::runtime::{Builder, Runtime};
use tracing::{error, info, warn};

use crate::console::fail;
use crate::end::End;
use crate::service::Service;
use crate::signals::Told;

/// Threads of the runtime. A service waits for others most of the time; more threads only cost memory.
const MOST_THREADS: usize = 4;

/// Longest time for the last traces and metrics to be sent.
const FLUSH: Duration = Duration::from_secs(5);

/// The part of the time between SIGTERM and the kill that sending them may take: services need the rest to stop.
const FLUSH_SHARE: u32 = 8;

/// The commit or release that was built.
const VERSION: &str = match option_env!("LOADSURE_VERSION") {
    Some(version) => version,
    None => env!("CARGO_PKG_VERSION"),
};

/// Runs the service until it is told to end.
pub(crate) fn serve<S: Service>(config: S::Config) -> End {
    let settings = Settings::new(S::NAME, VERSION, S::app(&config), S::telemetry(&config));
    let telemetry = match loadsure_telemetry::init(&settings) {
        Ok(telemetry) => telemetry,
        Err(error) => return fail("telemetry cannot be started", &error),
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return fail("the runtime cannot be started", &error),
    };
    let flush_within = FLUSH.min(S::app(&config).shutdown_grace / FLUSH_SHARE);
    let end = runtime.block_on(async {
        let end = until_told::<S>(config, &telemetry).await;
        flush(&telemetry, flush_within).await;
        end
    });
    // What still blocks a thread, such as a look-up of a name, is not waited for.
    runtime.shutdown_background();
    end
}

fn runtime() -> io::Result<Runtime> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(threads.min(MOST_THREADS))
        .enable_all()
        .build()
}

async fn until_told<S: Service>(config: S::Config, telemetry: &Guard) -> End {
    // Before anything starts: a signal that comes meanwhile must not end the process in mid-start.
    let told = match Told::listen() {
        Ok(told) => told,
        Err(error) => return failed::<S>(&error),
    };
    let service = match S::start(config, telemetry.metrics().clone()).await {
        Ok(service) => service,
        Err(error) => return failed::<S>(&error),
    };
    told.first().await;
    service.stop().await;
    info!("stopped");
    End::Done
}

fn failed<S: Service>(error: &(dyn Error + 'static)) -> End {
    error!({ fields::ERROR } = error, "{} cannot run", S::NAME);
    End::Failed
}

async fn flush(telemetry: &Guard, within: Duration) {
    if let Err(error) = telemetry.shutdown(within).await {
        warn!(
            { fields::ERROR } = fields::causes(&error),
            "the last telemetry is lost"
        );
    }
}
