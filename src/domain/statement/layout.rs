//! What each column of a table is: decided once, from the names, from all cells, and from what is given.
//!
//! A pure decision. It never looks at a line by itself; that is [`evidence`](super::evidence)'s.

use crate::domain::statement::StatementError;
use crate::domain::statement::amount::is_currency;
use crate::domain::statement::date::Order;
use crate::domain::statement::header::Header;
use crate::domain::statement::line::Unsettled;
use crate::domain::statement::money::Money;
use crate::domain::statement::names::Name;
use crate::domain::statement::options::{Column, Columns, DateFormat};
use crate::domain::statement::profile::{Marks, Profile};
use crate::domain::statement::reading::{Basis, Reading, UsedColumn};
use crate::domain::statement::signals::{DirectionColumn, StatusColumn, StatusUse};
use crate::domain::statement::words::Side;

/// What each column of a table is.
#[derive(Debug)]
pub(super) struct Layout {
    /// How many columns there are.
    pub(super) width: usize,
    pub(super) date: usize,
    pub(super) order: Order,
    pub(super) money: Money,
    /// How amounts of [`Money::Amount`] tell a direction.
    pub(super) marks: Marks,
    pub(super) directions: Vec<DirectionColumn>,
    pub(super) statuses: Vec<StatusColumn>,
    /// Columns of kinds of lines, which nobody is to misunderstand where nothing else tells a direction.
    pub(super) types: Vec<usize>,
    pub(super) currencies: Vec<usize>,
    /// What was given back of a payment.
    pub(super) refunds: Vec<usize>,
    /// Columns of yes and no, and what a yes says.
    pub(super) flags: Vec<(usize, Unsettled)>,
    pub(super) balance: Option<usize>,
    pub(super) description: usize,
    /// The other columns in which something may be written.
    pub(super) texts: Vec<usize>,
    pub(super) account: Option<usize>,
    /// What tells lines apart that are alike: times and references.
    pub(super) tells_apart: Vec<usize>,
    pub(super) basis: Basis,
    /// Whether it is surely the report of a payment service.
    pub(super) is_of_a_merchant: bool,
}

impl Layout {
    /// Decides what each column is.
    ///
    /// # Errors
    /// [`StatementError`] when a column is missing or when nothing tells a direction.
    pub(super) fn decide(
        header: &Header,
        profiles: &[Profile],
        columns: &Columns,
        period_order: Option<DateFormat>,
    ) -> Result<Self, StatementError> {
        let money = Money::find(header, profiles, columns)?;
        let date = date(header, profiles, columns)?;
        if money.columns().iter().any(|(_, index)| *index == date) {
            return Err(StatementError::SameColumn);
        }
        let mut table = Table {
            header,
            profiles,
            taken: vec![date],
        };
        table
            .taken
            .extend(money.columns().iter().map(|(_, index)| *index));
        let balance = table.take_first(|table, index| {
            table.header.names[index].is_balance() && table.profiles[index].is_of_amounts()
        });
        let currencies = table.take_all(Table::is_currency);
        let account = table.take_first(|table, index| {
            table.header.names[index].is_account() && table.profiles[index].other_cells > 0
        });
        let refunds = table.take_all(|table, index| {
            table.header.names[index].is_refund() && table.profiles[index].is_of_amounts()
        });
        let flags = table.flags(columns)?;
        let marks = match money {
            Money::Amount(index) => profiles[index].marks,
            _ => Marks::default(),
        };
        let is_two_sided = matches!(money, Money::Pair { .. })
            || marks.plus + marks.credit > 0 && marks.minus + marks.debit > 0;
        let directions = table.directions(columns, is_two_sided)?;
        let statuses = table.statuses(columns, &directions)?;
        let description = table.description(columns, &directions, &statuses)?;
        if table.taken.contains(&description) {
            return Err(StatementError::SameColumn);
        }
        let mut layout = Self {
            width: header.cells.len(),
            date,
            order: order(&profiles[date], columns, period_order),
            money,
            marks,
            types: table.types(description),
            texts: table.texts(description, &directions, &statuses),
            tells_apart: table.tells_apart(description),
            directions,
            statuses,
            currencies,
            refunds,
            flags,
            balance,
            description,
            account,
            basis: Basis::Evidence,
            is_of_a_merchant: header.names.iter().any(|name| name.is_of_a_merchant()),
        };
        layout.basis = layout.basis(&table, columns)?;
        Ok(layout)
    }

    /// From what it is known whether money came in or went out.
    fn basis(&self, table: &Table<'_>, columns: &Columns) -> Result<Basis, StatementError> {
        if columns.all_incoming {
            return Ok(Basis::AllIncoming);
        }
        let has_status = self
            .statuses
            .iter()
            .any(|status| status.used != StatusUse::Watched);
        let tells = !matches!(self.money, Money::Amount(_))
            || self.marks.are_there()
            || !self.directions.is_empty();
        if tells || self.balance.is_some() {
            Ok(Basis::Evidence)
        } else if table.has_strange_signs(self) || table.tells_who_was_paid() {
            Err(StatementError::NoDirection {
                seen: table.header.seen(),
            })
        } else if has_status {
            Ok(Basis::MerchantReport)
        } else if self.types.is_empty() && !table.has_strange_words(self) {
            Ok(Basis::BareList)
        } else {
            Err(StatementError::NoDirection {
                seen: table.header.seen(),
            })
        }
    }

    /// The columns that were used, as the report names them.
    pub(super) fn reading(&self, header: &Header) -> Reading {
        let mut used = vec![(Column::Date, self.date)];
        used.extend(self.money.columns());
        used.extend(
            self.directions
                .iter()
                .map(|column| (Column::Direction, column.index)),
        );
        let statuses = self.statuses.iter();
        let statuses = statuses.filter(|status| status.used != StatusUse::Watched);
        used.extend(statuses.map(|column| (Column::Status, column.index)));
        used.extend(self.balance.map(|index| (Column::Balance, index)));
        used.extend(
            self.currencies
                .iter()
                .map(|index| (Column::Currency, *index)),
        );
        used.extend(self.account.map(|index| (Column::Account, index)));
        used.push((Column::Description, self.description));
        used.extend(self.texts.iter().map(|index| (Column::Text, *index)));
        let columns = used.into_iter().map(|(column, index)| UsedColumn {
            column,
            name: header.shown(index),
        });
        Reading {
            basis: self.basis,
            columns: columns.collect(),
        }
    }
}

/// The column of the day of the transfer: by its name, when its cells are dates.
fn date(header: &Header, profiles: &[Profile], columns: &Columns) -> Result<usize, StatementError> {
    if let Some(given) = header.given(columns.date.as_ref())? {
        return Ok(given);
    }
    let named = header
        .names
        .iter()
        .enumerate()
        .filter(|(_, name)| name.is_date());
    let best = named.min_by_key(|(index, name)| {
        let profile = &profiles[*index];
        let is_of_dates = profile.dates.max(profile.serials) * 2 >= profile.filled;
        let is_filled = profile.filled > 0;
        (!(is_of_dates && is_filled), name.date_rank())
    });
    best.map(|(index, _)| index)
        .ok_or_else(|| StatementError::NoColumn {
            column: Column::Date,
            seen: header.seen(),
        })
}

/// In which order the dates have their parts. Here the day is first; what shows that it is not, decides.
fn order(profile: &Profile, columns: &Columns, period: Option<DateFormat>) -> Order {
    if let Some(given) = columns.date_format {
        return Order::Is(given);
    }
    if profile.dates == 0 && profile.serials > 0 && profile.serials == profile.filled {
        return Order::Is(DateFormat::Serial);
    }
    let evidence = &profile.order;
    let period_is_turned = period == Some(DateFormat::MonthFirst);
    match (
        evidence.first_is_no_month > 0,
        evidence.second_is_no_month > 0 || period_is_turned,
    ) {
        (true, true) => Order::Unclear,
        (false, true) => Order::Is(DateFormat::MonthFirst),
        (true, false) if evidence.looks_turned() => Order::Unclear,
        (true, false) => Order::Is(DateFormat::DayFirst),
        (false, false) if evidence.looks_turned() => Order::Unclear,
        (false, false) => Order::Is(DateFormat::DayFirst),
    }
}

/// The columns while they are given out.
pub(super) struct Table<'a> {
    pub(super) header: &'a Header,
    pub(super) profiles: &'a [Profile],
    /// Columns that are something already and can be nothing else.
    pub(super) taken: Vec<usize>,
}

impl Table<'_> {
    pub(super) fn free(&self) -> impl Iterator<Item = usize> {
        let all = 0..self.header.names.len();
        all.filter(|index| !self.taken.contains(index))
    }

    fn take_all(&mut self, is: impl Fn(&Self, usize) -> bool) -> Vec<usize> {
        let found: Vec<usize> = self.free().filter(|index| is(self, *index)).collect();
        self.taken.extend(&found);
        found
    }

    /// Takes the first; one of what is available stands behind the others.
    fn take_first(&mut self, is: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let available = |index: &usize| {
            let words = &self.header.names[*index].words;
            words
                .iter()
                .any(|word| word == "available" || word == "tersedia")
        };
        let found = self
            .free()
            .filter(|index| is(self, *index))
            .min_by_key(available);
        self.taken.extend(found);
        found
    }

    /// The columns of yes and no whose yes is said of what is not settled.
    fn flags(&mut self, columns: &Columns) -> Result<Vec<(usize, Unsettled)>, StatementError> {
        let given = self.header.given(columns.status.as_ref())?;
        let found = self.take_all(|table, index| given != Some(index) && table.is_flag(index));
        let flags = found.into_iter();
        Ok(flags
            .filter_map(|index| Some((index, self.header.names[index].flag()?)))
            .collect())
    }

    /// Whether a column is one of yes and no, by its name.
    fn is_flag(&self, index: usize) -> bool {
        let (name, profile) = (&self.header.names[index], &self.profiles[index]);
        let has_status = profile.count(|word| word.status.is_some()) > 0;
        name.flag().is_some() && profile.filled > 0 && !has_status
    }

    /// A column of currencies: by its name, or by cells that are nothing else.
    fn is_currency(&self, index: usize) -> bool {
        let profile = &self.profiles[index];
        let is_code = |word: &String| is_rupiah(word) || is_currency(word);
        let is_all = profile.other_cells == 0 && !profile.words.is_empty();
        let is_named = self.header.names[index].is_currency();
        (is_named && profile.lettered > 0) || (is_all && profile.words.keys().all(is_code))
    }

    /// The column of descriptions, which is shown: the one that is named so, unless it is a code.
    fn description(
        &self,
        columns: &Columns,
        directions: &[DirectionColumn],
        statuses: &[StatusColumn],
    ) -> Result<usize, StatementError> {
        if let Some(given) = self.header.given(columns.description.as_ref())? {
            return Ok(given);
        }
        let is_told = |index: &usize| {
            let names = &self.header.names[*index];
            let is_direction = directions.iter().any(|column| column.index == *index);
            let is_status = statuses
                .iter()
                .any(|column| column.index == *index && column.used == StatusUse::Named);
            is_status || is_direction && names.text_rank().is_none()
        };
        let free = || self.free().filter(|index| !is_told(index));
        let named = free().filter_map(|index| {
            let rank = self.header.names[index].text_rank()?;
            let profile = &self.profiles[index];
            Some(((profile.is_of_codes(), profile.filled == 0, rank), index))
        });
        let written = free().filter_map(|index| {
            let profile = &self.profiles[index];
            let is_code = profile.is_of_codes() || profile.lettered * 2 < profile.filled;
            let is_reference = self.header.names[index].is_type();
            (profile.lettered > 0).then_some(((is_code, is_reference), index))
        });
        let best = named.min();
        // A code that is named so is worse than a text that is not.
        let by_name = best
            .filter(|(rank, _)| !rank.0 && !rank.1)
            .map(|(_, index)| index);
        by_name
            .or_else(|| {
                written
                    .min()
                    .filter(|(rank, _)| !rank.0)
                    .map(|(_, index)| index)
            })
            .or_else(|| best.map(|(_, index)| index))
            .or_else(|| free().find(|index| self.profiles[*index].lettered > 0))
            .ok_or_else(|| StatementError::NoColumn {
                column: Column::Description,
                seen: self.header.seen(),
            })
    }

    /// The other columns in which a payment code may be written.
    fn texts(
        &self,
        description: usize,
        directions: &[DirectionColumn],
        statuses: &[StatusColumn],
    ) -> Vec<usize> {
        let is_told = |index: usize| {
            directions
                .iter()
                .any(|column| column.index == index && column.is_sure)
                || statuses
                    .iter()
                    .any(|column| column.index == index && column.used != StatusUse::Watched)
        };
        self.free()
            .filter(|index| *index != description && !is_told(*index))
            .filter(|index| {
                let profile = &self.profiles[*index];
                let name = &self.header.names[*index];
                let is_of_time = profile.dates * 2 > profile.filled || name.is_time();
                profile.lettered > 0 && !profile.is_of_codes() && !is_of_time
            })
            .collect()
    }

    /// Columns of kinds of lines.
    fn types(&self, description: usize) -> Vec<usize> {
        self.free()
            .filter(|index| {
                let (name, profile) = (&self.header.names[*index], &self.profiles[*index]);
                *index != description
                    && name.is_type()
                    && !name.is_status()
                    && profile.lettered > 0
                    && !profile.words.is_empty()
            })
            .collect()
    }

    fn tells_apart(&self, description: usize) -> Vec<usize> {
        let all = 0..self.header.names.len();
        all.filter(|index| {
            let name = &self.header.names[*index];
            *index != description && (name.is_reference() || name.is_time() || name.is_date())
        })
        .collect()
    }

    /// Whether a column has a few repeated words that nobody understands: they may tell a direction.
    fn has_strange_words(&self, layout: &Layout) -> bool {
        let lines = self.profiles[layout.date].filled;
        self.strangers(layout).any(|index| {
            let (name, profile) = (&self.header.names[index], &self.profiles[index]);
            // Noughts and ones under a name like `paid`; a date of settlement that some lines don't have.
            let is_of_numbers = profile.is_of_few_numbers() && !name.is_quantity();
            if is_of_numbers || name.is_of_settlement() && profile.filled < lines {
                return true;
            }
            // A file of one line repeats nothing: then what is short is strange enough.
            let is_short = profile.lettered > 0
                && profile.other_cells == 0
                && profile.words.keys().all(|word| word.len() <= 3);
            profile.is_of_few_words() || is_short
        })
    }

    /// Whether a column looks as if it told the direction, by its name, single letters or dashes, and is not
    /// understood.
    fn has_strange_signs(&self, layout: &Layout) -> bool {
        self.strangers(layout).any(|index| {
            let (name, profile) = (&self.header.names[index], &self.profiles[index]);
            let is_all_words = profile.other_cells == 0 && profile.filled > 0;
            // `Debit?` with yes and no, a `Sign` of 1 and -1.
            let speaks_of_a_side =
                matches!(name.side(), Side::One(_)) && !name.is_reference() && !name.is_received();
            if profile.filled > 0
                && name.may_be_money()
                && (speaks_of_a_side || name.is_surely_direction())
            {
                return true;
            }
            // A minus may stand for what went out, and a dash for nothing: under the name of a number for nothing.
            let may_tell = name.is_type() || !name.is_reference() && name.may_be_money();
            let is_of_signs = profile.is_of_dashes() && may_tell;
            let is_of_letters = profile.words.keys().all(|word| word.len() == 1);
            is_all_words
                && (name.is_direction() || is_of_signs || profile.lettered > 0 && is_of_letters)
        })
    }

    /// Whether a column names who was paid. Where one names who paid as well, either may be the owner of the
    /// account; in the report of a payment service it is.
    fn tells_who_was_paid(&self) -> bool {
        let names = self.header.names.iter().zip(self.profiles);
        let mut named = names.filter(|(_, profile)| profile.filled > 0);
        let is_of_a_merchant = self.header.names.iter().any(Name::is_of_a_merchant);
        !is_of_a_merchant && named.any(|(name, _)| name.is_of_who_was_paid())
    }

    /// The columns that are nothing that is known, and no free text.
    fn strangers(&self, layout: &Layout) -> impl Iterator<Item = usize> {
        self.free().filter(|index| {
            let is_status = layout.statuses.iter().any(|column| column.index == *index);
            *index != layout.description && !is_status && !self.header.names[*index].is_free_text()
        })
    }
}

/// Whether a word stands for rupiah.
pub(super) fn is_rupiah(word: &str) -> bool {
    let word = word.trim().trim_end_matches('.').to_lowercase();
    matches!(
        word.as_str(),
        "idr" | "rp" | "rupiah" | "indonesian rupiah" | "360"
    )
}
