//! Taking slots.

use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::slots::Slots;
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::json;

use crate::support::{
    assert_events, campaign, created, deadline, join, moments, participation, usual_campaign,
};

#[test]
fn a_join_is_closed_unless_the_campaign_is_active_and_the_deadline_has_not_passed() {
    for status in CampaignStatus::ALL {
        for now in moments() {
            for quantity in [1, 6, 7, 1_000_000] {
                let campaign = usual_campaign(status);
                let is_open = status == CampaignStatus::Active && now <= deadline();
                let outcome = join(&campaign, quantity, now);
                let closed = Error::CampaignClosed {
                    status,
                    deadline: deadline(),
                };
                assert_eq!(
                    outcome == Err(closed),
                    !is_open,
                    "{status:?} {now} {quantity}: {outcome:?}"
                );
            }
        }
    }
}

#[test]
fn an_open_campaign_sells_exactly_the_slots_it_has() {
    use CampaignStatus::{Active, Full};
    // taken, total, quantity: taken and status afterwards, or the slots that are left.
    let table = [
        ((0, 10, 1), Ok((1, Active))),
        ((0, 10, 9), Ok((9, Active))),
        ((0, 10, 10), Ok((10, Full))),
        ((0, 10, 11), Err(10)),
        ((9, 10, 1), Ok((10, Full))),
        ((9, 10, 2), Err(1)),
        ((4, 10, 6), Ok((10, Full))),
        ((4, 10, 7), Err(6)),
        ((0, 1, 1), Ok((1, Full))),
        ((0, 1, 2), Err(1)),
        ((0, 1_000_000, 1_000_000), Ok((1_000_000, Full))),
        ((1, 1_000_000, 1_000_000), Err(999_999)),
    ];
    for ((taken, total, quantity), expected) in table {
        for now in [created(), deadline()] {
            let before = campaign(Active, taken, 1, total);
            let outcome = join(&before, quantity, now)
                .map(|change| (change.campaign.slots_taken.get(), change.campaign.status));
            let expected = expected.map_err(|available| Error::InsufficientSlots {
                requested: Slots::new(u32::try_from(quantity).unwrap()),
                available: Slots::new(available),
            });
            assert_eq!(
                outcome, expected,
                "{quantity} of {total} with {taken} taken"
            );
        }
    }
}

#[test]
fn a_join_changes_the_numbers_and_nothing_else_of_the_campaign() {
    let before = campaign(CampaignStatus::Active, 4, 10, 10);
    let change = join(&before, 2, deadline()).unwrap();
    assert_eq!(
        change.campaign,
        Campaign {
            slots_taken: Slots::new(6),
            participant_count: 2,
            updated_at: deadline(),
            ..before.clone()
        }
    );
    let id = change.participation.id;
    assert_eq!(
        change.participation,
        Participation {
            id,
            joined_at: deadline(),
            updated_at: deadline(),
            ..participation(&before, ParticipationStatus::Reserved, 2)
        }
    );
    let joined = json!({
        "participation_id": id.to_string(),
        "quantity": 2,
        "contribution_amount": 420_000,
        "slots_taken": 6,
    });
    assert_events(
        &change.events,
        &before,
        deadline(),
        &[(AuditEventKind::ParticipantJoined, joined)],
    );
}

#[test]
fn taking_the_last_slot_says_that_the_campaign_is_full() {
    let before = campaign(CampaignStatus::Active, 4, 10, 10);
    let change = join(&before, 6, created()).unwrap();
    let joined = json!({
        "participation_id": change.participation.id.to_string(),
        "quantity": 6,
        "contribution_amount": 1_260_000,
        "slots_taken": 10,
    });
    assert_events(
        &change.events,
        &before,
        created(),
        &[
            (AuditEventKind::ParticipantJoined, joined),
            (AuditEventKind::CampaignFull, json!({ "slots_taken": 10 })),
        ],
    );
}
