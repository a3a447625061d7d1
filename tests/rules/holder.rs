//! Whose slots count together against the limit for each person.

use sambatan::domain::field;
use sambatan::domain::holder::Holder;
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::slots::Slots;

use sambatan::CampaignStatus;

use crate::support::{participation, usual_campaign};

/// A join: under which name, showing the secret of which join before it, how many slots; and whether it is taken
/// where each person may have four.
type Join = (&'static str, Option<usize>, u32, bool);

const LIMIT: u32 = 4;

fn counted(held: &[Participation], holder: &Holder) -> u32 {
    let counting = held.iter().filter(|one| holder.counts(one));
    counting.map(|one| one.quantity.get()).sum()
}

#[track_caller]
fn follow(story: &str, joins: &[Join]) {
    let campaign = usual_campaign(CampaignStatus::Active);
    let mut held: Vec<Participation> = Vec::new();
    for (number, (name, shown, quantity, is_taken)) in joins.iter().enumerate() {
        let user = field::user_id(name).unwrap();
        let holder = Holder::of_join(campaign.id, &user, shown.map(|index| &held[index]));
        let fits = counted(&held, &holder) + quantity <= LIMIT;
        assert_eq!(fits, *is_taken, "{story}: {number}");
        held.push(Participation {
            id: ParticipationId::new(),
            campaign_id: campaign.id,
            user_id: user,
            quantity: Slots::new(*quantity),
            held_with: holder.shown(),
            status: if fits {
                ParticipationStatus::Reserved
            } else {
                ParticipationStatus::Cancelled
            },
            ..participation(&campaign, ParticipationStatus::Reserved, 1)
        });
    }
}

#[test]
fn a_persons_limit_counts_by_the_secret_they_show_or_by_their_name_however_it_is_spelt() {
    follow(
        "another spelling is no other name",
        &[
            ("Budi Santoso", None, 3, true),
            ("BUDI  santoso", None, 2, false),
            ("Ｂｕｄｉ Santoso", None, 2, false),
            ("bu\u{ad}di santoso", None, 2, false),
            ("budi santoso", None, 1, true),
            ("Budi Santoso", None, 1, false),
            ("budi", None, 4, true),
        ],
    );
    follow(
        "a stranger takes the name afterwards",
        &[
            ("budi", None, 2, true),
            ("Budi", None, 2, true),
            ("budi", None, 1, false),
            ("budi", Some(0), 2, true),
            ("budi", Some(0), 1, false),
        ],
    );
    follow(
        "a stranger took the name before",
        &[
            ("budi", None, 3, true),
            ("budi", None, 1, true),
            ("budi", Some(1), 3, true),
            ("budi", Some(1), 1, false),
        ],
    );
    follow(
        "with a secret another name is the same person, and so is one that was joined with it",
        &[
            ("budi", None, 3, true),
            ("ani", Some(0), 1, true),
            ("citra", Some(0), 1, false),
            ("citra", Some(1), 1, false),
            ("ani", None, 3, true),
        ],
    );
    follow(
        "the secret of what has no slots shows nothing",
        &[
            ("budi", None, 3, true),
            ("budi", None, 2, false),
            ("budi", Some(1), 2, false),
        ],
    );
}

#[test]
fn the_secret_of_another_campaign_shows_nothing() {
    let campaign = usual_campaign(CampaignStatus::Active);
    let user = field::user_id("budi").unwrap();
    let elsewhere = Participation {
        campaign_id: CampaignId::new(),
        ..participation(&campaign, ParticipationStatus::Reserved, 1)
    };
    let holder = Holder::of_join(campaign.id, &user, Some(&elsewhere));
    assert_eq!(holder, Holder::Named(user.key()));
}

#[test]
fn slots_that_come_back_count_with_their_holder_and_with_the_name_that_nobody_proved() {
    let campaign = usual_campaign(CampaignStatus::Active);
    let before = participation(&campaign, ParticipationStatus::Cancelled, 1);
    let named = Holder::Named(before.user_id.key());
    assert_eq!(Holder::of_revived(&before), [Holder::Of(before.id), named]);
    let first = ParticipationId::new();
    let shown = Participation {
        held_with: Some(first),
        ..before
    };
    assert_eq!(Holder::of_revived(&shown), [Holder::Of(first)]);
}
