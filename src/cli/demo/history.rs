//! What happened in the demo's community, and when.

use crate::cli::demo::data::{CAMPAIGNS, DAY, DemoCampaign, HOUR, MEMBERS, PRODUCTS};

/// How many slots people take at a time, over and over.
const QUANTITIES: [i64; 7] = [1, 2, 1, 1, 3, 2, 1];
/// In campaigns that are open, each so many-th participant gives back and joins again.
const CHANGES_MIND: usize = 6;
/// In campaigns that are open, this one of so many transfers too little.
const PAYS_SHORT: usize = 4;
/// In campaigns that went ahead, everybody has paid but this one.
const OWES: usize = 5;
/// The campaign that is called off: what was paid goes back.
const CALLED_OFF: usize = 3;
/// The campaign with few slots left, where somebody waits for more.
const NEARLY_FULL: usize = 4;

/// Something that happened, so many minutes from now.
pub(super) struct Event {
    pub(super) at: i64,
    pub(super) what: What,
}

pub(super) enum What {
    ProductMade(usize),
    CampaignMade(usize),
    Joined {
        campaign: usize,
        member: usize,
        quantity: i64,
        then: Then,
    },
    /// Somebody asks for more slots than are left.
    Waits {
        campaign: usize,
        member: usize,
        quantity: i64,
    },
    CalledOff(usize, &'static str),
    /// Those whose money goes back say where to.
    AccountsGiven(usize),
    Swept,
}

/// What becomes of a join before long.
pub(super) enum Then {
    Stays,
    IsGivenBackFirst,
    IsConfirmed,
    /// Confirmed although the transfer was too small.
    IsShort,
}

/// Everything that happened, oldest first.
pub(super) fn history() -> Vec<Event> {
    let mut events = Vec::new();
    for number in 0..PRODUCTS.len() {
        let minutes = i64::try_from(number).unwrap_or(0);
        events.push(Event {
            at: -31 * DAY + minutes,
            what: What::ProductMade(number),
        });
    }
    for (number, campaign) in CAMPAIGNS.iter().enumerate() {
        events.push(Event {
            at: campaign.created,
            what: What::CampaignMade(number),
        });
        events.extend(joins(number, campaign));
        if let Some((at, reason)) = campaign.called_off {
            events.push(Event {
                at,
                what: What::CalledOff(number, reason),
            });
        }
        let sweeps = [
            campaign.opens,
            Some(campaign.filled_by + 1),
            Some(campaign.deadline + 1),
        ];
        events.extend(
            sweeps
                .into_iter()
                .flatten()
                .filter(|at| *at < 0)
                .map(|at| Event {
                    at,
                    what: What::Swept,
                }),
        );
    }
    events.push(Event {
        at: -2 * DAY,
        what: What::AccountsGiven(CALLED_OFF),
    });
    events.push(Event {
        at: -HOUR,
        what: What::Waits {
            campaign: NEARLY_FULL,
            member: MEMBERS.len() - 2,
            quantity: 4,
        },
    });
    events.sort_by_key(|event| event.at);
    events
}

/// A campaign's joins, spread over its time.
fn joins(number: usize, campaign: &DemoCampaign) -> Vec<Event> {
    let mut quantities = Vec::new();
    let mut left = campaign.taken;
    for quantity in QUANTITIES.iter().cycle().skip(number) {
        if left == 0 {
            break;
        }
        let quantity = left.min(*quantity);
        quantities.push(quantity);
        left -= quantity;
    }
    let first = campaign.opens.unwrap_or(campaign.created) + 2;
    let count = i64::try_from(quantities.len()).unwrap_or(1);
    let went_ahead = campaign.deadline < 0
        && campaign.taken >= campaign.minimum_slots
        && campaign.called_off.is_none();
    (1..)
        .zip(quantities)
        .enumerate()
        .map(|(index, (nth, quantity))| {
            let then = match index % CHANGES_MIND {
                3 if campaign.deadline > 0 => Then::IsGivenBackFirst,
                1 if campaign.deadline > 0 => Then::IsConfirmed,
                PAYS_SHORT if campaign.deadline > 0 => Then::IsShort,
                _ if went_ahead && index != OWES => Then::IsConfirmed,
                _ => Then::Stays,
            };
            Event {
                at: first + (campaign.filled_by - first) * nth / count,
                what: What::Joined {
                    campaign: number,
                    member: number * 5 + index,
                    quantity,
                    then,
                },
            }
        })
        .collect()
}
