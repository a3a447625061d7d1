//! Waiting for slots, and getting them.

use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::id::ParticipationId;
use sambatan::domain::lifecycle::next_transition;
use sambatan::domain::participation::{
    JoinCampaign, Participation, ParticipationChange, ParticipationStatus,
};
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::Terms;
use sambatan::domain::waiting_list::{MAX_WAITING, close, may_promote, promote, settle_status};
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::json;

use crate::support::{
    TYPED, assert_events, campaign, created, deadline, moments, participation, usual_campaign,
};

fn wait(campaign: &Campaign, quantity: i64) -> Result<ParticipationChange, Error> {
    let join = JoinCampaign {
        waitlist: true,
        ..JoinCampaign::new(campaign.id, TYPED[1], quantity, TYPED[2])
    };
    let id = ParticipationId::new();
    join.check().unwrap().join(campaign.clone(), id, deadline())
}

#[test]
fn who_would_wait_waits_only_where_slots_are_missing() {
    use CampaignStatus::{Active, Full};
    use ParticipationStatus::{Reserved, Waitlisted};
    let insufficient = |requested, available| Error::InsufficientSlots {
        requested: Slots::new(requested),
        available: Slots::new(available),
    };
    let too_many = Error::WaitlistFull {
        waiting: MAX_WAITING,
    };
    // status, taken, waiting, quantity: what becomes of it.
    for (status, taken, waiting, quantity, expected) in [
        (Active, 4, 0, 6, Ok(Reserved)),
        (Active, 4, 2, 6, Ok(Reserved)),
        (Active, 4, 0, 7, Ok(Waitlisted)),
        (Full, 10, 0, 1, Ok(Waitlisted)),
        (Full, 10, 0, 10, Ok(Waitlisted)),
        // More than there are in all would wait for ever.
        (Full, 10, 0, 11, Err(insufficient(11, 0))),
        (Full, 10, MAX_WAITING - 1, 1, Ok(Waitlisted)),
        (Full, 10, MAX_WAITING, 1, Err(too_many.clone())),
        (Active, 4, MAX_WAITING, 1, Ok(Reserved)),
    ] {
        let before = Campaign {
            waitlist_count: waiting,
            last_queue_number: 20_000,
            ..campaign(status, taken, 10, 10)
        };
        let outcome = wait(&before, quantity);
        let found = outcome.as_ref().map(|change| change.participation.status);
        assert_eq!(
            found,
            expected.as_ref().copied(),
            "{status:?} {taken} {quantity}"
        );
        let Ok(change) = outcome else { continue };
        if change.participation.status == Reserved {
            continue;
        }
        assert_eq!(change.participation.queue_number, Some(20_001));
        assert_eq!(
            change.campaign,
            Campaign {
                waitlist_count: waiting + 1,
                last_queue_number: 20_001,
                updated_at: deadline(),
                ..before.clone()
            },
            "waiting takes no slot"
        );
        let facts = json!({
            "participation_id": change.participation.id.to_string(),
            "quantity": quantity,
            "contribution_amount": 210_000 * quantity,
            "queue_number": 20_001,
        });
        let expected = [(AuditEventKind::ParticipantWaitlisted, facts)];
        assert_events(&change.events, &before, deadline(), &expected);
    }
}

#[test]
fn nobody_gets_a_slot_that_is_not_free_or_after_the_deadline() {
    for status in CampaignStatus::ALL {
        for now in moments() {
            for (taken, waiting) in [(9, 1), (9, 0), (10, 1)] {
                let campaign = Campaign {
                    waitlist_count: waiting,
                    ..campaign(status, taken, 10, 10)
                };
                let runs = [CampaignStatus::Active, CampaignStatus::Full].contains(&status);
                let goes_ahead = status == CampaignStatus::Completed;
                let may = goes_ahead || runs && now <= deadline();
                let expected = may && taken < 10 && waiting > 0;
                assert_eq!(
                    may_promote(&campaign, now),
                    expected,
                    "{status:?} {taken} {now}"
                );
            }
        }
    }
}

#[test]
fn who_comes_up_has_to_pay_before_the_deadline() {
    let [before, ..] = moments();
    let mut campaign = Campaign {
        waitlist_count: 2,
        terms: Terms {
            pay_within_hours: Some(24),
            grace_hours: 12,
            ..Terms::default()
        },
        ..campaign(CampaignStatus::Full, 7, 10, 10)
    };
    let earlier = campaign.clone();
    let mut waiting = Participation {
        queue_number: Some(1),
        ..participation(&campaign, ParticipationStatus::Waitlisted, 3)
    };
    let event = promote(&mut waiting, &mut campaign, before);
    assert_eq!(waiting.status, ParticipationStatus::Reserved);
    assert_eq!(
        (waiting.pay_by, waiting.expires_at),
        (Some(deadline()), Some(deadline()))
    );
    assert_eq!(
        (campaign.slots_taken.get(), campaign.waitlist_count),
        (10, 1)
    );
    let facts = json!({
        "participation_id": waiting.id.to_string(),
        "quantity": 3,
        "contribution_amount": 630_000,
        "slots_taken": 10,
    });
    let expected = [(AuditEventKind::ParticipantPromoted, facts)];
    assert_events(&[event], &earlier, before, &expected);
    let told = settle_status(&mut campaign, CampaignStatus::Full, before);
    assert_eq!(told, [], "full before, full after");
}

#[test]
fn only_the_difference_that_a_transaction_makes_is_told() {
    use AuditEventKind::{CampaignFull, CampaignReopened};
    use CampaignStatus::{Active, Full};
    for (before, taken, after, told) in [
        (Active, 9, Active, None),
        (Active, 10, Full, Some(CampaignFull)),
        (Full, 10, Full, None),
        (Full, 9, Active, Some(CampaignReopened)),
    ] {
        let mut campaign = campaign(before, taken, 10, 10);
        let events = settle_status(&mut campaign, before, created());
        let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
        assert_eq!((campaign.status, kinds), (after, Vec::from_iter(told)));
    }
}

#[test]
fn nobody_waits_for_a_campaign_that_failed_and_who_waits_for_one_that_goes_ahead_waits_on() {
    let [.., after] = moments();
    for (taken, waiting, closed) in [(4, 0, 3), (10, 3, 0)] {
        let campaign = Campaign {
            waitlist_count: 3,
            ..campaign(CampaignStatus::Active, taken, 10, 10)
        };
        let step = next_transition(&campaign, after).unwrap();
        assert_eq!(
            (step.campaign.waitlist_count, step.waiting_closed()),
            (waiting, closed)
        );
        let told = step
            .event(1)
            .metadata
            .facts()
            .get("waitlist_closed")
            .cloned();
        assert_eq!(told, (closed > 0).then(|| json!(closed)));
    }
}

#[test]
fn only_the_list_of_a_campaign_that_goes_ahead_can_be_closed_and_an_empty_one_is() {
    for status in CampaignStatus::ALL {
        for waiting in [0, 2] {
            let campaign = Campaign {
                waitlist_count: waiting,
                ..usual_campaign(status)
            };
            match close(campaign, false, created()) {
                Ok((campaign, event)) => {
                    assert_eq!(status, CampaignStatus::Completed);
                    assert_eq!(campaign.waitlist_count, 0);
                    assert_eq!(event.is_some(), waiting > 0);
                }
                Err(error) => assert_eq!(error, Error::CampaignStateInvalid { status }),
            }
        }
    }
}
