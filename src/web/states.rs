//! How a participation stands, in words: its badge, its money, what comes next.
//!
//! Nothing here is called refunded before money was sent.

use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::ledger::{PaymentState, Standing};
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::words::{Reader, Words};

const fn words(id: &'static str, en: &'static str) -> Words {
    Words { id, en }
}

/// What pages say of a participation.
pub(crate) trait SayState: Copy {
    /// Its state in a word or two, and the class of the badge that has it.
    fn state(
        self,
        participation: &Participation,
        campaign: &Campaign,
    ) -> (&'static str, &'static str);
    /// Whether it is paid, and what goes back, in words that stand alone.
    fn standing(self, participation: &Participation) -> String;
    /// What a participant is to expect.
    fn next_step(self, participation: &Participation, campaign: &Campaign) -> String;
    /// What the participant said of a payment that has not come yet, to themselves.
    fn claimed(self, participation: &Participation) -> Option<String>;
    /// The same to the organiser: `bilang sudah transfer (3 Okt)`.
    fn claims(self, participation: &Participation) -> Option<String>;
    /// The same to everybody, without a day.
    fn claims_to_have_paid(self, participation: &Participation) -> Option<&'static str>;
}

impl SayState for Reader {
    fn state(
        self,
        participation: &Participation,
        campaign: &Campaign,
    ) -> (&'static str, &'static str) {
        use ParticipationStatus as P;
        let (state, tone) = match (participation.status, PaymentState::of(participation)) {
            (P::Reserved, _) => (
                words("Menunggu konfirmasi", "Waiting for confirmation"),
                "open",
            ),
            // Confirmed and paid are two things.
            (P::Confirmed, PaymentState::Owed | PaymentState::Short) => {
                (words("Terkonfirmasi", "Confirmed"), "open")
            }
            (P::Confirmed, _) => (words("Terkonfirmasi", "Confirmed"), "good"),
            (P::Waitlisted, _) => (words("Daftar tunggu", "Waiting list"), "calm"),
            (P::Cancelled | P::Refunded, PaymentState::RefundDue) => {
                (words("Menunggu pengembalian", "Refund due"), "open")
            }
            (P::Cancelled | P::Refunded, PaymentState::RefundSent) => {
                (words("Dana sudah ditransfer", "Refund sent"), "good")
            }
            (P::Cancelled | P::Refunded, PaymentState::RefundAcknowledged) => {
                (words("Dana sudah kembali", "Refund received"), "good")
            }
            (P::Cancelled, _) if participation.released_at.is_some() => {
                (words("Dilepas", "Released"), "bad")
            }
            (P::Cancelled, _) => (words("Batal", "Cancelled"), "bad"),
            (P::Refunded, _) if campaign.status == CampaignStatus::Failed => {
                (words("Tidak jalan", "Did not go ahead"), "bad")
            }
            (P::Refunded, _) => (words("Batal", "Called off"), "bad"),
        };
        (self.say(state), tone)
    }

    fn standing(self, participation: &Participation) -> String {
        let slots = match Standing::of(participation) {
            Standing::Unpaid => self.say(words("belum bayar", "not paid")).to_owned(),
            Standing::Short(missing) => self.choose(
                || format!("kurang {missing}"),
                || format!("{missing} missing"),
            ),
            Standing::Paid => self.say(words("lunas", "paid")).to_owned(),
            Standing::Over(surplus) => self.choose(
                || format!("lunas, lebih {surplus}"),
                || format!("paid, {surplus} too much"),
            ),
        };
        let nothing = Rupiah::default();
        let refunds = participation.refunds;
        let mut parts = vec![slots];
        if refunds.due > nothing {
            let due = refunds.due;
            parts.push(self.choose(
                || format!("{due} harus dikembalikan"),
                || format!("{due} to be sent back"),
            ));
        }
        let gone = refunds.total().less(refunds.due);
        if gone > nothing {
            parts.push(self.choose(
                || format!("{gone} sudah dikembalikan"),
                || format!("{gone} sent back"),
            ));
        }
        parts.join(", ")
    }

    fn next_step(self, participation: &Participation, campaign: &Campaign) -> String {
        use CampaignStatus as C;
        use ParticipationStatus as P;
        let owes = Standing::owed(participation).is_some();
        self.say(match (participation.status, campaign.status) {
            (P::Reserved, _) => words(
                "Slot Anda sudah disimpan. Bayar sesuai petunjuk penyelenggara; statusnya berubah setelah dikonfirmasi.",
                "Your slots are reserved. Pay as the organiser tells you; the status changes once you are confirmed.",
            ),
            (P::Confirmed, C::Completed) if owes => words(
                "Pembelian jalan! Pembayaran Anda belum lengkap: bayar yang disebut di atas, lalu penyelenggara mengirim ke alamat Anda.",
                "It goes ahead! Your payment is not complete: pay what is named above, and the organiser will ship to your address.",
            ),
            (P::Confirmed, _) if owes => words(
                "Slot Anda terkonfirmasi, tetapi pembayarannya belum lengkap: bayar yang disebut di atas.",
                "Your slots are confirmed, but the payment is not complete: pay what is named above.",
            ),
            (P::Confirmed, C::Completed) => words(
                "Pembelian jalan! Penyelenggara akan mengirim ke alamat Anda.",
                "It goes ahead! The organiser will ship to your address.",
            ),
            (P::Confirmed, _) => words(
                "Pembayaran Anda sudah dikonfirmasi. Tunggu sampai patungan ini selesai.",
                "You are confirmed. Wait until the group buy is complete.",
            ),
            (P::Cancelled, _) if participation.released_at.is_some() => words(
                "Penyelenggara melepas slot Anda karena belum ada pembayaran. Uang yang masih datang dikembalikan.",
                "The organiser released your slots, since no payment had come. Money that still comes is sent back.",
            ),
            (P::Cancelled, C::Active) => words(
                "Keikutsertaan ini sudah dibatalkan. Selama masih ada slot, Anda bisa ikut lagi.",
                "This participation is cancelled. While slots last you can join again.",
            ),
            (P::Cancelled, _) => words(
                "Keikutsertaan ini sudah dibatalkan.",
                "This participation is cancelled.",
            ),
            (P::Refunded, status) => return did_not_go_ahead(self, participation, status),
            (P::Waitlisted, _) => words(
                "Anda ada di daftar tunggu. Begitu ada slot, Anda langsung mendapatkannya.",
                "You are on the waiting list. You get slots as soon as some are free.",
            ),
        })
        .to_owned()
    }

    fn claimed(self, participation: &Participation) -> Option<String> {
        let at = claim_of(participation, self)?;
        Some(self.choose(
            || format!("Anda bilang sudah transfer ({at}). Penyelenggara sedang mencarinya di mutasi; statusnya berubah setelah uangnya terlihat."),
            || format!("You said that you have transferred ({at}). The organiser is looking for it; the status changes once the money is seen."),
        ))
    }

    fn claims(self, participation: &Participation) -> Option<String> {
        let at = claim_of(participation, self)?;
        Some(self.choose(
            || format!("bilang sudah transfer ({at})"),
            || format!("says it is paid ({at})"),
        ))
    }

    fn claims_to_have_paid(self, participation: &Participation) -> Option<&'static str> {
        claim_of(participation, self)?;
        let waits = words(
            "bilang sudah transfer, dicek",
            "says it is paid, being checked",
        );
        Some(self.say(waits))
    }
}

/// What comes next when a campaign did not go ahead.
fn did_not_go_ahead(
    reader: Reader,
    participation: &Participation,
    status: CampaignStatus,
) -> String {
    let why = if status == CampaignStatus::Failed {
        words(
            "Patungan ini tidak jalan karena slotnya tidak tercapai.",
            "This group buy did not go ahead: too few slots were taken.",
        )
    } else {
        words(
            "Penyelenggara membatalkan patungan ini.",
            "The organiser called this group buy off.",
        )
    };
    let then = match PaymentState::of(participation) {
        PaymentState::RefundDue => words(
            "Yang sudah Anda bayar akan ditransfer kembali oleh penyelenggara.",
            "The organiser is going to send back what you paid.",
        ),
        PaymentState::RefundSent => words(
            "Uang Anda sudah ditransfer kembali.",
            "Your money was sent back.",
        ),
        PaymentState::RefundAcknowledged => {
            words("Uang Anda sudah kembali.", "You have your money back.")
        }
        _ => words(
            "Anda belum membayar, jadi tidak ada yang perlu dikembalikan.",
            "You had not paid, so nothing is to be sent back.",
        ),
    };
    format!("{} {}", reader.say(why), reader.say(then))
}

/// The day of a payment that was announced and has not come; without one the time of saying so.
fn claim_of(participation: &Participation, reader: Reader) -> Option<String> {
    let at = participation
        .claimed_at
        .filter(|_| participation.status.is_live())?;
    let day = participation.claimed_on.map(|day| reader.day(day));
    Some(day.unwrap_or_else(|| reader.short_date_time(at)))
}
