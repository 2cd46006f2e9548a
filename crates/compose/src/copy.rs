//! A container like another one.

use bollard::models::{
    ContainerConfig, ContainerCreateBody, ContainerInspectResponse, EndpointSettings, HostConfig,
    NetworkingConfig,
};

use crate::labels;

/// The fewest characters of its id that an engine calls a container by.
const SHORT_ID: usize = 12;

/// The configuration of a container like `template`, as number `number` of its service: the same image, also when its tag
/// has moved since; the same command, environment, limits and networks; and nothing that belongs to one container only.
pub(crate) fn of(template: ContainerInspectResponse, number: u32) -> Option<ContainerCreateBody> {
    let id = template.id?;
    let name = template.name.unwrap_or_default();
    let config = template.config?;
    let is_id = |given: &str| given.len() >= SHORT_ID && id.starts_with(given);
    let own = |given: &str| is_id(given) || name.trim_start_matches('/') == given;
    // Left alone it is the container's own id. A copied one would make two instances look like one.
    let hostname = config.hostname.clone().filter(|given| !own(given));
    let networks = template.network_settings.and_then(|settings| settings.networks);
    let endpoints = networks.map(|networks| {
        let joined = networks.into_iter();
        joined
            .map(|(network, endpoint)| (network, self::endpoint(endpoint, &own)))
            .collect()
    });
    let mut body = create_body(config);
    body.hostname = hostname;
    body.image = template.image.or(body.image);
    let labels = body.labels.get_or_insert_default();
    labels.insert(labels::NUMBER.to_owned(), number.to_string());
    labels.remove(labels::REPLACE);
    body.host_config = template.host_config.map(host_config);
    body.networking_config = Some(NetworkingConfig {
        endpoints_config: Some(endpoints.unwrap_or_default()),
    });
    Some(body)
}

/// Podman tells limits by the kernel's names, `RLIMIT_NOFILE`, and takes only the short ones, `nofile`.
fn host_config(mut template: HostConfig) -> HostConfig {
    for limit in template.ulimits.iter_mut().flatten() {
        let short = limit
            .name
            .as_deref()
            .and_then(|name| name.strip_prefix("RLIMIT_"));
        if let Some(short) = short.map(str::to_lowercase) {
            limit.name = Some(short);
        }
    }
    template
}

/// Joins the same network under the same names, except those of the one container; addresses are given anew.
fn endpoint(template: EndpointSettings, own: &impl Fn(&str) -> bool) -> EndpointSettings {
    let shared = |alias: &String| !own(alias);
    EndpointSettings {
        aliases: template
            .aliases
            .map(|aliases| aliases.into_iter().filter(shared).collect()),
        links: template.links,
        driver_opts: template.driver_opts,
        gw_priority: template.gw_priority,
        ..EndpointSettings::default()
    }
}

fn create_body(config: ContainerConfig) -> ContainerCreateBody {
    ContainerCreateBody {
        domainname: config.domainname,
        user: config.user,
        attach_stdin: config.attach_stdin,
        attach_stdout: config.attach_stdout,
        attach_stderr: config.attach_stderr,
        exposed_ports: config.exposed_ports,
        tty: config.tty,
        open_stdin: config.open_stdin,
        stdin_once: config.stdin_once,
        env: config.env,
        cmd: config.cmd,
        healthcheck: config.healthcheck,
        args_escaped: config.args_escaped,
        image: config.image,
        volumes: config.volumes,
        working_dir: config.working_dir,
        entrypoint: config.entrypoint,
        network_disabled: config.network_disabled,
        on_build: config.on_build,
        labels: config.labels,
        stop_signal: config.stop_signal,
        stop_timeout: config.stop_timeout,
        shell: config.shell,
        ..ContainerCreateBody::default()
    }
}
