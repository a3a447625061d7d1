//! The table `products`.

use rusqlite::{Connection, Row, params};

use crate::domain::id::ProductId;
use crate::domain::product::Product;
use crate::domain::reports::Limit;
use crate::store::error::StoreError;
use crate::store::rows::{TableRow, change_one, collect, find};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, description, base_price, is_sambatan_enabled, sambatan_total_slots,
                    sambatan_deadline, created_at, updated_at
               FROM products ",
            $rest
        )
    };
}

/// A page of products, newest first.
pub(crate) const PAGE: &str = select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");

fn map(row: &Row<'_>) -> Result<Product, StoreError> {
    let row = TableRow {
        table: "products",
        row,
    };
    Ok(Product {
        id: row.id(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        base_price: row.rupiah(3)?,
        is_sambatan_enabled: row.get(4)?,
        sambatan_total_slots: row
            .get::<Option<u32>>(5)?
            .map(crate::domain::slots::Slots::new),
        sambatan_deadline: row.optional_time(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}

/// Finds a product.
pub(crate) fn find_by_id(
    connection: &Connection,
    id: ProductId,
) -> Result<Option<Product>, StoreError> {
    find(connection, select!("WHERE id = ?1"), [id.to_string()], map)
}

/// The products created before `after`, newest first.
pub(crate) fn page(
    connection: &Connection,
    after: Option<ProductId>,
    limit: Limit,
) -> Result<Vec<Product>, StoreError> {
    let before = after.map_or_else(|| super::AFTER_EVERY_ID.to_owned(), |id| id.to_string());
    collect(connection, PAGE, params![before, limit.get() + 1], map)
}

/// Adds a product.
pub(crate) fn insert(connection: &Connection, product: &Product) -> Result<(), StoreError> {
    change_one(
        connection,
        "INSERT INTO products (id, name, description, base_price, is_sambatan_enabled,
                               sambatan_total_slots, sambatan_deadline, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            product.id.to_string(),
            product.name,
            product.description,
            product.base_price.get(),
            product.is_sambatan_enabled,
            product
                .sambatan_total_slots
                .map(crate::domain::slots::Slots::get),
            product
                .sambatan_deadline
                .map(crate::domain::time::Timestamp::to_sql),
            product.created_at.to_sql(),
            product.updated_at.to_sql(),
        ],
    )
}

/// Writes everything that can change in a product.
pub(crate) fn update(connection: &Connection, product: &Product) -> Result<(), StoreError> {
    change_one(
        connection,
        "UPDATE products
            SET is_sambatan_enabled = ?2, sambatan_total_slots = ?3, sambatan_deadline = ?4, updated_at = ?5,
                name = ?6, description = ?7, base_price = ?8
          WHERE id = ?1",
        params![
            product.id.to_string(),
            product.is_sambatan_enabled,
            product.sambatan_total_slots.map(crate::domain::slots::Slots::get),
            product.sambatan_deadline.map(crate::domain::time::Timestamp::to_sql),
            product.updated_at.to_sql(),
            product.name,
            product.description,
            product.base_price.get(),
        ],
    )
}
