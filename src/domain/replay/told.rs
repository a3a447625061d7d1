//! What events tell of the columns of a row by their names, and the seals of its texts.
//!
//! What events say of slots and of sums is apart from this: it has rules of its own.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use crate::domain::audit::{AuditEvent, AuditEventKind as Kind, SEALED};
use crate::domain::forgetting::{self, ERASED_ADDRESS};
use crate::domain::id::ParticipationId;
use crate::domain::participation::ParticipationStatus as Status;
use crate::domain::replay::covered::Told;
use crate::domain::replay::stored::Row;
use crate::domain::replay::{NO_FACT, Replay, Why, id_in};
use crate::domain::seal::{Salt, Seal};
use crate::domain::time::Timestamp;
use crate::domain::verification::Misfit;

/// A row as it stands in the file.
#[derive(Debug)]
pub struct StoredRow {
    /// Its id.
    pub id: Uuid,
    /// The covered columns, in their order; a time as events write it.
    pub columns: Vec<Value>,
    /// The texts, in their order.
    pub texts: Vec<Option<String>>,
    /// What their seal was made with.
    pub salt: Option<Salt>,
}

/// What the log says of the texts of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Texts {
    /// Nothing: there are none, or the event is of a time when none was sealed.
    Untold,
    Sealed(Seal),
    Erased,
}

/// What events have told of a row.
#[derive(Debug)]
struct ToldRow {
    table: Told,
    /// Whether every event about it tells what it sets: it was made after the file learned to.
    wholly: bool,
    columns: Vec<(&'static str, Value)>,
    texts: Texts,
}

/// The rows that are told of, by their ids: no two rows of any table share one.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: HashMap<Uuid, ToldRow>,
    /// The number of the event from which on events tell everything.
    since: i64,
}

impl Rows {
    /// From here on events tell everything; whatever was there before, they told in part.
    fn begin_anew(&mut self, number: i64) {
        self.since = number;
        for row in self.rows.values_mut() {
            row.wholly = false;
        }
    }

    fn add(&mut self, table: Told, id: Uuid) -> &mut ToldRow {
        self.rows.entry(id).or_insert(ToldRow {
            table,
            wholly: true,
            columns: Vec::new(),
            texts: Texts::Untold,
        })
    }

    /// Names a refund that came of the event with this number and was not sent yet.
    pub(super) fn name_refund(&mut self, id: Uuid, number: i64) {
        let wholly = number > self.since;
        let row = self.add(Told::Transaction, id);
        row.wholly = wholly;
        row.set("source", "lifecycle".into());
    }

    fn set(&mut self, id: Uuid, column: &'static str, value: Value) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.set(column, value);
        }
    }

    fn value(&self, id: Uuid, column: &str) -> Option<&Value> {
        let columns = &self.rows.get(&id)?.columns;
        let found = columns.iter().find(|(name, _)| *name == column);
        found.map(|(_, value)| value)
    }
}

impl ToldRow {
    fn set(&mut self, column: &'static str, value: Value) {
        match self.columns.iter_mut().find(|(name, _)| *name == column) {
            Some((_, told)) => *told = value,
            None => self.columns.push((column, value)),
        }
    }
}

fn uuid_in(event: &AuditEvent, name: &str) -> Result<Uuid, Why> {
    id_in(event, name)
}

/// The row that an event is about.
fn subject(event: &AuditEvent) -> Result<Option<(Told, Uuid)>, Why> {
    let campaign = || event.campaign_id.map(|id| id.as_uuid()).ok_or(NO_FACT);
    let (table, id) = match event.kind {
        Kind::ProductCreated | Kind::ProductSambatanToggled | Kind::ProductEdited => {
            (Told::Product, uuid_in(event, "product_id")?)
        }
        Kind::WebhookAdded | Kind::WebhookRemoved => (Told::Webhook, uuid_in(event, "webhook_id")?),
        Kind::PayToAdded | Kind::PayToRetired => (Told::PayTo, uuid_in(event, "pay_to_id")?),
        Kind::PaymentRecorded
        | Kind::AdjustmentRecorded
        | Kind::RefundDue
        | Kind::RefundSent
        | Kind::RefundAcknowledged
        | Kind::PayoutRecorded
        | Kind::ReferenceErased => (Told::Transaction, uuid_in(event, "transaction_id")?),
        Kind::FileUpgraded | Kind::ClockConfirmed | Kind::BanAdded | Kind::BanLifted => {
            return Ok(None);
        }
        _ => match uuid_in(event, "participation_id") {
            Ok(id) => (Told::Participation, id),
            Err(_) => (Told::Campaign, campaign()?),
        },
    };
    Ok(Some((table, id)))
}

impl Replay {
    /// Takes from an event what it tells of columns by name, by its time, and of texts by their seal.
    pub(super) fn hear(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let Some((table, id)) = subject(event)? else {
            if event.kind == Kind::FileUpgraded {
                self.rows.begin_anew(event.number);
            }
            return Ok(());
        };
        if event.kind == Kind::WebhookRemoved {
            self.rows.rows.remove(&id);
            return Ok(());
        }
        let row = self.rows.add(table, id);
        for (fact, value) in event.metadata.facts() {
            if let Some(column) = table.column(fact) {
                row.set(column, plain(value));
            }
        }
        if let Some(seal) = event.metadata.facts().get(SEALED) {
            let seal = seal.as_str().and_then(Seal::from_text).ok_or(NO_FACT)?;
            row.texts = Texts::Sealed(seal);
        }
        self.hear_time(event, id);
        self.hear_of_others(event)
    }

    /// Columns that are the time of an event.
    fn hear_time(&mut self, event: &AuditEvent, id: Uuid) {
        let time = Value::from(event.timestamp.to_string());
        let campaign = event.campaign_id.map(|id| id.as_uuid());
        let flag = |name: &str| event.metadata.facts().get(name) == Some(&Value::Bool(true));
        let rows = &mut self.rows;
        match event.kind {
            Kind::ProductCreated
            | Kind::CampaignCreated
            | Kind::WebhookAdded
            | Kind::PayToAdded
            | Kind::PaymentRecorded
            | Kind::AdjustmentRecorded
            | Kind::RefundDue
            | Kind::PayoutRecorded => rows.set(id, "created_at", time),
            Kind::ParticipantJoined | Kind::ParticipantWaitlisted => {
                rows.set(id, "joined_at", time);
            }
            Kind::ParticipantExpired => rows.set(id, "expired_at", time),
            Kind::ParticipantPromoted => rows.set(id, "promoted_at", time),
            Kind::ParticipantReleased => rows.set(id, "released_at", time),
            Kind::ParticipantRevived => {
                for column in ["expired_at", "claimed_at", "claimed_on"] {
                    rows.set(id, column, Value::Null);
                }
            }
            Kind::PaymentClaimed => rows.set(id, "claimed_at", time),
            Kind::CampaignTipped => rows.set(id, "tipped_at", time),
            Kind::CampaignExtended if flag("automatic") => rows.set(id, "extended_at", time),
            Kind::CampaignCompleted | Kind::CampaignFailed | Kind::CampaignCancelled => {
                rows.set(id, "ended_at", time);
            }
            Kind::CampaignErased => rows.set(id, "erased_at", time),
            Kind::PayToRetired => rows.set(id, "retired_at", time),
            Kind::RefundSent => {
                if rows.value(id, "source").is_none() {
                    rows.set(id, "source", "lifecycle".into());
                }
                rows.set(id, "sent_at", time);
            }
            Kind::RefundAcknowledged => rows.set(id, "acknowledged_at", time),
            Kind::PayoutAccountSet => {
                rows.set(id, "erased_at", Value::Null);
                if flag("changed") {
                    rows.set(id, "account_changed_at", time);
                }
            }
            Kind::PayoutAccountConfirmed => rows.set(id, "account_changed_at", Value::Null),
            Kind::ParticipantErased if flag("whole") => {
                rows.set(id, "erased_at", time);
                rows.set(id, "account_changed_at", Value::Null);
                rows.erase(id);
            }
            Kind::ReferenceErased if !event.metadata.facts().contains_key(SEALED) => rows.erase(id),
            _ => {}
        }
        if is_reason_typed(event) {
            self.rows.set(id, "erased_at", Value::Null);
        }
        if let Some(campaign) = campaign.filter(|_| is_typed_anew(event)) {
            self.rows.set(campaign, "erased_at", Value::Null);
        }
    }

    /// What an event about one row tells of another one.
    fn hear_of_others(&mut self, event: &AuditEvent) -> Result<(), Why> {
        let facts = event.metadata.facts();
        match event.kind {
            Kind::ParticipantWaitlisted => {
                if let (Some(campaign), Some(number)) =
                    (event.campaign_id, facts.get("queue_number"))
                {
                    let number = number.clone();
                    self.rows
                        .set(campaign.as_uuid(), "last_queue_number", number);
                }
            }
            Kind::AdjustmentRecorded | Kind::PaymentRecorded => {
                let id = uuid_in(event, "participation_id")?;
                if let Some(amount) = facts.get("transfer_amount") {
                    self.rows.set(id, "transfer_amount", amount.clone());
                }
                if event.kind == Kind::PaymentRecorded {
                    self.rows.set(id, "claimed_at", Value::Null);
                    self.rows.set(id, "claimed_on", Value::Null);
                }
                let source = facts.get("source").cloned();
                let source = source.unwrap_or_else(|| "organiser".into());
                let transaction = uuid_in(event, "transaction_id")?;
                self.rows.set(transaction, "source", source);
            }
            Kind::PayoutRecorded | Kind::RefundDue => {
                // Which payment it is taken from is said where the organiser chose to give it back.
                let by_organiser =
                    event.kind == Kind::PayoutRecorded || facts.contains_key("payment_id");
                let source = if by_organiser {
                    "organiser"
                } else {
                    "lifecycle"
                };
                let transaction = uuid_in(event, "transaction_id")?;
                self.rows.set(transaction, "source", source.into());
            }
            Kind::CampaignTipped => self.start_paying(event),
            Kind::CampaignExtended => self.pay_later(event),
            _ => {}
        }
        Ok(())
    }

    /// The time to pay of everybody who has slots starts.
    fn start_paying(&mut self, event: &AuditEvent) {
        let (Some(window), Some(deadline)) = (window_in(event), time_in(event, "deadline")) else {
            return;
        };
        for id in self.reserved_in(event) {
            let number = self.rows.value(id, "queue_number");
            let has_waited = number.is_some_and(|number| !number.is_null());
            for (column, time) in window {
                let time = if has_waited { time.min(deadline) } else { time };
                self.rows.set(id, column, time.to_string().into());
            }
        }
    }

    /// The deadline moved, and with it the time to pay of whom it had cut short.
    fn pay_later(&mut self, event: &AuditEvent) {
        let (Some(window), Some(before)) = (window_in(event), time_in(event, "previous_deadline"))
        else {
            return;
        };
        let time_of = |rows: &Rows, id, column| -> Option<Timestamp> {
            rows.value(id, column)?.as_str()?.parse().ok()
        };
        for id in self.reserved_in(event) {
            let expires_at = time_of(&self.rows, id, "expires_at");
            if expires_at.is_none_or(|expires_at| expires_at < before) {
                continue;
            }
            for (column, time) in window {
                if let Some(had) = time_of(&self.rows, id, column) {
                    self.rows.set(id, column, time.max(had).to_string().into());
                }
            }
        }
    }

    /// Who has slots of an event's campaign and has not been confirmed.
    fn reserved_in(&self, event: &AuditEvent) -> Vec<Uuid> {
        let campaign = event.campaign_id.and_then(|id| self.campaigns.get(&id));
        let everybody = campaign.map_or(&[][..], |campaign| &campaign.participations);
        let is_reserved = |id: &&ParticipationId| {
            let participation = self.participations.get(id);
            participation.is_some_and(|participation| participation.status == Status::Reserved)
        };
        let reserved = everybody.iter().filter(is_reserved);
        reserved.map(|id| id.as_uuid()).collect()
    }
}

fn time_in(event: &AuditEvent, name: &str) -> Option<Timestamp> {
    let text = event.metadata.facts().get(name)?.as_str()?;
    text.parse().ok()
}

/// The time to pay that an event sets for many.
fn window_in(event: &AuditEvent) -> Option<[(&'static str, Timestamp); 2]> {
    let time = |name| Some((name, time_in(event, name)?));
    Some([time("pay_by")?, time("expires_at")?])
}

impl Rows {
    fn erase(&mut self, id: Uuid) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.texts = Texts::Erased;
        }
    }
}

/// Whether it was typed why somebody's slots were given up.
fn is_reason_typed(event: &AuditEvent) -> bool {
    matches!(
        event.kind,
        Kind::ParticipantCancelled | Kind::ParticipantReleased
    ) && event.metadata.facts().contains_key(SEALED)
}

/// Whether a person typed something about a campaign, which is then to be forgotten in its turn.
fn is_typed_anew(event: &AuditEvent) -> bool {
    let facts = event.metadata.facts();
    match event.kind {
        Kind::PayoutAccountSet | Kind::RefundSent | Kind::AdjustmentRecorded => true,
        Kind::ParticipantCancelled | Kind::ParticipantReleased => is_reason_typed(event),
        Kind::PayoutRecorded | Kind::RefundDue => facts.contains_key(SEALED),
        Kind::PaymentRecorded => {
            facts.contains_key(SEALED) && facts.get("source") == Some(&"organiser".into())
        }
        _ => false,
    }
}

/// A yes or no is a number in the file.
fn plain(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => i64::from(*flag).into(),
        other => other.clone(),
    }
}

/// How far a row was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every covered column.
    Wholly,
    /// As far as events of before the file learned to tell everything go.
    InPart,
}

impl Replay {
    /// Compares a row of a table that is told of.
    ///
    /// # Errors
    /// [`Misfit::Differs`]; never with a text that a person typed.
    pub fn compare_row(&mut self, table: Told, stored: &StoredRow) -> Result<Extent, Misfit> {
        let covered = table.covered();
        let row = Row {
            table: covered.table,
            id: &stored.id,
        };
        let told = self.rows.rows.remove(&stored.id);
        let told = told
            .filter(|told| told.table == table)
            .ok_or_else(|| row.unknown())?;
        for (column, value) in covered.columns.iter().zip(&stored.columns) {
            let logged = told.columns.iter().find(|(name, _)| name == column);
            match logged {
                Some((_, logged)) => row.same(column, logged, value, Value::to_string)?,
                // A refund's is compared with that of the event which it came of.
                None if table == Told::Transaction && *column == "created_at" => {}
                None if told.wholly && !is_nothing(value) => {
                    return Err(row.differs(column, "nothing", &value.to_string()));
                }
                None => {}
            }
        }
        compare_texts(&row, &told, stored, covered.texts)?;
        Ok(if told.wholly {
            Extent::Wholly
        } else {
            Extent::InPart
        })
    }

    /// Tells of a row that the log knows and the file has not.
    pub(super) fn left_over(&self, table: Told) -> Option<Uuid> {
        let left = self.rows.rows.iter();
        let left = left.filter(|(_, row)| row.table == table);
        left.map(|(id, _)| *id).min()
    }
}

/// What a column says before anything has set it.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value == &Value::from(0)
}

fn compare_texts(
    row: &Row<'_>,
    told: &ToldRow,
    stored: &StoredRow,
    names: &[&'static str],
) -> Result<(), Misfit> {
    let is_there = |text: &Option<String>| text.is_some();
    match told.texts {
        Texts::Sealed(logged) => {
            let texts: Vec<_> = names
                .iter()
                .copied()
                .zip(stored.texts.iter().map(Option::as_deref))
                .collect();
            let found = stored.salt.map(|salt| salt.seal(&texts).to_string());
            let found = found.unwrap_or_else(|| "none, for there is no salt".to_owned());
            row.same(
                "the seal of its texts",
                &logged.to_string(),
                &found,
                String::clone,
            )
        }
        Texts::Erased => {
            let expected = erased(told.table, stored.id);
            let is_erased = stored.salt.is_none() && stored.texts == expected;
            row.same("what was typed", &true, &is_erased, |erased| {
                if *erased { "erased" } else { "not erased" }.to_owned()
            })
        }
        Texts::Untold if told.wholly => {
            let has_any = stored.salt.is_some() || stored.texts.iter().any(is_there);
            row.same("what was typed", &false, &has_any, |there| {
                if *there { "there" } else { "nothing" }.to_owned()
            })
        }
        Texts::Untold => Ok(()),
    }
}

/// What stands in the place of texts that were erased.
fn erased(table: Told, id: Uuid) -> Vec<Option<String>> {
    let mut texts = vec![None; table.covered().texts.len()];
    if let (Told::Participation, Ok(id), [user_id, address, ..]) = (
        table,
        id.to_string().parse::<ParticipationId>(),
        texts.as_mut_slice(),
    ) {
        *user_id = Some(forgetting::pseudonym(id));
        *address = Some(ERASED_ADDRESS.to_owned());
    }
    texts
}
