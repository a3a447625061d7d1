//! Which columns hold the amounts.

use crate::domain::statement::StatementError;
use crate::domain::statement::header::Header;
use crate::domain::statement::options::{Column, Columns};
use crate::domain::statement::profile::Profile;
use crate::domain::statement::words::{Direction, Side};

/// The columns that hold the amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// One for what came in and one for what went out.
    Pair { credit: usize, debit: usize },
    /// Only what came in.
    Credit(usize),
    /// Only what went out.
    Debit(usize),
    /// One for both, which says little of the direction.
    Amount(usize),
}

impl Money {
    /// The columns, with what each is.
    pub(super) fn columns(self) -> Vec<(Column, usize)> {
        match self {
            Self::Pair { credit, debit } => vec![(Column::Credit, credit), (Column::Debit, debit)],
            Self::Credit(index) => vec![(Column::Credit, index)],
            Self::Debit(index) => vec![(Column::Debit, index)],
            Self::Amount(index) => vec![(Column::Amount, index)],
        }
    }

    /// Finds the columns: those that are given, and the others by their names and cells. A column is never
    /// what came in when its name speaks of the other side.
    ///
    /// # Errors
    /// [`StatementError`] when there is none, when there are several, or when one that is given is not there.
    pub(super) fn find(
        header: &Header,
        profiles: &[Profile],
        columns: &Columns,
    ) -> Result<Self, StatementError> {
        let mut credit = header.given(columns.credit.as_ref())?;
        let mut debit = header.given(columns.debit.as_ref())?;
        let candidates = Candidates { header, profiles };
        if let Some(amount) = header.given(columns.amount.as_ref())? {
            // A single letter that is given as the amount is no name of a side.
            let side = match header.names[amount].text.len() {
                1 => Side::Neither,
                _ => header.names[amount].side(),
            };
            match side {
                Side::One(Direction::In) if credit.is_none() => credit = Some(amount),
                Side::One(Direction::Out) if debit.is_none() => debit = Some(amount),
                _ => return Ok(Self::Amount(amount)),
            }
        }
        let is_given = credit.is_some() || debit.is_some();
        if credit.is_none() {
            credit = candidates
                .of_side(Direction::In)?
                .filter(|found| debit != Some(*found));
        }
        if debit.is_none() {
            debit = candidates
                .of_side(Direction::Out)?
                .filter(|found| credit != Some(*found));
        }
        // `K` alone is no name of a side.
        let is_letter = |index: usize| header.names[index].text.len() == 1;
        if !is_given && (credit.is_none() || debit.is_none()) {
            credit = credit.filter(|index| !is_letter(*index));
            debit = debit.filter(|index| !is_letter(*index));
        }
        let amount = if is_given {
            None
        } else {
            candidates.of_neither()?
        };
        match (credit, debit, amount) {
            (Some(credit), Some(debit), _) => Ok(Self::Pair { credit, debit }),
            // What a merchant received is what is left of what people paid.
            (Some(credit), None, Some(Ok(amount))) if header.names[credit].is_received() => {
                Ok(Self::Amount(amount))
            }
            (Some(one), None, Some(amount)) | (None, Some(one), Some(amount)) => {
                let others = amount.map_or_else(|several| several, |amount| vec![amount]);
                Err(candidates.ambiguous(&[&[one], others.as_slice()].concat()))
            }
            (Some(credit), None, None) => Ok(Self::Credit(credit)),
            (None, Some(debit), None) => Ok(Self::Debit(debit)),
            (None, None, Some(Ok(amount))) => Ok(Self::Amount(amount)),
            (None, None, Some(Err(several))) => Err(candidates.ambiguous(&several)),
            // A column that is called so, though few of its cells are amounts: its lines are refused by number.
            (None, None, None) => match (candidates.named(), candidates.foreign_side()) {
                (Some(named), _) => Ok(named),
                (None, Some(currency)) => Err(StatementError::Currency(currency)),
                (None, None) => Err(StatementError::NoColumn {
                    column: Column::Amount,
                    seen: header.seen(),
                }),
            },
        }
    }
}

struct Candidates<'a> {
    header: &'a Header,
    profiles: &'a [Profile],
}

impl Candidates<'_> {
    fn ambiguous(&self, places: &[usize]) -> StatementError {
        let names = places.iter().map(|index| self.header.shown(*index));
        StatementError::Ambiguous(names.collect())
    }

    /// The one column that is called an amount.
    fn named(&self) -> Option<Money> {
        let names = self.header.names.iter().enumerate();
        let ranks = names.filter_map(|(index, name)| Some((name.amount_rank()?, index)));
        let named = ranks.filter(|(_, index)| self.header.names[*index].side() == Side::Neither);
        named.min().map(|(_, index)| Money::Amount(index))
    }

    /// Another currency that a column of a side names.
    fn foreign_side(&self) -> Option<String> {
        let names = self.header.names.iter();
        let mut sides = names.filter(|name| name.may_be_money() && name.side() != Side::Neither);
        sides.find_map(|name| Some(name.foreign_currency()?.to_uppercase()))
    }

    /// The column of a side. A total beside it, or an empty one, is not meant.
    fn of_side(&self, direction: Direction) -> Result<Option<usize>, StatementError> {
        let names = self.header.names.iter().enumerate();
        let mut places: Vec<((bool, bool, usize), usize)> = names
            .filter(|(index, name)| {
                let profile = &self.profiles[*index];
                let is_of_amounts = profile.is_of_amounts() || profile.filled == 0;
                name.side() == Side::One(direction)
                    && name.may_be_money()
                    && is_of_amounts
                    && name.foreign_currency().is_none()
            })
            .map(|(index, name)| {
                let is_total = name
                    .words
                    .iter()
                    .any(|word| word == "total" || word == "running");
                let is_empty = self.profiles[index].filled == 0;
                ((is_empty, is_total, name.words.len()), index)
            })
            .collect();
        places.sort_unstable();
        match places.as_slice() {
            [(first, one), (second, other), ..] if first == second && !first.0 => {
                Err(self.ambiguous(&[*one, *other]))
            }
            [(_, first), ..] => Ok(Some(*first)),
            [] => Ok(None),
        }
    }

    /// The column of neither side, or several that may be it.
    fn of_neither(&self) -> Result<Option<Result<usize, Vec<usize>>>, StatementError> {
        let names = self.header.names.iter().enumerate();
        let mut foreign = None;
        let mut places: Vec<((bool, usize, bool), usize)> = Vec::new();
        for (index, name) in names {
            let Some(rank) = name.amount_rank() else {
                continue;
            };
            if matches!(name.side(), Side::One(_)) {
                continue;
            }
            let profile = &self.profiles[index];
            if !profile.is_of_amounts() && profile.filled > 0 {
                continue;
            }
            if let Some(currency) = name.foreign_currency() {
                foreign = foreign.or_else(|| Some(currency.to_uppercase()));
                continue;
            }
            let rupiah = ["idr", "rp", "rupiah"];
            let is_rupiah = name
                .words
                .iter()
                .any(|word| rupiah.contains(&word.as_str()));
            places.push(((profile.filled == 0, rank, !is_rupiah), index));
        }
        places.sort_unstable();
        match (places.as_slice(), foreign) {
            ([], Some(currency)) => Err(StatementError::Currency(currency)),
            ([], None) => Ok(None),
            ([(first, _), (second, _), ..], _) if first == second && !first.0 => {
                let equals = places.iter().filter(|(rank, _)| rank == first);
                Ok(Some(Err(equals.map(|(_, index)| *index).collect())))
            }
            ([(_, first), ..], _) => Ok(Some(Ok(*first))),
        }
    }
}
