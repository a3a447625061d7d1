//! The words by which banks say that money came in or went out: in a cell, and in the name of a column.
//!
//! Indonesian, Malay, English and German. Text is cut into words at everything that is no letter or digit, and
//! where a capital follows a small letter. A phrase is understood only when each of its words is.

/// A list of words, with blanks between them.
pub(super) struct List(pub(super) &'static str);

impl List {
    /// Whether a word is one of them.
    pub(super) fn has(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    /// Whether a word is one of them, in whatever letters.
    pub(super) fn has_in_any_case(&self, word: &str) -> bool {
        self.iter().any(|known| known.eq_ignore_ascii_case(word))
    }

    /// The words, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.split_ascii_whitespace()
    }

    /// Whether one of several words is.
    pub(super) fn has_any(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.has(word))
    }
}

/// Whether money came in or went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

/// What a cell says about a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DirectionWord {
    Clear(Direction),
    /// One letter, which means one thing beside some letters and another beside others: `k` is kredit beside
    /// `d`, and keluar beside `m`.
    Letter(u8),
}

const IN: List = List(
    "cr kr cre crd crt kredit kredits credit credits credited masuk masukan pemasukan kemasukan in \
     incoming inflow inward inbound deposit deposits deposited setor setoran penyetoran penerimaan \
     terimaan terima diterima received receive receipt receipts income haben eingang gutschrift \
     gutschriften einzahlung einzahlungen zahlungseingang einnahme einnahmen zugang topup lodgement \
     lodgements pendapatan",
);

const OUT: List = List(
    "db dr deb dbt debit debits debited debet debets keluar keluaran pengeluaran out outgoing outflow \
     outward outbound withdrawal withdrawals withdraw withdrawn tarik tarikan penarikan ditarik spent \
     spend spending expense expenses expenditure soll ausgang lastschrift lastschriften belastung \
     belastungen auszahlung auszahlungen zahlungsausgang abbuchung abgang ausgabe ausgaben belanja \
     sent dikirim kirim pengiriman cashout pencairan disbursement payout payouts purchase pembelian",
);

/// Words that change nothing of a direction.
const FILLERS: List = List(
    "transfer trf trsf tf uang dana wang money transaksi transaction trx txn mutasi payment \
     pembayaran bank online kas cash tunai amount jumlah saldo entry note advice memo direct funds \
     fund overbooking antar pemindahan berita sepa qris via",
);

/// Words of a text by which it surely speaks of money that went out.
const OUT_IN_TEXT: List = List(
    "db dr debit debet keluar outgoing withdrawal withdraw withdrawn penarikan tarikan tarik ditarik \
     pengeluaran lastschrift auszahlung pajak",
);
/// Two words that together speak of what the bank takes.
const TAKEN: List = List("biaya beban bea");
const BY_THE_BANK: List = List("adm admin administrasi bank bulanan");

/// The words of a text, in small letters.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut is_open, mut was_small) = (false, false);
    for character in text.chars() {
        if !character.is_alphanumeric() {
            (is_open, was_small) = (false, false);
            continue;
        }
        if !is_open || (was_small && character.is_uppercase()) {
            words.push(String::new());
            is_open = true;
        }
        was_small = character.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words
}

/// What the cell of a column of directions says; none when not every word of it is understood.
pub(super) fn direction(cell: &str) -> Option<DirectionWord> {
    match cell.trim() {
        "+" => return Some(DirectionWord::Clear(Direction::In)),
        "-" | "\u{2212}" | "\u{2013}" => return Some(DirectionWord::Clear(Direction::Out)),
        _ => {}
    }
    let words = words(&cell.to_lowercase());
    if let [only] = words.as_slice()
        && let &[letter] = only.as_bytes()
    {
        let is_known = matches!(
            letter,
            b'd' | b'k' | b'c' | b's' | b'h' | b'm' | b'i' | b'o'
        );
        return is_known.then_some(DirectionWord::Letter(letter));
    }
    let mut found = None;
    let mut rest = words.as_slice();
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let direction = match word.as_str() {
            "top" | "isi" if matches!(after.first().map(String::as_str), Some("up" | "saldo")) => {
                rest = &after[1..];
                Direction::In
            }
            known if IN.has(known) => Direction::In,
            known if OUT.has(known) => Direction::Out,
            filler if FILLERS.has(filler) => continue,
            _ => return None,
        };
        if found.is_some_and(|before| before != direction) {
            return None;
        }
        found = Some(direction);
    }
    found.map(DirectionWord::Clear)
}

/// Whether a text surely speaks of money that went out.
pub(super) fn speaks_of_outgoing(text: &str) -> bool {
    if text.is_ascii() {
        return tell_of_outgoing(ascii_words(text));
    }
    let words = words(&text.to_lowercase());
    tell_of_outgoing(words.iter().map(String::as_str))
}

fn tell_of_outgoing<'t>(mut words: impl Iterator<Item = &'t str>) -> bool {
    let mut is_taken = false;
    words.any(|word| {
        let is_fee = is_taken && BY_THE_BANK.has_in_any_case(word);
        is_taken = TAKEN.has_in_any_case(word);
        is_fee || OUT_IN_TEXT.has_in_any_case(word)
    })
}

/// The words of a text of ASCII as [`words`] cuts its small letters, in the letters that it has.
fn ascii_words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// Whether a text begins as that of a transfer to somebody does: `Transfer dana ke …`, `Paid to …`.
pub(super) fn speaks_of_sending(text: &str) -> bool {
    const SENDING: List = List(
        "transfer trf trsf tf kirim dikirim bayar pembayaran payment paid pay sent send sending \
         pindah pemindahan pemindahbukuan",
    );
    // Most texts do not begin so.
    let begins = ascii_words(text)
        .next()
        .is_some_and(|word| SENDING.has_in_any_case(word));
    if text.is_ascii() && !begins {
        return false;
    }
    let words = words(&text.to_lowercase());
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    let to = rest
        .iter()
        .take(4)
        .position(|word| matches!(word.as_str(), "ke" | "kepada" | "to"));
    SENDING.has(first) && to.is_some_and(|to| rest[..to].iter().all(|word| FILLERS.has(word)))
}

/// Whether the lines above a table say that it is of money that went out or back.
pub(super) fn is_titled_outgoing(preface: &str) -> bool {
    const TITLES: List = List(
        "keluar pengeluaran penarikan outgoing withdrawal withdrawals debit debet payout payouts \
         disbursement disbursements pencairan refund refunds pengembalian expense expenses \
         lastschrift lastschriften auszahlung auszahlungen",
    );
    let is_of_a_card = List("kartu card");
    preface.lines().any(|line| {
        let words = words(&line.to_lowercase());
        TITLES.has_any(&words) && !is_of_a_card.has_any(&words)
    })
}

/// Of which side the name of a column speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Neither,
    One(Direction),
    /// As in `Debit/Kredit`.
    Both,
}

/// Both sides in one word.
const JOINED_SIDES: List = List(
    "dbcr drcr crdr crdb dk dc kd cd debitkredit debitcredit creditdebit kreditdebit inout \
     sollhaben",
);

/// Of which side a name speaks, by its words.
pub(super) fn side(words: &[String]) -> Side {
    let has = |letter: &str| words.iter().any(|word| word == letter);
    let pairs = [("d", "k"), ("d", "c"), ("s", "h"), ("m", "k"), ("i", "o")];
    if JOINED_SIDES.has_any(words) || pairs.iter().any(|(one, other)| has(one) && has(other)) {
        return Side::Both;
    }
    let (mut comes_in, mut goes_out) = (false, false);
    for (index, word) in words.iter().enumerate() {
        // `Amount in IDR` speaks of no side, and nor does `Betrag in EUR`.
        let is_preposition = word == "in" && index > 0 && index + 1 < words.len();
        match side_of_word(word) {
            Some(Direction::In) if !is_preposition => comes_in = true,
            Some(Direction::Out) => goes_out = true,
            _ => {}
        }
    }
    let is = |first: &str, second: &str| {
        words
            .windows(2)
            .any(|pair| pair[0] == first && pair[1] == second)
    };
    comes_in |= is("paid", "in")
        || is("money", "in")
        || is("cash", "in")
        || is("amount", "in") && words.len() == 2;
    match (comes_in, goes_out) {
        (true, true) => Side::Both,
        (true, false) => Side::One(Direction::In),
        (false, true) => Side::One(Direction::Out),
        (false, false) => match words {
            [only] if matches!(only.as_str(), "k" | "c" | "h") => Side::One(Direction::In),
            [only] if matches!(only.as_str(), "d" | "s") => Side::One(Direction::Out),
            _ => Side::Neither,
        },
    }
}

/// What may be joined to a word of a side: `creditamount`, `Sollbetrag`.
const JOINED: List = List("amount amt betrag umsatz nominal value idr rp");

fn side_of_word(word: &str) -> Option<Direction> {
    // What came in or went out by its nature is not by its name: a purchase is what people paid for.
    const NO_SIDES: List =
        List("purchase pembelian income pendapatan sent dikirim kirim pengiriman topup");
    if NO_SIDES.has(word) {
        return None;
    }
    let of = |word: &str| {
        if IN.has(word) {
            Some(Direction::In)
        } else if OUT.has(word) {
            Some(Direction::Out)
        } else {
            None
        }
    };
    of(word).or_else(|| {
        JOINED
            .0
            .split_ascii_whitespace()
            .find_map(|end| word.strip_suffix(end))
            .filter(|start| start.len() > 1)
            .and_then(of)
    })
}

#[cfg(test)]
mod tests;
