//! The overview: totals, what needs doing, what closes soon, the scheduler.

use crate::domain::campaign::{Campaign, CampaignStatus};
use crate::domain::error::Error;
use crate::domain::ledger::Standing;
use crate::domain::participation::Participation;
use crate::domain::pay_to::used_by;
use crate::domain::payment_window::is_asked;
use crate::domain::reports::{CampaignFilter, DashboardSummary, Limit};
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::pages::organiser::{counted, flash};
use crate::http::pages::{Keep, form_token, html, organisers_frame, see_other};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::timer::SchedulerStatus;
use crate::web::organiser::{ClaimRow, OverviewPage, SchedulerView, Total, UnpaidRow};
use crate::web::{Card, Say as _, SayState as _, Text, render};
use crate::words::Reader;

/// So many campaigns that close soon are shown.
const CLOSING: u32 = 10;

/// So many of those that went ahead last are looked at for who still owes.
const ENDED: u32 = 10;
/// So many who owe are counted in each; then it is said that there are more.
const UNPAID: u32 = 10;

/// So many who say that they have paid are named.
const CLAIMS: u32 = 10;

/// Shows the overview.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let service = &context.service;
    let (reader, now) = (context.reader(request), service.now());
    let summary = service.dashboard_summary()?;
    let limit = Limit::new(CLOSING).unwrap_or_default();
    let closing = service.list_running_campaigns(None, limit)?;
    let one = Limit::new(1).unwrap_or_default();
    let has_refunds_due = !service.list_due_refunds(None, one)?.items.is_empty();
    let claims = service.list_claims(None, Limit::new(CLAIMS).unwrap_or_default())?;
    let money = money(context, &closing.items, reader)?;
    let swept = request.query.get("swept").is_some();
    let view = OverviewPage {
        frame: organisers_frame(context, request, Text::of(reader.language).overview),
        flash: if swept {
            Some(reader.swept(u64::from(counted(request, "swept"))))
        } else {
            flash(request, reader)
        },
        totals: totals(&summary, reader),
        slots_taken: summary.total_slots_taken,
        has_refunds_due,
        has_more_claims: claims.next.is_some(),
        claims: claims
            .items
            .iter()
            .map(|person| claim(person, reader))
            .collect(),
        without_account: money.without_account,
        unpaid: money.unpaid,
        closing: closing
            .items
            .iter()
            .map(|campaign| Card::of(campaign, reader, now))
            .collect(),
        suspect_time: service
            .clock_belief()
            .is_suspect()
            .then(|| reader.weekday_date_time(now)),
        scheduler: scheduler(&service.scheduler().status(), reader),
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

fn claim(person: &Participation, reader: Reader) -> ClaimRow {
    ClaimRow {
        path: format!("/organiser/participations/{}", person.id),
        handle: person.user_id.as_str().to_owned(),
        amount: Standing::owed(person).map_or_else(String::new, |owed| owed.to_string()),
        claims: reader.claims(person).unwrap_or_default(),
    }
}

/// What is to be done about the money of campaigns.
#[derive(Default)]
struct MoneyToDo {
    /// Where somebody still owes.
    unpaid: Vec<UnpaidRow>,
    /// Those that ask for money and have no account to send it to.
    without_account: Vec<(String, String)>,
}

/// Looks at the campaigns that close soon, and at the last ones that went ahead.
fn money(context: &Context, closing: &[Campaign], reader: Reader) -> Result<MoneyToDo, Error> {
    let service = &context.service;
    let ended = service.list_campaigns(CampaignFilter {
        status: Some(CampaignStatus::Completed),
        after: None,
        limit: Limit::new(ENDED).unwrap_or_default(),
    })?;
    let in_use = service.pay_to_in_use()?;
    let limit = Limit::new(UNPAID).unwrap_or_default();
    let mut found = MoneyToDo::default();
    for campaign in closing.iter().chain(&ended.items) {
        if !is_asked(campaign) {
            continue;
        }
        let owing = match campaign.participant_count {
            0 => None,
            _ => Some(service.list_unpaid(campaign.id, None, limit)?),
        };
        let owing = owing.filter(|owing| !owing.items.is_empty());
        let path = format!("/organiser/campaigns/{}", campaign.id);
        let asks = owing.is_some() || !campaign.status.has_ended();
        if asks && used_by(campaign, &in_use).next().is_none() {
            let title = campaign.title.clone();
            found.without_account.push((title, path.clone()));
        }
        if let Some(owing) = owing {
            found.unpaid.push(UnpaidRow {
                title: campaign.title.clone(),
                path: format!("{path}/rekap#reminders"),
                count: reader.unpaid(owing.items.len(), owing.next.is_some()),
            });
        }
    }
    Ok(found)
}

fn totals(summary: &DashboardSummary, reader: Reader) -> Vec<Total> {
    let of = |status: CampaignStatus, count| Total {
        count,
        label: reader.campaign_status(status),
        path: format!("/organiser/campaigns?status={}", status.api_name()),
    };
    vec![
        of(CampaignStatus::Active, summary.active_campaigns),
        of(CampaignStatus::Full, summary.full_campaigns),
        of(CampaignStatus::Inactive, summary.inactive_campaigns),
        of(CampaignStatus::Completed, summary.completed_campaigns),
        of(CampaignStatus::Failed, summary.failed_campaigns),
        of(CampaignStatus::Cancelled, summary.cancelled_campaigns),
    ]
}

fn scheduler(status: &SchedulerStatus, reader: Reader) -> SchedulerView {
    let t = Text::of(reader.language);
    let at = |time: Option<_>| time.map_or_else(|| "–".to_owned(), |time| reader.date_time(time));
    SchedulerView {
        is_running: status.is_running,
        facts: vec![
            (t.next_run, at(status.next_run_time)),
            (t.last_run, at(status.last_run)),
            (t.run_count, format!("{}×", status.run_count)),
        ],
        last_error: status.last_error.clone(),
    }
}

/// Notes that the clock is right.
pub(crate) fn confirm_clock(
    context: &Context,
    _: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    context.service.confirm_clock()?;
    Ok(see_other("/organiser"))
}

/// Has the scheduler sweep now.
pub(crate) fn run(context: &Context, _: &Request, _: &Params<'_>) -> Result<Response, Refusal> {
    let report = context.service.scheduler().run_now()?;
    Ok(see_other(&format!(
        "/organiser?swept={}",
        report.transition_count
    )))
}
