//! A group buy as calls into the library: `cargo run --example group_buy`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use chrono::{TimeDelta, Utc};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::{Error, NewCampaign, Sambatan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `Sambatan::open("sambatan.db")` for a file that stays.
    let service = Sambatan::ephemeral()?;
    let deadline = Utc::now() + TimeDelta::days(3);
    let product = service.create_product(NewProduct {
        name: "Rimba Embun".to_owned(),
        base_price: 420_000,
        ..NewProduct::default()
    })?;
    service.toggle_sambatan(
        product.id,
        ToggleSambatan {
            enabled: true,
            ..ToggleSambatan::default()
        },
    )?;
    let campaign = service.create_campaign(NewCampaign::new(
        product.id,
        "Batch Oktober",
        10,
        210_000,
        deadline,
    ))?;

    let address = "Jl. Melati No. 15, Jakarta Selatan";
    for (name, slots) in [("arum", 3), ("bayu", 5), ("citra", 4)] {
        match service.join_campaign(JoinCampaign::new(campaign.id, name, slots, address)) {
            Ok(joined) => {
                let amount = joined.transfer_amount.unwrap_or(joined.contribution_amount);
                println!("{name} has {slots} slots and transfers {amount}");
            }
            Err(Error::InsufficientSlots { available, .. }) => {
                println!("{name} wanted {slots} slots; {available} are left");
            }
            Err(other) => return Err(other.into()),
        }
    }
    let campaign = service.get_campaign(campaign.id)?;
    println!(
        "{} of {} slots are taken",
        campaign.slots_taken, campaign.total_slots
    );
    Ok(())
}
