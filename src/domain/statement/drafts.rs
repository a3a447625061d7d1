//! The lines of a statement while they are read: their directions are settled by the balance, and each gets
//! its fingerprint, when all are there.

use std::sync::Arc;

use crate::domain::statement::balance::{self, Step};
use crate::domain::statement::evidence::{Moved, Read};
use crate::domain::statement::header::Header;
use crate::domain::statement::identity::{Identities, Traits, apart};
use crate::domain::statement::layout::Layout;
use crate::domain::statement::records::Record;
use crate::domain::statement::words::Direction;
use crate::domain::statement::{Line, LineProblem, Reading, Statement, StatementError};

/// An account without blanks and dashes; none when a cell is none.
pub(super) fn account_of(cell: &str) -> Option<Arc<str>> {
    let words = cell
        .split_whitespace()
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
    let plain: String = words
        .flat_map(str::chars)
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(40)
        .collect();
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 3).then(|| plain.into())
}

/// A line whose direction is not settled yet.
struct Draft {
    line: Line,
    told: Option<Direction>,
    /// What tells it apart from lines that are alike.
    apart: u64,
    /// Its place among the steps of its account.
    step: usize,
}

/// The lines of one account, for the balance.
#[derive(Default)]
struct Chain {
    account: Option<Arc<str>>,
    steps: Vec<Step>,
    moves: Vec<Option<Direction>>,
}

/// The lines so far.
#[derive(Default)]
pub(super) struct Drafts {
    statement: Statement,
    /// The account of lines that name none.
    account: Option<Arc<str>>,
    drafts: Vec<(usize, Draft)>,
    chains: Vec<Chain>,
}

/// So many accounts of one file have their balances looked at.
const MOST_ACCOUNTS: usize = 32;

impl Drafts {
    /// No lines yet, of a statement that is read so, whose lines are of an account where they name none.
    pub(super) fn new(reading: Reading, account: Option<Arc<str>>) -> Self {
        Self {
            statement: Statement {
                reading,
                ..Statement::default()
            },
            account,
            ..Self::default()
        }
    }

    /// Notes a line that cannot be read.
    pub(super) fn note(&mut self, number: u64, problem: LineProblem) {
        self.statement.note(number, problem);
    }

    /// Takes a line that was read.
    pub(super) fn take(&mut self, number: u64, record: &Record, read: Read, layout: &Layout) {
        let account = match layout.account {
            Some(index) => self.account_in(record.cell(index)),
            None => self.account.clone(),
        };
        match read {
            Read::Moved(moved) => self.add(number, record, &moved, account.as_ref(), layout),
            Read::Balance(balance) => {
                self.statement.debits += 1;
                self.carry(balance, account.as_ref());
            }
            Read::Total(balance) => {
                self.statement.totals += 1;
                self.carry(balance, account.as_ref());
            }
            Read::Unsettled(kind) => self.statement.set_aside(number, kind),
        }
    }

    /// The account of a cell: the same text is kept once.
    fn account_in(&self, cell: &str) -> Option<Arc<str>> {
        let account = account_of(cell)?;
        let known = self
            .chains
            .iter()
            .filter_map(|chain| chain.account.as_ref());
        let mut known = known.filter(|known| **known == account);
        Some(known.next().cloned().unwrap_or(account))
    }

    /// The chain of an account; the last one stands for all of too many.
    fn chain(&mut self, account: Option<&Arc<str>>) -> usize {
        let known = self
            .chains
            .iter()
            .position(|chain| chain.account.as_ref() == account);
        known.unwrap_or_else(|| {
            if self.chains.len() < MOST_ACCOUNTS {
                self.chains.push(Chain {
                    account: account.cloned(),
                    ..Chain::default()
                });
            }
            self.chains.len() - 1
        })
    }

    /// A line that tells only a balance is what the next one starts from.
    fn carry(&mut self, balance: Option<i128>, account: Option<&Arc<str>>) {
        if balance.is_some() {
            let chain = self.chain(account);
            self.chains[chain].steps.push(Step {
                date: None,
                amount: 0,
                balance,
                told: None,
            });
        }
    }

    fn add(
        &mut self,
        number: u64,
        record: &Record,
        moved: &Moved,
        account: Option<&Arc<str>>,
        layout: &Layout,
    ) {
        let cells = layout.tells_apart.iter().map(|index| record.cell(*index));
        let apart = apart(moved.balance, moved.seconds, cells);
        let more: Vec<&str> = layout
            .texts
            .iter()
            .map(|index| record.cell(*index))
            .filter(|cell| !cell.is_empty())
            .collect();
        let line = Line {
            number,
            date: moved.date,
            amount: moved.amount,
            description: joined(record.cell(layout.description)),
            more: joined(&more.join(" | ")),
            account: account.cloned(),
            fingerprint: [0; 32],
            earlier_fingerprint: None,
        };
        let chain = self.chain(account);
        let steps = &mut self.chains[chain].steps;
        let draft = Draft {
            line,
            told: moved.told,
            apart,
            step: steps.len(),
        };
        if layout.balance.is_some() {
            steps.push(Step {
                date: Some(moved.date),
                amount: i128::from(moved.amount.get()) * 100,
                balance: moved.balance,
                told: moved.told,
            });
        }
        self.drafts.push((chain, draft));
    }

    /// Weighs the balance, and gives each line its direction and its fingerprint.
    ///
    /// # Errors
    /// [`StatementError::AgainstBalance`] and [`StatementError::NoDirection`].
    pub(super) fn finish(mut self, header: &Header) -> Result<Statement, StatementError> {
        let mut agreement = 0;
        for chain in &mut self.chains {
            chain.moves = balance::directions(&chain.steps);
            agreement += balance::agreement(&chain.steps, &chain.moves);
        }
        let mut identities = Identities::default();
        let (mut settled, mut untold) = (0_u64, 0_u64);
        let mut against = None;
        for (chain, draft) in std::mem::take(&mut self.drafts) {
            let moved = self.chains[chain].moves.get(draft.step).copied().flatten();
            let number = draft.line.number;
            match (draft.told, moved) {
                (Some(told), Some(moved)) if told != moved => {
                    against = against.or(Some(number));
                    self.note(number, LineProblem::Balance);
                }
                (Some(direction), _) | (None, Some(direction)) => {
                    settled += 1;
                    self.settle(draft, direction, &mut identities);
                }
                (None, None) => {
                    untold += 1;
                    self.note(number, LineProblem::Direction);
                }
            }
        }
        if let Some(line) = against.filter(|_| agreement < 0) {
            return Err(StatementError::AgainstBalance { line });
        }
        if settled == 0 && untold > 0 && against.is_none() {
            let seen = header.seen();
            return Err(StatementError::NoDirection { seen });
        }
        // What the balance says stands behind what the lines say.
        self.statement.errors.sort_by_key(|error| error.number);
        self.statement.account = self.only_account();
        Ok(self.statement)
    }

    fn settle(&mut self, draft: Draft, direction: Direction, identities: &mut Identities) {
        let mut line = draft.line;
        (line.fingerprint, line.earlier_fingerprint) = identities.of(&Traits {
            date: line.date,
            amount: line.amount,
            description: &line.description,
            direction,
            account: line.account.as_deref(),
            apart: draft.apart,
        });
        match direction {
            Direction::In => self.statement.lines.push(line),
            Direction::Out => {
                self.statement.debits += 1;
                self.statement.outgoing.push(line);
            }
        }
    }

    /// The account of all lines, where they have the same one.
    fn only_account(&self) -> Option<Arc<str>> {
        match self.chains.as_slice() {
            [only] => only.account.clone(),
            [] => self.account.clone(),
            _ => None,
        }
    }
}

/// A text with its blanks joined.
fn joined(text: &str) -> String {
    let is_blank = |pair: &[u8]| pair[0] == b' ' && pair[1] == b' ';
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    let bytes = text.as_bytes();
    let is_joined = bytes.iter().all(is_plain) && !bytes.windows(2).any(is_blank);
    if is_joined && text.trim().len() == text.len() {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}
