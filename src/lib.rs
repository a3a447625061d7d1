//! Sambatan lib
pub mod clock;
pub mod domain;
