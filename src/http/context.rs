//! What every handler may use.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::http::clients;
use crate::http::cookies;
use crate::http::download::Downloads;
use crate::http::gate::Gate;
use crate::http::metrics::Metrics;
use crate::http::openapi::Description;
use crate::http::request::Request;
use crate::http::staged::Staged;
use crate::service::Sambatan;
use crate::words::{Language, Reader, Zone};

/// What every handler may use. One for each server.
pub(crate) struct Context {
    /// The service.
    pub(crate) service: Arc<Sambatan>,
    /// Who is let in.
    pub(crate) gate: Arc<Gate>,
    /// Whether a front door stands before the listener and says who the client is.
    pub(crate) behind_door: bool,
    /// What was counted.
    pub(crate) metrics: Metrics,
    /// What is said of the routes.
    pub(crate) description: &'static Description,
    /// The zone whose times people read.
    pub(crate) zone: Zone,
    /// Whether the log tells what stands for a client.
    pub(crate) log_clients: bool,
    /// The tables that are being sent.
    pub(crate) downloads: Downloads,
    /// The statements that were looked at.
    pub(crate) staged: Staged,
    /// Whether connections are accepted.
    pub(crate) accepting: AtomicBool,
    /// Whether the server is ending, and each connection with its next answer.
    pub(crate) stopping: AtomicBool,
}

impl Context {
    /// What stands for a client in the log, where it is told.
    pub(crate) fn client_name(&self, request: &Request) -> Option<String> {
        self.log_clients
            .then(|| clients::name(&self.service, request))
    }

    /// Who reads the answer to a request.
    pub(crate) fn reader(&self, request: &Request) -> Reader {
        reader(request, self.zone)
    }
}

/// Who reads the answer to a request: what they chose by the switch counts before what their browser
/// is set to.
pub(crate) fn reader(request: &Request, zone: Zone) -> Reader {
    let chosen = cookies::find(request, cookies::LANGUAGE).and_then(Language::from_tag);
    Reader {
        language: chosen
            .unwrap_or_else(|| Language::negotiate(request.headers.all("accept-language"))),
        zone,
    }
}
