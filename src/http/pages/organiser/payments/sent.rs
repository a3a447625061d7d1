//! What the forms of the page send: a file, a text or a statement that waits, what is said about its columns, and
//! a line of it.

use std::sync::Arc;

use crate::domain::money::Rupiah;
use crate::domain::payment_import::{StatementLine, from_hexadecimal};
use crate::domain::statement::{Columns, DateFormat};
use crate::http::context::Context;
use crate::http::fields;
use crate::http::form::Form;
use crate::http::request::{MAX_STATEMENT, Request};
use crate::http::staged::Statement;
use crate::web::Text;

/// What a form sent.
pub(super) enum Sent {
    /// A statement.
    Statement(Statement),
    /// The name of one that waits no longer.
    Gone,
    /// Nothing that is one: status, what is wrong and what to do.
    Refused(u16, String, String),
}

/// The chosen file, else the pasted text, else the statement that waits.
pub(super) fn read(context: &Context, request: &Request, form: &Form, owner: &str) -> Sent {
    let t = Text::of(context.reader(request).language);
    let pasted = form.get("statement");
    let bytes = match Form::file(request, "file") {
        Some(file) => file,
        None if !pasted.trim().is_empty() => pasted.as_bytes(),
        None if form.has("file_id") => return waiting(context, form, owner),
        None => {
            let (title, detail) = (t.no_file_chosen, t.no_file_chosen_next);
            return Sent::Refused(422, title.to_owned(), detail.to_owned());
        }
    };
    if bytes.len() > MAX_STATEMENT {
        let (title, detail) = (t.file_too_large, t.file_too_large_next);
        return Sent::Refused(413, title.to_owned(), detail.to_owned());
    }
    Sent::Statement(Statement {
        bytes: bytes.into(),
        columns: columns(form),
        left: Arc::default(),
    })
}

fn waiting(context: &Context, form: &Form, owner: &str) -> Sent {
    let now = context.service.now();
    match context.staged.find(owner, form.get("file_id"), now) {
        Some(statement) if form.has("choices") => Sent::Statement(Statement {
            columns: columns(form),
            ..statement
        }),
        Some(statement) => Sent::Statement(statement),
        None => Sent::Gone,
    }
}

/// What the organiser says about the columns.
fn columns(form: &Form) -> Columns {
    let name = |field| Some(form.get(field).trim().to_owned()).filter(|name| !name.is_empty());
    Columns {
        date: name("date_column"),
        amount: name("amount_column"),
        credit: name("credit_column"),
        debit: name("debit_column"),
        direction: name("direction_column"),
        status: name("status_column"),
        description: name("description_column"),
        delimiter: None,
        date_format: DateFormat::of_word(form.get("date_format")),
        all_incoming: form.has("all_incoming"),
    }
}

/// The line that a form is about, as the page wrote it there.
pub(super) fn line(form: &Form) -> Option<StatementLine> {
    Some(StatementLine {
        fingerprint: from_hexadecimal(form.get("fingerprint"))?,
        date: fields::day(form.get("date"))?,
        amount: Rupiah::new(form.get("amount").parse().ok()?),
    })
}
