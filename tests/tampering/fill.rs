//! A file with something in every column: campaigns of every kind, money that came, went back and was given
//! back, people who are forgotten and people who are not.

use chrono::{DateTime, TimeDelta, Utc};
use sambatan::clock::ManualClock;
use sambatan::domain::ban::{BanKind, BanWhat, NewBan};
use sambatan::domain::edit::{EditCampaign, EditProduct};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::idempotency::{Fingerprint, IdempotencyKey, StoredAnswer};
use sambatan::domain::ledger::{NewAdjustment, NewPayment, NewPayout, NewRefund};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::pay_to::{NewPayTo, PayToKind};
use sambatan::domain::product::ToggleSambatan;
use sambatan::domain::reports::Limit;
use sambatan::domain::terms::{Completes, NewTerms, OnShortfall, PaymentTiming};
use sambatan::{NewCampaign, Sambatan};

use crate::shop::enabled_product;

/// What the code of a merchant says that does not exist.
const CODE: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

struct Shop<'a> {
    service: &'a Sambatan,
    product: ProductId,
}

/// Fills the file of a service.
pub(crate) fn fill(service: &Sambatan, clock: &ManualClock) {
    let product = enabled_product(service);
    let shop = Shop { service, product };
    shop.edit_the_product();
    shop.is_paid_somewhere();
    let (tips, paying) = shop.tips();
    shop.moves_its_deadline();
    let failing = shop.fails();
    let called_off = shop.is_called_off();
    let unpaid = shop.is_full_and_unpaid();
    shop.notes_webhooks_and_bans(paying);
    clock.advance(TimeDelta::hours(30));
    service.run_lifecycle().unwrap();
    shop.releases(unpaid);
    clock.advance(TimeDelta::days(7));
    service.run_lifecycle().unwrap();
    service.set_payout_account(failing, "Mandiri 777").unwrap();
    service.renew_link(paying).unwrap();
    shop.sends_money(tips, paying);
    // Forgets the one that was called off, and of those that ended later what no refund needs.
    clock.advance(TimeDelta::days(31));
    service.run_lifecycle().unwrap();
    shop.pay(called_off, 1_000, Some("TRX 10"));
    shop.keeps_answers();
}

impl Shop<'_> {
    fn in_days(&self, days: i64) -> DateTime<Utc> {
        self.service.now().as_datetime() + TimeDelta::days(days)
    }

    fn campaign(&self, title: &str, minimum: i64, terms: NewTerms) -> CampaignId {
        let new = NewCampaign {
            minimum_slots: Some(minimum),
            description: Some("Isi".to_owned()),
            terms,
            ..NewCampaign::new(self.product, title, 10, 150_000, self.in_days(7))
        };
        self.service.create_campaign(new).unwrap().id
    }

    fn join(&self, campaign: CampaignId, user: &str, quantity: i64) -> ParticipationId {
        let join = JoinCampaign {
            waitlist: true,
            note: Some(format!("catatan {user}")),
            ..JoinCampaign::new(campaign, user, quantity, "Jl. Melati No. 15")
        };
        self.service.join_campaign(join).unwrap().id
    }

    fn pay(&self, id: ParticipationId, amount: i64, reference: Option<&str>) {
        let payment = NewPayment {
            reference: reference.map(str::to_owned),
            ..NewPayment::of(amount)
        };
        self.service.record_payment(id, payment).unwrap();
    }

    fn edit_the_product(&self) {
        let suggestion = ToggleSambatan {
            enabled: true,
            total_slots: Some(20),
            deadline: Some(self.in_days(9)),
        };
        self.service
            .toggle_sambatan(self.product, suggestion)
            .unwrap();
        let edit = EditProduct {
            description: Some("Wangi".to_owned()),
            base_price: Some(500_000),
            ..EditProduct::default()
        };
        self.service.edit_product(self.product, edit).unwrap();
    }

    /// Accounts of every kind, and a campaign that names one of them.
    fn is_paid_somewhere(&self) {
        let account = |kind, bank: &str, number: &str| NewPayTo {
            kind,
            bank: Some(bank.to_owned()),
            number: Some(number.to_owned()),
            holder: Some("Siti Rahma".to_owned()),
            note: Some(format!("catatan {bank}")),
            ..NewPayTo::default()
        };
        let code = NewPayTo {
            payload: Some(CODE.to_owned()),
            ..account(PayToKind::Qris, "Contoh", "0812-0000-0002")
        };
        let bank = account(PayToKind::Bank, "BCA", "123 456 7890");
        let wallet = account(PayToKind::EWallet, "OVO", "0812-0000-0001");
        let [bank, wallet, code] =
            [bank, wallet, code].map(|new| self.service.add_pay_to(new).unwrap().id);
        let new = NewCampaign {
            pay_to: vec![bank, code],
            ..NewCampaign::new(self.product, "Bernama", 5, 1_000, self.in_days(90))
        };
        self.service.create_campaign(new).unwrap();
        self.service.retire_pay_to(wallet).unwrap();
    }

    /// A campaign that goes ahead, and who has paid in it.
    fn tips(&self) -> (CampaignId, ParticipationId) {
        let terms = NewTerms {
            payment: PaymentTiming::AfterTipping,
            pay_within_hours: Some(24),
            max_slots_per_user: Some(8),
            ..NewTerms::default()
        };
        let tips = self.campaign("Jalan", 6, terms);
        let late = self.join(tips, "ani", 4);
        let paying = self.join(tips, "budi", 6);
        let gives_up = self.join(tips, "dewi", 2);
        self.join(tips, "eko", 7);
        let once_more = JoinCampaign {
            waitlist: true,
            shown: Some(paying),
            ..JoinCampaign::new(tips, "budi juga", 1, "Jl. Melati No. 15")
        };
        self.service.join_campaign(once_more).unwrap();
        self.service
            .cancel_participation(gives_up, Some("pindah"))
            .unwrap();
        self.pay(paying, 900_000, Some("TRX 7"));
        let adjustment = NewAdjustment {
            amount: -900_000,
            reference: "salah".to_owned(),
            only_if_paid: None,
        };
        self.service.adjust_payment(paying, adjustment).unwrap();
        self.pay(paying, 900_000, None);
        let day = self.service.now().as_datetime().date_naive();
        self.service.claim_payment(late, Some(day)).unwrap();
        (tips, paying)
    }

    fn moves_its_deadline(&self) {
        let terms = NewTerms {
            on_shortfall: OnShortfall::ExtendOnce,
            extend_days: Some(3),
            pay_within_hours: Some(24),
            grace_hours: Some(5),
            ..NewTerms::default()
        };
        let extends = self.campaign("Diperpanjang", 10, terms);
        self.join(extends, "fajar", 1);
        self.service
            .extend_campaign(extends, self.in_days(8), Some("libur"))
            .unwrap();
        let edit = EditCampaign {
            title: Some("Diperpanjang lagi".to_owned()),
            join_code: Some("kenanga-5".to_owned()),
            ..EditCampaign::default()
        };
        self.service.edit_campaign(extends, edit).unwrap();
    }

    fn fails(&self) -> ParticipationId {
        let terms = NewTerms {
            completes: Completes::AtDeadline,
            ..NewTerms::default()
        };
        let fails = self.campaign("Gagal", 10, terms);
        let failing = self.join(fails, "fitri", 2);
        self.pay(failing, 300_000, Some("TRX 8"));
        self.service.set_payout_account(failing, "BCA 123").unwrap();
        let opens = NewCampaign {
            opens_at: Some(self.in_days(60)),
            join_code: Some("melati-77".to_owned()),
            ..NewCampaign::new(self.product, "Nanti", 5, 1_000, self.in_days(90))
        };
        self.service.create_campaign(opens).unwrap();
        failing
    }

    fn is_called_off(&self) -> ParticipationId {
        let off = self.campaign("Batal", 10, NewTerms::default());
        let called_off = self.join(off, "hana", 2);
        self.pay(called_off, 300_000, Some("TRX 9"));
        self.service.cancel_campaign(off, Some("habis")).unwrap();
        called_off
    }

    /// Who has not paid in a campaign that goes ahead, for which others wait.
    fn is_full_and_unpaid(&self) -> ParticipationId {
        let full = self.campaign("Penuh", 10, NewTerms::default());
        let unpaid = self.join(full, "intan", 10);
        for user in ["joko", "kartika", "lina"] {
            self.join(full, user, 4);
        }
        unpaid
    }

    /// Two who wait get the slots; one of them pays.
    fn releases(&self, unpaid: ParticipationId) {
        let reason = Some("tidak membayar");
        let released = self.service.release_participation(unpaid, reason);
        let campaign = released.unwrap().campaign_id;
        let limit = Limit::default();
        let people = self.service.list_participants(campaign, None, limit);
        let people = people.unwrap().items;
        let joko = people.iter().find(|one| one.user_id.as_str() == "joko");
        self.pay(joko.unwrap().id, 600_000, Some("TRX 11"));
    }

    fn notes_webhooks_and_bans(&self, banned: ParticipationId) {
        let service = self.service;
        let webhook = service.add_webhook("http://127.0.0.1:9/hook").unwrap();
        service.add_webhook("http://127.0.0.1:9/other").unwrap();
        service.remove_webhook(webhook.webhook.id).unwrap();
        let what = BanWhat {
            handle: true,
            address: true,
        };
        service.ban_participant(banned, what).unwrap();
        for (kind, value) in [
            (BanKind::Handle, "joni"),
            (BanKind::Handle, "toni"),
            (BanKind::Address, "Jl. Entah di mana 3"),
        ] {
            let value = value.to_owned();
            service.ban(NewBan { kind, value }).unwrap();
        }
    }

    fn sends_money(&self, tips: CampaignId, paying: ParticipationId) {
        let service = self.service;
        for (request, amount) in [("req-1", 50_000), ("req-2", 20_000)] {
            let refund = NewRefund {
                amount,
                reason: format!("rusak {request}"),
                request_id: request.to_owned(),
            };
            let refunds = service.give_back(paying, refund).unwrap();
            if amount == 50_000 {
                service.send_refund(refunds[0].id, "TRX 2").unwrap();
            }
        }
        let payout = NewPayout {
            amount: 500_000,
            reference: Some("ke pemasok".to_owned()),
        };
        service.pay_out(tips, payout).unwrap();
        let due = service.list_due_refunds(None, Limit::default()).unwrap();
        let is_hers = |due: &&sambatan::domain::ledger::Refund| due.user_id.as_str() == "hana";
        let sent = due.items.iter().find(is_hers).unwrap().transaction.id;
        service.send_refund(sent, "TRX 1").unwrap();
        service.acknowledge_refund(sent, None).unwrap();
    }

    fn keeps_answers(&self) {
        let new = NewCampaign::new(self.product, "Yang terakhir", 10, 150_000, self.in_days(7));
        let last = self.service.create_campaign(new).unwrap().id;
        let key = |text: &str| IdempotencyKey::parse(text).unwrap();
        let strong = key("kunci-yang-panjang-sekali-0123456789");
        // Of one that could be guessed it is kept who used it.
        let weak = key("kunci").used_by("0123456789abcdef".repeat(2));
        let fingerprint = Fingerprint::of("POST", "/", "{}");
        for (quantity, key) in [(2, &strong), (11, &strong), (1, &weak)] {
            let user = format!("kiki{quantity}");
            let join = JoinCampaign::new(last, &user, quantity, "Jl. Mawar 2");
            let once = |outcome: &Result<_, _>| answer(outcome);
            self.service
                .join_campaign_once(join, key.clone(), fingerprint, once)
                .unwrap();
        }
    }
}

fn answer(
    outcome: &Result<sambatan::domain::participation::Participation, sambatan::Error>,
) -> StoredAnswer {
    match outcome {
        Ok(joined) => StoredAnswer {
            status: 201,
            body: format!(r#"{{"id":"{}","user_id":"kiki"}}"#, joined.id),
        },
        Err(_) => StoredAnswer {
            status: 409,
            body: r#"{"detail":"penuh"}"#.to_owned(),
        },
    }
}
