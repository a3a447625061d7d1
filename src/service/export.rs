//! Tables for spreadsheets, in parts: who takes part, what to pack, what to pay back.
//!
//! Written as RFC 4180 has it, in UTF-8, or as Excel in Indonesia opens it. A table is read page by page, each page a short read of its own,
//! so that its size costs neither memory nor a transaction that stays open; what changes meanwhile is seen
//! where it has not been read yet.

mod cell;

use std::collections::VecDeque;
use std::sync::Arc;

use csv::{Terminator, WriterBuilder};

use crate::domain::error::Error;
use crate::domain::id::{CampaignId, ParticipationId, TransactionId};
use crate::domain::ledger::{PaymentState, Standing};
use crate::domain::participation::Participation;
use crate::domain::reports::Limit;
use crate::service::{Core, Sambatan};
use crate::store::exports::{self, PickPosition, RefundRow};
use crate::store::{campaigns, participants};
use cell::Cell;

/// Rows that are read at once.
const PAGE: u32 = 200;
/// Names of a pick list that are put in order at once. All of the campaign's are looked at for that, so they
/// are many more.
const NAMES: u32 = 20_000;

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// Every participation, in the order of joining.
    Participants,
    /// What to pack for whom: the live participations, by name.
    Picklist,
    /// What is paid back, in the order in which it fell due.
    Refunds,
}

impl ExportKind {
    /// The word for it, in a path and in a file's name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Participants => "participants",
            Self::Picklist => "picklist",
            Self::Refunds => "refunds",
        }
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Participants => &[
                "participation_id",
                "user_id",
                "status",
                "quantity",
                "contribution_amount",
                "transfer_amount",
                "paid_amount",
                "shipping_address",
                "note",
                "joined_at",
                "pay_by",
                "payment_state",
            ],
            Self::Picklist => &[
                "user_id",
                "quantity",
                "shipping_address",
                "note",
                "status",
                "payment_state",
                "still_owed",
            ],
            Self::Refunds => &[
                "refund_id",
                "participation_id",
                "user_id",
                "amount",
                "status",
                "payout_account",
                "reference",
                "created_at",
                "sent_at",
                "acknowledged_at",
                "reason",
                "account_changed_at",
            ],
        }
    }
}

/// Who reads a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExportForm {
    /// Programs, and whatever reads RFC 4180: commas between cells, UTF-8 without a mark.
    #[default]
    Plain,
    /// Excel as it is set up in Indonesia: it expects semicolons where a comma stands in numbers, and takes
    /// a file without a byte order mark for an old encoding.
    Excel,
}

impl ExportForm {
    const fn delimiter(self) -> u8 {
        match self {
            Self::Plain => b',',
            Self::Excel => b';',
        }
    }

    const fn mark(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Excel => "\u{feff}",
        }
    }
}

/// Where the last page ended.
enum Position {
    Participants(Option<ParticipationId>),
    /// With the rows that come next.
    Picklist(Option<PickPosition>, VecDeque<ParticipationId>),
    Refunds(Option<TransactionId>),
}

/// A table that is being read.
pub struct Export {
    core: Arc<Core>,
    campaign: CampaignId,
    kind: ExportKind,
    form: ExportForm,
    position: Position,
    has_begun: bool,
    has_ended: bool,
}

impl Sambatan {
    /// Begins to read a table of a campaign.
    ///
    /// # Errors
    /// [`Error::CampaignNotFound`], or what every read can answer.
    pub fn export(&self, campaign: CampaignId, kind: ExportKind) -> Result<Export, Error> {
        let is_known = self
            .core
            .read(|connection| campaigns::exists(connection, campaign))?;
        if !is_known {
            return Err(Error::CampaignNotFound);
        }
        Ok(Export {
            core: Arc::clone(&self.core),
            campaign,
            kind,
            form: ExportForm::default(),
            position: match kind {
                ExportKind::Participants => Position::Participants(None),
                ExportKind::Picklist => Position::Picklist(None, VecDeque::new()),
                ExportKind::Refunds => Position::Refunds(None),
            },
            has_begun: false,
            has_ended: false,
        })
    }
}

impl Export {
    /// A name for the file, of letters, digits, hyphens and a dot.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}.csv", self.kind.word(), self.campaign)
    }

    /// The same table, written for another reader.
    #[must_use]
    pub const fn in_form(mut self, form: ExportForm) -> Self {
        self.form = form;
        self
    }

    /// The next part of the table, the names of its columns first; none at its end.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn next_part(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.has_ended {
            return Ok(None);
        }
        let rows = self.next_rows()?;
        let mut start = Vec::new();
        if !self.has_begun {
            start.extend_from_slice(self.form.mark().as_bytes());
        }
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .delimiter(self.form.delimiter())
            .from_writer(start);
        if !self.has_begun {
            self.has_begun = true;
            write(&mut writer, self.kind.columns().iter().copied());
        }
        for row in rows {
            write(&mut writer, row.iter().map(|cell| cell.text().into_owned()));
        }
        let part = writer.into_inner().map_err(|error| {
            log::error!("a table could not be written: {error}");
            Error::Internal
        })?;
        Ok(Some(part))
    }

    fn next_rows(&mut self) -> Result<Vec<Vec<Cell>>, Error> {
        let (core, campaign) = (&self.core, self.campaign);
        let (rows, has_ended): (Vec<_>, bool) = match &mut self.position {
            Position::Participants(after) => {
                let limit = Limit::new(PAGE).unwrap_or_default();
                let mut page = core.read(|connection| {
                    participants::page_of_campaign(connection, campaign, *after, limit)
                })?;
                // The row beyond the limit is the first of the next page.
                let has_ended = page.len() <= PAGE as usize;
                page.truncate(PAGE as usize);
                *after = page.last().map(|row| row.id).or(*after);
                (page.into_iter().map(participant).collect(), has_ended)
            }
            Position::Picklist(after, next) => {
                if next.is_empty() {
                    let names = core.read(|connection| {
                        exports::picklist(connection, campaign, after.as_ref(), NAMES)
                    })?;
                    next.extend(names.iter().map(|position| position.id));
                    *after = names.into_iter().next_back().or(after.take());
                }
                let ids: Vec<_> = next.drain(..next.len().min(PAGE as usize)).collect();
                let has_ended = ids.is_empty();
                (parcels(core, &ids)?, has_ended)
            }
            Position::Refunds(after) => {
                let page =
                    core.read(|connection| exports::refunds(connection, campaign, *after, PAGE))?;
                *after = page.last().map(|row| row.id).or(*after);
                let has_ended = page.len() < PAGE as usize;
                (page.into_iter().map(refund).collect(), has_ended)
            }
        };
        self.has_ended = has_ended;
        Ok(rows)
    }
}

/// The rows of participations, but for those that have been given back since they were put in order.
fn parcels(core: &Core, ids: &[ParticipationId]) -> Result<Vec<Vec<Cell>>, Error> {
    let found = core.read(|connection| {
        ids.iter()
            .map(|id| participants::find_by_id(connection, *id))
            .collect::<Result<Vec<_>, _>>()
    })?;
    let live = found.into_iter().flatten();
    Ok(live
        .filter(|row| row.status.is_live())
        .map(parcel)
        .collect())
}

fn write<T: AsRef<[u8]>>(writer: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = T>) {
    let written = writer.write_record(cells);
    written.expect("writing to a Vec does not fail, and every row has as many cells as columns");
}

fn participant(row: Participation) -> Vec<Cell> {
    let state = PaymentState::of(&row).word().to_owned();
    vec![
        Cell::Own(row.id.to_string()),
        Cell::Typed(row.user_id.as_str().to_owned()),
        Cell::Own(row.status.api_name().to_owned()),
        Cell::Number(i64::from(row.quantity.get())),
        Cell::Number(row.contribution_amount.get()),
        row.transfer_amount
            .map_or(Cell::Empty, |amount| Cell::Number(amount.get())),
        Cell::Number(row.paid_amount.get()),
        Cell::Typed(row.shipping_address),
        Cell::typed(row.note),
        Cell::time(Some(row.joined_at)),
        Cell::time(row.pay_by),
        Cell::Own(state),
    ]
}

fn parcel(row: Participation) -> Vec<Cell> {
    let state = PaymentState::of(&row).word().to_owned();
    let owed = Standing::owed(&row).unwrap_or_default();
    vec![
        Cell::Typed(row.user_id.as_str().to_owned()),
        Cell::Number(i64::from(row.quantity.get())),
        Cell::Typed(row.shipping_address),
        Cell::typed(row.note),
        Cell::Own(row.status.api_name().to_owned()),
        Cell::Own(state),
        Cell::Number(owed.get()),
    ]
}

fn refund(row: RefundRow) -> Vec<Cell> {
    vec![
        Cell::Own(row.id.to_string()),
        Cell::Own(row.participation_id.to_string()),
        Cell::Typed(row.user_id),
        Cell::Number(row.amount),
        Cell::Own(row.status),
        Cell::typed(row.payout_account),
        Cell::typed(row.reference),
        Cell::time(Some(row.created_at)),
        Cell::time(row.sent_at),
        Cell::time(row.acknowledged_at),
        Cell::typed(row.reason),
        // Until the organiser has confirmed it: nothing is to be sent there yet.
        Cell::time(row.account_changed_at),
    ]
}
