//! What the organiser declares: when it tips, what a shortfall brings, when it goes ahead, how much one
//! person may take.

use chrono::TimeDelta;
use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::field;
use sambatan::domain::holder::Holder;
use sambatan::domain::id::ParticipationId;
use sambatan::domain::lifecycle::{extend, next_transition};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::{Completes, OnShortfall, PaymentTiming, Terms};
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::json;

use crate::support::{
    TYPED, assert_events, campaign, created, deadline, join, moments, usual_campaign,
};

fn days(days: i64) -> TimeDelta {
    TimeDelta::days(days)
}

#[test]
fn a_campaign_tips_once_and_only_where_that_means_something() {
    use PaymentTiming::{AfterTipping, Upfront};
    // taken, minimum, total, who pays when, quantity: whether it tips.
    for (taken, minimum, total, payment, quantity, tips) in [
        (3, 5, 10, Upfront, 1, false),
        (3, 5, 10, Upfront, 2, true),
        (3, 5, 10, Upfront, 7, true),
        (9, 10, 10, Upfront, 1, false),
        (9, 10, 10, AfterTipping, 1, true),
        (0, 1, 10, AfterTipping, 1, true),
    ] {
        let before = Campaign {
            terms: Terms {
                payment,
                ..Terms::default()
            },
            ..campaign(CampaignStatus::Active, taken, minimum, total)
        };
        let change = join(&before, quantity, created()).unwrap();
        assert_eq!(change.campaign.tipped_at, tips.then(created));
        let told = change
            .events
            .iter()
            .any(|event| event.kind == AuditEventKind::CampaignTipped);
        assert_eq!(told, tips, "{taken} of {minimum} to {total}");
        let again = Campaign {
            tipped_at: Some(deadline()),
            ..before
        };
        let change = join(&again, quantity, created()).unwrap();
        assert_eq!(change.campaign.tipped_at, Some(deadline()));
    }
}

#[test]
fn a_full_campaign_waits_for_what_was_declared() {
    let [before, at, after] = moments();
    let full = |completes, payment, confirmed| Campaign {
        participant_count: 4,
        confirmed_count: confirmed,
        terms: Terms {
            completes,
            payment,
            ..Terms::default()
        },
        ..usual_campaign(CampaignStatus::Full)
    };
    use Completes::{AtDeadline, WhenFull, WhenPaid};
    use PaymentTiming::{AfterTipping, Upfront};
    for (campaign, is_early) in [
        (full(WhenFull, Upfront, 0), true),
        (full(WhenFull, AfterTipping, 3), false),
        (full(WhenFull, AfterTipping, 4), true),
        (full(AtDeadline, Upfront, 4), false),
        (full(AtDeadline, AfterTipping, 4), false),
        (full(WhenPaid, Upfront, 0), false),
        (full(WhenPaid, Upfront, 3), false),
        (full(WhenPaid, Upfront, 4), true),
        (full(WhenPaid, AfterTipping, 3), false),
        (full(WhenPaid, AfterTipping, 4), true),
    ] {
        // Who has not paid is released before the deadline settles the rest.
        let at_last = is_early || campaign.terms.completes != WhenPaid;
        for (now, completes) in [(before, is_early), (at, is_early), (after, at_last)] {
            let status = next_transition(&campaign, now).map(|step| step.campaign.status);
            let expected = completes.then_some(CampaignStatus::Completed);
            assert_eq!(status, expected, "{:?} {now}", campaign.terms);
        }
    }
}

#[test]
fn a_shortfall_moves_the_deadline_once_when_that_was_declared() {
    let [before, at, after] = moments();
    let short = |taken, extended_at| Campaign {
        extended_at,
        terms: Terms {
            on_shortfall: OnShortfall::ExtendOnce,
            extend_days: Some(3),
            ..Terms::default()
        },
        ..campaign(CampaignStatus::Active, taken, 5, 10)
    };
    for now in [before, at] {
        assert_eq!(next_transition(&short(4, None), now), None);
    }
    let step = next_transition(&short(4, None), after).unwrap();
    let moved = Campaign {
        deadline: deadline().saturating_add(days(3)),
        extended_at: Some(after),
        updated_at: after,
        ..short(4, None)
    };
    assert_eq!(step.settlement, None, "every reservation stays");
    assert_eq!(
        step.campaign,
        Campaign {
            id: step.campaign.id,
            product_id: step.campaign.product_id,
            ..moved
        }
    );
    let facts = &step.event(0);
    assert_eq!(facts.kind, AuditEventKind::CampaignExtended);
    assert_eq!(facts.metadata.facts()["automatic"], json!(true));

    let later = step
        .campaign
        .deadline
        .saturating_add(TimeDelta::milliseconds(1));
    let status = |campaign: &Campaign| next_transition(campaign, later).map(|s| s.campaign.status);
    assert_eq!(status(&step.campaign), Some(CampaignStatus::Failed));
    let filled = Campaign {
        slots_taken: Slots::new(5),
        ..step.campaign
    };
    assert_eq!(status(&filled), Some(CampaignStatus::Completed));
    let enough = next_transition(&short(5, None), after).unwrap();
    assert_eq!(enough.campaign.status, CampaignStatus::Completed);
}

#[test]
fn the_organiser_moves_a_deadline_that_has_not_passed_and_only_forward() {
    let [before, at, after] = moments();
    let reason = Some(TYPED[4].to_owned());
    for status in CampaignStatus::ALL {
        for now in moments() {
            for to in [before, at, after] {
                let campaign = usual_campaign(status);
                let outcome = extend(campaign.clone(), to, reason.clone(), now);
                let refused = if status.has_ended() {
                    Some(Error::CampaignStateInvalid { status })
                } else if now > at {
                    let deadline = at;
                    Some(Error::CampaignClosed { status, deadline })
                } else {
                    (to <= at).then_some(Error::DeadlineNotLater { deadline: at })
                };
                assert_eq!(
                    outcome.as_ref().err(),
                    refused.as_ref(),
                    "{status:?} {now} {to}"
                );
                let Ok((moved, event)) = outcome else {
                    continue;
                };
                assert_eq!(
                    moved,
                    Campaign {
                        deadline: to,
                        extend_reason: reason.clone(),
                        updated_at: now,
                        ..campaign
                    },
                    "the one extension that was declared is still to come"
                );
                assert_eq!(event.kind, AuditEventKind::CampaignExtended);
                assert_eq!(event.metadata.facts()["automatic"], json!(false));
                assert!(!event.metadata.to_json().contains(TYPED[4]));
            }
        }
    }
}

#[test]
fn one_person_takes_so_many_slots_and_no_more_waiting_or_not() {
    // limit, held, quantity: how many are left when it is refused.
    for (limit, held, quantity, left) in [
        (None, 1_000, 1, None),
        (Some(3), 0, 3, None),
        (Some(3), 0, 4, Some(3)),
        (Some(3), 2, 1, None),
        (Some(3), 2, 2, Some(1)),
        (Some(3), 5, 1, Some(0)),
    ] {
        for (status, waitlist) in [
            (CampaignStatus::Active, false),
            (CampaignStatus::Active, true),
            (CampaignStatus::Full, true),
        ] {
            let campaign = Campaign {
                terms: Terms {
                    max_slots_per_user: limit.map(Slots::new),
                    ..Terms::default()
                },
                ..usual_campaign(status)
            };
            let join = JoinCampaign {
                waitlist,
                ..JoinCampaign::new(campaign.id, TYPED[1], i64::from(quantity), TYPED[2])
            };
            let checked = join.check().unwrap();
            let holder = Holder::Named(field::user_id(TYPED[1]).unwrap().key());
            let checked = checked.holding(&holder, Slots::new(held));
            let outcome = checked.join(campaign, ParticipationId::new(), created());
            let refused = left.map(|left| Error::UserLimitReached {
                requested: Slots::new(quantity),
                limit: Slots::new(limit.unwrap()),
                left: Slots::new(left),
            });
            assert_eq!(
                outcome.err(),
                refused,
                "{limit:?} {held} {quantity} {status:?}"
            );
        }
    }
}

#[test]
fn the_limit_is_said_only_while_the_campaign_takes_joins() {
    let [.., after] = moments();
    let campaign = Campaign {
        terms: Terms {
            max_slots_per_user: Some(Slots::new(1)),
            ..Terms::default()
        },
        ..usual_campaign(CampaignStatus::Active)
    };
    let closed = Error::CampaignClosed {
        status: CampaignStatus::Active,
        deadline: deadline(),
    };
    assert_eq!(join(&campaign, 2, after).err(), Some(closed));
}

#[test]
fn tipping_and_filling_are_told_in_this_order() {
    let before = campaign(CampaignStatus::Active, 0, 5, 10);
    let change = join(&before, 10, created()).unwrap();
    let joined = json!({
        "participation_id": change.participation.id.to_string(),
        "quantity": 10,
        "contribution_amount": 2_100_000,
        "slots_taken": 10,
    });
    let taken = json!({ "slots_taken": 10 });
    assert_events(
        &change.events,
        &before,
        created(),
        &[
            (AuditEventKind::ParticipantJoined, joined),
            (AuditEventKind::CampaignTipped, taken.clone()),
            (AuditEventKind::CampaignFull, taken),
        ],
    );
}

#[test]
fn one_join_takes_or_waits_for_no_more_than_was_declared() {
    // the limit, waits, quantity: whether it is let in.
    for (limit, waitlist, quantity, fits) in [
        (None, false, 6, true),
        (Some(3), false, 3, true),
        (Some(3), false, 4, false),
        (Some(3), true, 3, true),
        (Some(3), true, 4, false),
        (Some(99), false, 6, true),
    ] {
        let before = Campaign {
            terms: Terms {
                max_slots_per_join: limit.map(Slots::new),
                ..Terms::default()
            },
            ..usual_campaign(CampaignStatus::Active)
        };
        let join = JoinCampaign {
            waitlist,
            ..JoinCampaign::new(before.id, TYPED[1], quantity, TYPED[2])
        };
        let join = join.check().unwrap();
        let outcome = join.join(before, ParticipationId::new(), created());
        let refused = limit
            .filter(|_| !fits)
            .map(|limit| Error::JoinLimitReached {
                requested: Slots::new(u32::try_from(quantity).unwrap()),
                limit: Slots::new(limit),
            });
        assert_eq!(outcome.err(), refused, "{limit:?} {waitlist} {quantity}");
    }
}

#[test]
fn at_the_deadline_those_who_have_paid_count_against_the_minimum() {
    let [before, at, after] = moments();
    // slots taken, participants, confirmed: what the deadline brings, of a minimum of five.
    for (taken, participants, confirmed, expected) in [
        (0, 0, 0, Some(CampaignStatus::Failed)),
        (4, 2, 2, Some(CampaignStatus::Failed)),
        (4, 2, 0, Some(CampaignStatus::Failed)),
        (5, 2, 2, Some(CampaignStatus::Completed)),
        (9, 2, 2, Some(CampaignStatus::Completed)),
        (5, 2, 1, None),
        (9, 2, 0, None),
    ] {
        let campaign = Campaign {
            participant_count: participants,
            confirmed_count: confirmed,
            terms: Terms {
                completes: Completes::WhenPaid,
                ..Terms::default()
            },
            ..campaign(CampaignStatus::Active, taken, 5, 10)
        };
        for (now, expected) in [(before, None), (at, None), (after, expected)] {
            let status = next_transition(&campaign, now).map(|step| step.campaign.status);
            assert_eq!(status, expected, "{taken} {participants} {confirmed}");
        }
    }
}
