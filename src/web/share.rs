//! Texts that leave the page: a link to share, the rekap for the chat, a reminder.

use crate::domain::campaign::Campaign;
use crate::domain::ledger::Standing;
use crate::domain::money::Rupiah;
use crate::domain::participation::{Participation, ParticipationStatus};
use crate::domain::pay_to::WayToPay;
use crate::domain::payment_code::PaymentCode;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;
use crate::web::say::Say as _;
use crate::web::slug;
use crate::web::states::SayState as _;
use crate::words::{Reader, Words};

/// How a campaign's page is shared.
#[derive(Debug)]
pub(crate) struct Share {
    /// The page's whole address.
    pub(crate) url: String,
    /// Opens WhatsApp with a text about it.
    pub(crate) whatsapp: String,
    /// Where the picture of the address is.
    pub(crate) qr: String,
    /// The page's address without what a visitor brings.
    pub(crate) canonical: String,
}

impl Share {
    /// How the page of a campaign is shared; `base` is where this service is found, `code` what its joins have
    /// to bring.
    pub(crate) fn of(campaign: &Campaign, base: &str, code: Option<&str>, reader: Reader) -> Self {
        let path = slug::campaign_path(campaign);
        let query = code.map_or_else(String::new, |code| format!("?code={code}"));
        let url = format!("{base}{path}{query}");
        let qr = format!("{path}/qr.svg{query}");
        let text = format!(
            "{}\n{} {} · {}\n{}\n{url}",
            campaign.title,
            campaign.price_per_slot,
            reader.say(PER_SLOT),
            reader.slots_left(campaign.slots_remaining()),
            until(campaign, reader),
        );
        Self {
            whatsapp: whatsapp(&text),
            url,
            qr,
            canonical: format!("{base}{path}"),
        }
    }
}

const PER_SLOT: crate::words::Words = crate::words::Words {
    id: "per slot",
    en: "per slot",
};

/// The address that opens WhatsApp with a text to send.
pub(crate) fn whatsapp(text: &str) -> String {
    let mut address = "https://wa.me/?text=".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

fn until(campaign: &Campaign, reader: Reader) -> String {
    let deadline = reader.weekday_date_time(campaign.deadline);
    reader.choose(
        || format!("Sampai {deadline}"),
        || format!("Until {deadline}"),
    )
}

/// A name in a text that is pasted elsewhere: isolated, so that one that is written from right to left
/// does not turn the rest of its line around (Unicode 9, FSI and PDI). Plain ASCII needs nothing. What
/// would end the isolation or turn around what is no script of its own is left out.
fn isolated(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let name: String = name.chars().filter(|c| !turns(c)).collect();
    format!("\u{2068}{name}\u{2069}")
}

/// A handle in a text for a chat, set apart from what the text itself says: one word of letters, digits and
/// `. _ - @` stands as it is, and anything else between “ and ”, which no handle can close: quotation marks
/// within become apostrophes. So `arum – 1 slot ✅ Lunas` is the name of somebody and no line of a list.
fn set_apart(handle: &str) -> String {
    let is_of_a_word = |c: char| c.is_alphanumeric() || "._-@".contains(c);
    let handle = without_formatting(handle);
    if handle.chars().all(is_of_a_word) {
        return isolated(&handle);
    }
    let shown: String = handle
        .chars()
        .map(|c| if is_quotation_mark(c) { '\'' } else { c })
        .collect();
    format!("“{}”", isolated(&shown))
}

const fn is_quotation_mark(character: char) -> bool {
    matches!(
        character,
        '"' | '«' | '»' | '‹' | '›' | '“' | '”' | '„' | '‟' | '〝' | '〞' | '〟' | '＂' | '❝' | '❞' | '″'
            | '〃' | '\u{275f}'..='\u{2760}' | '\u{1f676}'..='\u{1f678}' | '「' | '」' | '『' | '』'
    )
}

/// A text in which WhatsApp finds nothing to format: its signs for bold, italic, struck out and code become the
/// wide ones of the same look. A low line within a word is none of them.
fn without_formatting(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let is_within = [before, rest.peek().copied()]
            .iter()
            .all(|beside| beside.is_some_and(char::is_alphanumeric));
        shown.push(match character {
            '*' => '＊',
            '~' => '～',
            '`' => '｀',
            '_' if !is_within => '＿',
            other => other,
        });
        before = Some(character);
    }
    shown
}

/// The summary of a campaign for the chat: who is in, who has paid, slots left, deadline, link.
/// `people` are live participations in order of joining; `more` is how many are not among them; `link` leads to
/// its page.
pub(crate) fn rekap(
    campaign: &Campaign,
    people: &[Participation],
    more: u32,
    link: &str,
    reader: Reader,
    now: Timestamp,
) -> String {
    let mut lines = vec![
        format!("*{}*", isolated(&campaign.title)),
        format!(
            "{} {} · {}",
            campaign.price_per_slot,
            reader.say(PER_SLOT),
            reader.filled(campaign.slots_taken, campaign.total_slots)
        ),
        String::new(),
    ];
    if people.is_empty() {
        lines.push(reader.choose(
            || "Belum ada yang ikut.".to_owned(),
            || "Nobody has joined yet.".to_owned(),
        ));
    }
    for (index, person) in people.iter().enumerate() {
        let sign = match Standing::of(person) {
            Standing::Unpaid => "⏳",
            Standing::Short(_) => "⚠️",
            Standing::Paid | Standing::Over(_) => "✅",
        };
        let (sign, standing) = match reader.claims_to_have_paid(person) {
            Some(claims) => ("🔎", claims.to_owned()),
            None => (sign, reader.standing(person)),
        };
        let slots = reader.slots(person.quantity);
        let name = set_apart(person.user_id.as_str());
        lines.push(format!("{}. {name} – {slots} {sign} {standing}", index + 1));
    }
    if more > 0 {
        lines.push(reader.choose(
            || format!("… dan {more} peserta lain"),
            || format!("… and {more} more"),
        ));
    }
    lines.push(String::new());
    if campaign.slots_remaining() > Slots::ZERO {
        lines.push(reader.slots_left(campaign.slots_remaining()));
    } else {
        lines.push(reader.choose(
            || "Slot penuh 🎉".to_owned(),
            || "All slots are taken 🎉".to_owned(),
        ));
    }
    if campaign.status.has_ended() {
        lines.push(reader.campaign_status(campaign.status).to_owned());
    } else {
        let left = reader.time_left(campaign.deadline, now);
        let left = left.map_or_else(String::new, |left| format!(" ({left})"));
        lines.push(until(campaign, reader) + &left);
    }
    lines.push(link.to_owned());
    lines.join("\n")
}

/// A polite word to somebody who still owes `amount`: all of it, or the rest of it. The rest has no digits of
/// its own, so it asks for the payment code.
pub(crate) fn reminder(
    campaign: &Campaign,
    person: &Participation,
    amount: Rupiah,
    ways: &[WayToPay<'_>],
    reader: Reader,
    now: Timestamp,
) -> String {
    let (name, title) = (
        set_apart(person.user_id.as_str()),
        isolated(&campaign.title),
    );
    let slots = reader.slots(person.quantity);
    let is_rest = person.paid_amount > Rupiah::default();
    let missing = if is_rest {
        let code = PaymentCode::of(person.id);
        reader.choose(
            || format!("Pembayaran Anda masih kurang {amount}; tulis kode {code} di berita transfernya."),
            || format!("{amount} of your payment is still missing; write the code {code} into the transfer's message."),
        )
    } else {
        reader.choose(
            || format!("Pembayaran sebesar {amount} belum kami terima."),
            || format!("We have not received the payment of {amount} yet."),
        )
    };
    let missing = missing + &to_where(ways, reader);
    let reserved = person.status == ParticipationStatus::Reserved;
    // Who got slots of one that goes ahead has a time to pay that no deadline ends.
    let until = person.pay_by.filter(|_| reserved);
    let until = until.or_else(|| (!campaign.status.has_ended()).then_some(campaign.deadline));
    let until = until.filter(|until| *until > now);
    let until = until.map_or_else(
        || {
            reader.choose(
                || "Mohon segera dibayar, ya.".to_owned(),
                || "Please pay soon.".to_owned(),
            )
        },
        |until| {
            let until = reader.weekday_date_time(until);
            reader.choose(
                || format!("Mohon dibayar sebelum {until}, ya."),
                || format!("Please pay before {until}."),
            )
        },
    );
    reader.choose(
        || {
            format!(
                "Halo {name}, terima kasih sudah ikut patungan {title} ({slots}). {missing} {until} Kalau sudah, abaikan saja pesan ini. Terima kasih!"
            )
        },
        || {
            format!(
                "Hello {name}, thank you for joining {title} ({slots}). {missing} {until} If you have paid already, please ignore this. Thank you!"
            )
        },
    )
}

/// Where to pay, as a sentence; a code is on the page of whoever is to pay.
fn to_where(ways: &[WayToPay<'_>], reader: Reader) -> String {
    let on_the_page = Words {
        id: "kodenya di halaman Anda",
        en: "the code is on your page",
    };
    let of = Words {
        id: "a.n.",
        en: "in the name of",
    };
    let way = |way: &WayToPay<'_>| {
        let account = way.account;
        let bank = account.bank.as_deref().map(isolated);
        let holder = account.holder.as_deref().map(isolated);
        let holder = holder.map(|holder| format!("{} {holder}", reader.say(of)));
        let code = way.code.as_ref().map(|code| {
            let merchant = isolated(code.merchant());
            format!("QRIS {merchant} ({})", reader.say(on_the_page))
        });
        let parts = [code, bank, account.number.clone(), holder];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let named: Vec<String> = ways.iter().map(way).filter(|way| !way.is_empty()).collect();
    if named.is_empty() {
        return String::new();
    }
    let named = named.join("; ");
    reader.choose(
        || format!(" Transfer ke: {named}."),
        || format!(" Transfer to: {named}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_cannot_be_taken_for_what_the_text_says() {
        for (handle, shown) in [
            ("budi.w", "budi.w"),
            ("sari_ayu-2", "sari_ayu-2"),
            ("وردة", "\u{2068}وردة\u{2069}"),
            ("arum wangi", "“arum wangi”"),
            (
                "arum – 1 slot ✅ Lunas",
                "“\u{2068}arum – 1 slot ✅ Lunas\u{2069}”",
            ),
            ("arum” – 1 slot ✅", "“\u{2068}arum' – 1 slot ✅\u{2069}”"),
            ("arum\" «x»", "“arum' 'x'”"),
            ("*arum*", "“\u{2068}＊arum＊\u{2069}”"),
            ("_arum_ `x` ~y~", "“\u{2068}＿arum＿ ｀x｀ ～y～\u{2069}”"),
            ("✅", "“\u{2068}✅\u{2069}”"),
        ] {
            assert_eq!(set_apart(handle), shown);
        }
    }

    #[test]
    fn a_name_cannot_turn_its_line_around() {
        for (name, shown) in [
            ("budi.w", "budi.w"),
            ("عطر", "\u{2068}عطر\u{2069}"),
            ("a\u{202e}b\u{202c}", "\u{2068}ab\u{2069}"),
            ("a\u{2069}\u{2067}b", "\u{2068}ab\u{2069}"),
        ] {
            assert_eq!(isolated(name), shown, "{}", name.escape_unicode());
        }
    }
}
