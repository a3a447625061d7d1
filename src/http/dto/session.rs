//! The organiser's sessions as they go over the wire.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::time::Timestamp;
use crate::http::dto::Shown;
use crate::http::sessions::OpenSession;

/// An open session.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub(crate) struct SessionAnswer<'a> {
    /// Its id.
    id: &'a str,
    /// When it began.
    began_at: Shown<Timestamp>,
    /// When it was last used.
    last_used_at: Shown<Timestamp>,
    /// When it ends unless it is used.
    ends_at: Shown<Timestamp>,
}

impl<'a> From<&'a OpenSession> for SessionAnswer<'a> {
    fn from(session: &'a OpenSession) -> Self {
        Self {
            id: &session.id,
            began_at: Shown(session.began_at),
            last_used_at: Shown(session.used_at),
            ends_at: Shown(session.ends_at),
        }
    }
}
