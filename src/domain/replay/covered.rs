//! Which columns are covered by what events tell, and which by a seal.

/// A table of which rows are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// `products`.
    Product,
    /// `sambatan_campaigns`.
    Campaign,
    /// `sambatan_participants`.
    Participation,
    /// `sambatan_transactions`.
    Transaction,
    /// `webhooks`.
    Webhook,
    /// `pay_to`.
    PayTo,
}

/// What of a table is covered.
#[derive(Debug, Clone, Copy)]
pub struct Covered {
    /// The table.
    pub table: &'static str,
    /// Columns that events tell as they are: by a fact of the same name, or by their time.
    pub columns: &'static [&'static str],
    /// Columns that a person typed, in the order of the row's `texts()`.
    pub texts: &'static [&'static str],
}

impl Told {
    /// What of it is covered.
    #[must_use]
    pub const fn covered(self) -> Covered {
        match self {
            Self::Product => PRODUCT,
            Self::Campaign => CAMPAIGN,
            Self::Participation => PARTICIPATION,
            Self::Transaction => TRANSACTION,
            Self::Webhook => WEBHOOK,
            Self::PayTo => PAY_TO,
        }
    }

    /// The column that a fact of an event about such a row tells; none when it is no column's.
    pub(super) fn column(self, fact: &str) -> Option<&'static str> {
        let column = match (self, fact) {
            (Self::Campaign, "price_per_slot") => "slot_price",
            (Self::Campaign, "queue_number") => "last_queue_number",
            (Self::Product, "enabled") => "is_sambatan_enabled",
            (Self::Product, "total_slots") => "sambatan_total_slots",
            (Self::Product, "deadline") => "sambatan_deadline",
            _ => fact,
        };
        let columns = self.covered().columns.iter();
        columns.copied().find(|known| *known == column)
    }
}

const PRODUCT: Covered = Covered {
    table: "products",
    columns: &[
        "base_price",
        "is_sambatan_enabled",
        "sambatan_total_slots",
        "sambatan_deadline",
        "created_at",
    ],
    texts: &["name", "description"],
};

const CAMPAIGN: Covered = Covered {
    table: "sambatan_campaigns",
    columns: &[
        "product_id",
        "minimum_slots",
        "slot_price",
        "opens_at",
        "deadline",
        "on_shortfall",
        "extend_days",
        "completes",
        "max_slots_per_user",
        "max_slots_per_join",
        "payment",
        "pay_within_hours",
        "grace_hours",
        "last_queue_number",
        "tipped_at",
        "extended_at",
        "ended_at",
        "erased_at",
        "created_at",
    ],
    texts: &[
        "title",
        "description",
        "extend_reason",
        "cancel_reason",
        "join_code",
    ],
};

const PARTICIPATION: Covered = Covered {
    table: "sambatan_participants",
    columns: &[
        "transfer_amount",
        "queue_number",
        "pay_by",
        "expires_at",
        "expired_at",
        "promoted_at",
        "released_at",
        "claimed_at",
        "claimed_on",
        "account_changed_at",
        "token_generation",
        "held_with",
        "joined_at",
        "erased_at",
    ],
    texts: &[
        "user_id",
        "shipping_address",
        "note",
        "cancel_reason",
        "payout_account",
    ],
};

const TRANSACTION: Covered = Covered {
    table: "sambatan_transactions",
    columns: &[
        "source",
        "statement_share",
        "request_part",
        "created_at",
        "sent_at",
        "acknowledged_at",
    ],
    texts: &["reference", "reason", "statement_line", "request_id"],
};

const WEBHOOK: Covered = Covered {
    table: "webhooks",
    columns: &["created_at"],
    texts: &["url"],
};

// An account that is changed by hand sends money to somebody else: every column counts.
const PAY_TO: Covered = Covered {
    table: "pay_to",
    columns: &["kind", "created_at", "retired_at"],
    texts: &["bank", "number", "holder", "payload", "note"],
};
