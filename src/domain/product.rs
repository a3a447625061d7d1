//! Products: what is bought together.

use chrono::{DateTime, Utc};

use crate::domain::audit::Metadata;
use crate::domain::error::Error;
use crate::domain::field::{self, Checker, bounds};
use crate::domain::id::ProductId;
use crate::domain::money::Rupiah;
use crate::domain::slots::Slots;
use crate::domain::time::Timestamp;

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// 3 to 200 characters.
    pub name: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// The price of one outside a campaign.
    pub base_price: Rupiah,
    /// Whether campaigns can be opened for it.
    pub is_sambatan_enabled: bool,
    /// The slots suggested for a campaign.
    pub sambatan_total_slots: Option<Slots>,
    /// The deadline suggested for a campaign.
    pub sambatan_deadline: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The input of `create_product`, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewProduct {
    /// 3 to 200 characters.
    pub name: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// Whole rupiah, 1 to 10^12.
    pub base_price: i64,
}

/// The input of `toggle_sambatan`, as typed.
#[derive(Debug, Clone, Default)]
pub struct ToggleSambatan {
    /// Whether campaigns can be opened for the product.
    pub enabled: bool,
    /// 1 to 1,000,000; kept as it was when absent.
    pub total_slots: Option<i64>,
    /// In the future when `enabled`; kept as it was when absent.
    pub deadline: Option<DateTime<Utc>>,
}

impl Product {
    /// What a person typed about it, by the names of the columns.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 2] {
        [
            ("name", Some(&self.name)),
            ("description", self.description.as_deref()),
        ]
    }

    /// What every event about it says of it.
    pub(crate) fn facts(&self) -> Metadata {
        Metadata::new()
            .product(self.id)
            .amount("base_price", self.base_price)
            .flag("enabled", self.is_sambatan_enabled)
            .count_or_none("total_slots", self.sambatan_total_slots.map(Slots::get))
            .time_or_none("deadline", self.sambatan_deadline)
    }
}

impl NewProduct {
    /// Checks the input and makes the product.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with every field that is out of bounds.
    pub fn into_product(self, id: ProductId, now: Timestamp) -> Result<Product, Error> {
        let mut check = Checker::default();
        let name = check.take(field::text("name", &self.name, &bounds::NAME));
        let description = check.take(field::optional_text(
            "description",
            self.description.as_deref(),
            &bounds::DESCRIPTION,
        ));
        let base_price = check.take(field::price("base_price", self.base_price));
        let (Some(name), Some(description), Some(base_price)) = (name, description, base_price)
        else {
            return Err(check.into_error());
        };
        Ok(Product {
            id,
            name,
            description,
            base_price,
            is_sambatan_enabled: false,
            sambatan_total_slots: None,
            sambatan_deadline: None,
            created_at: now,
            updated_at: now,
        })
    }
}

impl ToggleSambatan {
    /// Applies the change to a product.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`]; [`Error::DeadlineInPast`] when enabling with such a deadline.
    pub fn apply(&self, product: Product, now: Timestamp) -> Result<Product, Error> {
        let mut check = Checker::default();
        let slots = self
            .total_slots
            .and_then(|raw| check.take(field::slots("total_slots", raw)));
        let deadline = self
            .deadline
            .and_then(|raw| check.take(field::time("deadline", raw)));
        check.finish()?;
        if let Some(deadline) = deadline.filter(|deadline| self.enabled && *deadline <= now) {
            return Err(Error::DeadlineInPast { deadline });
        }
        Ok(Product {
            is_sambatan_enabled: self.enabled,
            sambatan_total_slots: slots.or(product.sambatan_total_slots),
            sambatan_deadline: deadline.or(product.sambatan_deadline),
            updated_at: now,
            ..product
        })
    }
}
