//! Sentences that need data: what is wrong with a field, and the details of business refusals.

use crate::domain::campaign::CampaignStatus;
use crate::domain::error::Error;
use crate::domain::field::{Expected, FieldError, Problem};
use crate::domain::ledger::TransactionStatus;
use crate::domain::participation::ParticipationStatus;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::http::problem::{Refusal, qris, statement};
use crate::words::{Language, Reader, Words};

/// The detail of a refusal that says more with its data than its row does.
pub(super) fn detail(refusal: &Refusal, reader: Reader) -> Option<String> {
    let language = reader.language;
    match refusal {
        Refusal::Service(error) => service_detail(error, reader),
        Refusal::StatementUnreadable(error) => Some(statement::detail(error, language)),
        Refusal::MethodNotAllowed { allow } => Some(match language {
            Language::Indonesian => {
                format!("Alamat ini tidak mendukung metode tersebut. Yang didukung: {allow}.")
            }
            Language::English => {
                format!("This address does not take that method. It takes: {allow}.")
            }
        }),
        Refusal::RateLimited { seconds } => Some(match (language, *seconds) {
            (Language::Indonesian, seconds) => format!(
                "Terlalu banyak permintaan dari alamat Anda. Tunggu {seconds} detik, lalu coba lagi."
            ),
            (Language::English, 1) => {
                "Too many requests came from your address. Wait a second and try again.".to_owned()
            }
            (Language::English, seconds) => format!(
                "Too many requests came from your address. Wait {seconds} seconds and try again."
            ),
        }),
        _ => None,
    }
}

fn service_detail(error: &Error, reader: Reader) -> Option<String> {
    let language = reader.language;
    let id = language == Language::Indonesian;
    Some(match error {
        Error::DeadlineInPast { deadline } => {
            let time = reader.date_time(*deadline);
            if id {
                format!("Batas waktu {time} sudah lewat. Pilih waktu yang akan datang.")
            } else {
                format!("The deadline {time} has passed. Choose a time in the future.")
            }
        }
        Error::DeadlineNotLater { deadline } => deadline_not_later(*deadline, reader),
        Error::JoinLimitReached { limit, .. } => join_limit(*limit, id),
        Error::UserLimitReached { limit, left, .. } => user_limit(*limit, *left, id),
        Error::CampaignClosed { status, deadline } => closed(*status, *deadline, reader),
        Error::InsufficientSlots {
            requested,
            available,
        } => {
            if id {
                format!(
                    "Slot yang tersisa tinggal {available}, sedangkan Anda meminta {requested}. Kurangi jumlahnya, lalu coba lagi."
                )
            } else {
                let are = if *available == 1 { "is" } else { "are" };
                format!(
                    "Only {available} of the {requested} slots you asked for {are} left. Ask for fewer and try again."
                )
            }
        }
        Error::ParticipationStateInvalid {
            status,
            campaign_status,
        } => participation_state(*status, *campaign_status)
            .in_language(language)
            .to_owned(),
        Error::CampaignStateInvalid { status } => {
            campaign_state(*status).in_language(language).to_owned()
        }
        Error::ValidationFailed(errors) => {
            let mut names: Vec<_> = errors.iter().map(|error| error.field).collect();
            names.dedup();
            let names = names.join(", ");
            if id {
                format!("Isian berikut belum benar: {names}. Perbaiki, lalu kirim lagi.")
            } else {
                format!("These fields are not right: {names}. Correct them and send them again.")
            }
        }
        _ => return money_detail(error, language),
    })
}

fn deadline_not_later(deadline: Timestamp, reader: Reader) -> String {
    let time = reader.date_time(deadline);
    match reader.language {
        Language::Indonesian => format!(
            "Batas waktunya sudah {time} dan hanya dapat dimundurkan. Pilih waktu sesudah itu."
        ),
        Language::English => format!(
            "The deadline is {time} already and only moves forward. Choose a time after that."
        ),
    }
}

/// The same, about money.
fn money_detail(error: &Error, language: Language) -> Option<String> {
    let id = language == Language::Indonesian;
    Some(match error {
        Error::RefundStateInvalid { status } => {
            refund_state(*status).in_language(language).to_owned()
        }
        Error::AdjustmentExceedsPayments { available, .. } => {
            if id {
                format!(
                    "Yang masuk dan belum dikembalikan hanya {available}. Kurangi koreksinya, lalu coba lagi."
                )
            } else {
                format!(
                    "Only {available} came in and has not been refunded. Make the adjustment smaller and try again."
                )
            }
        }
        Error::MoneyPaidOut { amount } => {
            if id {
                format!(
                    "Dari kampanye ini sudah dibayarkan {amount}, jadi tidak dapat dibatalkan lagi. Selesaikan langsung dengan peserta dan pemasoknya."
                )
            } else {
                format!(
                    "{amount} was paid out of this campaign already, so it can't be called off any more. Settle it with your participants and the supplier directly."
                )
            }
        }
        Error::RefundExceedsPayments { available, .. } => {
            if id {
                format!(
                    "Yang masuk dan belum dikembalikan hanya {available}. Kurangi jumlahnya, lalu coba lagi."
                )
            } else {
                format!(
                    "Only {available} came in and has not been refunded. Ask for less and try again."
                )
            }
        }
        Error::PayoutAccountUnconfirmed { .. } => if id {
            "Rekening untuk pengembalian ini diganti selagi dananya belum dikirim. Tanyakan langsung kepada pesertanya, lalu konfirmasi rekening barunya sebelum mencatat pengembaliannya."
        } else {
            "The account for this refund was changed while it was to be sent. Ask the participant directly, and confirm the new account before you note the refund."
        }
        .to_owned(),
        Error::InsufficientBalance { available, .. } => {
            if id {
                format!(
                    "Saldo kampanye ini {available}. Kurangi jumlahnya, atau catat dulu pembayaran yang sudah masuk."
                )
            } else {
                format!(
                    "This campaign has {available}. Pay out less, or record first the payments that have come in."
                )
            }
        }
        _ => return None,
    })
}

/// How many slots one join may take.
fn join_limit(limit: Slots, id: bool) -> String {
    if id {
        format!(
            "Sekali ikut paling banyak {limit} slot di kampanye ini. Kurangi jumlahnya, lalu coba lagi."
        )
    } else {
        format!(
            "One join may take {limit} slots of this campaign at most. Ask for fewer and try again."
        )
    }
}

/// How many slots a person may still take.
fn user_limit(limit: Slots, left: Slots, id: bool) -> String {
    match (id, left.get()) {
        (true, 0) => format!(
            "Setiap orang paling banyak mendapat {limit} slot di kampanye ini, dan semuanya sudah diambil atas nama Anda. Kalau ada yang bukan milik Anda, ikutlah dengan menunjukkan tautan rahasia Anda, atau pakai nama lain."
        ),
        (true, left) => format!(
            "Setiap orang paling banyak mendapat {limit} slot di kampanye ini. Untuk Anda tinggal {left}; kurangi jumlahnya, lalu coba lagi."
        ),
        (false, 0) => format!(
            "Each person may have {limit} slots of this campaign at most, and all of them are taken in your name. If some are not yours, show your secret link when you join, or use another name."
        ),
        (false, left) => format!(
            "Each person may have {limit} slots of this campaign at most. {left} are left for you; ask for fewer and try again."
        ),
    }
}

/// Why a campaign takes no joins.
fn closed(status: CampaignStatus, deadline: Timestamp, reader: Reader) -> String {
    let words = match status {
        CampaignStatus::Inactive => Words {
            id: "Kampanye ini belum dibuka. Coba lagi setelah dibuka.",
            en: "This campaign is not open yet. Try again when it has opened.",
        },
        CampaignStatus::Active => {
            let time = reader.date_time(deadline);
            return match reader.language {
                Language::Indonesian => format!(
                    "Batas waktu kampanye ini sudah lewat ({time}). Silakan pilih kampanye lain."
                ),
                Language::English => format!(
                    "This campaign's deadline has passed ({time}). Please choose another campaign."
                ),
            };
        }
        CampaignStatus::Full => Words {
            id: "Semua slot kampanye ini sudah terisi. Coba lagi bila ada peserta yang batal, atau pilih kampanye lain.",
            en: "All slots of this campaign are taken. Try again if somebody cancels, or choose another campaign.",
        },
        CampaignStatus::Completed => Words {
            id: "Kampanye ini sudah selesai. Silakan pilih kampanye lain.",
            en: "This campaign is completed. Please choose another campaign.",
        },
        CampaignStatus::Failed => Words {
            id: "Kampanye ini sudah berakhir karena slotnya tidak terpenuhi. Silakan pilih kampanye lain.",
            en: "This campaign ended without enough slots taken. Please choose another campaign.",
        },
        CampaignStatus::Cancelled => Words {
            id: "Kampanye ini dibatalkan oleh penyelenggara. Silakan pilih kampanye lain.",
            en: "The organiser called this campaign off. Please choose another campaign.",
        },
    };
    reader.say(words).to_owned()
}

/// Why a participation can't be cancelled or confirmed.
const fn participation_state(
    status: ParticipationStatus,
    campaign_status: CampaignStatus,
) -> Words {
    match (status, campaign_status) {
        (ParticipationStatus::Confirmed, _) => Words {
            id: "Keikutsertaan ini sudah dikonfirmasi, jadi tidak dapat diubah lagi. Hubungi penyelenggara bila ada perubahan.",
            en: "This participation is confirmed and can't be changed any more. Contact the organiser if something has changed.",
        },
        (ParticipationStatus::Cancelled, _) => Words {
            id: "Keikutsertaan ini sudah dibatalkan. Silakan bergabung lagi bila masih ingin ikut.",
            en: "This participation is cancelled already. Join again if you still want to take part.",
        },
        (ParticipationStatus::Refunded, _) => Words {
            id: "Kampanyenya tidak jalan, jadi keikutsertaan ini tidak dapat diubah lagi.",
            en: "Its campaign did not go ahead, so this participation can't be changed any more.",
        },
        (ParticipationStatus::Waitlisted, _) => Words {
            id: "Keikutsertaan ini masih dalam daftar tunggu. Tunggu sampai mendapat slot.",
            en: "This participation is on the waiting list. Wait until it has slots.",
        },
        (ParticipationStatus::Reserved, CampaignStatus::Active | CampaignStatus::Full) => Words {
            id: "Batas waktu kampanye ini sudah lewat, jadi slot tidak dapat dikembalikan lagi. Hubungi penyelenggara.",
            en: "This campaign's deadline has passed, so slots can't be given back any more. Contact the organiser.",
        },
        (ParticipationStatus::Reserved, _) => Words {
            id: "Kampanyenya sudah berakhir, jadi keikutsertaan ini tidak dapat diubah lagi. Hubungi penyelenggara.",
            en: "Its campaign has ended, so this participation can't be changed any more. Contact the organiser.",
        },
    }
}

/// Why a refund can't be sent or acknowledged.
const fn refund_state(status: TransactionStatus) -> Words {
    match status {
        TransactionStatus::Due | TransactionStatus::Recorded => Words {
            id: "Pengembalian dana ini belum dikirim. Catat dulu pengirimannya, lengkap dengan nomor referensinya.",
            en: "This refund has not been sent yet. Record first that it was, with the reference of the transfer.",
        },
        TransactionStatus::Sent => Words {
            id: "Pengembalian dana ini sudah dikirim. Jangan kirim dua kali; tinggal menunggu peserta menyatakan sudah menerimanya.",
            en: "This refund was sent already. Don't send it twice; it only waits for the participant to say that it has arrived.",
        },
        TransactionStatus::Acknowledged => Words {
            id: "Pengembalian dana ini sudah diterima peserta, jadi sudah selesai.",
            en: "The participant has this refund already, so it is done.",
        },
    }
}

/// Why a campaign can't be changed or called off.
const fn campaign_state(status: CampaignStatus) -> Words {
    match status {
        CampaignStatus::Inactive | CampaignStatus::Active | CampaignStatus::Full => Words {
            id: "Kampanye ini tidak dapat diubah seperti itu dalam keadaannya sekarang.",
            en: "This campaign can't be changed like that in its present state.",
        },
        CampaignStatus::Completed => Words {
            id: "Kampanye ini sudah selesai, jadi tidak dapat diubah seperti itu lagi.",
            en: "This campaign is completed and can't be changed like that any more.",
        },
        CampaignStatus::Failed => Words {
            id: "Kampanye ini sudah gagal; tidak ada yang perlu dibatalkan.",
            en: "This campaign failed already; there is nothing to call off.",
        },
        CampaignStatus::Cancelled => Words {
            id: "Kampanye ini sudah dibatalkan.",
            en: "This campaign was called off already.",
        },
    }
}

const NOT_A_SECRET_LINK: Words = Words {
    id: "Bukan tautan rahasia dari keikutsertaan di kampanye ini. Salin seluruh tautan yang Anda terima waktu ikut, atau kosongkan.",
    en: "Not the secret link of a participation in this campaign. Copy the whole link that you were given when you joined, or leave it empty.",
};

/// What is wrong with a field, and what it should be.
pub(in crate::http) fn field(error: &FieldError, language: Language) -> String {
    let words = match &error.problem {
        Problem::NotAnId if error.field == "cursor" => Words {
            id: "Bukan penanda halaman yang sah; pakai tautan \"next\" dari header Link halaman sebelumnya.",
            en: "Not a valid page marker; use the \"next\" link in the previous page's Link header.",
        },
        Problem::NotASecretLink => NOT_A_SECRET_LINK,
        Problem::Missing => Words {
            id: "Wajib diisi.",
            en: "Required.",
        },
        Problem::WrongType(expected) => of_type(*expected),
        Problem::ControlCharacter => Words {
            id: "Tidak boleh berisi baris baru, tab, atau karakter kendali lain.",
            en: "Must not have line breaks, tabs or other control characters.",
        },
        Problem::NotATime => Words {
            id: "Harus berupa waktu RFC 3339, misalnya 2025-10-10T07:00:00+07:00.",
            en: "Must be an RFC 3339 time, such as 2025-10-10T07:00:00+07:00.",
        },
        Problem::NotADay => Words {
            id: "Harus berupa tanggal dalam setahun terakhir, misalnya 2025-10-03.",
            en: "Must be a day of the last year, such as 2025-10-03.",
        },
        Problem::NotAnId => Words {
            id: "Harus berupa id (UUID) seperti yang diberikan saat dibuat.",
            en: "Must be an id (UUID) as it was given at creation.",
        },
        Problem::NeverSentTo => Words {
            id: "Alamat ini tidak pernah dikirimi: alamat link-local atau metadata, atau bukan alamat satu komputer. Gunakan alamat penerima yang sebenarnya.",
            en: "Nothing is ever sent to this address: it is a link-local or metadata address, or no single host's. Give the receiver's own address.",
        },
        Problem::PrivateAddress => Words {
            id: "Alamat ini ada di komputer ini atau di jaringannya sendiri. Bila itu memang penerimanya, jalankan layanan dengan --webhooks-to-private-networks.",
            en: "This address is on this machine or in its own network. If that is the receiver, run the service with --webhooks-to-private-networks.",
        },
        Problem::NotAUrl => Words {
            id: "Harus berupa alamat http:// atau https:// tanpa nama pengguna dan tanpa #, misalnya https://contoh.id/sambatan.",
            en: "Must be an http:// or https:// address without a user name and without #, such as https://example.com/sambatan.",
        },
        Problem::NotQris(error) => return qris::sentence(*error, language),
        Problem::NotAnAccountNumber => Words {
            id: "Harus berupa nomor rekening atau nomor telepon: huruf, angka, spasi, dan tanda . - + @ _ / saja, paling sedikit 4 huruf atau angka.",
            en: "Must be the number of an account or a telephone: letters, digits, spaces and . - + @ _ / only, at least 4 letters or digits.",
        },
        Problem::NotAnAccountInUse => Words {
            id: "Harus rekening tujuan yang masih dipakai; GET /api/sambatan/pay-to menampilkan semuanya.",
            en: "Must be accounts to pay to that are in use; GET /api/sambatan/pay-to lists them all.",
        },
        Problem::NotBeforeDeadline => Words {
            id: "Harus sebelum batas waktu (deadline).",
            en: "Must be before the deadline.",
        },
        Problem::Fixed => Words {
            id: "Tidak bisa diubah lagi: peserta ikut dengan syarat itu. Batas waktunya diundur dengan extend.",
            en: "Can't be changed any more: people joined with it. The deadline moves by extend.",
        },
        bounded => return bound(bounded, language),
    };
    words.in_language(language).to_owned()
}

/// What type a field should have.
const fn of_type(expected: Expected) -> Words {
    match expected {
        Expected::Text => Words {
            id: "Harus berupa teks dalam tanda kutip.",
            en: "Must be a text in quotes.",
        },
        Expected::Integer => Words {
            id: "Harus berupa bilangan bulat, tanpa tanda kutip dan tanpa pecahan.",
            en: "Must be a whole number, without quotes and without a fraction.",
        },
        Expected::Boolean => Words {
            id: "Harus true atau false, tanpa tanda kutip.",
            en: "Must be true or false, without quotes.",
        },
        Expected::Texts => Words {
            id: "Harus berupa daftar teks, misalnya [\"a\", \"b\"].",
            en: "Must be an array of texts, such as [\"a\", \"b\"].",
        },
    }
}

fn bound(problem: &Problem, language: Language) -> String {
    let id = language == Language::Indonesian;
    match problem {
        Problem::TooShort(bound) if id => format!("Paling sedikit {bound} karakter."),
        Problem::TooShort(1) => "At least 1 character.".to_owned(),
        Problem::TooShort(bound) => format!("At least {bound} characters."),
        Problem::TooLong(bound) if id => format!("Paling banyak {bound} karakter."),
        Problem::TooLong(bound) => format!("At most {bound} characters."),
        Problem::HiddenCharacter(hidden) if id => format!(
            "Berisi karakter yang tidak kelihatan atau yang membalik arah tulisan (U+{:04X}). Ketik ulang namanya, jangan disalin.",
            u32::from(*hidden)
        ),
        Problem::HiddenCharacter(hidden) => format!(
            "Has a character that can't be seen or that turns the direction of writing (U+{:04X}). Type the name anew instead of pasting it.",
            u32::from(*hidden)
        ),
        Problem::OutOfRange(low, high) if id => {
            format!("Harus berupa bilangan bulat dari {low} sampai {high}.")
        }
        Problem::OutOfRange(low, high) => {
            format!("Must be a whole number from {low} to {high}.")
        }
        Problem::NotOneOf(known) if id => format!("Harus salah satu dari: {}.", known.join(", ")),
        Problem::NotOneOf(known) => format!("Must be one of: {}.", known.join(", ")),
        Problem::NotACode if id => "Hanya huruf a-z, angka, - dan _.".to_owned(),
        Problem::NotACode => "Only letters a-z, digits, - and _.".to_owned(),
        Problem::Erased if id => "Datanya sudah dihapus, jadi tidak diketahui lagi.".to_owned(),
        Problem::Erased => "It was erased, so nobody knows it any more.".to_owned(),
        Problem::OnlyWith(other) if id => format!("Hanya berlaku bersama {other}."),
        Problem::OnlyWith(other) => format!("Has a meaning only together with {other}."),
        _ if id => "Belum benar.".to_owned(),
        _ => "Not right.".to_owned(),
    }
}
