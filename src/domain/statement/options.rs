//! What the reader of a statement may be told instead of finding it.

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The day of the transfer.
    Date,
    /// How much moved.
    Amount,
    /// How much came in.
    Credit,
    /// How much went out.
    Debit,
    /// Whether money came in or went out.
    Direction,
    /// Whether the payment is settled.
    Status,
    /// What the bank and the sender wrote.
    Description,
    /// More that the bank and the sender wrote.
    Text,
    /// The balance after a line.
    Balance,
    /// The currency.
    Currency,
    /// The account that the line belongs to.
    Account,
}

impl Column {
    /// The column as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Amount => "amount",
            Self::Credit => "credit",
            Self::Debit => "debit",
            Self::Direction => "direction",
            Self::Status => "status",
            Self::Description => "description",
            Self::Text => "text",
            Self::Balance => "balance",
            Self::Currency => "currency",
            Self::Account => "account",
        }
    }
}

/// In which order a date has its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFormat {
    /// `31/12/2026`.
    DayFirst,
    /// `12/31/2026`.
    MonthFirst,
    /// `2026/12/31`.
    YearFirst,
    /// The number of a day in a spreadsheet: 46387.
    Serial,
}

impl DateFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::DayFirst,
        Self::MonthFirst,
        Self::YearFirst,
        Self::Serial,
    ];

    /// The words for all of them, in the order of [`Self::ALL`].
    pub const WORDS: [&'static str; 4] = ["dmy", "mdy", "ymd", "excel"];

    /// The format as a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
            Self::YearFirst => "ymd",
            Self::Serial => "excel",
        }
    }

    /// The format that a word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// The columns and the delimiter, as far as they are given; the rest is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The name of the column of dates.
    pub date: Option<String>,
    /// The name of the column of amounts. Its sign or another column tells the direction.
    pub amount: Option<String>,
    /// The name of the column of the money that came in.
    pub credit: Option<String>,
    /// The name of the column of the money that went out.
    pub debit: Option<String>,
    /// The name of the column that tells the direction by words.
    pub direction: Option<String>,
    /// The name of the column that tells whether a payment is settled.
    pub status: Option<String>,
    /// The name of the column of descriptions.
    pub description: Option<String>,
    /// What stands between two cells.
    pub delimiter: Option<u8>,
    /// The order of the parts of a date.
    pub date_format: Option<DateFormat>,
    /// Whether every line that has no sign of the contrary is money that came in.
    pub all_incoming: bool,
}
