//! The columns whose words tell a direction or a status.

use crate::domain::statement::StatementError;
use crate::domain::statement::layout::Table;
use crate::domain::statement::names::Name;
use crate::domain::statement::options::Columns;
use crate::domain::statement::profile::{Profile, Word};
use crate::domain::statement::status::Status;
use crate::domain::statement::words::{Direction, DirectionWord, List, Side, words};

/// A column whose words tell a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DirectionColumn {
    pub(super) index: usize,
    /// Whether it is one and nothing else: then a word that is not known refuses its line.
    pub(super) is_sure: bool,
    letters: Letters,
    /// Whether `+` and `-` are words of it; else a dash is an empty cell.
    has_signs: bool,
}

/// What single letters of a column stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// Debit and kredit, credit, Soll and Haben.
    Bookkeeping { knows_k: bool, knows_h: bool },
    /// Masuk and keluar, in and out.
    Moving,
}

/// What the cell of a column of directions says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Direction(Direction),
    Nothing,
    Unknown,
}

impl DirectionColumn {
    fn of(index: usize, name: &Name, profile: &Profile, is_given: bool) -> Self {
        let has = |letter: &str| profile.words.keys().any(|word| words(word) == [letter]);
        let has = |letter: &str| has(letter) || has(letter.to_uppercase().as_str());
        let names = |known: &[&str]| name.words.iter().any(|word| known.contains(&word.as_str()));
        let is_moving =
            has("m") || has("i") || has("o") || names(&["m", "masuk", "keluar", "i", "o"]);
        let letters = if is_moving {
            Letters::Moving
        } else {
            Letters::Bookkeeping {
                knows_k: has("d") || name.speaks_of_debit() || is_given,
                knows_h: has("s") || names(&["s", "soll", "haben", "sollhaben"]) || is_given,
            }
        };
        Self {
            index,
            is_sure: false,
            letters,
            has_signs: profile.words.contains_key("+") || name.is_direction(),
        }
    }

    /// What a cell says.
    pub(super) fn tell(&self, cell: &str, word: Word) -> Told {
        let is_dash = cell
            .chars()
            .all(|c| matches!(c, '-' | '\u{2013}' | '\u{2212}' | ' '));
        if cell.is_empty() || is_dash && !self.has_signs {
            return Told::Nothing;
        }
        let direction = match word.direction {
            Some(DirectionWord::Clear(direction)) => Some(direction),
            Some(DirectionWord::Letter(letter)) => self.letter(letter),
            None => None,
        };
        direction.map_or(Told::Unknown, Told::Direction)
    }

    fn letter(&self, letter: u8) -> Option<Direction> {
        match (self.letters, letter) {
            (Letters::Moving, b'm' | b'i')
            | (Letters::Bookkeeping { .. }, b'c')
            | (Letters::Bookkeeping { knows_k: true, .. }, b'k')
            | (Letters::Bookkeeping { knows_h: true, .. }, b'h') => Some(Direction::In),
            (Letters::Moving, b'k' | b'o')
            | (Letters::Bookkeeping { .. }, b'd')
            | (Letters::Bookkeeping { knows_h: true, .. }, b's') => Some(Direction::Out),
            _ => None,
        }
    }

    /// How many cells tell money that came in, that went out, and how many tell nothing that is known.
    fn counts(&self, profile: &Profile) -> (u32, u32, u32) {
        let mut counts = (0, 0, profile.other_cells);
        for (cell, word) in &profile.words {
            match self.tell(cell, *word) {
                Told::Direction(Direction::In) => counts.0 += word.count,
                Told::Direction(Direction::Out) => counts.1 += word.count,
                Told::Unknown => counts.2 += word.count,
                Told::Nothing => {}
            }
        }
        counts
    }
}

/// How the words of a column are used for the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusUse {
    /// Its name says that it is one: a word that is not known, and an empty cell, refuse the line.
    Named,
    /// Its words say so: a word that is not known refuses the line.
    Seen,
    /// It is another column, in which some cells are nothing but a word for what is not settled.
    Watched,
}

/// A column whose words tell how far a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StatusColumn {
    pub(super) index: usize,
    pub(super) used: StatusUse,
}

impl Table<'_> {
    /// The columns that tell a direction: any whose cells are all words for one, whatever its name and place;
    /// those that are named so, or are a kind of lines, and have some.
    pub(super) fn directions(
        &self,
        columns: &Columns,
        is_two_sided: bool,
    ) -> Result<Vec<DirectionColumn>, StatementError> {
        let given = self.header.given(columns.direction.as_ref())?;
        if let Some(index) = given {
            let (name, profile) = (&self.header.names[index], &self.profiles[index]);
            let column = DirectionColumn::of(index, name, profile, true);
            return Ok(vec![DirectionColumn {
                is_sure: true,
                ..column
            }]);
        }
        let found = self.free().filter_map(|index| {
            let (name, profile) = (&self.header.names[index], &self.profiles[index]);
            let column = DirectionColumn::of(index, name, profile, false);
            let (ins, outs, unknown) = column.counts(profile);
            let known = ins + outs;
            let is_named = name.is_direction();
            let is_all = known > 0 && unknown == 0;
            // `Debit/Kredit` is one even when not one of its words is known.
            let is_both = name.side() == Side::Both;
            let is_sure = is_named && (known > 0 || is_both && profile.lettered > 0) || is_all;
            // A column that says one thing of everything says nothing beside what tells two sides.
            let is_idle = !is_named && is_two_sided && (ins == 0 || outs == 0);
            let is_partly = known > 0 && (name.is_type() || profile.is_of_few_words());
            ((is_sure || is_partly) && !is_idle).then_some(DirectionColumn { is_sure, ..column })
        });
        Ok(found.collect())
    }

    /// The columns that tell how far a payment is.
    pub(super) fn statuses(
        &self,
        columns: &Columns,
        directions: &[DirectionColumn],
    ) -> Result<Vec<StatusColumn>, StatementError> {
        if let Some(index) = self.header.given(columns.status.as_ref())? {
            return Ok(vec![StatusColumn {
                index,
                used: StatusUse::Named,
            }]);
        }
        let found = self.free().filter_map(|index| {
            let (name, profile) = (&self.header.names[index], &self.profiles[index]);
            let direction = directions.iter().find(|column| column.index == index);
            let directed = direction.is_some();
            let is_not = |word: &Word| matches!(word.status, Some(Status::Not(_)));
            let not_settled = profile.count(is_not);
            let known = profile.count(|word| word.status.is_some());
            let only_direction = direction.is_some_and(|column| column.is_sure) && not_settled == 0;
            if name.is_status() && !only_direction && profile.filled > 0 {
                return Some(StatusColumn {
                    index,
                    used: StatusUse::Named,
                });
            }
            let unknown =
                profile.filled - profile.count(|word| word.status.is_some()) - dashes(profile);
            let is_all = unknown == 0 && known > 0;
            let is_most = known * 2 > profile.filled && profile.is_of_few_words();
            let says_enough = not_settled > 0 || !directed && says_more_than_paid(profile);
            if (is_all || is_most) && says_enough {
                return Some(StatusColumn {
                    index,
                    used: StatusUse::Seen,
                });
            }
            (not_settled > 0).then_some(StatusColumn {
                index,
                used: StatusUse::Watched,
            })
        });
        Ok(found.collect())
    }
}

/// Cells in which only a dash stands.
fn dashes(profile: &Profile) -> u32 {
    let is_dash = |word: &String| word.chars().all(|c| matches!(c, '-' | '\u{2013}' | ' '));
    let dashes = profile.words.iter().filter(|(word, _)| is_dash(word));
    dashes.map(|(_, word)| word.count).sum()
}

/// Whether a column has words that are said of a status only: paid and received are said of a direction too.
fn says_more_than_paid(profile: &Profile) -> bool {
    const PAID: List = List("paid received diterima dibayar terbayar bezahlt credited");
    profile.words.iter().any(|(cell, word)| {
        let is_paid = words(&cell.to_lowercase())
            .iter()
            .any(|word| PAID.has(word));
        word.status.is_some() && !is_paid
    })
}
