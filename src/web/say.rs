//! Sentences that data is put into.

use crate::domain::audit::AuditEventKind;
use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::chain::LogEnd;
use crate::domain::ledger::{Transaction, TransactionKind, TransactionStatus};
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::web::events;
use crate::words::{Language, Reader, Words};

const fn words(id: &'static str, en: &'static str) -> Words {
    Words { id, en }
}

/// What pages say to a reader.
pub(crate) trait Say: Copy {
    /// `12 dari 20 slot terisi`.
    fn filled(self, taken: Slots, total: Slots) -> String;
    /// `Sisa 8 slot`.
    fn slots_left(self, left: Slots) -> String;
    /// `2 slot`.
    fn slots(self, count: Slots) -> String;
    /// A campaign's status.
    fn campaign_status(self, status: CampaignStatus) -> &'static str;
    /// Why nobody can join; none while one can.
    fn why_closed(self, campaign: &Campaign, now: Timestamp) -> Option<String>;
    /// What a movement of money is, and how far.
    fn movement(self, movement: &Transaction) -> &'static str;
    /// `3 belum lunas`, or `10+ belum lunas` when more than were counted.
    fn unpaid(self, count: usize, has_more: bool) -> String;
    /// Where the chain of the log ends.
    fn chain_end(self, end: &LogEnd) -> String;
    /// What cancelling does.
    fn cancel_warning(self, participation: &Participation) -> String;
    /// The kind of an event.
    fn event(self, kind: AuditEventKind) -> &'static str;
    /// `paling sedikit 30`.
    fn at_least(self, slots: Slots) -> String;
    /// A curve in words.
    fn curve(self, start: Timestamp, end: Timestamp, taken: Slots, total: Slots) -> String;
    /// That times are typed in the reader's zone.
    fn zone_hint(self) -> String;
    /// What came of confirming several at once.
    fn confirmed_some(self, confirmed: u32, refused: u32) -> String;
    /// What a sweep did.
    fn swept(self, transitions: u64) -> String;
}

impl Say for Reader {
    fn filled(self, taken: Slots, total: Slots) -> String {
        self.choose(
            || format!("{taken} dari {total} slot terisi"),
            || format!("{taken} of {total} slots taken"),
        )
    }

    fn slots_left(self, left: Slots) -> String {
        self.choose(
            || match left.get() {
                0 => "Slot habis".to_owned(),
                left => format!("Sisa {left} slot"),
            },
            || match left.get() {
                0 => "No slots left".to_owned(),
                1 => "1 slot left".to_owned(),
                left => format!("{left} slots left"),
            },
        )
    }

    fn slots(self, count: Slots) -> String {
        match self.language {
            Language::Indonesian => format!("{count} slot"),
            Language::English if count == 1 => "1 slot".to_owned(),
            Language::English => format!("{count} slots"),
        }
    }

    fn campaign_status(self, status: CampaignStatus) -> &'static str {
        self.say(match status {
            CampaignStatus::Inactive => words("Belum dibuka", "Not open yet"),
            CampaignStatus::Active => words("Dibuka", "Open"),
            CampaignStatus::Full => words("Penuh", "Full"),
            CampaignStatus::Completed => words("Jalan", "Goes ahead"),
            CampaignStatus::Failed => words("Tidak tercapai", "Fell short"),
            CampaignStatus::Cancelled => words("Dibatalkan", "Called off"),
        })
    }

    fn movement(self, movement: &Transaction) -> &'static str {
        use TransactionStatus as Status;
        self.say(match (movement.kind, movement.status) {
            (TransactionKind::Payment, _) => words("Pembayaran", "Payment"),
            (TransactionKind::Adjustment, _) => words("Koreksi", "Adjustment"),
            (TransactionKind::Payout, _) => words("Pencairan", "Payout"),
            (TransactionKind::Refund, Status::Due | Status::Recorded) => {
                words("Harus dikembalikan", "To be sent back")
            }
            (TransactionKind::Refund, Status::Sent) => words("Dikembalikan", "Sent back"),
            (TransactionKind::Refund, Status::Acknowledged) => {
                words("Dikembalikan dan diterima", "Sent back and received")
            }
        })
    }

    fn unpaid(self, count: usize, has_more: bool) -> String {
        let more = if has_more { "+" } else { "" };
        self.choose(
            || format!("{count}{more} belum lunas"),
            || format!("{count}{more} not fully paid"),
        )
    }

    fn chain_end(self, end: &LogEnd) -> String {
        let (number, at) = (end.number, self.weekday_date_time(end.timestamp));
        let hash = end.hash.to_string();
        let hash = hash.get(..16).unwrap_or(&hash);
        self.choose(
            || format!("Catatan seluruhnya: {number} kejadian berantai, yang terakhir {at}, sidik {hash}…"),
            || format!("The whole log: {number} chained events, the last one {at}, hash {hash}…"),
        )
    }

    fn why_closed(self, campaign: &Campaign, now: Timestamp) -> Option<String> {
        Some(match campaign.status {
            CampaignStatus::Active if !campaign.deadline_has_passed(now) => return None,
            CampaignStatus::Active => self
                .say(words(
                    "Batas waktunya sudah lewat. Hasilnya segera tampil di sini.",
                    "The deadline has passed. The outcome will show here in a moment.",
                ))
                .to_owned(),
            CampaignStatus::Inactive => {
                let opens = campaign.opens_at.unwrap_or(campaign.created_at);
                let opens = self.weekday_date_time(opens);
                self.choose(
                    || format!("Dibuka {opens}."),
                    || format!("Opens {opens}."),
                )
            }
            CampaignStatus::Full => self
                .say(words(
                    "Semua slot sudah terisi. Bila ada yang batal, slotnya untuk daftar tunggu; kalau tidak ada yang menunggu, slotnya muncul lagi di sini.",
                    "All slots are taken. If somebody cancels, their slots are for the waiting list; when nobody waits they show up here again.",
                ))
                .to_owned(),
            CampaignStatus::Completed => self
                .say(words(
                    "Slotnya tercapai: pembelian jalan.",
                    "Enough slots were taken: it goes ahead.",
                ))
                .to_owned(),
            CampaignStatus::Failed => self
                .say(words(
                    "Slotnya tidak tercapai sampai batas waktu. Uang yang sudah dibayar dikembalikan.",
                    "Not enough slots were taken by the deadline. What was paid is returned.",
                ))
                .to_owned(),
            CampaignStatus::Cancelled => self
                .say(words(
                    "Dibatalkan oleh penyelenggara. Uang yang sudah dibayar dikembalikan.",
                    "The organiser called it off. What was paid is returned.",
                ))
                .to_owned(),
        })
    }

    fn cancel_warning(self, participation: &Participation) -> String {
        if participation.status == ParticipationStatus::Waitlisted {
            let leaves = words(
                "Anda keluar dari daftar tunggu. Kalau mendaftar lagi nanti, urutannya paling belakang.",
                "You leave the waiting list. If you go on it again later, you are the last one.",
            );
            return self.say(leaves).to_owned();
        }
        let slots = self.slots(participation.quantity);
        self.choose(
            || {
                format!(
                    "{slots} Anda dilepas dan bisa diambil orang lain. Ini tidak bisa diurungkan."
                )
            },
            || {
                format!(
                    "Your {slots} will be released and others can take them. This can't be undone."
                )
            },
        )
    }

    fn event(self, kind: AuditEventKind) -> &'static str {
        self.say(events::name(kind))
    }

    fn at_least(self, slots: Slots) -> String {
        let slots = self.slots(slots);
        self.choose(
            || format!("paling sedikit {slots}"),
            || format!("at least {slots}"),
        )
    }

    fn curve(self, start: Timestamp, end: Timestamp, taken: Slots, total: Slots) -> String {
        let (start, end) = (self.short_date_time(start), self.short_date_time(end));
        let filled = self.filled(taken, total);
        self.choose(
            || format!("{filled}, dari {start} sampai {end}."),
            || format!("{filled}, from {start} to {end}."),
        )
    }

    fn zone_hint(self) -> String {
        let zone = self.zone.name();
        self.choose(|| format!("Waktu {zone}."), || format!("{zone} time."))
    }

    fn confirmed_some(self, confirmed: u32, refused: u32) -> String {
        let done = self.choose(
            || format!("{confirmed} peserta dikonfirmasi."),
            || match confirmed {
                1 => "1 participant confirmed.".to_owned(),
                _ => format!("{confirmed} participants confirmed."),
            },
        );
        if refused == 0 {
            return done;
        }
        let rest = self.choose(
            || format!(" {refused} tidak bisa dikonfirmasi karena statusnya sudah berubah."),
            || format!(" {refused} could not be: their status has changed."),
        );
        done + &rest
    }

    fn swept(self, transitions: u64) -> String {
        self.choose(
            || format!("Penjadwal sudah dijalankan: {transitions} kampanye berubah."),
            || match transitions {
                1 => "The scheduler has run: 1 campaign changed.".to_owned(),
                _ => format!("The scheduler has run: {transitions} campaigns changed."),
            },
        )
    }
}
