//! Values that go out as their texts, and what those texts look like.

use std::borrow::Cow;
use std::fmt::Display;

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::domain::audit::AuditEventKind;
use crate::domain::campaign::CampaignStatus;
use crate::domain::chain::RowHash;
use crate::domain::id::{
    BanId, CampaignId, ParticipationId, PayToId, ProductId, TransactionId, WebhookId,
};
use crate::domain::ledger::{self, TransactionKind, TransactionSource, TransactionStatus};
use crate::domain::participation::ParticipationStatus;
use crate::domain::payment_code::PaymentCode;
use crate::domain::time::Timestamp;
use crate::domain::{ban, pay_to, terms, webhook};

/// A value that goes out as its text: an id, or a time as RFC 3339 with `Z`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What the text of a value looks like.
pub(crate) trait Look {
    /// Its schema.
    fn schema() -> Schema;
}

impl<T: Look> JsonSchema for Shown<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        T::schema()
    }
}

macro_rules! look {
    ($($type:ty => $schema:tt)*) => {
        $(impl Look for $type {
            fn schema() -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

look! {
    BanId => {"type": "string", "format": "uuid"}
    CampaignId => {"type": "string", "format": "uuid"}
    ParticipationId => {"type": "string", "format": "uuid"}
    PayToId => {"type": "string", "format": "uuid"}
    ProductId => {"type": "string", "format": "uuid"}
    TransactionId => {"type": "string", "format": "uuid"}
    WebhookId => {"type": "string", "format": "uuid"}
    Timestamp => {"type": "string", "format": "date-time"}
    NaiveDate => {"type": "string", "format": "date"}
    RowHash => {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    PaymentCode => {
        "type": "string", "pattern": "^SB-[0-9A-HJKMNP-TV-Z]{10}$", "examples": ["SB-0ABCDEFGHJ"],
    }
}

/// Types that stand for words in a schema, made of the words that there are.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $words:expr;)*) => {
        $($(#[$doc])*
        pub(crate) enum $name {}

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "enum": $words.to_vec()})
            }
        })*
    };
}

words! {
    /// The state of a campaign.
    CampaignWord = CampaignStatus::API_NAMES;
    /// The state of a participation.
    ParticipationWord = ParticipationStatus::ALL.map(ParticipationStatus::api_name);
    /// How the money of a participation stands.
    PaymentWord = ledger::PaymentState::ALL.map(ledger::PaymentState::word);
    /// The kind of a movement of money.
    KindWord = TransactionKind::ALL.map(TransactionKind::word);
    /// How far a movement of money is.
    StatusWord = TransactionStatus::ALL.map(TransactionStatus::word);
    /// Who brought a movement of money into the ledger.
    SourceWord = TransactionSource::ALL.map(TransactionSource::word);
    /// What happened.
    EventWord = AuditEventKind::ALL.map(AuditEventKind::name);
    /// Why a delivery got no answer.
    FailureWord = webhook::DeliveryFailure::ALL.map(webhook::DeliveryFailure::word);
    /// What is banned.
    BanWord = ban::BanKind::WORDS;
    /// What kind of account it is.
    PayToWord = pay_to::PayToKind::WORDS;
    /// What happens at the deadline without enough slots.
    ShortfallWord = terms::OnShortfall::WORDS;
    /// When a full campaign goes ahead.
    CompletesWord = terms::Completes::WORDS;
    /// When people pay.
    TimingWord = terms::PaymentTiming::WORDS;
}
