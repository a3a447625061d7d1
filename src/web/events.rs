//! The names of events, as people read them.

use crate::domain::audit::AuditEventKind;
use crate::words::Words;

/// The name of a kind of event.
pub(super) const fn name(kind: AuditEventKind) -> Words {
    use AuditEventKind as Kind;
    let (id, en) = match kind {
        Kind::ProductCreated => ("Produk dibuat", "Product created"),
        Kind::ProductSambatanToggled => ("Patungan produk diubah", "Group buying switched"),
        Kind::CampaignCreated => ("Kampanye dibuat", "Campaign created"),
        Kind::CampaignOpened => ("Kampanye dibuka", "Campaign opened"),
        Kind::ParticipantJoined => ("Peserta ikut", "Participant joined"),
        Kind::CampaignFull => ("Semua slot terisi", "All slots taken"),
        Kind::ParticipantCancelled => ("Peserta batal", "Participant cancelled"),
        Kind::CampaignReopened => ("Slot tersedia lagi", "Slots free again"),
        Kind::ParticipantConfirmed => ("Peserta dikonfirmasi", "Participant confirmed"),
        Kind::CampaignCompleted => ("Kampanye jalan", "Campaign goes ahead"),
        Kind::CampaignFailed => ("Kampanye tidak tercapai", "Campaign fell short"),
        Kind::CampaignCancelled => ("Kampanye dibatalkan", "Campaign called off"),
        Kind::ProductEdited => ("Produk diubah", "Product edited"),
        Kind::CampaignEdited => ("Kampanye diubah", "Campaign edited"),
        Kind::CampaignExtended => ("Batas waktu diperpanjang", "Deadline extended"),
        Kind::CampaignTipped => ("Jumlah minimum tercapai", "Minimum reached"),
        Kind::ParticipantWaitlisted => (
            "Peserta masuk daftar tunggu",
            "Participant put on the waiting list",
        ),
        Kind::ParticipantPromoted => (
            "Peserta mendapat slot dari daftar tunggu",
            "Participant got slots from the waiting list",
        ),
        Kind::ParticipantExpired => (
            "Waktu bayar peserta habis",
            "Participant's time to pay ran out",
        ),
        Kind::ParticipantReleased => ("Peserta dilepas penyelenggara", "Participant released"),
        Kind::WaitingListClosed => ("Daftar tunggu ditutup", "Waiting list closed"),
        Kind::ParticipantRevived => ("Peserta diikutkan lagi", "Participant taken in again"),
        Kind::PaymentClaimed => (
            "Peserta bilang sudah transfer",
            "Participant says it is paid",
        ),
        Kind::PaymentRecorded => ("Pembayaran dicatat", "Payment recorded"),
        Kind::AdjustmentRecorded => ("Koreksi dicatat", "Adjustment recorded"),
        Kind::RefundDue => ("Ada dana yang harus dikembalikan", "Refund due"),
        Kind::RefundSent => ("Pengembalian dana dikirim", "Refund sent"),
        Kind::RefundAcknowledged => ("Pengembalian dana diterima", "Refund acknowledged"),
        Kind::PayoutAccountSet => ("Rekening pengembalian diisi", "Account for refunds given"),
        Kind::PayoutRecorded => ("Pencairan dicatat", "Payout recorded"),
        Kind::CampaignErased => ("Data pribadi dihapus", "Personal data erased"),
        Kind::PayToAdded => ("Rekening tujuan ditambahkan", "Account to pay to added"),
        Kind::PayToRetired => ("Rekening tujuan dihentikan", "Account to pay to retired"),
        Kind::WebhookAdded => ("Webhook ditambahkan", "Webhook added"),
        Kind::WebhookRemoved => ("Webhook dihapus", "Webhook removed"),
        Kind::BanAdded => ("Larangan ikut ditambahkan", "Ban added"),
        Kind::BanLifted => ("Larangan ikut dicabut", "Ban lifted"),
        Kind::ParticipantErased => ("Data peserta dihapus", "Participant's data erased"),
        Kind::ReferenceErased => ("Keterangan uang dihapus", "Note about money erased"),
        Kind::PayoutAccountConfirmed => ("Rekening baru dikonfirmasi", "New account confirmed"),
        Kind::LinkRenewed => ("Tautan rahasia diganti", "Secret link made anew"),
        Kind::FileUpgraded => ("Berkas naik versi", "File brought to a new version"),
        Kind::ClockConfirmed => ("Jam server dikonfirmasi", "Server's clock confirmed"),
    };
    Words { id, en }
}
