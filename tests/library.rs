//! The verbs of the library, used as its callers would.

use chrono::{TimeDelta, Utc};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::{CampaignStatus, Error, NewCampaign, Sambatan};

#[test]
fn the_manual_test_flow_of_the_quick_start_ends_with_a_completed_campaign() {
    let service = Sambatan::ephemeral().unwrap();
    let product = service
        .create_product(NewProduct {
            name: "Rimba Embun".to_owned(),
            base_price: 420_000,
            ..NewProduct::default()
        })
        .unwrap();
    let deadline = Utc::now() + TimeDelta::days(3);
    let toggle = ToggleSambatan {
        enabled: true,
        total_slots: Some(10),
        deadline: Some(deadline),
    };
    service.toggle_sambatan(product.id, toggle).unwrap();
    let campaign = service
        .create_campaign(NewCampaign::new(
            product.id,
            "Batch Oktober",
            10,
            210_000,
            deadline,
        ))
        .unwrap();
    service
        .join_campaign(JoinCampaign::new(campaign.id, "user-1", 3, "Address 1"))
        .unwrap();
    let insufficient =
        service.join_campaign(JoinCampaign::new(campaign.id, "user-3", 8, "Address 3"));
    assert!(matches!(insufficient, Err(Error::InsufficientSlots { .. })));
    service
        .join_campaign(JoinCampaign::new(campaign.id, "user-2", 7, "Address 2"))
        .unwrap();

    let campaign = service.get_campaign(campaign.id).unwrap();
    assert_eq!(campaign.status, CampaignStatus::Full);
    assert_eq!(campaign.slots_taken, 10);
    let closed = service.join_campaign(JoinCampaign::new(campaign.id, "user-3", 1, "Address 3"));
    assert!(matches!(closed, Err(Error::CampaignClosed { .. })));

    assert_eq!(service.scheduler().run_now(), Err(Error::SchedulerStopped));
    service.scheduler().start().unwrap();
    service.scheduler().run_now().unwrap();
    assert_eq!(
        service.get_campaign(campaign.id).unwrap().status,
        CampaignStatus::Completed
    );
}
