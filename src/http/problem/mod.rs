//! Refusals: why a request is not done, and the problem document that says so (RFC 9457).
//!
//! Owns the way from every error to its status, its code and its words: the rows are in [`table`], the
//! sentences that need data in [`sentences`]. Never shows what only the log may know.

mod qris;
pub(in crate::http) mod sentences;
pub(in crate::http) mod statement;
mod table;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::domain::error::Error;
use crate::domain::statement::StatementError;
use crate::http::dto::Shown;
use crate::http::response::{Response, to_json};
use crate::words::{Language, Reader, Words};

/// Why a request is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The service refused.
    Service(Error),
    /// No route has this path.
    NotFound,
    /// The path has no such method; these it has.
    MethodNotAllowed {
        /// As the `Allow` header lists them.
        allow: String,
    },
    /// A web page of somebody else sent it, or in open mode somebody on another machine.
    Foreign,
    /// It came through a proxy to a service where everybody may do everything.
    ProxyNeedsToken,
    /// Its client is on the list of those that are kept out.
    ClientBanned,
    /// It needs a token and has none.
    TokenMissing,
    /// Its token is none of ours.
    TokenInvalid,
    /// Its token is a participant's, and only the organiser may do this.
    OrganiserOnly,
    /// It is a form that was not shown to its sender, or not in this session.
    FormOutdated,
    /// Its address has made too many requests.
    RateLimited {
        /// The next one may be made after so many.
        seconds: u64,
    },
    /// The campaign that it joins was joined too often just now.
    CampaignBusy {
        /// The next one may join after so many.
        seconds: u64,
    },
    /// No session that is open has this id.
    SessionNotFound,
    /// The body is not JSON.
    JsonInvalid,
    /// The body is JSON, but no object.
    BodyNotAnObject,
    /// The body is not declared as JSON in UTF-8.
    UnsupportedMediaType,
    /// The body is not declared as a CSV table.
    NotCsv,
    /// The table is no bank statement.
    StatementUnreadable(StatementError),
    /// The body is too large.
    BodyTooLarge,
    /// The body broke off or its framing could not be read.
    BodyUnreadable,
    /// The `Idempotency-Key` is not a key.
    IdempotencyKeyInvalid,
    /// There are two `Idempotency-Key` headers.
    IdempotencyKeyRepeated,
    /// These parts are not ready to serve.
    NotReady(Vec<&'static str>),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

/// The media type of a problem document.
const PROBLEM_JSON: &str = "application/problem+json";

/// Why something was not done (RFC 9457).
// `detail` comes first: it is what a person reads.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct Document<'a> {
    /// What happened and what to do next, for people.
    detail: String,
    /// The kind, in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The kind, for programs. Stable.
    code: &'static str,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldMessage>>,
    #[serde(flatten)]
    facts: Facts,
    /// What is not ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<&'a [&'static str]>,
    /// Names the request in the service's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// What is wrong with a field.
#[derive(Serialize, JsonSchema)]
struct FieldMessage {
    /// The field; `body` for all of it.
    field: &'static str,
    /// What is wrong with it, for people.
    message: String,
}

/// What a program may want to know beyond the code.
#[derive(Default, Serialize, JsonSchema)]
struct Facts {
    /// The slots that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    requested: Option<u32>,
    /// The slots that could be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    available: Option<u32>,
    /// The state of the participation.
    #[serde(skip_serializing_if = "Option::is_none")]
    participation_status: Option<&'static str>,
    /// The state of the campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_status: Option<&'static str>,
    /// How far the refund is.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_status: Option<&'static str>,
    /// The amount that was asked for, in whole rupiah.
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_amount: Option<i64>,
    /// The most that it could be, in whole rupiah.
    #[serde(skip_serializing_if = "Option::is_none")]
    available_amount: Option<i64>,
    /// The deadline that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<Shown<crate::domain::time::Timestamp>>,
}

impl Facts {
    const NONE: Self = Self {
        requested: None,
        available: None,
        participation_status: None,
        campaign_status: None,
        refund_status: None,
        requested_amount: None,
        available_amount: None,
        deadline: None,
    };
}

/// A kind of refusal, for who describes them.
pub(crate) struct Code {
    /// Its name for programs.
    pub(crate) code: &'static str,
    /// Its HTTP status.
    pub(crate) status: u16,
    /// The kind, in a few words.
    pub(crate) title: Words,
    /// What to do next.
    pub(crate) detail: Words,
}

/// Every kind of refusal there is.
pub(crate) fn codes() -> impl Iterator<Item = Code> {
    table::ALL.iter().map(|row| Code {
        code: row.code,
        status: row.status,
        title: row.title,
        detail: row.detail,
    })
}

/// What a problem document looks like.
pub(crate) fn schema(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Document<'_>>()
}

impl Refusal {
    /// The HTTP status.
    pub(crate) const fn status(&self) -> u16 {
        table::row(self).status
    }

    /// The stable code for programs.
    pub(crate) const fn code(&self) -> &'static str {
        table::row(self).code
    }

    /// The kind, in a few words.
    pub(crate) const fn title(&self, reader: Reader) -> &'static str {
        reader.say(table::row(self).title)
    }

    /// What happened and what to do next.
    pub(crate) fn detail(&self, reader: Reader) -> String {
        sentences::detail(self, reader)
            .unwrap_or_else(|| reader.say(table::row(self).detail).to_owned())
    }

    /// The problem document. The request's id goes in where the log knows more than the client may.
    pub(crate) fn document(&self, reader: Reader, request_id: &str) -> String {
        let language = reader.language;
        let row = table::row(self);
        let errors = match self {
            Self::Service(Error::ValidationFailed(errors)) => Some(
                errors
                    .iter()
                    .map(|error| FieldMessage {
                        field: error.field,
                        message: sentences::field(error, language),
                    })
                    .collect(),
            ),
            Self::BodyNotAnObject => Some(vec![FieldMessage {
                field: "body",
                message: row.detail.in_language(language).to_owned(),
            }]),
            _ => None,
        };
        to_json(&Document {
            detail: self.detail(reader),
            title: row.title.in_language(language),
            status: row.status,
            code: row.code,
            errors,
            facts: self.facts(),
            reasons: match self {
                Self::NotReady(reasons) => Some(reasons),
                _ => None,
            },
            request_id: (row.status == 500).then_some(request_id),
        })
    }

    /// The answer.
    pub(crate) fn response(&self, reader: Reader, request_id: &str) -> Response {
        let body = self.document(reader, request_id).into_bytes();
        let mut response = Response::new(self.status(), PROBLEM_JSON, body)
            .with_header("Content-Language", reader.language.tag().to_owned())
            .with_header("Vary", "Accept-Language".to_owned());
        response.code = Some(self.code());
        self.with_hints(response)
    }

    /// The same answer with the headers that tell a program what it may do next.
    pub(crate) fn with_hints(&self, mut response: Response) -> Response {
        if let Some(seconds) = table::row(self).retry_after {
            response = response.with_header("Retry-After", seconds.to_string());
        }
        match self {
            Self::MethodNotAllowed { allow } => response.with_header("Allow", allow.clone()),
            Self::RateLimited { seconds } | Self::CampaignBusy { seconds } => {
                response.with_header("Retry-After", seconds.to_string())
            }
            Self::TokenMissing => challenge(response, ""),
            // The parameter is RFC 6750's, 3.1.
            Self::TokenInvalid => challenge(response, ", error=\"invalid_token\""),
            _ => response,
        }
    }

    fn facts(&self) -> Facts {
        const NONE: Facts = Facts::NONE;
        let Self::Service(error) = self else {
            return NONE;
        };
        match error {
            Error::DeadlineInPast { deadline } => Facts {
                deadline: Some(Shown(*deadline)),
                ..NONE
            },
            Error::CampaignClosed { status, deadline } => Facts {
                campaign_status: Some(status.api_name()),
                deadline: Some(Shown(*deadline)),
                ..NONE
            },
            Error::InsufficientSlots {
                requested,
                available,
            } => Facts {
                requested: Some(requested.get()),
                available: Some(available.get()),
                ..NONE
            },
            Error::JoinLimitReached { requested, limit } => Facts {
                requested: Some(requested.get()),
                available: Some(limit.get()),
                ..NONE
            },
            Error::ParticipationStateInvalid {
                status,
                campaign_status,
            } => Facts {
                participation_status: Some(status.api_name()),
                campaign_status: Some(campaign_status.api_name()),
                ..NONE
            },
            Error::CampaignStateInvalid { status } | Error::CampaignNotCompleted { status } => {
                Facts {
                    campaign_status: Some(status.api_name()),
                    ..NONE
                }
            }
            _ => money_facts(error),
        }
    }
}

/// What a program may want to know about a refusal about money.
const fn money_facts(error: &Error) -> Facts {
    match error {
        Error::RefundStateInvalid { status } => Facts {
            refund_status: Some(status.word()),
            ..Facts::NONE
        },
        Error::AdjustmentExceedsPayments {
            requested,
            available,
        }
        | Error::RefundExceedsPayments {
            requested,
            available,
        }
        | Error::InsufficientBalance {
            requested,
            available,
        } => Facts {
            requested_amount: Some(requested.get()),
            available_amount: Some(available.get()),
            ..Facts::NONE
        },
        _ => Facts::NONE,
    }
}

/// Says how to show a token (RFC 9110, 11.6.1).
fn challenge(response: Response, parameters: &str) -> Response {
    let challenge = format!("Bearer realm=\"sambatan\"{parameters}");
    response.with_header("WWW-Authenticate", challenge)
}

/// A problem document that was stored. When it is sent again its language is that of the first request,
/// which is not known, so it is not told.
pub(crate) fn stored(status: u16, document: Vec<u8>, language: Option<Language>) -> Response {
    #[derive(Deserialize)]
    struct Coded<'a> {
        code: &'a str,
    }
    let coded: Option<Coded<'_>> = serde_json::from_slice(&document).ok();
    let code = coded.and_then(|coded| table::known_code(coded.code));
    let mut response = Response::new(status, PROBLEM_JSON, document);
    response.code = code;
    let tag = language.map(|language| ("Content-Language", language.tag().to_owned()));
    response.headers.extend(tag);
    response.with_header("Vary", "Accept-Language".to_owned())
}

#[cfg(test)]
mod tests;
