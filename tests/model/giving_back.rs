//! What the organiser gives back, and where the money of each stands.

use sambatan::Error;
use sambatan::domain::audit::AuditEventKind as Kind;
use sambatan::domain::id::ParticipationId;
use sambatan::domain::ledger::{
    Transaction, TransactionKind, TransactionSource, TransactionStatus,
};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::Participation;

use super::{Model, is_live};

impl Model {
    /// The refunds of a request that was done before; none for a new one that may be done.
    pub(crate) fn may_give_back(
        &self,
        id: ParticipationId,
        amount: i64,
        request: &str,
    ) -> Result<Vec<Transaction>, Error> {
        let participation = self.participations.by_id.get(&id);
        let participation = participation.ok_or(Error::ParticipationNotFound)?;
        if let Some((whose, asked, rows)) = self.requests.get(request) {
            if (*whose, *asked) != (id, amount) {
                return Err(Error::IdempotencyConflict);
            }
            let named = |row: &&Transaction| rows.contains(&row.id);
            return Ok(self.ledger.iter().filter(named).cloned().collect());
        }
        let left = participation.paid_amount.get() - self.refunded(id);
        let requested = Rupiah::new(amount);
        if amount > left {
            return Err(Error::RefundExceedsPayments {
                requested,
                available: Rupiah::new(left),
            });
        }
        let there = self.money(participation.campaign_id).balance();
        if requested > there {
            return Err(Error::InsufficientBalance {
                requested,
                available: there,
            });
        }
        Ok(Vec::new())
    }

    /// What giving back adds: taken from the oldest payments first. `found` names the rows.
    pub(crate) fn gave_back(
        &mut self,
        id: ParticipationId,
        (amount, request): (i64, &str),
        found: &[Transaction],
    ) -> Vec<Transaction> {
        let whose = self.participation(id);
        let mut payments: Vec<_> = self
            .ledger
            .iter()
            .filter(|row| row.participation_id == Some(id) && row.kind == TransactionKind::Payment)
            .cloned()
            .collect();
        payments.sort_by_key(|row| row.id);
        let (mut rest, mut rows) = (amount, Vec::new());
        for payment in payments {
            let gone = self
                .ledger
                .iter()
                .filter(|row| row.refund_of == Some(payment.id));
            let takes = rest.min(payment.amount.get() - Self::sum(gone).get());
            if takes <= 0 {
                continue;
            }
            rest -= takes;
            let Some(named) = found.get(rows.len()) else {
                break;
            };
            let kind = TransactionKind::Refund;
            rows.push(Transaction {
                status: TransactionStatus::Due,
                refund_of: Some(payment.id),
                source: TransactionSource::Organiser,
                reason: Some("pecah".to_owned()),
                ..self.row(named.id, kind, &whose, Rupiah::new(takes))
            });
        }
        for row in &rows {
            self.ledger.push(row.clone());
            let facts = Self::facts(row).payment(row.refund_of.unwrap());
            self.note(Some(row.campaign_id), Kind::RefundDue, facts);
        }
        self.participations.by_id.get_mut(&id).unwrap().updated_at = self.now;
        self.typed_about(whose.campaign_id);
        let ids = rows.iter().map(|row| row.id).collect();
        self.requests.insert(request.to_owned(), (id, amount, ids));
        rows
    }

    /// Where the money of a participation stands, in the plainest words.
    pub(super) fn payment_state(&self, one: &Participation) -> &'static str {
        let refunds = |status| {
            let rows = self.ledger.iter();
            let mut rows = rows.filter(|row| row.participation_id == Some(one.id));
            rows.any(|row| row.kind == TransactionKind::Refund && row.status == status)
        };
        let gone = self.refunded(one.id);
        let (paid, price) = (one.paid_amount.get(), one.contribution_amount.get());
        let told = one.transfer_amount.map_or(price, Rupiah::get);
        match () {
            () if refunds(TransactionStatus::Due) => "refund_due",
            () if refunds(TransactionStatus::Sent) => "refund_sent",
            () if gone > 0 && (gone == paid || !is_live(one)) => "refund_acknowledged",
            () if !is_live(one) => "none",
            () if paid == 0 => "owed",
            () if paid < price => "short",
            () if paid - gone > told => "over",
            () => "paid",
        }
    }
}
