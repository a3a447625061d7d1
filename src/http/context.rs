//! What every handler may use.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::http::download::Downloads;
use crate::http::gate::Gate;
use crate::http::metrics::Metrics;
use crate::service::Sambatan;

/// What every handler may use. One for each server.
pub(crate) struct Context {
    /// The service.
    pub(crate) service: Arc<Sambatan>,
    /// Who is let in.
    pub(crate) gate: Gate,
    /// Whether a front door stands before the listener and says who the client is.
    pub(crate) behind_door: bool,
    /// What was counted.
    pub(crate) metrics: Metrics,
    /// The tables that are being sent.
    pub(crate) downloads: Downloads,
    /// Whether connections are accepted.
    pub(crate) accepting: AtomicBool,
    /// Whether the server is ending, and each connection with its next answer.
    pub(crate) stopping: AtomicBool,
}
