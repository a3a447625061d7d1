//! Verbs on products.

use crate::domain::audit::{AuditEventKind, NewAuditEvent};
use crate::domain::error::Error;
use crate::domain::id::ProductId;
use crate::domain::product::{NewProduct, Product, ToggleSambatan};
use crate::domain::reports::{Limit, Page};
use crate::domain::time::Timestamp;
use crate::service::{Sambatan, page};
use crate::store::{products, seals};

impl Sambatan {
    /// Creates a product. Group buying is not enabled for it yet.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`], or what every write can answer.
    pub fn create_product(&self, product: NewProduct) -> Result<Product, Error> {
        let product = product.into_product(ProductId::new(), self.now())?;
        self.core.writer.call(move |transaction| {
            // The time of its event, which tells when it was created.
            let product = Product {
                created_at: transaction.now,
                updated_at: transaction.now,
                ..product
            };
            products::insert(transaction.connection, &product)?;
            let seal = seals::product(transaction.connection, &product)?;
            let mut event = event(&product, AuditEventKind::ProductCreated, transaction.now);
            event.metadata = event.metadata.sealed(seal);
            transaction.append(event)?;
            Ok(product)
        })
    }

    /// Reads a product.
    ///
    /// # Errors
    /// [`Error::ProductNotFound`], or what every read can answer.
    pub fn get_product(&self, product_id: ProductId) -> Result<Product, Error> {
        self.core
            .read(|connection| products::find_by_id(connection, product_id))?
            .ok_or(Error::ProductNotFound)
    }

    /// Lists products, newest first; `after` is where the page before ended.
    ///
    /// # Errors
    /// What every read can answer.
    pub fn list_products(
        &self,
        after: Option<ProductId>,
        limit: Limit,
    ) -> Result<Page<Product, ProductId>, Error> {
        let items = self
            .core
            .read(|connection| products::page(connection, after, limit))?;
        Ok(page(items, limit, |product| product.id))
    }

    /// Enables group buying for a product, or disables it. Campaigns that are open go on.
    ///
    /// # Errors
    /// [`Error::ProductNotFound`], [`Error::ValidationFailed`], [`Error::DeadlineInPast`], or what
    /// every write can answer.
    pub fn toggle_sambatan(
        &self,
        product_id: ProductId,
        toggle: ToggleSambatan,
    ) -> Result<Product, Error> {
        self.core.writer.call(move |transaction| {
            let product = products::find_by_id(transaction.connection, product_id)?
                .ok_or(Error::ProductNotFound)?;
            let product = toggle.apply(product, transaction.now)?;
            products::update(transaction.connection, &product)?;
            let event = event(
                &product,
                AuditEventKind::ProductSambatanToggled,
                transaction.now,
            );
            transaction.append(event)?;
            Ok(product)
        })
    }
}

fn event(product: &Product, kind: AuditEventKind, now: Timestamp) -> NewAuditEvent {
    NewAuditEvent {
        campaign_id: None,
        kind,
        metadata: product.facts(),
        timestamp: now,
    }
}
