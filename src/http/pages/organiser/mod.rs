//! The organiser's pages.

pub(crate) mod after_completion;
pub(crate) mod audit;
pub(crate) mod bans;
pub(crate) mod campaign;
pub(crate) mod campaigns;
pub(crate) mod edits;
pub(crate) mod join_code;
pub(crate) mod log;
pub(crate) mod money;
pub(crate) mod overview;
pub(crate) mod participation;
pub(crate) mod pay_to;
pub(crate) mod payments;
pub(crate) mod pick_list;
pub(crate) mod products;
pub(crate) mod refunds;
pub(crate) mod rekap;
pub(crate) mod session;
pub(crate) mod sessions;

use crate::domain::error::Error;
use crate::domain::id::CampaignId;
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::route::Params;
use crate::web::{Notice, Values};
use crate::words::{Reader, Words};

/// The campaign that a path names.
fn campaign_id(params: &Params<'_>) -> Result<CampaignId, Error> {
    let id = params.get("id").parse();
    id.map_err(|_| Error::CampaignNotFound)
}

/// What was just done, as the address says it after the browser was sent on. Only what is known is said.
fn flash(request: &Request, reader: Reader) -> Option<String> {
    let words = match request.query.get("done")? {
        "confirmed" => Words {
            id: "Peserta dikonfirmasi.",
            en: "The participant is confirmed.",
        },
        "cancelled" => Words {
            id: "Keikutsertaan dibatalkan.",
            en: "The participation is cancelled.",
        },
        "created" => Words {
            id: "Tersimpan.",
            en: "Created.",
        },
        "renewed" => Words {
            id: "Tautan rahasianya diganti. Kirimkan yang baru kepada pesertanya.",
            en: "The secret link is made anew. Send the new one to the participant.",
        },
        "opened" => Words {
            id: "Kampanye dibuka. Bagikan tautan halaman publiknya di grup.",
            en: "The campaign is open. Share the link of its public page in the chat.",
        },
        "saved" => Words {
            id: "Perubahan tersimpan.",
            en: "The change is saved.",
        },
        "extended" => Words {
            id: "Batas waktu diundur.",
            en: "The deadline has moved.",
        },
        "revived" => Words {
            id: "Peserta ikut lagi dan slotnya disimpan.",
            en: "The participant is in again; the slots are kept.",
        },
        "called-off" => Words {
            id: "Kampanye dibatalkan.",
            en: "The campaign is called off.",
        },
        "ended" => Words {
            id: "Sesi itu sudah diakhiri.",
            en: "That session has ended.",
        },
        "nobody" => Words {
            id: "Belum ada peserta yang dipilih. Centang dulu, lalu konfirmasi.",
            en: "Nobody was chosen. Tick some participants first, then confirm.",
        },
        done => of_money(done).or_else(|| less_usual(done))?,
    };
    Some(reader.say(words).to_owned())
}

/// What was just done with money.
fn of_money(done: &str) -> Option<Words> {
    Some(match done {
        "account" => Words {
            id: "Rekening barunya dikonfirmasi.",
            en: "The new account is confirmed.",
        },
        "sent" => Words {
            id: "Pengembalian dana dicatat terkirim. Pesertanya dapat menyatakan sudah menerimanya.",
            en: "The refund is noted as sent. The participant can say that it has come.",
        },
        "paid" => Words {
            id: "Pembayaran dicatat.",
            en: "The payment is noted.",
        },
        "left" => Words {
            id: "Baris itu dibiarkan; tidak ada yang dicatat.",
            en: "That line is left as it is; nothing is recorded.",
        },
        "adjusted" => Words {
            id: "Koreksi dicatat.",
            en: "The adjustment is noted.",
        },
        "given-back" => Words {
            id: "Pengembalian dicatat. Kirim uangnya, lalu catat nomor transfernya di Pengembalian dana.",
            en: "The refund is noted. Send the money, then note the number of the transfer under Refunds.",
        },
        _ => return None,
    })
}

/// What was just done about who takes part, and who may not.
fn less_usual(done: &str) -> Option<Words> {
    Some(match done {
        "released" => Words {
            id: "Peserta dilepas. Slotnya diberikan kepada daftar tunggu, bila ada.",
            en: "The participant is released. The slots go to the waiting list, if anybody waits.",
        },
        "list-closed" => Words {
            id: "Daftar tunggu ditutup.",
            en: "The waiting list is closed.",
        },
        "banned" => Words {
            id: "Tidak bisa ikut lagi.",
            en: "They can't join again.",
        },
        "thrown-out" => Words {
            id: "Keikutsertaan dibatalkan dan tidak bisa ikut lagi.",
            en: "The participation is cancelled, and they can't join again.",
        },
        "lifted" => Words {
            id: "Boleh ikut lagi.",
            en: "They can join again.",
        },
        _ => return None,
    })
}

/// A number that the address says.
fn counted(request: &Request, name: &str) -> u32 {
    let number = request.query.get(name).and_then(|text| text.parse().ok());
    number.unwrap_or(0)
}

/// What a page shows beside the thing itself.
#[derive(Default)]
struct Shown {
    /// What the fields of its forms show.
    values: Values,
    /// Why something was not done.
    notice: Option<Notice>,
}

impl From<Values> for Shown {
    fn from(values: Values) -> Self {
        Self {
            values,
            notice: None,
        }
    }
}

/// A refusal to show beside the form that was refused.
fn notice(error: Error, reader: Reader) -> Notice {
    let refusal = Refusal::from(error);
    Notice {
        tone: "bad",
        title: refusal.title(reader).to_owned(),
        detail: refusal.detail(reader),
    }
}
