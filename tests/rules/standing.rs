//! What has been paid against what the slots cost, at the edges.

use sambatan::CampaignStatus;
use sambatan::domain::ledger::Standing;
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};

use crate::support::{PRICE, campaign, participation};

#[test]
fn the_tail_of_a_transfer_is_no_surplus_and_less_than_the_price_is_missing() {
    let campaign = campaign(CampaignStatus::Active, 2, 10, 10);
    let (price, tail) = (2 * PRICE, 231);
    let money = Rupiah::new;
    for (transfer, paid, standing, owed) in [
        (Some(tail), 0, Standing::Unpaid, Some(price + tail)),
        (None, 0, Standing::Unpaid, Some(price)),
        (
            Some(tail),
            1,
            Standing::Short(money(price - 1)),
            Some(price - 1),
        ),
        (Some(tail), price - 1, Standing::Short(money(1)), Some(1)),
        (Some(tail), price, Standing::Paid, None),
        (Some(tail), price + tail, Standing::Paid, None),
        (Some(tail), price + tail + 1, Standing::Over(money(1)), None),
        (None, price + 1, Standing::Over(money(1)), None),
    ] {
        let held = Participation {
            transfer_amount: transfer.map(|tail| money(price + tail)),
            paid_amount: money(paid),
            ..participation(&campaign, ParticipationStatus::Confirmed, 2)
        };
        assert_eq!(Standing::of(&held), standing, "{paid}");
        assert_eq!(Standing::owed(&held), owed.map(money), "{paid}");
    }
}
