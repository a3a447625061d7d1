//! What calling a campaign off will do, said before it is done.

use crate::domain::money::Rupiah;
use crate::domain::reports::CallingOff;
use crate::words::Reader;

/// A sentence or two for the form.
pub(crate) fn warning(reader: Reader, effect: &CallingOff) -> String {
    let CallingOff {
        participants,
        waiting,
        refunds,
        are_more,
    } = *effect;
    let count = if are_more {
        format!("{}+", refunds.count)
    } else {
        refunds.count.to_string()
    };
    let (amount, nothing) = (refunds.amount, refunds.amount == Rupiah::default());
    reader.choose(
        || {
            let queue = match waiting {
                0 => String::new(),
                waiting => format!(" {waiting} orang keluar dari daftar tunggu."),
            };
            let money = if nothing {
                "Belum ada dana yang masuk, jadi tidak ada yang harus dikembalikan.".to_owned()
            } else {
                format!("Yang harus dikembalikan: {count} pembayaran, seluruhnya {amount}.")
            };
            format!("{participants} peserta kehilangan slotnya.{queue} {money} Ini tidak bisa diurungkan.")
        },
        || {
            let queue = match waiting {
                0 => String::new(),
                1 => " 1 person leaves the waiting list.".to_owned(),
                waiting => format!(" {waiting} people leave the waiting list."),
            };
            let money = if nothing {
                "No money has come in, so nothing is to be sent back.".to_owned()
            } else {
                let payments = if count == "1" { "payment" } else { "payments" };
                format!("To be sent back: {count} {payments}, {amount} in all.")
            };
            let who = if participants == 1 {
                "1 participant loses their slots.".to_owned()
            } else {
                format!("{participants} participants lose their slots.")
            };
            format!("{who}{queue} {money} This can't be undone.")
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::Refunds;
    use crate::words::Language;

    #[test]
    fn the_form_says_how_many_and_how_much() {
        let reader = |language| Reader {
            language,
            ..Reader::default()
        };
        let effect = |participants, waiting, count, amount, are_more| CallingOff {
            participants,
            waiting,
            refunds: Refunds {
                count,
                amount: Rupiah::new(amount),
            },
            are_more,
        };
        for (effect, id, en) in [
            (
                effect(0, 0, 0, 0, false),
                "0 peserta kehilangan slotnya. Belum ada dana yang masuk, jadi tidak ada yang harus dikembalikan. Ini tidak bisa diurungkan.",
                "0 participants lose their slots. No money has come in, so nothing is to be sent back. This can't be undone.",
            ),
            (
                effect(1, 1, 1, 210_000, false),
                "1 peserta kehilangan slotnya. 1 orang keluar dari daftar tunggu. Yang harus dikembalikan: 1 pembayaran, seluruhnya Rp210.000. Ini tidak bisa diurungkan.",
                "1 participant loses their slots. 1 person leaves the waiting list. To be sent back: 1 payment, Rp210.000 in all. This can't be undone.",
            ),
            (
                effect(1500, 2, 1000, 315_000_000, true),
                "1500 peserta kehilangan slotnya. 2 orang keluar dari daftar tunggu. Yang harus dikembalikan: 1000+ pembayaran, seluruhnya Rp315.000.000. Ini tidak bisa diurungkan.",
                "1500 participants lose their slots. 2 people leave the waiting list. To be sent back: 1000+ payments, Rp315.000.000 in all. This can't be undone.",
            ),
        ] {
            assert_eq!(warning(reader(Language::Indonesian), &effect), id);
            assert_eq!(warning(reader(Language::English), &effect), en);
        }
    }
}
