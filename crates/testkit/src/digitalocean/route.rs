use uuid::Uuid;

/// A call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `GET /v2/apps`
    ListApps,
    /// `GET /v2/apps/{id}`
    GetApp,
    /// `PUT /v2/apps/{id}`
    UpdateApp,
    /// `POST /v2/apps/propose`
    Propose,
    /// `GET /v2/apps/{id}/deployments`
    ListDeployments,
    /// `GET /v2/apps/{id}/deployments/{id}`
    GetDeployment,
    /// `GET /v2/apps/{id}/deployments/{id}/logs`
    DeploymentLogs,
    /// `GET /v2/apps/{id}/health`
    Health,
    /// `GET /v2/apps/tiers/instance_sizes`
    ListSizes,
    /// `GET /v2/apps/tiers/instance_sizes/{slug}`
    GetSize,
    /// `POST /v2/apps/{id}/rollback`
    Rollback,
    /// `POST /v2/apps/{id}/rollback/validate`
    ValidateRollback,
    /// `POST /v2/apps/{id}/rollback/commit`
    CommitRollback,
    /// `POST /v2/apps/{id}/rollback/revert`
    RevertRollback,
}

/// A call with what its path names.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) route: Route,
    pub(super) app: Uuid,
    /// The last segment, where that is a name.
    pub(super) name: String,
}

impl Target {
    /// Reads a path below the root.
    pub(super) fn parse(method: &str, path: &[String]) -> Option<Self> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let (first, rest) = path.split_first()?;
        if *first != "v2" || rest.first() != Some(&"apps") {
            return None;
        }
        let rest = rest.get(1..)?;
        let (route, app, name) = match (method, rest) {
            ("GET", []) => (Route::ListApps, "", ""),
            ("POST", ["propose"]) => (Route::Propose, "", ""),
            ("GET", ["tiers", "instance_sizes"]) => (Route::ListSizes, "", ""),
            ("GET", ["tiers", "instance_sizes", slug]) => (Route::GetSize, "", *slug),
            ("GET", [app]) => (Route::GetApp, *app, ""),
            ("PUT", [app]) => (Route::UpdateApp, *app, ""),
            ("GET", [app, "health"]) => (Route::Health, *app, ""),
            ("GET", [app, "deployments"]) => (Route::ListDeployments, *app, ""),
            ("GET", [app, "deployments", deployment]) => (Route::GetDeployment, *app, *deployment),
            ("GET", [app, "deployments", deployment, "logs"]) => (Route::DeploymentLogs, *app, *deployment),
            ("POST", [app, "rollback"]) => (Route::Rollback, *app, ""),
            ("POST", [app, "rollback", "validate"]) => (Route::ValidateRollback, *app, ""),
            ("POST", [app, "rollback", "commit"]) => (Route::CommitRollback, *app, ""),
            ("POST", [app, "rollback", "revert"]) => (Route::RevertRollback, *app, ""),
            _ => return None,
        };
        Some(Self {
            route,
            app: Uuid::parse_str(app).unwrap_or_default(),
            name: name.to_owned(),
        })
    }
}
