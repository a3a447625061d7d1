//! Verbs on the accounts that people pay to.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::error::Error;
use crate::domain::id::PayToId;
use crate::domain::pay_to::{self as rules, NewPayTo, PayTo};
use crate::domain::reports::{Limit, Page};
use crate::domain::seal::Salt;
use crate::service::{Sambatan, page};
use crate::store::{StoreError, pay_to};
use crate::writer::{Failure, Transaction};

impl Sambatan {
    /// Adds an account that people pay to.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], [`Error::TooManyPayTo`], or what every write can answer.
    pub fn add_pay_to(&self, new: NewPayTo) -> Result<PayTo, Error> {
        let checked = new.check()?;
        let in_use = Arc::clone(&self.core.in_use);
        self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let others = pay_to::in_use(connection)?.len();
            let (account, mut event) = checked.add(PayToId::new(), others, transaction.now)?;
            let salt = Salt::random().map_err(StoreError::from)?;
            pay_to::insert(connection, &account, salt)?;
            event.metadata = event.metadata.sealed(account.seal(salt));
            transaction.append(event)?;
            in_use.forget();
            Ok(account)
        })
    }

    /// Retires an account: nobody is told any more to pay there. It stays in the file, because the log names
    /// it.
    ///
    /// # Errors
    /// [`Error::PayToNotFound`], [`Error::PayToRetired`], or what every write can answer.
    pub fn retire_pay_to(&self, id: PayToId) -> Result<PayTo, Error> {
        let in_use = Arc::clone(&self.core.in_use);
        self.core.writer.call(move |transaction| {
            let connection = transaction.connection;
            let account = pay_to::find_by_id(connection, id)?.ok_or(Error::PayToNotFound)?;
            let (account, event) = account.retire(transaction.now)?;
            pay_to::update(connection, &account)?;
            transaction.append(event)?;
            in_use.forget();
            Ok(account)
        })
    }

    /// An account, also a retired one.
    ///
    /// # Errors
    /// [`Error::PayToNotFound`], or what every read can answer.
    pub fn get_pay_to(&self, id: PayToId) -> Result<PayTo, Error> {
        self.core
            .read(|connection| pay_to::find_by_id(connection, id))?
            .ok_or(Error::PayToNotFound)
    }

    /// Lists all accounts, the retired ones too, newest first; `after` is where the page before ended.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_pay_to(
        &self,
        after: Option<PayToId>,
        limit: Limit,
    ) -> Result<Page<PayTo, PayToId>, Error> {
        let items = self
            .core
            .read(|connection| pay_to::page(connection, after, limit))?;
        Ok(page(items, limit, |account| account.id))
    }

    /// The accounts in use, in the order in which they were added: 20 at most.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn pay_to_in_use(&self) -> Result<Vec<PayTo>, Error> {
        self.core.read(pay_to::in_use)
    }
}

/// Asks that the accounts that a campaign is to use are in use.
pub(super) fn check_pay_to(
    transaction: &Transaction<'_>,
    named: &[PayToId],
) -> Result<(), Failure> {
    if named.is_empty() {
        return Ok(());
    }
    let in_use = pay_to::in_use(transaction.connection)?;
    Ok(rules::check_named(named, &in_use)?)
}

/// The accounts in use as the writer last read them, so that a join reads none. Only operations of the
/// writer ask for them: what one of these changes is [forgotten](Self::forget), and what another process
/// changed shows in the version.
#[derive(Default)]
pub(super) struct InUse(Mutex<Option<(i64, Arc<[PayTo]>)>>);

impl InUse {
    /// The accounts in use in this transaction.
    pub(super) fn get(&self, transaction: &Transaction<'_>) -> Result<Arc<[PayTo]>, StoreError> {
        let connection = transaction.connection;
        let version = pay_to::version(connection)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read_at, accounts)) = &*kept
            && *read_at == version
        {
            return Ok(Arc::clone(accounts));
        }
        let accounts: Arc<[PayTo]> = pay_to::in_use(connection)?.into();
        *kept = Some((version, Arc::clone(&accounts)));
        Ok(accounts)
    }

    /// Has the next one read them from the file again.
    fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
