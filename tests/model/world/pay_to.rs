//! Accounts that people pay to.

use proptest::{prop_assert, prop_assert_eq};
use sambatan::domain::id::PayToId;
use sambatan::domain::pay_to::{NewPayTo, PayToKind};

use super::World;
use crate::Checked;
use crate::model::steps::{OfPayTo, Pick};

const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

impl World {
    pub(super) fn take_of_pay_to(&mut self, step: OfPayTo) -> Checked {
        match step {
            OfPayTo::Add(kind) => self.add_account(kind),
            OfPayTo::Retire(account) => self.retire_account(account),
        }
    }

    fn add_account(&mut self, kind: PayToKind) -> Checked {
        let is_code = kind == PayToKind::Qris;
        let text = |text: &str| (!is_code).then(|| text.to_owned());
        let new = NewPayTo {
            kind,
            bank: text("BCA"),
            number: text("0123456789"),
            holder: text("Siti Contoh"),
            payload: is_code.then(|| STATIC.to_owned()),
            note: None,
        };
        let added = self.service().add_pay_to(new).unwrap();
        prop_assert!(added.kind == kind && added.is_in_use());
        prop_assert_eq!(added.code.is_some(), is_code);
        self.model.account_added(added);
        Ok(())
    }

    fn retire_account(&mut self, account: Pick) -> Checked {
        let is_in_use = |account: &sambatan::domain::pay_to::PayTo| account.is_in_use();
        let id = self.model.accounts.pick_of(account, is_in_use);
        let expected = self.model.retire_account(id);
        prop_assert_eq!(self.service().retire_pay_to(id), expected);
        Ok(())
    }

    /// The accounts that a step names.
    pub(super) fn accounts(&self, picks: &[Pick]) -> Vec<PayToId> {
        let is_in_use = |account: &sambatan::domain::pay_to::PayTo| account.is_in_use();
        let picks = picks.iter();
        let ids = picks.map(|pick| self.model.accounts.pick_of(*pick, is_in_use));
        ids.collect()
    }
}
