//! What the rendered file says about its parts. The places are paths as in reports of drift.

/// The comment above a place.
pub(crate) fn comment(path: &str) -> Option<&'static str> {
    Some(match path {
        "disable_edge_cache" => "Answers are about money: none may come from a cache.",
        "vpc" => "The databases have private addresses, which only this network reaches.",
        "ingress" => "Only the API is public, on port 3000.",
        "alerts" => "Who is told is set by Terraform, by a call of its own.",
        "databases" => "Clusters that Terraform makes, attached so that their bindings exist.",
        "jobs" => "Runs before any new code. When it fails, the old code goes on.",
        "workers[worker].instance_count" => {
            "The first number only: the queue monitor owns it, and a deployment keeps the live one."
        }
        "workers[worker].termination.grace_period_seconds" => {
            "The same number as SHUTDOWN_GRACE_MS. A worker stops taking jobs first and drains for WORKER_DRAIN_MS."
        }
        "services[api].termination.drain_seconds" => {
            "Longer than any request may wait (55 s), so that none is cut off."
        }
        _ => return None,
    })
}

/// The comment at the top.
pub(crate) fn head(environment: &str) -> String {
    format!(
        "App Platform spec of {environment}, rendered from infra/ by `cargo xtask sync-app-config`.\n\
         Edit the Terraform, not this file: `cargo xtask sync-app-config --check` finds each difference.\n\
         A deployment fills in ${{output.NAME}} (from `terraform output`) and ${{var.NAME}} (its own values); see\n\
         .do/README.md. Other ${{...}} are bindings, which the platform fills in when a container starts."
    )
}
