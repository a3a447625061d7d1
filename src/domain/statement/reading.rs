//! How a statement was read: from what the directions came, and from which columns.

use serde_json::{Value, json};

use crate::domain::statement::options::Column;

/// From what it is known whether money came in or went out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Basis {
    /// Signs, words, two columns, or the balance, line by line.
    #[default]
    Evidence,
    /// Nothing could tell a direction: a list of dates, texts and amounts is one of money that came in.
    BareList,
    /// A report whose status column is understood is one of money that came in.
    MerchantReport,
    /// It was said that everything came in.
    AllIncoming,
}

impl Basis {
    /// The basis as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::BareList => "bare_list",
            Self::MerchantReport => "merchant_report",
            Self::AllIncoming => "all_incoming",
        }
    }
}

/// A column that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedColumn {
    /// For what.
    pub column: Column,
    /// Its name in the file; its number, from 1, when it has none.
    pub name: String,
}

/// How a statement was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// From what the directions came.
    pub basis: Basis,
    /// The columns that were used.
    pub columns: Vec<UsedColumn>,
}

impl Reading {
    /// As programs read it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let column = |used: &UsedColumn| json!({ "use": used.column.word(), "name": used.name });
        json!({
            "basis": self.basis.word(),
            "columns": self.columns.iter().map(column).collect::<Vec<_>>(),
        })
    }
}
