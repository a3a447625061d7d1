//! How long a reservation is kept unpaid, and what becomes of it then.

use chrono::TimeDelta;
use sambatan::domain::audit::AuditEventKind;
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus, expire, revive};
use sambatan::domain::payment_window::PaymentWindow;
use sambatan::domain::slots::Slots;
use sambatan::domain::terms::{Completes, PaymentTiming, Terms};
use sambatan::domain::time::Timestamp;
use sambatan::{Campaign, CampaignStatus, Error};
use serde_json::json;

use crate::support::{
    assert_events, campaign, created, deadline, join, moments, participation, usual_campaign,
};

fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

#[test]
fn the_time_to_pay_starts_with_the_joining_or_with_the_tipping() {
    let tipped = Some(created());
    // who pays when, hours to pay, grace, tipped: hours until one should have paid, and until it ends.
    for (payment, within, grace, tipped_at, expected) in [
        (PaymentTiming::Upfront, None, 0, None, None),
        (PaymentTiming::Upfront, None, 0, tipped, None),
        (PaymentTiming::Upfront, Some(24), 0, None, Some((24, 24))),
        (PaymentTiming::Upfront, Some(24), 6, None, Some((24, 30))),
        (PaymentTiming::AfterTipping, Some(24), 6, None, None),
        (
            PaymentTiming::AfterTipping,
            Some(1),
            8760,
            tipped,
            Some((1, 8761)),
        ),
    ] {
        let campaign = Campaign {
            tipped_at,
            terms: Terms {
                payment,
                pay_within_hours: within,
                grace_hours: grace,
                ..Terms::default()
            },
            ..usual_campaign(CampaignStatus::Active)
        };
        let now = created().saturating_add(hours(5));
        let expected = expected.map(|(pay_by, expires_at)| PaymentWindow {
            pay_by: now.saturating_add(hours(pay_by)),
            expires_at: now.saturating_add(hours(expires_at)),
        });
        assert_eq!(PaymentWindow::starting(&campaign, now), expected);
        let joined = join(&campaign, 1, now).unwrap().participation;
        assert_eq!(joined.pay_by, expected.map(|window| window.pay_by));
        assert_eq!(joined.expires_at, expected.map(|window| window.expires_at));
    }
}

#[test]
fn a_reservation_expires_when_its_time_is_over_and_the_campaign_still_runs() {
    let [before, at, after] = moments();
    let late = after.saturating_add(hours(1));
    for campaign_status in CampaignStatus::ALL {
        for status in ParticipationStatus::ALL {
            // When it ends, and now: whether it is released.
            for (expires_at, now, is_over) in [
                (None, late, false),
                (Some(at), before, false),
                (Some(before), before, true),
                (Some(before), late, true),
                (Some(at), at, true),
                (Some(at), late, true),
                // Beyond the deadline the campaign settles it.
                (Some(after), after, false),
                (Some(after), late, false),
            ] {
                let campaign = usual_campaign(campaign_status);
                let held = Participation {
                    expires_at,
                    ..participation(&campaign, status, 3)
                };
                let runs =
                    [CampaignStatus::Active, CampaignStatus::Full].contains(&campaign_status);
                // One that goes ahead settles nobody: who is reserved came from its waiting list.
                let goes_ahead = campaign_status == CampaignStatus::Completed;
                let is_over =
                    is_over && runs || goes_ahead && expires_at.is_some_and(|at| at <= now);
                let expected = is_over && status == ParticipationStatus::Reserved;
                let outcome = expire(held.clone(), campaign.clone(), now);
                assert_eq!(
                    outcome.is_some(),
                    expected,
                    "{campaign_status:?} {status:?} {now}"
                );
                let Some(change) = outcome else { continue };
                assert_eq!(
                    change.participation,
                    Participation {
                        status: ParticipationStatus::Cancelled,
                        expired_at: Some(now),
                        updated_at: now,
                        ..held.clone()
                    }
                );
                let left = campaign.slots_taken.get() - 3;
                assert_eq!(change.campaign.slots_taken.get(), left);
                let facts = json!({
                    "participation_id": held.id.to_string(),
                    "quantity": 3,
                    "slots_taken": left,
                });
                let expected = [(AuditEventKind::ParticipantExpired, facts)];
                assert_events(&change.events, &campaign, now, &expected);
            }
        }
    }
}

fn expired(campaign: &Campaign, quantity: u32) -> Participation {
    Participation {
        expired_at: Some(created()),
        expires_at: Some(created()),
        ..participation(campaign, ParticipationStatus::Cancelled, quantity)
    }
}

#[test]
fn only_what_has_expired_and_has_not_paid_comes_back_while_the_campaign_runs() {
    let paid = Rupiah::new(1);
    for campaign_status in CampaignStatus::ALL {
        for status in ParticipationStatus::ALL {
            for now in moments() {
                for (expired_at, paid_amount) in [
                    (Some(created()), Rupiah::default()),
                    (Some(created()), paid),
                    (None, Rupiah::default()),
                ] {
                    let campaign = Campaign {
                        total_slots: Slots::new(20),
                        ..usual_campaign(campaign_status)
                    };
                    let held = Participation {
                        status,
                        expired_at,
                        paid_amount,
                        ..expired(&campaign, 3)
                    };
                    let allowed = status == ParticipationStatus::Cancelled
                        && expired_at.is_some()
                        && paid_amount == Rupiah::default()
                        && [CampaignStatus::Active, CampaignStatus::Full]
                            .contains(&campaign_status)
                        && now <= deadline();
                    let outcome = revive(held, campaign, Slots::ZERO, now);
                    let invalid = Error::ParticipationStateInvalid {
                        status,
                        campaign_status,
                    };
                    let refused = (!allowed).then_some(&invalid);
                    assert_eq!(outcome.as_ref().err(), refused, "{campaign_status:?} {now}");
                }
            }
        }
    }
}

#[test]
fn what_comes_back_needs_slots_and_room_within_the_limit_and_gets_a_new_time_to_pay() {
    let limited = Terms {
        max_slots_per_user: Some(Slots::new(4)),
        pay_within_hours: Some(24),
        grace_hours: 2,
        ..Terms::default()
    };
    let user_limit = |left| Error::UserLimitReached {
        requested: Slots::new(3),
        limit: Slots::new(4),
        left: Slots::new(left),
    };
    let too_few = Error::InsufficientSlots {
        requested: Slots::new(3),
        available: Slots::new(2),
    };
    // taken, held by the same user: the status afterwards.
    for (taken, held, expected) in [
        (4, 0, Ok(CampaignStatus::Active)),
        (7, 1, Ok(CampaignStatus::Full)),
        (8, 0, Err(too_few)),
        (4, 2, Err(user_limit(2))),
        (8, 4, Err(user_limit(0))),
    ] {
        let before = Campaign {
            terms: limited,
            ..campaign(CampaignStatus::Active, taken, 10, 10)
        };
        let outcome = revive(expired(&before, 3), before, Slots::new(held), deadline());
        let window = |change: &Participation| (change.expired_at, change.pay_by, change.expires_at);
        let later = |hour| Some(deadline().saturating_add(hours(hour)));
        if let Ok(change) = &outcome {
            assert_eq!(change.campaign.slots_taken.get(), taken + 3);
            assert_eq!(window(&change.participation), (None, later(24), later(26)));
        }
        let status = outcome.map(|change| change.campaign.status);
        assert_eq!(status, expected, "{taken} {held}");
    }
}

#[test]
fn a_window_is_never_lengthened_by_its_cap() {
    let window = |pay_by: Timestamp, expires_at: Timestamp| PaymentWindow { pay_by, expires_at };
    let [before, at, after] = moments();
    for (given, capped) in [
        (window(before, at), window(before, at)),
        (window(before, after), window(before, at)),
        (window(after, after), window(at, at)),
    ] {
        assert_eq!(given.capped(deadline()), capped);
    }
}

#[test]
fn where_only_those_count_who_have_paid_the_deadline_ends_the_time_to_pay() {
    let tipped = Some(created());
    let before = |hours: i64| deadline().saturating_add(TimeDelta::hours(-hours));
    // who pays when, hours, grace, tipped, hours before the deadline: until when one should have paid, and
    // when it ends, in hours before the deadline.
    for (payment, within, grace, tipped_at, now, expected) in [
        (PaymentTiming::Upfront, None, 0, None, 72, Some((0, 0))),
        (
            PaymentTiming::Upfront,
            Some(24),
            0,
            None,
            72,
            Some((48, 48)),
        ),
        (PaymentTiming::Upfront, Some(24), 6, None, 25, Some((1, 0))),
        (PaymentTiming::Upfront, Some(24), 6, None, 3, Some((0, 0))),
        (PaymentTiming::AfterTipping, Some(24), 0, None, 72, None),
        (
            PaymentTiming::AfterTipping,
            Some(24),
            0,
            tipped,
            3,
            Some((0, 0)),
        ),
    ] {
        let campaign = Campaign {
            tipped_at,
            terms: Terms {
                completes: Completes::WhenPaid,
                payment,
                pay_within_hours: within,
                grace_hours: grace,
                ..Terms::default()
            },
            ..usual_campaign(CampaignStatus::Active)
        };
        let expected = expected.map(|(pay_by, expires_at)| PaymentWindow {
            pay_by: before(pay_by),
            expires_at: before(expires_at),
        });
        let now = before(now);
        assert_eq!(PaymentWindow::starting(&campaign, now), expected);
        assert_eq!(PaymentWindow::after_moving(&campaign, now), expected);
        let joined = join(&campaign, 1, now).unwrap().participation;
        assert_eq!(joined.expires_at, expected.map(|window| window.expires_at));
        let usual = Campaign {
            terms: Terms {
                completes: Completes::WhenFull,
                ..campaign.terms
            },
            ..campaign
        };
        assert_eq!(PaymentWindow::after_moving(&usual, now), None);
    }
}
