//! Where somebody can pay to, on their own page.

/// An account that somebody can pay to.
#[derive(Debug)]
pub(crate) struct Way {
    /// Names its fields.
    pub(crate) id: String,
    /// The bank, the wallet, or the merchant.
    pub(crate) name: String,
    /// The number.
    pub(crate) number: Option<String>,
    /// In whose name it is.
    pub(crate) holder: Option<String>,
    /// What a merchant's code has.
    pub(crate) merchant: Option<Merchant>,
}

impl Way {
    /// Names the field with the number.
    pub(crate) fn number_field(&self) -> String {
        format!("number-{}", self.id)
    }
}

/// A merchant that is paid by a code.
#[derive(Debug)]
pub(crate) struct Merchant {
    /// Its national id.
    pub(crate) nmid: Option<String>,
    /// Where the picture of the code is; none when the amount is beyond what a code can have.
    pub(crate) code: Option<String>,
    /// What the picture is, for who does not see it.
    pub(crate) label: String,
}
