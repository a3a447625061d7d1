//! The organiser's pages.

mod bans;
pub(crate) mod calling_off;
mod campaigns;
mod log;
mod money;
mod overview;
mod participation;
mod pay_to;
mod products;
mod sessions;

pub(crate) use bans::{BanRow, BansPage};
pub(crate) use campaigns::{
    CampaignEditPage, CampaignFormPage, CampaignPage, CampaignsPage, Coded, PersonRow,
    PickListPage, PickRow, RekapPage, Reminder,
};
pub(crate) use log::{AuditPage, CheckView, EventRow, LogPage};
pub(crate) use money::{
    CampaignRefundsPage, Chosen, MatchLine, PaymentsPage, RefundRow, RefundState, RefundsPage,
    StatementChoices, StatementResult, StatementRow,
};
pub(crate) use overview::{ClaimRow, OverviewPage, SchedulerView, Total, UnpaidRow};
pub(crate) use participation::{MovementRow, ParticipationPage};
pub(crate) use pay_to::{AccountChoice, AccountRow, PayToPage};
pub(crate) use products::{ProductFormPage, ProductPage, ProductRow, ProductsPage};
pub(crate) use sessions::{SessionRow, SessionsPage};

/// A choice among several views of one list.
#[derive(Debug)]
pub(crate) struct Tab {
    /// Where it is.
    pub(crate) path: String,
    /// Its words.
    pub(crate) label: String,
    /// Whether it is the one that is shown.
    pub(crate) is_current: bool,
}
