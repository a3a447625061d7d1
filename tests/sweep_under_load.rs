//! Many campaigns fall due at the same second while people go on joining another one: each ends once, with
//! everybody in it and all of their money, and no join beside it is lost.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/shop.rs"]
mod shop;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::participation::{JoinCampaign, ParticipationStatus};
use sambatan::domain::reports::Limit;
use sambatan::inspect::Inspector;
use sambatan::{CampaignStatus, Durability, NewCampaign, Options, Sambatan};
use shop::enabled_product;

const CAMPAIGNS: usize = 150;
const PARTICIPANTS: usize = 20;
/// So many in each have paid.
const PAID: usize = 4;
const CLIENTS: usize = 16;

fn open_campaign(service: &Sambatan, product: ProductId, slots: i64, days: i64) -> CampaignId {
    let deadline = service.now().as_datetime() + TimeDelta::days(days);
    let new = NewCampaign::new(product, "Batch Oktober", slots, 150_000, deadline);
    service.create_campaign(new).unwrap().id
}

fn join(service: &Sambatan, campaign: CampaignId, user: &str) -> ParticipationId {
    let join = JoinCampaign::new(campaign, user, 1, "Jl. Melati No. 15");
    service.join_campaign(join).unwrap().id
}

/// Sweeps from two threads at once while clients join. Answers how many campaigns the sweeps changed, and
/// the joins that were acknowledged meanwhile.
fn sweep_while_joining(
    service: &Sambatan,
    campaign: CampaignId,
) -> (u64, BTreeSet<ParticipationId>) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let is_over = &is_over;
                scope.spawn(move || {
                    let user = format!("pembeli-{client}");
                    let mut joined = Vec::new();
                    // One at least, however quick the sweep is.
                    loop {
                        joined.push(join(service, campaign, &user));
                        if is_over.load(Ordering::Relaxed) {
                            return joined;
                        }
                    }
                })
            })
            .collect();
        let sweeps = [(); 2].map(|()| scope.spawn(|| service.run_lifecycle()));
        let reports = sweeps.map(|sweep| sweep.join().unwrap());
        is_over.store(true, Ordering::Relaxed);
        let changed = reports.map(|report| report.unwrap().transition_count);
        let joined = clients
            .into_iter()
            .flat_map(|client| client.join().unwrap());
        (changed.iter().sum(), joined.collect())
    })
}

#[test]
fn campaigns_due_at_the_same_second_end_once_while_others_go_on_joining() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("load.db");
    let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        ..Options::default()
    };
    let service = Sambatan::open_with(&path, options).unwrap();
    let product = enabled_product(&service);
    let due: Vec<_> = (0..CAMPAIGNS)
        .map(|_| open_campaign(&service, product, 1_000, 1))
        .collect();
    for campaign in &due {
        for user in 0..PARTICIPANTS {
            let id = join(&service, *campaign, &format!("peserta-{user}"));
            if user < PAID {
                service.confirm_participation(id).unwrap();
            }
        }
    }
    let other = open_campaign(&service, product, 1_000_000, 2);
    // A deadline is the last moment to join.
    clock.advance(TimeDelta::days(1) + TimeDelta::seconds(1));

    let (changed, joined) = sweep_while_joining(&service, other);

    assert_eq!(changed, CAMPAIGNS as u64);
    for campaign in due {
        ended_once(&service, campaign);
    }
    assert_eq!(
        service.get_campaign(other).unwrap().slots_taken.get() as usize,
        joined.len()
    );
    for id in joined {
        let kept = service.get_participation(id).unwrap();
        assert_eq!(kept.status, ParticipationStatus::Reserved);
    }
    service.close();
    let inspector = Inspector::open(&path).unwrap();
    for finding in inspector.check().unwrap() {
        assert!(finding.holds(), "{finding:?}");
    }
    assert!(inspector.verify().unwrap().is_ok());
}

/// It has failed, once; everybody is out of it, and each payment goes back once.
fn ended_once(service: &Sambatan, id: CampaignId) {
    let limit = Limit::new(Limit::MAX).unwrap();
    let status = service.get_campaign(id).unwrap().status;
    assert_eq!(status, CampaignStatus::Failed);
    let events = service.logs(id, None, limit).unwrap().items;
    let of = |kind| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(of(AuditEventKind::CampaignFailed), 1);
    let people = service.list_participants(id, None, limit).unwrap().items;
    assert_eq!(people.len(), PARTICIPANTS);
    let refunded = ParticipationStatus::Refunded;
    assert!(people.iter().all(|person| person.status == refunded));
    let refunds = service.list_refunds(id, None, limit).unwrap().items;
    let payments: BTreeSet<_> = refunds
        .iter()
        .filter_map(|refund| refund.transaction.refund_of)
        .collect();
    assert_eq!((refunds.len(), payments.len()), (PAID, PAID));
}
