//! Giving slots back, and confirming them.

use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::participation::{Participation, ParticipationStatus, confirm};
use sambatan::domain::slots::Slots;
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::json;

use crate::support::{
    TYPED, assert_events, campaign, cancel, deadline, moments, participation, usual_campaign,
};

#[test]
fn only_reserved_slots_and_waiting_places_of_a_running_campaign_can_be_given_back() {
    for campaign_status in CampaignStatus::ALL {
        for status in ParticipationStatus::ALL {
            for now in moments() {
                let campaign = usual_campaign(campaign_status);
                let participation = participation(&campaign, status, 3);
                let given_back = [
                    ParticipationStatus::Reserved,
                    ParticipationStatus::Waitlisted,
                ];
                let allowed = given_back.contains(&status)
                    && (campaign_status == CampaignStatus::Completed
                        || [CampaignStatus::Active, CampaignStatus::Full]
                            .contains(&campaign_status)
                            && now <= deadline());
                let outcome = cancel(participation, campaign, None, now);
                let invalid = Error::ParticipationStateInvalid {
                    status,
                    campaign_status,
                };
                assert_eq!(
                    outcome.as_ref().err(),
                    (!allowed).then_some(&invalid),
                    "{campaign_status:?} {status:?} {now}"
                );
            }
        }
    }
}

#[test]
fn giving_slots_back_reopens_a_full_campaign_and_only_that() {
    let reason = Some(TYPED[4].to_owned());
    for (status, taken, left, reopens) in [
        (CampaignStatus::Active, 4, 1, false),
        (CampaignStatus::Active, 3, 0, false),
        (CampaignStatus::Full, 10, 7, true),
    ] {
        let before = campaign(status, taken, 10, 10);
        let held = participation(&before, ParticipationStatus::Reserved, 3);
        let change = cancel(held.clone(), before.clone(), reason.clone(), deadline()).unwrap();
        assert_eq!(
            change.campaign,
            Campaign {
                status: CampaignStatus::Active,
                slots_taken: Slots::new(left),
                participant_count: 0,
                updated_at: deadline(),
                ..before.clone()
            }
        );
        assert_eq!(
            change.participation,
            Participation {
                status: ParticipationStatus::Cancelled,
                cancel_reason: reason.clone(),
                updated_at: deadline(),
                ..held.clone()
            }
        );
        let cancelled = json!({
            "participation_id": held.id.to_string(),
            "quantity": 3,
            "slots_taken": left,
        });
        let mut expected = vec![(AuditEventKind::ParticipantCancelled, cancelled)];
        if reopens {
            let reopened = json!({ "slots_taken": left });
            expected.push((AuditEventKind::CampaignReopened, reopened));
        }
        assert_events(&change.events, &before, deadline(), &expected);
    }
}

#[test]
fn only_a_reservation_of_a_campaign_that_has_not_ended_can_be_confirmed() {
    for campaign_status in CampaignStatus::ALL {
        for status in ParticipationStatus::ALL {
            for now in moments() {
                let campaign = usual_campaign(campaign_status);
                let held = participation(&campaign, status, 3);
                let is_off = [CampaignStatus::Failed, CampaignStatus::Cancelled];
                let allowed =
                    status == ParticipationStatus::Reserved && !is_off.contains(&campaign_status);
                let outcome = confirm(held.clone(), campaign.clone(), now);
                if !allowed {
                    let invalid = Error::ParticipationStateInvalid {
                        status,
                        campaign_status,
                    };
                    assert_eq!(
                        outcome,
                        Err(invalid),
                        "{campaign_status:?} {status:?} {now}"
                    );
                    continue;
                }
                let change = outcome.unwrap();
                let counted = Campaign {
                    confirmed_count: 1,
                    ..campaign.clone()
                };
                assert_eq!(change.campaign, counted, "confirming takes no slot");
                let confirmed = Participation {
                    status: ParticipationStatus::Confirmed,
                    updated_at: now,
                    ..held.clone()
                };
                assert_eq!(change.participation, confirmed);
                let facts = json!({
                    "participation_id": held.id.to_string(),
                    "quantity": 3,
                    "contribution_amount": 630_000,
                });
                let expected = [(AuditEventKind::ParticipantConfirmed, facts)];
                assert_events(&change.events, &campaign, now, &expected);
            }
        }
    }
}
