//! Sambatan: group buying for communities, as a library.
//!
//! An organiser opens a *campaign* for a product: so many slots, a price for each, a deadline. People
//! *join* by taking slots. When the slots are full the batch goes ahead; when the deadline passes without
//! enough of them, everybody is refunded. [`Sambatan`] is such a service over one SQLite file; the
//! executable of the same name puts HTTP and a command line in front of it.
//!
//! # A group buy
//!
//! Create a product, enable group buying for it, and open a campaign:
//!
//! ```
//! use chrono::{TimeDelta, Utc};
//! use sambatan::domain::participation::JoinCampaign;
//! use sambatan::domain::product::{NewProduct, ToggleSambatan};
//! use sambatan::{CampaignStatus, NewCampaign, Sambatan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let service = Sambatan::ephemeral()?; // or Sambatan::open("sambatan.db")
//! let deadline = Utc::now() + TimeDelta::days(3);
//! let product = service.create_product(NewProduct {
//!     name: "Rimba Embun".to_owned(),
//!     base_price: 420_000,
//!     ..NewProduct::default()
//! })?;
//! service.toggle_sambatan(
//!     product.id,
//!     ToggleSambatan {
//!         enabled: true,
//!         total_slots: Some(10),
//!         deadline: Some(deadline),
//!     },
//! )?;
//! let campaign = service.create_campaign(NewCampaign::new(
//!     product.id,
//!     "Batch Oktober",
//!     10,      // total slots
//!     210_000, // price per slot, whole rupiah
//!     deadline,
//! ))?;
//! println!("Campaign created: {}", campaign.id);
//!
//! // Two users take its slots: when a join returns, its slots are stored.
//! let address = "Jl. Melati No. 15, Jakarta Selatan";
//! let participant = service.join_campaign(JoinCampaign::new(campaign.id, "user-1", 3, address))?;
//! println!("Joined with {} slots", participant.quantity);
//! service.join_campaign(JoinCampaign::new(campaign.id, "user-2", 7, address))?;
//!
//! let campaign = service.get_campaign(campaign.id)?;
//! println!("Status: {}", campaign.status.api_name());
//! println!("Progress: {}%", campaign.progress_percent());
//! println!("Slots: {}/{}", campaign.slots_taken, campaign.total_slots);
//! assert_eq!(campaign.status, CampaignStatus::Full);
//! assert_eq!(campaign.slots_taken, 10);
//! assert_eq!(campaign.slots_remaining(), 0);
//!
//! // The scheduler completes it within its interval, or now.
//! let scheduler = service.scheduler();
//! scheduler.start()?;
//! let report = scheduler.run_now()?;
//! println!("{} transitions", report.transition_count);
//! let campaign = service.get_campaign(campaign.id)?;
//! assert_eq!(campaign.status, CampaignStatus::Completed);
//! # Ok(())
//! # }
//! ```
//!
//! # Refusals are values
//!
//! What a rule refuses is an [`Error`] to match on, with the numbers that a message needs:
//!
//! ```
//! use sambatan::domain::participation::JoinCampaign;
//! use sambatan::{Error, Sambatan};
//! # use chrono::{TimeDelta, Utc};
//! # use sambatan::NewCampaign;
//! # use sambatan::domain::product::{NewProduct, ToggleSambatan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let service = Sambatan::ephemeral()?;
//! # let product = service.create_product(NewProduct {
//! #     name: "Rimba Embun".to_owned(), base_price: 420_000, ..NewProduct::default()
//! # })?;
//! # service.toggle_sambatan(product.id, ToggleSambatan { enabled: true, ..Default::default() })?;
//! # let deadline = Utc::now() + TimeDelta::days(7);
//! # let campaign = service.create_campaign(NewCampaign::new(product.id, "Batch", 2, 1, deadline))?;
//! let join = JoinCampaign::new(campaign.id, "user-3", 5, "Jl. Melati No. 15");
//! match service.join_campaign(join) {
//!     Ok(participant) => println!("Joined with {} slots", participant.quantity),
//!     Err(Error::InsufficientSlots { available, .. }) => println!("Sorry, only {available} left"),
//!     Err(Error::CampaignClosed { deadline, .. }) => println!("Closed since {deadline}"),
//!     Err(other) => return Err(other.into()),
//! }
//! # let join = JoinCampaign::new(campaign.id, "user-3", 5, "Jl. Melati No. 15");
//! # assert!(matches!(service.join_campaign(join), Err(Error::InsufficientSlots { .. })));
//! # Ok(())
//! # }
//! ```
//!
//! # The scheduler
//!
//! It sleeps until the next deadline or opening, sweeps at an interval besides (five minutes unless
//! [`Options`] say otherwise), and tells how it is doing:
//!
//! ```
//! use std::time::Duration;
//!
//! use sambatan::{Durability, Options, Sambatan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let service = Sambatan::ephemeral_with(Options {
//!     interval: Duration::from_secs(10 * 60),
//!     durability: Durability::Off,
//!     ..Options::default()
//! })?;
//! let scheduler = service.scheduler();
//! if !scheduler.is_running() {
//!     // Alert! Scheduler is down.
//!     scheduler.start()?;
//! }
//! assert!(scheduler.is_running());
//! assert_eq!(scheduler.status().interval_minutes, 10.0);
//! scheduler.stop();
//! # Ok(())
//! # }
//! ```
//!
//! # In tests
//!
//! [`Sambatan::ephemeral`] is a real service over a real file that goes away with it, and a
//! [manual clock](clock::ManualClock) brings a deadline without waiting for it:
//!
//! ```
//! use chrono::TimeDelta;
//! use sambatan::clock::{Clock, ManualClock};
//! use sambatan::{CampaignStatus, Durability, NewCampaign, Options, Sambatan};
//! # use sambatan::domain::product::{NewProduct, ToggleSambatan};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = ManualClock::at("2025-10-01T00:00:00Z".parse()?);
//! let service = Sambatan::ephemeral_with(Options {
//!     clock: Clock::Manual(clock.clone()),
//!     durability: Durability::Off,
//!     ..Options::default()
//! })?;
//! # let product = service.create_product(NewProduct {
//! #     name: "Rimba Embun".to_owned(), base_price: 420_000, ..NewProduct::default()
//! # })?;
//! # service.toggle_sambatan(product.id, ToggleSambatan { enabled: true, ..Default::default() })?;
//! let deadline = service.now().as_datetime() + TimeDelta::days(7);
//! let new = NewCampaign::new(product.id, "Sambatan Batch Oktober", 20, 150_000, deadline);
//! let campaign = service.create_campaign(new)?;
//!
//! clock.advance(TimeDelta::days(8));
//! service.run_lifecycle()?;
//! let campaign = service.get_campaign(campaign.id)?;
//! println!("Deadline: {}, status: {}", campaign.deadline, campaign.status.api_name());
//! assert_eq!(campaign.status, CampaignStatus::Failed);
//! # Ok(())
//! # }
//! ```
//!
//! # The modules, in reading order
//!
//! * [`domain`]: the words, the states and every rule, as plain types and pure functions; the time is
//!   passed in.
//! * `store`: the file. The only place with SQL; decides nothing.
//! * `writer`: the one thread that writes. Many operations share a transaction, each in a savepoint of
//!   its own, and are answered when it is committed.
//! * `service`: [`Sambatan`]. Each verb checks its input and has the rules decide inside the
//!   transaction that applies them.
//! * `timer`: the [`Scheduler`], a thread that sleeps until something falls due.
//! * `delivery`: the [`Deliveries`] of events to webhooks, in the order of the log.
//! * [`clock`]: where the time comes from.
//! * [`words`]: how people are addressed: languages, zones.
//! * [`qr`]: a text as a QR code.
//! * `web`: what pages show and say.
//! * [`http`] and [`app`]: the service on a socket, started and stopped in order.
//! * [`inspect`]: looking into a file without changing it.
//! * [`backup`]: copies of a file, made while it is served, and the way back.
//!
//! Each knows only those that it needs, and a test reads the sources to keep it so: the domain knows
//! nothing of the others, and nothing outside the store and the writer knows SQLite.
//!
//! # What always holds
//!
//! * The slots taken of a campaign are the sum of its live participations and never more than it has.
//!   The rules say so, and constraints in the file say it again.
//! * A decision is made inside the transaction that writes it, on what it read there.
//! * Success is answered after COMMIT and never before. When COMMIT itself fails nobody knows what the
//!   file holds: the callers hear [`Error::OutcomeUnknown`] and the service [ends](Sambatan::ended).
//! * A refused operation has changed nothing, and has harmed no other that shared its transaction.
//! * Every change writes exactly one audit event in its own transaction, with ids and numbers only.
//! * A webhook hears of nothing that is not committed, and of everything that is, at least once and in
//!   the order of the log.
//! * A transition happens once, whoever sweeps: it is decided on the state that it changes.
//! * Every queue and every list is bounded.
//! * Over HTTP, addresses and notes go to the organiser and to their own participant, and nowhere else:
//!   not into a public answer, not into the log. The name that a participant chose is also on the
//!   campaign's page, as the form to join says. On a network nothing is served without a token.

pub mod app;
pub mod backup;
pub mod clock;
mod delivery;
pub mod domain;
pub mod http;
pub mod inspect;
pub mod qr;
mod service;
mod store;
mod timer;
mod web;
pub mod words;
mod writer;

pub use delivery::{Deliveries, DeliveryCounts};
pub use domain::campaign::{Campaign, CampaignStatus, NewCampaign};
pub use domain::error::Error;
#[cfg(feature = "broken-variants")]
pub use service::BrokenVariant;
pub use service::export::{Export, ExportForm, ExportKind};
pub use service::import::{ImportMode, ImportWatch};
pub use service::{Options, Sambatan};
pub use store::StoreError;
pub use store::open::Durability;
pub use timer::{Scheduler, SchedulerStatus};

/// The Rust of README.md compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
