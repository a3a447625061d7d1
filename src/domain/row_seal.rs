//! Seals of whole rows under the installation's key.

use hmac::Mac;
use subtle::ConstantTimeEq;

use crate::domain::manage_token::InstallationKey;

/// What is digested besides the row, so that the key can serve other purposes too.
const PURPOSE: &[u8] = b"sambatan row seal v1";

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// None.
    Nothing,
    /// A number.
    Number(i64),
    /// A text, in UTF-8.
    Text(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// The digest of a row's values.
#[derive(Debug, Clone, Copy)]
pub struct RowSeal([u8; 32]);

impl RowSeal {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether these bytes are the same.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.0.ct_eq(bytes).into()
    }
}

impl InstallationKey {
    /// The seal of a row of a table: another one for any other value, and for the same values in another order.
    #[must_use]
    pub fn row_seal<'a>(&self, table: &str, cells: impl IntoIterator<Item = Cell<'a>>) -> RowSeal {
        let mut mac = self.text_mac(PURPOSE);
        let mut add = |kind: u8, bytes: &[u8]| {
            mac.update(&[kind]);
            // With its length, so that no value runs into the next.
            mac.update(&(bytes.len() as u64).to_be_bytes());
            mac.update(bytes);
        };
        add(b't', table.as_bytes());
        for cell in cells {
            match cell {
                Cell::Nothing => add(b'0', &[]),
                Cell::Number(number) => add(b'n', &number.to_be_bytes()),
                Cell::Text(text) => add(b't', text),
                Cell::Bytes(bytes) => add(b'b', bytes),
            }
        }
        RowSeal(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_value_place_table_or_key_is_another_seal() {
        let key = InstallationKey::new([7; 32]);
        let of = |table, cells: &[Cell<'static>]| key.row_seal(table, cells.iter().copied());
        let seal = of(
            "bans",
            &[Cell::Text(b"a"), Cell::Text(b"bc"), Cell::Nothing],
        );
        assert!(
            seal.is(of(
                "bans",
                &[Cell::Text(b"a"), Cell::Text(b"bc"), Cell::Nothing]
            )
            .as_bytes())
        );
        for other in [
            of(
                "bans",
                &[Cell::Text(b"ab"), Cell::Text(b"c"), Cell::Nothing],
            ),
            of(
                "bans",
                &[Cell::Text(b"bc"), Cell::Text(b"a"), Cell::Nothing],
            ),
            of(
                "bans",
                &[Cell::Bytes(b"a"), Cell::Text(b"bc"), Cell::Nothing],
            ),
            of(
                "bans",
                &[Cell::Text(b"a"), Cell::Text(b"bc"), Cell::Text(b"")],
            ),
            of(
                "bans",
                &[Cell::Text(b"a"), Cell::Text(b"bc"), Cell::Number(0)],
            ),
            of("bans", &[Cell::Text(b"a"), Cell::Text(b"bc")]),
            of("ban", &[Cell::Text(b"a"), Cell::Text(b"bc"), Cell::Nothing]),
            InstallationKey::new([8; 32])
                .row_seal("bans", [Cell::Text(b"a"), Cell::Text(b"bc"), Cell::Nothing]),
        ] {
            assert!(!seal.is(other.as_bytes()));
        }
    }
}
