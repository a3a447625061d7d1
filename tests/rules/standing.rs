//! What has been paid against what the slots cost, at the edges.

use sambatan::CampaignStatus;
use sambatan::domain::ledger::{PaymentState, RefundSums, Standing};
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

#[test]
fn nothing_is_called_refunded_before_it_was_sent_and_a_partial_refund_is_no_debt() {
    use ParticipationStatus as P;
    let campaign = campaign(CampaignStatus::Active, 2, 10, 10);
    let price = 2 * PRICE;
    for (status, paid, [due, sent, acknowledged], word) in [
        (P::Waitlisted, 0, [0, 0, 0], "none"),
        (P::Reserved, 0, [0, 0, 0], "owed"),
        (P::Confirmed, 0, [0, 0, 0], "owed"),
        (P::Confirmed, price - 1, [0, 0, 0], "short"),
        (P::Confirmed, price, [0, 0, 0], "paid"),
        (P::Confirmed, price + 500, [0, 0, 0], "over"),
        (P::Confirmed, price + 500, [500, 0, 0], "refund_due"),
        (P::Confirmed, price + 500, [0, 500, 0], "refund_sent"),
        (P::Confirmed, price + 500, [0, 0, 500], "paid"),
        (P::Confirmed, price + 500, [0, 0, 499], "over"),
        (P::Confirmed, price, [0, 0, 500], "paid"),
        (P::Confirmed, price, [100, 0, 500], "refund_due"),
        (P::Confirmed, price, [0, 0, price], "refund_acknowledged"),
        (P::Confirmed, price - 1, [0, 0, 1], "short"),
        (P::Cancelled, 0, [0, 0, 0], "none"),
        (P::Cancelled, 700, [700, 0, 0], "refund_due"),
        (P::Refunded, 0, [0, 0, 0], "none"),
        (P::Refunded, price, [price, 0, 0], "refund_due"),
        (P::Refunded, price, [1, price - 1, 0], "refund_due"),
        (P::Refunded, price, [0, 1, price - 1], "refund_sent"),
        (P::Refunded, price, [0, 0, price], "refund_acknowledged"),
    ] {
        let held = Participation {
            paid_amount: Rupiah::new(paid),
            refunds: RefundSums {
                due: Rupiah::new(due),
                sent: Rupiah::new(sent),
                acknowledged: Rupiah::new(acknowledged),
            },
            ..participation(&campaign, status, 2)
        };
        let state = PaymentState::of(&held);
        assert_eq!(
            state.word(),
            word,
            "{status:?} {paid} {due} {sent} {acknowledged}"
        );
    }
}
