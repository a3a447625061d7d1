//! What the tests of the library need before anybody can join.

use sambatan::Sambatan;
use sambatan::domain::id::ProductId;
use sambatan::domain::product::{NewProduct, ToggleSambatan};

/// A product for which campaigns can be opened.
pub(crate) fn enabled_product(service: &Sambatan) -> ProductId {
    let new = NewProduct {
        name: "Rimba Embun".to_owned(),
        base_price: 420_000,
        ..NewProduct::default()
    };
    let product = service.create_product(new).unwrap().id;
    let toggle = ToggleSambatan {
        enabled: true,
        ..ToggleSambatan::default()
    };
    service.toggle_sambatan(product, toggle).unwrap();
    product
}
