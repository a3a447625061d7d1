//! What came of a statement, as the page shows it: what can be recorded, what waits for the organiser's word,
//! and the rest.

use std::collections::{HashMap, HashSet};

use crate::domain::error::Error;
use crate::domain::id::CampaignId;
use crate::domain::ledger::Standing;
use crate::domain::money::Rupiah;
use crate::domain::participation::Participation;
use crate::domain::payment_code::PaymentCode;
use crate::domain::payment_import::{
    ImportReport, ImportedLine, Outcome, Payer, RefundLine, hexadecimal,
};
use crate::domain::statement::{Basis, Line, Unsettled};
use crate::http::context::Context;
use crate::http::pages::organiser::payments::PATH;
use crate::http::problem::statement::line_problem;
use crate::http::request::Request;
use crate::web::organiser::{Chosen, MatchLine, PaymentsPage, StatementResult, StatementRow};
use crate::web::{Notice, Text};
use crate::words::Reader;

/// So many lines that wait for a word are on one page, and so many others are shown: of these the report of a
/// longer statement is for the command line.
const ROWS: usize = 100;
/// So many of those who have not paid are offered by name; everybody is found by what is typed.
const OFFERED: u32 = 200;

/// What the organiser looks at: from which of the lines that wait on, and for which line whom.
#[derive(Default)]
pub(super) struct Asked<'a> {
    from: usize,
    line: Option<u64>,
    who: &'a str,
}

impl<'a> Asked<'a> {
    /// What stands in an address.
    pub(super) fn of(request: &'a Request) -> Self {
        let line = request.query.get("line").and_then(|line| line.parse().ok());
        let from = request.query.get("from").and_then(|from| from.parse().ok());
        Self {
            from: from.unwrap_or_default(),
            line,
            who: request.query.get("who").unwrap_or_default(),
        }
    }
}

/// Fills the page with what came of a statement.
///
/// # Errors
/// What every read can answer.
pub(super) fn fill(
    context: &Context,
    request: &Request,
    view: &mut PaymentsPage,
    (id, report, left): (&str, &ImportReport, &HashSet<[u8; 32]>),
    asked: &Asked<'_>,
) -> Result<(), Error> {
    let (reader, t) = (context.reader(request), view.frame.t);
    let mut offers = Offers::new(context);
    let found = match asked.line {
        Some(_) => offers.named(asked.who)?,
        None => Vec::new(),
    };
    view.notice = Some(told(report, asked, found.is_empty(), t));
    let is_left = |line: &ImportedLine| left.contains(&line.line.fingerprint);
    let (mut open, settled): (Vec<_>, Vec<_>) = report
        .lines
        .iter()
        .partition(|line| line.outcome.is_open() && !is_left(line));
    let from = if asked.from < open.len() {
        asked.from
    } else {
        0
    };
    open.drain(..from);
    // The one that was asked about stays in sight.
    open.sort_by_key(|line| Some(line.line.number) != asked.line);
    let has_open = !open.is_empty();
    let recorded = report
        .lines
        .iter()
        .filter(|line| line.outcome.is_recorded());
    let (count, sum) = recorded.fold((0_u64, Rupiah::default()), |(count, sum), line| {
        (count + 1, sum.checked_add(line.line.amount).unwrap_or(sum))
    });
    view.result = Some(StatementResult {
        file: id.to_owned(),
        record: (count > 0 && !report.applied).then(|| format!("{count} · {sum}")),
        totals: totals(report, reader, t),
        has_more: settled.len() > ROWS || report.refunds.len() > ROWS,
        from,
        next: (open.len() > ROWS).then(|| format!("{PATH}?file={id}&from={}", from + ROWS)),
        open: open
            .into_iter()
            .take(ROWS)
            .map(|line| {
                let is_asked = asked.line == Some(line.line.number);
                open_line(line, reader, if is_asked { &found } else { &[] })
            })
            .collect(),
        refunds: report
            .refunds
            .iter()
            .take(ROWS)
            .map(|line| refund_line(line, reader, t))
            .collect(),
        settled: settled
            .into_iter()
            .take(ROWS)
            .map(|line| row(line, reader))
            .collect(),
        payable: if has_open { offers.all()? } else { Vec::new() },
    });
    Ok(())
}

/// What was done, or why nothing could be.
fn told(report: &ImportReport, asked: &Asked<'_>, is_nobody: bool, t: &Text) -> Notice {
    let (tone, title, detail) = match asked.line {
        Some(_) if is_nobody => ("bad", t.nobody_to_match, t.nobody_to_match_next),
        Some(_) => ("good", t.several_found, t.several_found_next),
        None if report.applied => ("good", t.recorded, ""),
        None => ("good", t.nothing_recorded, ""),
    };
    Notice {
        tone,
        title: title.to_owned(),
        detail: detail.to_owned(),
    }
}

fn totals(report: &ImportReport, reader: Reader, t: &Text) -> Vec<(&'static str, String)> {
    let mut totals = Vec::new();
    for word in ImportReport::WORDS {
        let (lines, sum) = report.total(word);
        if lines > 0 {
            totals.push((words(word, t), format!("{lines} · {sum}")));
        }
    }
    let unsettled = Unsettled::ALL.map(|kind| (unsettled(kind, t), report.unsettled.of(kind)));
    let others = [
        (t.lines_out, report.debits),
        (t.lines_of_totals, report.totals),
    ];
    for (label, lines) in unsettled.into_iter().chain(others) {
        if lines > 0 {
            totals.push((label, lines.to_string()));
        }
    }
    if report.error_count > 0 {
        let problems: Vec<_> = report
            .errors
            .iter()
            .take(20)
            .map(|error| {
                let problem = line_problem(error.problem, reader.language);
                format!("{} {}: {problem}", t.line, error.number)
            })
            .collect();
        let text = format!("{} ({})", report.error_count, problems.join("; "));
        totals.push((t.line_unreadable, text));
    }
    totals.push((t.read_as, basis(report.reading.basis, t).to_owned()));
    totals
}

const fn basis(basis: Basis, t: &Text) -> &'static str {
    match basis {
        Basis::Evidence => t.read_by_evidence,
        Basis::BareList => t.read_as_list,
        Basis::MerchantReport => t.read_as_report,
        Basis::AllIncoming => t.read_as_told,
    }
}

const fn unsettled(kind: Unsettled, t: &Text) -> &'static str {
    match kind {
        Unsettled::Pending => t.unsettled_pending,
        Unsettled::Failed => t.unsettled_failed,
        Unsettled::Expired => t.unsettled_expired,
        Unsettled::Refunded => t.unsettled_refunded,
        Unsettled::Cancelled => t.unsettled_cancelled,
        Unsettled::Announced => t.unsettled_announced,
    }
}

fn row(found: &ImportedLine, reader: Reader) -> StatementRow {
    let ImportedLine { line, outcome } = found;
    let t = Text::of(reader.language);
    StatementRow {
        number: line.number,
        day: reader.date(line.date),
        amount: line.amount.to_string(),
        // One that is open and no longer asked about is left as it is.
        result: match outcome.is_open() {
            true => t.line_left,
            false => words(outcome.word(), t),
        },
        difference: outcome
            .difference()
            .map(|difference| difference.to_string()),
        whose: outcome.payers().iter().map(of_payer).collect(),
        description: line.description.clone(),
    }
}

fn of_payer(payer: &Payer) -> Chosen {
    Chosen {
        value: payer.participation_id.to_string(),
        handle: payer.user_id.clone(),
        more: payer.part.map(|part| part.to_string()).unwrap_or_default(),
        path: format!("/organiser/participations/{}", payer.participation_id),
    }
}

/// A line that waits for the organiser's word, with those whom it may be of.
fn open_line(found: &ImportedLine, reader: Reader, asked: &[Chosen]) -> MatchLine {
    let outcome = &found.outcome;
    let choices = if asked.is_empty() {
        outcome.payers().iter().map(of_payer).collect()
    } else {
        asked.to_vec()
    };
    let ids: Vec<_> = choices
        .iter()
        .map(|choice: &Chosen| choice.value.as_str())
        .collect();
    let are_together =
        asked.is_empty() && matches!(outcome, Outcome::Suggested(payers) if payers.len() > 1);
    MatchLine {
        all: are_together.then(|| ids.join(",")),
        choices,
        may_be_recorded: asked.is_empty() && matches!(outcome, Outcome::MaybeRecorded(_)),
        result: words(outcome.word(), Text::of(reader.language)),
        ..of_line(&found.line, reader)
    }
}

fn refund_line(found: &RefundLine, reader: Reader, t: &Text) -> MatchLine {
    let refunds = found.may_be.iter().map(|refund| Chosen {
        value: refund.refund_id.to_string(),
        handle: refund.user_id.clone(),
        more: refund.amount.to_string(),
        path: refund
            .participation_id
            .map_or_else(String::new, |id| format!("/organiser/participations/{id}")),
    });
    let choices: Vec<Chosen> = refunds.collect();
    let ids: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
    MatchLine {
        all: found.together.then(|| ids.join(",")),
        choices,
        result: t.line_refund,
        ..of_line(&found.line, reader)
    }
}

fn of_line(line: &Line, reader: Reader) -> MatchLine {
    MatchLine {
        number: line.number,
        fingerprint: hexadecimal(&line.fingerprint),
        date: line.date.to_string(),
        day: reader.date(line.date),
        value: line.amount.get(),
        amount: line.amount.to_string(),
        description: line.description.clone(),
        result: "",
        choices: Vec::new(),
        may_be_recorded: false,
        all: None,
    }
}

/// Those whom a line may be matched to.
struct Offers<'a> {
    context: &'a Context,
    titles: HashMap<CampaignId, String>,
}

impl<'a> Offers<'a> {
    fn new(context: &'a Context) -> Self {
        Self {
            context,
            titles: HashMap::new(),
        }
    }

    /// Who has not paid: the payment code, and who it is.
    fn all(&mut self) -> Result<Vec<(String, String)>, Error> {
        let open = self.context.service.list_open_participations(OFFERED)?;
        open.iter()
            .map(|one| Ok((PaymentCode::of(one.id).to_string(), self.label(one)?)))
            .collect()
    }

    /// Those whose handle or payment code it is.
    fn named(&mut self, who: &str) -> Result<Vec<Chosen>, Error> {
        let found = self.context.service.find_payers(who)?;
        found
            .iter()
            .map(|one| {
                Ok(Chosen {
                    value: one.id.to_string(),
                    handle: one.user_id.as_str().to_owned(),
                    more: self.about(one)?,
                    path: format!("/organiser/participations/{}", one.id),
                })
            })
            .collect()
    }

    fn label(&mut self, one: &Participation) -> Result<String, Error> {
        Ok(format!("{} · {}", one.user_id.as_str(), self.about(one)?))
    }

    fn about(&mut self, one: &Participation) -> Result<String, Error> {
        let owed = Standing::owed(one)
            .map(|owed| format!("{owed} · "))
            .unwrap_or_default();
        if !self.titles.contains_key(&one.campaign_id) {
            let campaign = self.context.service.get_campaign(one.campaign_id)?;
            self.titles.insert(one.campaign_id, campaign.title);
        }
        Ok(format!("{owed}{}", self.titles[&one.campaign_id]))
    }
}

/// What becomes of a line, by its word in [`ImportReport::WORDS`].
fn words(word: &str, t: &Text) -> &'static str {
    match word {
        "matched" => t.line_matched,
        "short" => t.line_short,
        "over" => t.line_over,
        "given_up" => t.line_given_up,
        "suggested" => t.line_suggested,
        "maybe_recorded" => t.line_maybe_recorded,
        "known" => t.line_known,
        "duplicate" => t.line_duplicate,
        _ => t.line_left_over,
    }
}
