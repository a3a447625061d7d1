//! The log as a whole: where its chain ends, and whether it and the tables fit.

use crate::domain::error::Error;
use crate::domain::verification::{LogCheck, Misfit, Verified};
use crate::http::access::Access;
use crate::http::context::Context;
use crate::http::pages::{Keep, form_token, html, organisers_frame};
use crate::http::problem::Refusal;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::route::Params;
use crate::web::organiser::{AuditPage, CheckView};
use crate::web::{Say as _, Text, render};
use crate::words::{Reader, Words};

/// Shows where the log ends.
pub(crate) fn show(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    page(context, request, None)
}

/// Verifies the log and shows what came of it.
pub(crate) fn verify(
    context: &Context,
    request: &Request,
    _: &Params<'_>,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let check = match context.service.verify_log() {
        Ok(check) => view(check, reader),
        Err(Error::Overloaded) => busy(reader),
        Err(error) => return Err(error.into()),
    };
    page(context, request, Some(check))
}

fn page(
    context: &Context,
    request: &Request,
    check: Option<CheckView>,
) -> Result<Response, Refusal> {
    let reader = context.reader(request);
    let end = context.service.log_end()?;
    let mut frame = organisers_frame(context, request, Text::of(reader.language).whole_log);
    "/organiser/audit".clone_into(&mut frame.path);
    let view = AuditPage {
        frame,
        end: end.map(|end| (reader.chain_end(&end), end.hash.to_string())),
        check,
        form_token: form_token(context, request, Access::Organiser),
    };
    Ok(html(200, reader, Keep::Nobody, render(&view)))
}

fn view(check: LogCheck, reader: Reader) -> CheckView {
    match check {
        LogCheck::Fits(verified) => CheckView {
            tone: "good",
            sentence: fits(&verified, reader),
            detail: None,
        },
        LogCheck::Broken(misfit) => CheckView {
            tone: "bad",
            sentence: broken(&misfit, reader),
            detail: Some(misfit.to_string()),
        },
        LogCheck::TooLong(events) => CheckView {
            tone: "calm",
            sentence: reader.choose(
                || format!("Catatannya sudah {events} kejadian: terlalu panjang untuk diperiksa dari halaman ini. Jalankan perintah di bawah ini; layanan boleh tetap berjalan."),
                || format!("The log has {events} events: too many to be verified from this page. Run the command below; the service may go on running."),
            ),
            detail: Some("sambatan audit verify".to_owned()),
        },
    }
}

/// Somebody else verifies it just now.
fn busy(reader: Reader) -> CheckView {
    let sentence = reader.say(Words {
        id: "Catatan sedang diperiksa dari tempat lain. Coba lagi sebentar lagi.",
        en: "The log is being verified from elsewhere. Try again in a moment.",
    });
    CheckView {
        tone: "calm",
        sentence: sentence.to_owned(),
        detail: None,
    }
}

fn fits(verified: &Verified, reader: Reader) -> String {
    let Verified {
        events,
        campaigns,
        participations,
        transactions,
        campaigns_in_part,
        participations_in_part,
    } = verified;
    let sentence = reader.choose(
        || format!("Utuh: {events} kejadian diperiksa, dan {campaigns} kampanye, {participations} keikutsertaan, serta {transactions} catatan uang cocok dengannya."),
        || format!("Intact: {events} events were checked; {campaigns} campaigns, {participations} participations and {transactions} movements of money fit them."),
    );
    if campaigns_in_part + participations_in_part == 0 {
        return sentence;
    }
    let extent = reader.choose(
        || format!("{campaigns_in_part} kampanye dan {participations_in_part} keikutsertaan berasal dari versi sebelumnya dan dibandingkan sejauh kejadiannya mencatat."),
        || format!("{campaigns_in_part} campaigns and {participations_in_part} participations are of an earlier version and were compared as far as their events go."),
    );
    format!("{sentence} {extent}")
}

fn broken(misfit: &Misfit, reader: Reader) -> String {
    let event = misfit.number().map(|number| {
        reader.choose(
            || format!("Yang pertama tidak cocok: kejadian #{number}."),
            || format!("The first that does not fit is event #{number}."),
        )
    });
    let lead = reader.say(Words {
        id: "Catatan dan isi berkas tidak cocok: ada yang diubah di luar program ini, atau berkasnya rusak. Simpan salinan berkasnya sebelum melakukan hal lain.",
        en: "The log and the file do not fit: something was changed behind this program's back, or the file is damaged. Keep a copy of it before anything else is done.",
    });
    event.map_or_else(|| lead.to_owned(), |event| format!("{lead} {event}"))
}
