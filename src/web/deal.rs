//! The deal of a campaign in plain words: what happens when, who pays when, what comes back.

use crate::domain::campaign::Campaign;
use crate::domain::terms::{Completes, OnShortfall, PaymentTiming, Terms};
use crate::web::say::Say as _;
use crate::words::Reader;

/// The deal, a sentence or two for each part of it.
pub(crate) fn deal(reader: Reader, campaign: &Campaign) -> Vec<String> {
    let terms = &campaign.terms;
    let mut lines = vec![
        goal(reader, campaign),
        shortfall(reader, campaign),
        payment(reader, terms),
    ];
    if terms.completes == Completes::WhenPaid {
        lines.push(reader.choose(
            || "Slot yang belum dikonfirmasi pembayarannya dilepas paling lambat pada batas waktu, atau sehari sesudahnya bila Anda sudah menyatakan transfer, dan tidak ikut dihitung.".to_owned(),
            || "Slots whose payment is not confirmed are released at the deadline at the latest, or a day later when you have said that you transferred, and do not count.".to_owned(),
        ));
    }
    if terms.completes != Completes::WhenPaid {
        lines.push(reader.choose(|| "Pembelian dapat jalan walaupun ada yang belum membayar. Slot mereka dapat dilepas penyelenggara sesudahnya dan diberikan kepada daftar tunggu, dengan jumlah dan waktu bayar sendiri.".to_owned(),
            || "It can go ahead although somebody has not paid. The organiser may then release their slots to the waiting list, where each gets an amount and a time to pay of their own.".to_owned(),
        ));
    }
    if let Some(most) = terms.max_slots_per_user {
        let most = reader.slots(most);
        lines.push(reader.choose(
            || format!("Setiap orang dapat mengambil paling banyak {most}."),
            || format!("Each person can take {most} at most."),
        ));
    }
    if let Some(most) = terms.max_slots_per_join {
        let most = reader.slots(most);
        lines.push(reader.choose(
            || format!("Sekali ikut paling banyak {most}."),
            || format!("One join can take {most} at most."),
        ));
    }
    lines.push(reader.choose(|| "Kalau slotnya habis, Anda dapat masuk daftar tunggu; yang lebih dulu mendaftar didahulukan.".to_owned(),
        || "When no slots are left you can go on the waiting list; who came first comes first.".to_owned(),
    ));
    lines.push(reader.choose(|| "Selama belum dikonfirmasi dan batas waktu belum lewat, Anda bisa membatalkan sendiri.".to_owned(),
        || "Until you are confirmed and while the deadline has not passed, you can cancel yourself.".to_owned(),
    ));
    lines
}

fn goal(reader: Reader, campaign: &Campaign) -> String {
    let (minimum, total) = (campaign.minimum_slots, campaign.total_slots);
    let deadline = reader.weekday_date_time(campaign.deadline);
    let at_deadline = match campaign.terms.completes {
        Completes::WhenFull => false,
        Completes::AtDeadline => true,
        Completes::WhenPaid => return goal_when_paid(reader, campaign),
    };
    match (minimum < total, at_deadline) {
        (true, false) => reader.choose(|| {
                format!(
                    "Pembelian jalan bila paling sedikit {minimum} dari {total} slot terisi sampai {deadline}, atau segera setelah semua slot terisi."
                )
            },
            || {
                format!(
                    "It goes ahead when at least {minimum} of {total} slots are taken by {deadline}, or as soon as all slots are taken."
                )
            },
        ),
        (true, true) => reader.choose(|| {
                format!(
                    "Pembelian jalan pada {deadline} bila paling sedikit {minimum} dari {total} slot terisi."
                )
            },
            || {
                format!(
                    "It goes ahead on {deadline} when at least {minimum} of {total} slots are taken."
                )
            },
        ),
        (false, false) => reader.choose(|| {
                format!(
                    "Pembelian jalan segera setelah ke-{total} slot terisi, paling lambat {deadline}."
                )
            },
            || {
                format!(
                    "It goes ahead as soon as all {total} slots are taken, {deadline} at the latest."
                )
            },
        ),
        (false, true) => reader.choose(|| format!("Pembelian jalan pada {deadline} bila ke-{total} slot terisi."),
            || format!("It goes ahead on {deadline} when all {total} slots are taken."),
        ),
    }
}

fn goal_when_paid(reader: Reader, campaign: &Campaign) -> String {
    let (minimum, total) = (campaign.minimum_slots, campaign.total_slots);
    let deadline = reader.weekday_date_time(campaign.deadline);
    if minimum < total {
        reader.choose(
            || format!("Pembelian jalan segera setelah semua slot terisi dan dibayar, atau pada {deadline} bila paling sedikit {minimum} dari {total} slot sudah dibayar."),
            || format!("It goes ahead as soon as all slots are taken and paid, or on {deadline} when at least {minimum} of {total} slots are paid."),
        )
    } else {
        reader.choose(
            || format!("Pembelian jalan segera setelah ke-{total} slot terisi dan dibayar, paling lambat {deadline}."),
            || format!("It goes ahead as soon as all {total} slots are taken and paid, {deadline} at the latest."),
        )
    }
}

fn shortfall(reader: Reader, campaign: &Campaign) -> String {
    let terms = &campaign.terms;
    match (terms.on_shortfall, terms.extend_days, campaign.extended_at) {
        (OnShortfall::ExtendOnce, Some(days), None) => reader.choose(|| {
                format!(
                    "Kalau tidak cukup, batas waktunya dimundurkan sekali {days} hari dan semua reservasi tetap. Kalau tetap tidak cukup, patungan batal dan uang yang sudah dibayar dikembalikan."
                )
            },
            || {
                format!(
                    "If it falls short, the deadline moves once by {days} days and every reservation stays. If it still falls short, the group buy is off and what was paid is returned."
                )
            },
        ),
        _ => reader.choose(|| {
                "Kalau tidak cukup, patungan batal dan uang yang sudah dibayar dikembalikan."
                    .to_owned()
            },
            || "If it falls short, the group buy is off and what was paid is returned.".to_owned(),
        ),
    }
}

fn payment(reader: Reader, terms: &Terms) -> String {
    let hours = terms.pay_within_hours;
    let kept = u64::from(hours.unwrap_or_default()) + u64::from(terms.grace_hours);
    match (terms.payment, hours) {
        (PaymentTiming::Upfront, None) => reader.choose(|| {
                "Penyelenggara memberi tahu cara membayar dan mengonfirmasi setelah pembayaran diterima.".to_owned()
            },
            || {
                "The organiser tells you how to pay and confirms when the payment has arrived."
                    .to_owned()
            },
        ),
        (PaymentTiming::Upfront, Some(hours)) => reader.choose(|| {
                format!(
                    "Bayar dalam {hours} jam setelah ikut. Yang belum dikonfirmasi setelah {kept} jam dilepas slotnya."
                )
            },
            || {
                format!(
                    "Pay within {hours} hours of joining. Slots that are not confirmed after {kept} hours are released."
                )
            },
        ),
        (PaymentTiming::AfterTipping, _) => reader.choose(|| {
                format!(
                    "Bayar baru setelah slot minimum tercapai, dalam {} jam. Yang belum dikonfirmasi setelah {kept} jam dilepas slotnya.",
                    hours.unwrap_or_default()
                )
            },
            || {
                format!(
                    "Pay only once the minimum is reached, within {} hours. Slots that are not confirmed after {kept} hours are released.",
                    hours.unwrap_or_default()
                )
            },
        ),
    }
}
