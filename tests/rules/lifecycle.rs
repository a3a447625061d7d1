//! What time and the organiser do to a campaign.

use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::ledger::CampaignMoney;
use sambatan::domain::lifecycle::{Settlement, Transition, call_off, next_transition};
use sambatan::domain::money::Rupiah;
use sambatan::domain::slots::Slots;
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::json;

use crate::support::{TYPED, assert_events, campaign, created, moments, usual_campaign};

/// What a transition does, in short.
fn outline(transition: &Transition) -> (CampaignStatus, Option<Settlement>, AuditEventKind) {
    (
        transition.campaign.status,
        transition.settlement,
        transition.event(0).kind,
    )
}

const COMPLETES: (CampaignStatus, Option<Settlement>, AuditEventKind) = (
    CampaignStatus::Completed,
    Some(Settlement::ConfirmReserved),
    AuditEventKind::CampaignCompleted,
);
const FAILS: (CampaignStatus, Option<Settlement>, AuditEventKind) = (
    CampaignStatus::Failed,
    Some(Settlement::RefundLive),
    AuditEventKind::CampaignFailed,
);
const OPENS: (CampaignStatus, Option<Settlement>, AuditEventKind) =
    (CampaignStatus::Active, None, AuditEventKind::CampaignOpened);

#[test]
fn an_active_campaign_is_settled_by_its_numbers_once_its_deadline_has_passed() {
    let [before, at, after] = moments();
    // taken, minimum, total: the step that is owed after the deadline.
    for (taken, minimum, total, owed) in [
        (0, 1, 10, FAILS),
        (0, 10, 10, FAILS),
        (9, 10, 10, FAILS),
        (4, 5, 10, FAILS),
        (5, 5, 10, COMPLETES),
        (6, 5, 10, COMPLETES),
        (1, 1, 10, COMPLETES),
        (999_999, 1_000_000, 1_000_000, FAILS),
    ] {
        let campaign = campaign(CampaignStatus::Active, taken, minimum, total);
        assert_eq!(next_transition(&campaign, before), None);
        assert_eq!(
            next_transition(&campaign, at),
            None,
            "the deadline is the last moment"
        );
        let step = next_transition(&campaign, after).unwrap();
        assert_eq!(outline(&step), owed, "{taken} of {minimum} to {total}");
    }
}

#[test]
fn a_full_campaign_completes_at_any_time_and_an_ended_one_changes_no_more() {
    for now in moments() {
        let step = next_transition(&usual_campaign(CampaignStatus::Full), now).unwrap();
        assert_eq!(outline(&step), COMPLETES);
        for ended in [
            CampaignStatus::Completed,
            CampaignStatus::Failed,
            CampaignStatus::Cancelled,
        ] {
            assert!(ended.has_ended());
            assert_eq!(next_transition(&usual_campaign(ended), now), None);
        }
    }
}

#[test]
fn a_campaign_opens_when_its_time_has_come_and_may_owe_its_end_too() {
    let [before, at, after] = moments();
    let opening_at = |opens_at| Campaign {
        opens_at: Some(opens_at),
        ..campaign(CampaignStatus::Inactive, 0, 5, 10)
    };
    assert_eq!(next_transition(&opening_at(at), before), None);
    for now in [at, after] {
        let step = next_transition(&opening_at(at), now).unwrap();
        assert_eq!(outline(&step), OPENS);
    }
    let opened = next_transition(&opening_at(created()), after).unwrap();
    assert_eq!(outline(&opened), OPENS);
    let ended = next_transition(&opened.campaign, after).unwrap();
    assert_eq!(outline(&ended), FAILS);
    assert_eq!(next_transition(&ended.campaign, after), None);
}

#[test]
fn a_step_of_the_lifecycle_says_how_many_slots_and_participations_it_settled() {
    let [.., after] = moments();
    let opening = Campaign {
        opens_at: Some(created()),
        ..campaign(CampaignStatus::Inactive, 0, 5, 10)
    };
    for (before, counted) in [
        (
            campaign(CampaignStatus::Full, 10, 10, 10),
            Some("confirmed"),
        ),
        (
            campaign(CampaignStatus::Active, 4, 4, 10),
            Some("confirmed"),
        ),
        (campaign(CampaignStatus::Active, 4, 5, 10), Some("refunded")),
        (opening, None),
    ] {
        let step = next_transition(&before, after).unwrap();
        let refunds = step.settlement == Some(Settlement::RefundLive);
        let expected = Campaign {
            status: step.campaign.status,
            updated_at: after,
            slots_taken: if refunds {
                Slots::ZERO
            } else {
                before.slots_taken
            },
            participant_count: if refunds { 0 } else { before.participant_count },
            confirmed_count: match step.settlement {
                Some(Settlement::ConfirmReserved) => before.participant_count,
                _ => 0,
            },
            ended_at: step.settlement.map(|_| after),
            ..before.clone()
        };
        assert_eq!(step.campaign, expected);
        let mut facts = json!({ "slots_taken": before.slots_taken.get() });
        if let Some(counted) = counted {
            facts[counted] = json!(3);
        }
        let kind = outline(&step).2;
        assert_events(&[step.event(3)], &before, after, &[(kind, facts)]);
    }
}

#[test]
fn a_campaign_can_be_called_off_until_it_has_failed_or_been_called_off() {
    for status in CampaignStatus::ALL {
        for now in moments() {
            let before = usual_campaign(status);
            let over = [CampaignStatus::Failed, CampaignStatus::Cancelled].contains(&status);
            let allowed = !over;
            let none = CampaignMoney::default();
            let outcome = call_off(before.clone(), Some(TYPED[4].to_owned()), &none, now);
            if !allowed {
                let invalid = Error::CampaignStateInvalid { status };
                assert_eq!(outcome, Err(invalid), "{status:?} {now}");
                continue;
            }
            let step = outcome.unwrap();
            assert_eq!(step.settlement, Some(Settlement::RefundLive));
            assert_eq!(
                step.campaign,
                Campaign {
                    status: CampaignStatus::Cancelled,
                    slots_taken: Slots::ZERO,
                    participant_count: 0,
                    cancel_reason: Some(TYPED[4].to_owned()),
                    ended_at: Some(now),
                    updated_at: now,
                    ..before.clone()
                }
            );
            let facts = json!({ "slots_taken": before.slots_taken.get(), "refunded": 2 });
            let expected = [(AuditEventKind::CampaignCancelled, facts)];
            assert_events(&[step.event(2)], &before, now, &expected);
        }
    }
}

#[test]
fn money_that_was_paid_out_or_people_who_are_forgotten_end_the_right_to_call_off() {
    let [_, now, _] = moments();
    let paid_out = CampaignMoney {
        payments: Rupiah::new(2),
        payouts: Rupiah::new(1),
        ..CampaignMoney::default()
    };
    let completed = usual_campaign(CampaignStatus::Completed);
    let amount = Rupiah::new(1);
    let refused = call_off(completed.clone(), None, &paid_out, now);
    assert_eq!(refused, Err(Error::MoneyPaidOut { amount }));
    // What came in alone is no reason: it goes back.
    let payments = Rupiah::new(2);
    let only_in = CampaignMoney {
        payments,
        ..CampaignMoney::default()
    };
    assert!(call_off(completed.clone(), None, &only_in, now).is_ok());
    let erased = Campaign {
        erased_at: Some(now),
        ..completed
    };
    let status = CampaignStatus::Completed;
    let refused = call_off(erased, None, &only_in, now);
    assert_eq!(refused, Err(Error::CampaignStateInvalid { status }));
}
