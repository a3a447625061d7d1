//! What is wrong with a payload.

/// Why a payload or an amount is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrisError {
    /// More characters than a payload has.
    #[error("a QRIS payload has 512 characters at most, and this one (with its amount) has more")]
    TooLong,
    /// A control character.
    #[error(
        "there is a line break or another control character in it; copy the payload in one piece"
    )]
    ControlCharacter,
    /// Two digits for a tag and two for a length should stand at this character, counted from 1.
    #[error(
        "two digits of a tag and two of a length should stand at character {at}; copy the whole payload, which begins with 000201"
    )]
    NotAField {
        /// The character's number.
        at: usize,
    },
    /// A field is empty.
    #[error("field {tag:02} is empty")]
    EmptyField {
        /// Its tag.
        tag: u8,
    },
    /// The payload ends inside a field.
    #[error("the payload ends inside field {tag:02}; a part of it was not copied")]
    CutShort {
        /// Its tag.
        tag: u8,
    },
    /// A field comes twice.
    #[error("field {tag:02} comes twice")]
    Repeated {
        /// Its tag.
        tag: u8,
    },
    /// It does not begin as a payload does.
    #[error("it does not begin with 000201, as a QRIS payload does")]
    OtherVersion,
    /// It does not end with the checksum.
    #[error(
        "it does not end with its checksum (field 63); a part of it was not copied, or something follows it"
    )]
    NoChecksum,
    /// The checksum belongs to another payload.
    #[error("its checksum should be {expected:04X}; a character was changed or lost")]
    WrongChecksum {
        /// What it should be.
        expected: u16,
    },
    /// The point of initiation is neither static nor dynamic.
    #[error("field 01 is neither 11 (static) nor 12 (dynamic)")]
    InitiationUnknown,
    /// Another currency.
    #[error("its currency (field 53) is not 360, the rupiah")]
    NotRupiah,
    /// Another country.
    #[error("its country (field 58) is not ID, Indonesia")]
    NotIndonesian,
    /// No name of a merchant.
    #[error("it has no name of a merchant (field 59)")]
    NoMerchant,
    /// Nothing that says whose account it is.
    #[error("it has no account of a merchant (fields 26 to 51)")]
    NoAccount,
    /// A code for one payment, where the one for every payment is wanted.
    #[error("it is a code for one payment; take the static one that is shown at the counter")]
    NotStatic,
    /// An amount that no QRIS payment has.
    #[error("the amount has to be 1 to 10000000 whole rupiah")]
    AmountOutOfRange,
}
