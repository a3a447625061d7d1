//! QRIS: the payload of an Indonesian payment code, read, and written again with an amount.
//!
//! Owns what of EMVCo's "QR Code Specification for Payment Systems: Merchant-Presented Mode" a code for one
//! payment in rupiah needs: reading is strict, and what is not changed is kept character for character.
//! Asks no bank: whether the merchant exists is theirs to know.

mod error;
mod fields;

pub use error::QrisError;

use std::fmt;

use crate::domain::money::Rupiah;
use crate::domain::qris::fields::Fields;

/// The longest payload, in characters.
pub const MAX_PAYLOAD: usize = 512;

/// The largest amount of a code, in rupiah: the limit of one QRIS payment.
pub const MAX_AMOUNT: i64 = 10_000_000;

/// Tags of the payload that mean something here (EMVCo, table 3.1).
mod tag {
    pub(super) const FORMAT: u8 = 0;
    pub(super) const INITIATION: u8 = 1;
    pub(super) const ACCOUNTS: std::ops::RangeInclusive<u8> = 26..=51;
    pub(super) const CURRENCY: u8 = 53;
    pub(super) const AMOUNT: u8 = 54;
    pub(super) const TIPS: std::ops::RangeInclusive<u8> = 55..=57;
    pub(super) const COUNTRY: u8 = 58;
    pub(super) const MERCHANT: u8 = 59;
    pub(super) const CHECKSUM: u8 = 63;
}

/// The point of initiation of a code that serves for every payment, and of one for a single payment.
const STATIC: &str = "11";
const DYNAMIC: &str = "12";

/// The template that carries the national merchant id.
const NATIONAL: &str = "ID.CO.QRIS.WWW";

/// A payload that was read and is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qris {
    /// All but the checksum, in the payload's order.
    fields: Fields,
}

impl Qris {
    /// Reads a payload, of a static code or of one with an amount. Blanks around it do not count.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(payload: &str) -> Result<Self, QrisError> {
        let payload = payload.trim();
        if payload.chars().take(MAX_PAYLOAD + 1).count() > MAX_PAYLOAD {
            return Err(QrisError::TooLong);
        }
        let fields = Fields::read_checked(payload)?;
        if fields.get(tag::FORMAT) != Some("01") {
            return Err(QrisError::OtherVersion);
        }
        if !matches!(fields.get(tag::INITIATION), None | Some(STATIC | DYNAMIC)) {
            return Err(QrisError::InitiationUnknown);
        }
        if fields.get(tag::CURRENCY) != Some("360") {
            return Err(QrisError::NotRupiah);
        }
        if fields.get(tag::COUNTRY) != Some("ID") {
            return Err(QrisError::NotIndonesian);
        }
        if fields
            .get(tag::MERCHANT)
            .is_none_or(|name| name.trim().is_empty())
        {
            return Err(QrisError::NoMerchant);
        }
        if !fields.iter().any(|(tag, _)| tag::ACCOUNTS.contains(&tag)) {
            return Err(QrisError::NoAccount);
        }
        Ok(Self { fields })
    }

    /// Whether this is the code that hangs at the counter: for every payment, with no amount in it.
    #[must_use]
    pub fn is_static(&self) -> bool {
        self.fields.get(tag::INITIATION) != Some(DYNAMIC) && self.amount().is_none()
    }

    /// The merchant's name, as the payer's app shows it.
    #[must_use]
    pub fn merchant(&self) -> &str {
        self.fields.get(tag::MERCHANT).unwrap_or_default().trim()
    }

    /// The national merchant id, where the payload has one.
    #[must_use]
    pub fn nmid(&self) -> Option<String> {
        let mut accounts = self
            .fields
            .iter()
            .filter(|(tag, _)| tag::ACCOUNTS.contains(tag));
        accounts.find_map(|(_, template)| fields::inner(template, NATIONAL, 2))
    }

    /// The amount in the payload, in its own words.
    #[must_use]
    pub fn amount(&self) -> Option<&str> {
        self.fields.get(tag::AMOUNT)
    }

    /// The code for one payment of exactly `amount`: the point of initiation says so, an amount that was
    /// there gives way, and so does the question for a tip, which would change what arrives.
    ///
    /// # Errors
    /// [`QrisError::AmountOutOfRange`]; [`QrisError::TooLong`] when there is no room for it.
    pub fn with_amount(&self, amount: Rupiah) -> Result<Self, QrisError> {
        if !(1..=MAX_AMOUNT).contains(&amount.get()) {
            return Err(QrisError::AmountOutOfRange);
        }
        let mut fields = Fields::default();
        for (tag, value) in self.fields.iter() {
            match tag {
                tag::INITIATION | tag::AMOUNT => {}
                tip if tag::TIPS.contains(&tip) => {}
                _ => fields.push(tag, value),
            }
            match tag {
                tag::FORMAT if self.fields.get(tag::INITIATION).is_none() => {
                    fields.push(tag::INITIATION, DYNAMIC);
                }
                tag::INITIATION => fields.push(tag::INITIATION, DYNAMIC),
                tag::CURRENCY => fields.push(tag::AMOUNT, &amount.get().to_string()),
                _ => {}
            }
        }
        let changed = Self { fields };
        if changed.to_string().chars().count() > MAX_PAYLOAD {
            return Err(QrisError::TooLong);
        }
        Ok(changed)
    }
}

impl fmt::Display for Qris {
    /// The payload, with its checksum.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fields.write_checked())
    }
}

#[cfg(test)]
mod tests;
