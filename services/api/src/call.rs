//! What a handler knows about the request beside its body.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::{ApiKeyId, TenantId};
use loadsure_store::keys::Scope;

use crate::problem::Problem;

/// Id of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Whose records are seen.
    pub(crate) tenant: TenantId,
    /// The key, unless everyone is let in.
    pub(crate) key: Option<ApiKeyId>,
    /// What is allowed.
    pub(crate) scopes: Vec<Scope>,
}

/// An authenticated request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    request: HttpRequest,
    caller: Arc<Caller>,
    id: RequestId,
}

impl Call {
    /// Whose records this request may see.
    pub(crate) fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    /// Who calls, for the audit log.
    pub(crate) fn actor(&self) -> String {
        match self.caller.key {
            Some(key) => format!("key {key}"),
            None => "local".to_owned(),
        }
    }

    /// Id of the request.
    pub(crate) fn id(&self) -> &str {
        &self.id.0
    }

    /// Path of the request, without its query.
    pub(crate) fn path(&self) -> &str {
        self.request.path()
    }

    /// Query string of the request.
    pub(crate) fn query(&self) -> &str {
        self.request.query_string()
    }

    /// Method of the request.
    pub(crate) fn method(&self) -> &str {
        self.request.method().as_str()
    }

    /// All values of a header that are text.
    pub(crate) fn headers(&self, name: HeaderName) -> impl Iterator<Item = &str> {
        self.raw_headers(name).filter_map(|value| value.to_str().ok())
    }

    /// All values of a header.
    pub(crate) fn raw_headers(&self, name: HeaderName) -> impl Iterator<Item = &HeaderValue> {
        self.request.headers().get_all(name)
    }
}

impl FromRequest for Call {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    /// Fails closed: a route that was put outside of `admit` by mistake lets nobody in.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        let known = extensions.get::<Arc<Caller>>().zip(extensions.get::<RequestId>());
        ready(match known {
            Some((caller, id)) => Ok(Self {
                request: request.clone(),
                caller: Arc::clone(caller),
                id: id.clone(),
            }),
            None => Err(Problem::new(ErrorCode::Unauthorized)),
        })
    }
}
