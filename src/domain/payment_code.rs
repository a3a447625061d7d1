//! The code that a participant may write into the note of a transfer.
//!
//! It is made of the participation's id, so that it is stored nowhere, and of so much of it that the
//! participation is found again by its primary key: the millisecond of the id and ten bits of chance.

use std::fmt;

use uuid::Uuid;

use crate::domain::id::ParticipationId;

/// Digits and letters without I, L, O and U (Crockford's base 32): what is read aloud or copied by hand
/// comes out right.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "SB";
const LENGTH: usize = 10;
/// The lower bits of the id's milliseconds that go in: they repeat every 34 years.
const TIME_BITS: u32 = 40;
const CHANCE_BITS: u32 = 10;

/// A payment code: `SB-` and ten characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaymentCode(u64);

impl PaymentCode {
    /// The most people whose codes one text is read for.
    pub const MOST_IN_A_TEXT: usize = 4;
    /// The most that is read as a code: of every code that is one, as much again as may begin within it.
    const MOST_READ: usize = Self::MOST_IN_A_TEXT * (1 + LENGTH / PREFIX.len());

    /// The code of a participation.
    #[must_use]
    pub fn of(id: ParticipationId) -> Self {
        let (high, low) = id.as_uuid().as_u64_pair();
        let time = (high >> 16) & ((1 << TIME_BITS) - 1);
        let chance = low & ((1 << CHANCE_BITS) - 1);
        Self((time << CHANCE_BITS) | chance)
    }

    /// What may be codes in a text, in any case, with blanks, dots and dashes between their characters:
    /// banks cut and join what people write. The prefix may stand within a code too, and does in all codes of the
    /// same minutes: so more is read than there are codes, and what is nobody's is to be passed over.
    #[must_use]
    pub fn find_in(text: &str) -> Vec<Self> {
        let characters: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'-' | b'.' | b'/' | b'_'))
            .map(|byte| byte.to_ascii_uppercase())
            .collect();
        let mut found: Vec<Self> = Vec::new();
        for window in characters.windows(PREFIX.len() + LENGTH) {
            let code = window.strip_prefix(PREFIX.as_bytes()).and_then(read);
            if let Some(code) = code.filter(|code| !found.contains(code)) {
                found.push(code);
                if found.len() == Self::MOST_READ {
                    break;
                }
            }
        }
        found
    }

    /// The ids that have this code are in these ranges, each from the first to before the second, as
    /// text: a millisecond each, of this third of a century and of the next.
    #[must_use]
    pub fn ranges(self) -> [(String, String); 2] {
        let time = self.0 >> CHANCE_BITS;
        [1, 2].map(|third: u64| {
            let millisecond = u128::from((third << TIME_BITS) | time);
            let start = |millisecond: u128| Uuid::from_u128(millisecond << 80).to_string();
            (start(millisecond), start(millisecond + 1))
        })
    }
}

fn read(characters: &[u8]) -> Option<PaymentCode> {
    let mut code = 0;
    for character in characters {
        let plain = match character {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => *other,
        };
        let digit = ALPHABET.iter().position(|known| *known == plain)?;
        code = (code << 5) | u64::try_from(digit).ok()?;
    }
    Some(PaymentCode(code))
}

impl fmt::Display for PaymentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = (0..LENGTH).rev().map(|place| {
            let digit = usize::try_from((self.0 >> (5 * place)) & 31).unwrap_or(0);
            char::from(ALPHABET[digit])
        });
        write!(f, "{PREFIX}-{}", digits.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_again_however_a_bank_writes_it() {
        let id: ParticipationId = "0199a0b2-c3d4-7e5f-8a1b-2c3d4e5f6001".parse().unwrap();
        let code = PaymentCode::of(id);
        let text = code.to_string();
        assert_eq!(text, "SB-K6GB5GYM01");
        for written in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', ""),
            format!("TRSF E-BANKING CR 1511/FTSCY/WS95031 {text} BUDI SANTOSO"),
            format!("TRF{}", text.replace('-', " ")),
            "SB-K6GB5 GYM01".to_owned(),
            text.replace('0', "O").replace('1', "l"),
        ] {
            assert!(PaymentCode::find_in(&written).contains(&code), "{written}");
        }
        for none in ["", "SB-", "SB-K6GB5GYM0", "TRSF E-BANKING BUDI"] {
            assert_eq!(PaymentCode::find_in(none), [], "{none}");
        }
        let many: String = (0..1000).map(|number| format!("SB{number:010}")).collect();
        assert_eq!(PaymentCode::find_in(&many).len(), PaymentCode::MOST_READ);
    }

    #[test]
    fn four_codes_are_found_also_where_the_prefix_stands_within_each() {
        let codes: Vec<_> = (0..4)
            .map(|number| {
                let id = format!("01a2264c-afc4-7746-b08e-018169aff7b{number}");
                PaymentCode::of(id.parse().unwrap())
            })
            .collect();
        let text: String = codes.iter().map(|code| format!(" DAN {code}")).collect();
        assert_eq!(text.matches("SB").count(), 8, "{text}");
        let found = PaymentCode::find_in(&text);
        let missed: Vec<_> = codes.iter().filter(|code| !found.contains(code)).collect();
        assert!(missed.is_empty(), "{missed:?} in {text}");
    }

    #[test]
    fn the_id_of_a_code_is_in_one_of_its_ranges() {
        for _ in 0..1000 {
            let id = ParticipationId::new();
            let code = PaymentCode::of(id);
            let text = id.to_string();
            let within = code
                .ranges()
                .into_iter()
                .filter(|(from, to)| (from..to).contains(&&text));
            assert_eq!(within.count(), 1);
        }
    }
}
