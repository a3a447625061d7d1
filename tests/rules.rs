//! Tables of the rules: every state, before, at and after the deadline, and the numbers at their edges.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "rules/holder.rs"]
mod holder;
#[path = "rules/input.rs"]
mod input;
#[path = "rules/join.rs"]
mod join;
#[path = "rules/lifecycle.rs"]
mod lifecycle;
#[path = "rules/payment_window.rs"]
mod payment_window;
#[path = "rules/release_and_confirm.rs"]
mod release_and_confirm;
#[path = "rules/standing.rs"]
mod standing;
#[path = "rules/support.rs"]
mod support;
#[path = "rules/terms.rs"]
mod terms;
#[path = "rules/waiting_list.rs"]
mod waiting_list;
