//! The verbs of the library, used as its callers would.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;

use chrono::{TimeDelta, Utc};
use sambatan::domain::id::{CampaignId, ParticipationId, ProductId};
use sambatan::domain::participation::{JoinCampaign, ParticipationStatus};
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::domain::reports::{CampaignFilter, Limit};
use sambatan::{Campaign, CampaignStatus, Error, NewCampaign, Sambatan, StoreError};

fn new_product() -> NewProduct {
    NewProduct {
        name: "Rimba Embun".to_owned(),
        base_price: 420_000,
        ..NewProduct::default()
    }
}

/// An open campaign of ten slots that ends in three days.
fn open_campaign(service: &Sambatan) -> Campaign {
    let product = service.create_product(new_product()).unwrap();
    let deadline = Utc::now() + TimeDelta::days(3);
    let toggle = ToggleSambatan {
        enabled: true,
        total_slots: Some(10),
        deadline: Some(deadline),
    };
    service.toggle_sambatan(product.id, toggle).unwrap();
    let new = NewCampaign::new(product.id, "Batch Oktober", 10, 210_000, deadline);
    service.create_campaign(new).unwrap()
}

fn join(campaign: &Campaign, user: &str, quantity: i64) -> JoinCampaign {
    JoinCampaign::new(campaign.id, user, quantity, "Jl. Melati No. 15")
}

#[test]
fn the_manual_test_flow_of_the_quick_start_ends_with_a_completed_campaign() {
    let service = Sambatan::ephemeral().unwrap();
    let campaign = open_campaign(&service);
    service.join_campaign(join(&campaign, "user-1", 3)).unwrap();
    let insufficient = service.join_campaign(join(&campaign, "user-3", 8));
    assert!(matches!(insufficient, Err(Error::InsufficientSlots { .. })));
    service.join_campaign(join(&campaign, "user-2", 7)).unwrap();

    let campaign = service.get_campaign(campaign.id).unwrap();
    assert_eq!(campaign.status, CampaignStatus::Full);
    assert_eq!(campaign.slots_taken, 10);
    let closed = service.join_campaign(join(&campaign, "user-3", 1));
    assert!(matches!(closed, Err(Error::CampaignClosed { .. })));

    assert_eq!(service.scheduler().run_now(), Err(Error::SchedulerStopped));
    service.scheduler().start().unwrap();
    service.scheduler().run_now().unwrap();
    assert_eq!(
        service.get_campaign(campaign.id).unwrap().status,
        CampaignStatus::Completed
    );
}

#[test]
fn refusals_say_what_a_caller_needs_to_go_on() {
    let service = Sambatan::ephemeral().unwrap();
    let campaign = open_campaign(&service);
    service.join_campaign(join(&campaign, "ani", 8)).unwrap();
    match service.join_campaign(join(&campaign, "budi", 3)) {
        Err(Error::InsufficientSlots {
            requested,
            available,
        }) => assert_eq!((requested.get(), available.get()), (3, 2)),
        other => panic!("{other:?}"),
    }
    match service.join_campaign(join(&campaign, "", 0)) {
        Err(Error::ValidationFailed(errors)) => {
            let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
            assert_eq!(fields, ["user_id", "quantity"]);
        }
        other => panic!("{other:?}"),
    }
    service.cancel_campaign(campaign.id, Some("batal")).unwrap();
    assert_eq!(
        service.join_campaign(join(&campaign, "budi", 1)),
        Err(Error::CampaignClosed {
            status: CampaignStatus::Cancelled,
            deadline: campaign.deadline,
        })
    );
}

#[test]
fn what_is_not_there_is_not_found() {
    let service = Sambatan::ephemeral().unwrap();
    let (product, campaign) = (ProductId::new(), CampaignId::new());
    let participation = ParticipationId::new();
    let limit = Limit::default();
    let toggle = ToggleSambatan::default();
    let new = NewCampaign::new(product, "Batch", 1, 1, Utc::now() + TimeDelta::days(1));
    let joining = JoinCampaign::new(campaign, "budi", 1, "Jl. Melati");
    let refusals = [
        service.get_product(product).err(),
        service.toggle_sambatan(product, toggle).err(),
        service.create_campaign(new).err(),
        service.get_campaign(campaign).err(),
        service.progress(campaign).err(),
        service.list_participants(campaign, None, limit).err(),
        service.logs(campaign, None, limit).err(),
        service.cancel_campaign(campaign, None).err(),
        service.join_campaign(joining).err(),
        service.get_participation(participation).err(),
        service.cancel_participation(participation, None).err(),
        service.confirm_participation(participation).err(),
    ];
    let (products, campaigns) = (3, 6);
    for (number, refusal) in refusals.into_iter().enumerate() {
        let expected = match number {
            number if number < products => Error::ProductNotFound,
            number if number < products + campaigns => Error::CampaignNotFound,
            _ => Error::ParticipationNotFound,
        };
        assert_eq!(refusal, Some(expected), "number {number}");
    }
    let nobody = service.list_user_participations("budi", None, limit);
    assert_eq!(nobody.unwrap().items, []);
}

#[test]
fn a_list_is_walked_page_by_page_without_gaps_or_repeats() {
    let service = Sambatan::ephemeral().unwrap();
    let mut campaigns: Vec<_> = (0..7).map(|_| open_campaign(&service).id).collect();
    campaigns.reverse();
    let mut filter = CampaignFilter {
        limit: Limit::new(3).unwrap(),
        ..CampaignFilter::default()
    };
    let mut found = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let page = service.list_campaigns(filter).unwrap();
        sizes.push(page.items.len());
        found.extend(page.items.into_iter().map(|campaign| campaign.id));
        // What is created meanwhile comes before the first page.
        open_campaign(&service);
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    assert_eq!(found, campaigns);
    assert_eq!(sizes, [3, 3, 1]);
}

#[test]
fn a_file_keeps_everything_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let service = Sambatan::open(&path).unwrap();
    let campaign = open_campaign(&service);
    let held = service.join_campaign(join(&campaign, "ani", 3)).unwrap();
    let gone = service.join_campaign(join(&campaign, "budi", 2)).unwrap();
    service
        .cancel_participation(gone.id, Some("salah pilih"))
        .unwrap();
    let all = |service: &Sambatan| {
        (
            service.get_product(campaign.product_id).unwrap(),
            service.get_campaign(campaign.id).unwrap(),
            service
                .list_participants(campaign.id, None, Limit::default())
                .unwrap(),
            service.logs(campaign.id, None, Limit::default()).unwrap(),
            service.dashboard_summary().unwrap(),
        )
    };
    let before = all(&service);
    drop(service);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "a closed file is one file: {left:?}");

    let service = Sambatan::open(&path).unwrap();
    assert_eq!(all(&service), before);
    let confirmed = service.confirm_participation(held.id).unwrap();
    assert_eq!(confirmed.status, ParticipationStatus::Confirmed);
}

#[test]
fn a_closed_service_refuses_writes_and_still_reads() {
    let service = Sambatan::ephemeral().unwrap();
    let campaign = open_campaign(&service);
    service.close();
    service.close();
    assert_eq!(
        service.join_campaign(join(&campaign, "ani", 1)),
        Err(Error::Stopping)
    );
    assert_eq!(service.is_writable(), Err(Error::Stopping));
    assert_eq!(service.get_campaign(campaign.id).unwrap(), campaign);
    assert!(service.ended().recv().is_err());
    assert!(!service.is_in_doubt());
}

#[test]
fn two_services_on_one_file_sell_its_slots_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let services = [
        Sambatan::open(&path).unwrap(),
        Sambatan::open(&path).unwrap(),
    ];
    let campaign = open_campaign(&services[0]);
    let start = Barrier::new(16);
    let sold = thread::scope(|scope| {
        let buyers: Vec<_> = (0..16)
            .map(|number| {
                let (service, start) = (&services[number % 2], &start);
                let joining = join(&campaign, &format!("user-{number}"), 1);
                scope.spawn(move || {
                    start.wait();
                    service.join_campaign(joining)
                })
            })
            .collect();
        let outcomes: Vec<_> = buyers
            .into_iter()
            .map(|buyer| buyer.join().unwrap())
            .collect();
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert!(
            refused
                .clone()
                .all(|error| matches!(error, Error::CampaignClosed { .. }))
        );
        outcomes.len() - refused.count()
    });
    assert_eq!(sold, 10);
    for service in &services {
        let campaign = service.get_campaign(campaign.id).unwrap();
        assert_eq!(campaign.slots_taken, 10);
        assert_eq!(campaign.status, CampaignStatus::Full);
    }
}

#[test]
fn a_new_file_may_be_opened_by_many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let start = Barrier::new(6);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                start.wait();
                let service = Sambatan::open(&path).unwrap();
                service.create_product(new_product()).unwrap();
            });
        }
    });
    let service = Sambatan::open(&path).unwrap();
    let products = service.list_products(None, Limit::default()).unwrap();
    assert_eq!(products.items.len(), 6);
}

#[test]
fn another_programs_file_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("theirs.db");
    let theirs = rusqlite::Connection::open(&path).unwrap();
    theirs.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(theirs);
    let before = std::fs::read(&path).unwrap();
    let refused = Sambatan::open(&path).map(drop);
    assert!(matches!(refused, Err(StoreError::NotOurs { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// Says to the copy of this test which folder is its own.
const OWN_FOLDER: &str = "SAMBATAN_TEST_OWN_FOLDER";

#[test]
fn an_ephemeral_service_leaves_nothing_behind() {
    if let Some(folder) = std::env::var_os(OWN_FOLDER) {
        use_an_ephemeral_service(Path::new(&folder));
        return;
    }
    // Where temporary files go is a setting of the whole process, so this needs one of its own.
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "an_ephemeral_service_leaves_nothing_behind"])
        .env("TMPDIR", folder.path())
        .env(OWN_FOLDER, folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn use_an_ephemeral_service(folder: &Path) {
    let service = Sambatan::ephemeral().unwrap();
    service.scheduler().start().unwrap();
    let campaign = open_campaign(&service);
    service.join_campaign(join(&campaign, "ani", 10)).unwrap();
    service.scheduler().run_now().unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    drop(service);
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}
