//! The pages people use: what they show and how it is said.
//!
//! Owns templates, the texts of both languages, the style sheet and the script, and for each page a view:
//! a struct of texts and numbers that are ready to be shown. Never reads a request and never asks the
//! service: `http::pages` does, and fills the views. A view holds no more of a person than its page may
//! show, so that a template can't show more.

mod assets;
mod campaign;
mod card;
mod chart;
mod deal;
mod docs;
mod events;
mod frame;
mod home;
pub(crate) mod organiser;
mod own;
mod pay;
mod problem;
mod say;
mod share;
mod sign_in;
mod slug;
mod states;
mod text;
mod values;

pub(crate) use assets::find_asset;
pub(crate) use campaign::{CampaignPage, Handle, JoinForm, LiveFragment, Notice};
pub(crate) use card::Card;
pub(crate) use chart::Chart;
pub(crate) use deal::deal;
pub(crate) use docs::{DocsGroup, DocsOperation, DocsPage};
pub(crate) use frame::Frame;
pub(crate) use home::HomePage;
pub(crate) use own::{LockedPage, OwnPage, OwnRefund, Transfer};
pub(crate) use pay::{Merchant, Way};
pub(crate) use problem::{Link, ProblemPage};
pub(crate) use say::Say;
pub(crate) use share::{Share, rekap, reminder, whatsapp};
pub(crate) use sign_in::SignInPage;
pub(crate) use slug::campaign_id;
pub(crate) use states::SayState;
pub(crate) use text::Text;
pub(crate) use values::Values;

use askama::Template;

/// A page as HTML.
pub(crate) fn render(page: &impl Template) -> String {
    page.render()
        .expect("a view's values are texts and numbers, which can always be written")
}
