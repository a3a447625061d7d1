//! The service under test beside its model: takes each step with both and compares the answers.

use std::sync::OnceLock;

use chrono::TimeDelta;
use proptest::{prop_assert, prop_assert_eq};
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use sambatan::domain::ledger::{NewAdjustment, NewPayment, NewPayout, TransactionStatus};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::domain::reports::Limit;
use sambatan::domain::time::Timestamp;
use sambatan::inspect::Inspector;
use sambatan::{Durability, Error, NewCampaign, Options, Sambatan};
use tempfile::TempDir;

use super::Model;
use super::steps::{KEYS, Pick, Step, USERS};
use crate::Checked;

/// The service under test beside its model.
pub(crate) struct World {
    clock: ManualClock,
    options: Options,
    folder: TempDir,
    service: Option<Sambatan>,
    pub(crate) model: Model,
    /// Every join under a key that was sent, with its key.
    sent: Vec<(JoinCampaign, &'static str)>,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        let now: Timestamp = "2025-10-01T00:00:00Z".parse().unwrap();
        let clock = ManualClock::at(now);
        let options = Options {
            clock: Clock::Manual(clock.clone()),
            durability: Durability::Off,
            readers: 1,
            ..options.clone()
        };
        let mut world = Self {
            clock,
            options,
            folder: tempfile::tempdir().unwrap(),
            service: None,
            model: Model::at(now),
            sent: Vec::new(),
        };
        world.lay_file();
        world.reopen();
        world
    }

    /// Copies a file that was made once: an empty one takes longer to make than a sequence to run.
    fn lay_file(&self) {
        static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();
        let empty = EMPTY.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("empty.db");
            drop(Sambatan::open_with(&path, self.options.clone()).unwrap());
            std::fs::read(path).unwrap()
        });
        std::fs::write(self.folder.path().join("model.db"), empty).unwrap();
    }

    fn reopen(&mut self) {
        self.service = None;
        let path = self.folder.path().join("model.db");
        self.service = Some(Sambatan::open_with(path, self.options.clone()).unwrap());
    }

    pub(crate) const fn service(&self) -> &Sambatan {
        self.service.as_ref().expect("a reopened service is there")
    }

    /// The audit log replays to what the file holds.
    pub(crate) fn verify(&self) -> Checked {
        let path = self.folder.path().join("model.db");
        let verified = Inspector::open(path).unwrap().verify().unwrap();
        prop_assert!(verified.is_ok(), "{verified:?}");
        let events = self.model.events.len() as u64;
        prop_assert_eq!(verified.unwrap().events, events);
        Ok(())
    }

    fn in_ms(&self, ms: i64) -> Timestamp {
        self.clock.now().saturating_add(TimeDelta::milliseconds(ms))
    }

    pub(crate) fn take(&mut self, step: &Step) -> Checked {
        match *step {
            Step::CreateProduct => self.create_product(),
            Step::Toggle {
                product,
                enabled,
                deadline_in,
            } => self.toggle(product, enabled, deadline_in),
            Step::CreateCampaign { .. } => self.create_campaign(&self.campaign_input(step)),
            Step::Join {
                campaign,
                user,
                quantity,
                waitlist,
            } => self.join(&self.join_input(campaign, user, quantity, waitlist)),
            Step::JoinOnce {
                campaign,
                user,
                quantity,
                waitlist,
                key,
            } => {
                let join = self.join_input(campaign, user, quantity, waitlist);
                self.join_anew(&join, KEYS[key])
            }
            Step::Retry(number) => {
                let newest_first = self.sent.iter().rev();
                match newest_first.cycle().nth(number).cloned() {
                    Some((join, key)) => self.join_once(&join, key),
                    None => Ok(()),
                }
            }
            Step::Cancel { participation } => self.cancel(participation),
            Step::Revive { participation } => self.revive(participation),
            Step::Pay {
                participation,
                amount,
                confirms,
            } => self.pay(participation, amount, confirms),
            Step::Adjust {
                participation,
                amount,
            } => self.adjust(participation, amount),
            Step::PayOut { campaign, amount } => self.pay_out(campaign, amount),
            Step::SendRefund(refund) => self.move_refund(refund, TransactionStatus::Due),
            Step::AcknowledgeRefund(refund) => self.move_refund(refund, TransactionStatus::Sent),
            Step::Extend {
                campaign,
                deadline_in,
            } => self.extend(campaign, deadline_in),
            Step::CancelCampaign { campaign } => self.cancel_campaign(campaign),
            Step::Sweep => self.sweep(),
            Step::MoveClock(ms) => {
                self.move_clock(ms);
                Ok(())
            }
            Step::Reopen => {
                self.reopen();
                Ok(())
            }
        }
    }

    fn join_anew(&mut self, join: &JoinCampaign, key: &'static str) -> Checked {
        self.sent.push((join.clone(), key));
        self.join_once(join, key)
    }

    fn move_clock(&mut self, ms: i64) {
        self.clock.set(self.in_ms(ms));
        self.model.now = self.clock.now();
    }

    fn cancel(&mut self, participation: Pick) -> Checked {
        let id = self.model.participations.pick(participation.0);
        let expected = self.model.cancel(id);
        let found = self.service().cancel_participation(id, Some("salah"));
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn revive(&mut self, participation: Pick) -> Checked {
        let id = self.model.participations.pick(participation.0);
        let expected = self.model.revive(id);
        let found = self.service().revive_participation(id);
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        self.learn()?;
        if let Ok(found) = found {
            prop_assert_eq!(found, self.model.participation(id));
        }
        Ok(())
    }

    pub(crate) fn learn(&mut self) -> Checked {
        let service = self.service.as_ref().expect("a reopened service is there");
        self.model.learn(service)
    }

    fn pay(&mut self, participation: Pick, amount: Option<i64>, confirms: bool) -> Checked {
        let id = self.model.participations.pick(participation.0);
        let expected = self.model.may_pay(id, confirms);
        let payment = NewPayment {
            amount,
            reference: None,
        };
        let service = self.service.as_ref().expect("a reopened service is there");
        let (row, shown) = if confirms {
            let found = service.confirm_with_payment(id, payment);
            prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
            let rows = service.list_participation_transactions(id, None, Limit::default());
            let row = rows.ok().and_then(|page| page.items.last().cloned());
            (row, found.ok())
        } else {
            let found = service.record_payment(id, payment);
            prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
            (found.ok(), None)
        };
        if expected.is_ok() {
            let row = row.expect("who has paid has a row in the ledger");
            self.model.paid(id, amount, row.id, service)?;
            if let Some(shown) = shown {
                prop_assert_eq!(shown, self.model.participation(id));
            }
        }
        Ok(())
    }

    fn adjust(&mut self, participation: Pick, amount: i64) -> Checked {
        let id = self.model.participations.pick(participation.0);
        let expected = self.model.may_adjust(id, amount);
        let reference = "koreksi".to_owned();
        let adjustment = NewAdjustment { amount, reference };
        let found = self.service().adjust_payment(id, adjustment);
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(row) = found {
            let expected = self.model.adjusted(id, amount, row.id);
            prop_assert_eq!(row, expected);
        }
        Ok(())
    }

    fn pay_out(&mut self, campaign: Pick, amount: i64) -> Checked {
        let id = self.model.campaigns.pick(campaign.0);
        let expected = self.model.may_pay_out(id, amount);
        let payout = NewPayout {
            amount,
            reference: None,
        };
        let found = self.service().pay_out(id, payout);
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(row) = found {
            prop_assert_eq!((row.campaign_id, row.amount), (id, Rupiah::new(amount)));
            self.model.paid_out(&row);
        }
        Ok(())
    }

    fn move_refund(&mut self, refund: Pick, from: TransactionStatus) -> Checked {
        let id = self.model.pick_refund(refund.0);
        let expected = self.model.move_refund(id, from);
        let found = if from == TransactionStatus::Due {
            self.service().send_refund(id, "TRX 1")
        } else {
            self.service().acknowledge_refund(id, None)
        };
        prop_assert_eq!(found.map(|refund| refund.transaction), expected);
        Ok(())
    }

    fn extend(&mut self, campaign: Pick, deadline_in: i64) -> Checked {
        let id = self.model.campaigns.pick(campaign.0);
        let deadline = self.in_ms(deadline_in);
        let expected = self.model.extend(id, deadline);
        let service = self.service();
        let found = service.extend_campaign(id, deadline.as_datetime(), Some("lama"));
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn cancel_campaign(&mut self, campaign: Pick) -> Checked {
        let id = self.model.campaigns.pick(campaign.0);
        let expected = self.model.cancel_campaign(id);
        let found = self.service().cancel_campaign(id, Some("batal"));
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn join(&mut self, join: &JoinCampaign) -> Checked {
        let expected = self.model.join(join);
        let found = self.service().join_campaign(join.clone());
        prop_assert_eq!(found.as_ref().err(), expected.as_ref().err());
        if let Ok(participation) = found {
            self.model.joined(join, participation.id);
            self.learn()?;
            prop_assert_eq!(&participation, &self.model.participation(participation.id));
        }
        Ok(())
    }

    fn campaign_input(&self, step: &Step) -> NewCampaign {
        let Step::CreateCampaign {
            product,
            slots,
            minimum,
            price,
            deadline_in,
            opens_in,
            terms,
        } = *step
        else {
            unreachable!("only such a step has a campaign");
        };
        let id = self.model.products.pick(product.0);
        let deadline = self.in_ms(deadline_in).as_datetime();
        NewCampaign {
            minimum_slots: minimum,
            terms,
            opens_at: opens_in.map(|ms| self.in_ms(ms).as_datetime()),
            ..NewCampaign::new(id, "Batch Oktober", slots, price, deadline)
        }
    }

    fn create_product(&mut self) -> Checked {
        let new = NewProduct {
            name: "Rimba Embun".to_owned(),
            description: None,
            base_price: 420_000,
        };
        let product = self.service().create_product(new).unwrap();
        self.model.product_created(product);
        Ok(())
    }

    fn toggle(&mut self, product: Pick, enabled: bool, deadline_in: Option<i64>) -> Checked {
        let id = self.model.products.pick(product.0);
        let toggle = ToggleSambatan {
            enabled,
            total_slots: None,
            deadline: deadline_in.map(|ms| self.in_ms(ms).as_datetime()),
        };
        let expected = self.model.toggle(id, &toggle);
        let found = self.service().toggle_sambatan(id, toggle);
        prop_assert_eq!(found, expected);
        Ok(())
    }

    fn create_campaign(&mut self, new: &NewCampaign) -> Checked {
        let expected = self.model.create_campaign(new);
        let found = self.service().create_campaign(new.clone());
        match (found, expected) {
            (Ok(campaign), Ok(())) => {
                self.model.campaign_created(new, campaign.id);
                prop_assert_eq!(&campaign, &self.model.campaign(campaign.id));
            }
            // Which fields are refused, and why, is for the tables of the rules.
            (Err(Error::ValidationFailed(_)), Err(Error::ValidationFailed(_))) => {}
            (found, expected) => prop_assert_eq!(found.map(|_| ()), expected),
        }
        Ok(())
    }

    fn join_input(
        &self,
        campaign: Pick,
        user: usize,
        quantity: i64,
        waitlist: bool,
    ) -> JoinCampaign {
        let id = self.model.campaigns.pick(campaign.0);
        JoinCampaign {
            waitlist,
            ..JoinCampaign::new(id, USERS[user], quantity, "Jl. Melati No. 15")
        }
    }

    fn join_once(&mut self, join: &JoinCampaign, key: &str) -> Checked {
        let path = format!("/api/sambatan/campaigns/{}/join", join.campaign_id);
        let fingerprint = Fingerprint::of(
            "POST",
            &path,
            &format!("{} {}", join.quantity, join.waitlist),
        );
        let expected = self.model.join_once(join, key);
        let found = self.service().join_campaign_once(
            join.clone(),
            IdempotencyKey::parse(key).unwrap(),
            fingerprint,
            |outcome| match outcome {
                Ok(participation) => StoredAnswer {
                    status: 201,
                    body: participation.id.to_string(),
                },
                Err(error) => StoredAnswer {
                    status: 409,
                    body: error.to_string(),
                },
            },
        );
        match (found, expected) {
            // A new participation: only its id and what to transfer cannot be foretold.
            (Ok(once), Ok(None)) => {
                prop_assert!(!once.replayed);
                prop_assert_eq!(once.answer.status, 201);
                let id = once.answer.body.parse().unwrap();
                self.model.joined(join, id);
                self.model.keep_answer(join, key, &once.answer);
            }
            (found, Ok(Some(expected))) => prop_assert_eq!(found, Ok(expected)),
            (found, Err(expected)) => prop_assert_eq!(found, Err(expected)),
            (Err(found), Ok(None)) => prop_assert!(false, "refused: {found}"),
        }
        Ok(())
    }

    fn sweep(&mut self) -> Checked {
        let known = self.model.events.len();
        self.model.sweep();
        let report = self.service().run_lifecycle().unwrap();
        prop_assert_eq!(report.executed_at, self.clock.now());
        prop_assert_eq!(&report.transitions, &self.model.events[known..]);
        prop_assert_eq!(
            report.transition_count,
            (self.model.events.len() - known) as u64
        );
        Ok(())
    }
}
