//! Sambatan: group buying for communities, as a library.

pub mod app;
pub mod clock;
pub mod domain;
pub mod http;
pub mod inspect;
mod service;
mod store;
mod timer;
mod writer;

pub use domain::campaign::{Campaign, CampaignStatus, NewCampaign};
pub use domain::error::Error;
#[cfg(feature = "broken-variants")]
pub use service::BrokenVariant;
pub use service::{Options, Sambatan};
pub use store::StoreError;
pub use store::open::Durability;
pub use timer::{Scheduler, SchedulerStatus};

/// The Rust of README.md compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
