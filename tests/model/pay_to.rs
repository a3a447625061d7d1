//! Where people pay to: accounts come and are retired, and campaigns name some of them.

use sambatan::Error;
use sambatan::domain::audit::{AuditEventKind as Kind, Metadata};
use sambatan::domain::id::PayToId;
use sambatan::domain::pay_to::PayTo;

use super::Model;
use super::campaigns::refused;

impl Model {
    /// Those that are not retired, the oldest first.
    pub(crate) fn accounts_in_use(&self) -> Vec<PayTo> {
        let all = self.accounts.by_id.values().cloned();
        all.filter(|account| account.retired_at.is_none()).collect()
    }

    pub(crate) fn account_added(&mut self, account: PayTo) {
        let facts = Metadata::new().pay_to(account.id);
        let facts = facts.word("kind", account.kind.word());
        self.note(None, Kind::PayToAdded, facts);
        self.accounts.by_id.insert(account.id, account);
    }

    pub(crate) fn retire_account(&mut self, id: PayToId) -> Result<PayTo, Error> {
        let now = self.now;
        let account = self.accounts.by_id.get_mut(&id);
        let account = account.ok_or(Error::PayToNotFound)?;
        if account.retired_at.is_some() {
            return Err(Error::PayToRetired);
        }
        account.retired_at = Some(now);
        let account = account.clone();
        let facts = Metadata::new().pay_to(id).word("kind", account.kind.word());
        self.note(None, Kind::PayToRetired, facts);
        Ok(account)
    }

    /// In their order and each once, when all of them are in use.
    pub(crate) fn named(&self, ids: &[PayToId]) -> Result<Vec<PayToId>, Error> {
        let in_use = self.accounts_in_use();
        if ids
            .iter()
            .any(|id| in_use.iter().all(|account| account.id != *id))
        {
            return Err(refused());
        }
        let named = in_use.iter().map(|account| account.id);
        Ok(named.filter(|id| ids.contains(id)).collect())
    }

    /// Of these, what is in use.
    pub(crate) fn still_in_use(&self, ids: &[PayToId]) -> Vec<PayToId> {
        let in_use = self.accounts_in_use().into_iter();
        let ids = in_use
            .map(|account| account.id)
            .filter(|id| ids.contains(id));
        ids.collect()
    }
}
