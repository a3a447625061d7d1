//! Reading the forms of pages: what a browser sends, field by field.
//!
//! The same inputs as the API's, written as people write them: `150.000`, times of the community's zone.
//! A wrong field does not stop the reading, and what was typed is kept to be shown again.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::error::Error;
use crate::domain::field::{Expected, FieldError, Problem};
use crate::http::fields::day;
use crate::http::multipart::{self, Part};
use crate::http::problem::{Refusal, sentences};
use crate::http::request::{Body, Query, Request, UPLOAD_PATH};
use crate::web::Values;
use crate::words::{Reader, Words, Zone};

/// What a form sent.
pub(crate) struct Form(Query);

impl Form {
    /// Reads the body as `application/x-www-form-urlencoded`, or where files are sent as
    /// `multipart/form-data`; an empty one is an empty form.
    ///
    /// # Errors
    /// [`Refusal::UnsupportedMediaType`], and those of a body that did not arrive.
    pub(crate) fn read(request: &Request) -> Result<Self, Refusal> {
        let bytes = match &request.body {
            Body::Complete(bytes) => bytes,
            Body::TooLarge => return Err(Refusal::BodyTooLarge),
            Body::Unreadable => return Err(Refusal::BodyUnreadable),
        };
        let declared = request.headers.single("content-type").ok().flatten();
        if let Some(boundary) = declared.and_then(multipart::boundary) {
            return Self::of_parts(request, boundary, bytes);
        }
        let media_type = declared.and_then(|declared| declared.split(';').next());
        let is_form = media_type.is_some_and(|media_type| {
            media_type
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !is_form && !bytes.is_empty() {
            return Err(Refusal::UnsupportedMediaType);
        }
        Ok(Self(Query::parse(&String::from_utf8_lossy(bytes))))
    }

    /// The fields of a form with a file, without the file.
    fn of_parts(request: &Request, boundary: &str, bytes: &[u8]) -> Result<Self, Refusal> {
        if request.encoded_path() != UPLOAD_PATH {
            return Err(Refusal::UnsupportedMediaType);
        }
        let parts = multipart::parse(boundary, bytes).ok_or(Refusal::BodyUnreadable)?;
        let fields = parts.into_iter().filter(|part| part.file.is_none());
        let text = |part: Part<'_>| String::from_utf8_lossy(part.content).into_owned();
        let pairs = fields.map(|part| (part.name.clone(), text(part)));
        Ok(Self(Query::of(pairs.collect())))
    }

    /// The file of a form that was sent with one, when one was chosen.
    pub(crate) fn file<'a>(request: &'a Request, name: &str) -> Option<&'a [u8]> {
        let Body::Complete(bytes) = &request.body else {
            return None;
        };
        let declared = request.headers.single("content-type").ok().flatten();
        let parts = multipart::parse(declared.and_then(multipart::boundary)?, bytes)?;
        let is_it = |part: &Part<'_>| part.name == name && part.file.is_some();
        let chosen = parts.into_iter().find(is_it)?;
        (!chosen.content.is_empty()).then_some(chosen.content)
    }

    /// The value of a field; empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.all(name).next().unwrap_or_default()
    }

    /// Every value of a field.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.all(name)
    }

    /// Whether a field is there with something in it, as a ticked box is.
    pub(crate) fn has(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// What was typed into these fields, to be shown again with what is wrong with each.
    pub(crate) fn values(
        &self,
        names: &[&'static str],
        errors: &[FieldError],
        reader: Reader,
    ) -> Values {
        let mut values = Values::default();
        for name in names {
            values.set(name, self.get(name));
        }
        for error in errors {
            values.refuse(error.field, message(error, reader));
        }
        values
    }
}

/// What is wrong with a field of a form. The API speaks of quotes and RFC 3339 where a person sees a
/// field to type into.
fn message(error: &FieldError, reader: Reader) -> String {
    let words = match error.problem {
        Problem::WrongType(Expected::Integer) => Words {
            id: "Tulis sebagai angka bulat, misalnya 20 atau 150.000.",
            en: "Write a whole number, such as 20 or 150.000.",
        },
        Problem::NotATime => Words {
            id: "Pilih tanggal dan jam.",
            en: "Choose a date and a time.",
        },
        Problem::OnlyWith(_) if error.field == "extend_days" => Words {
            id: "Kosongkan, atau pilih bahwa batas waktu diundur sekali.",
            en: "Leave it empty, or choose that the deadline moves once.",
        },
        Problem::OnlyWith(_) if error.field == "grace_hours" => Words {
            id: "Kosongkan, atau isi juga waktu membayar.",
            en: "Leave it empty, or fill in the time to pay as well.",
        },
        Problem::NotAnId | Problem::NotOneOf(_) => Words {
            id: "Pilih salah satu.",
            en: "Choose one.",
        },
        Problem::NotBeforeDeadline => Words {
            id: "Harus sebelum batas waktu.",
            en: "Must be before the deadline.",
        },
        _ => return sentences::field(error, reader.language),
    };
    reader.say(words).to_owned()
}

/// Takes the fields of a form and notes what is wrong with each. As with the API's, a wrong field is read
/// as a stand-in that is within every bound.
pub(crate) struct FormFields<'a> {
    form: &'a Form,
    zone: Zone,
    errors: Vec<FieldError>,
}

impl<'a> FormFields<'a> {
    /// The fields of a form with times of a zone.
    pub(crate) const fn of(form: &'a Form, zone: Zone) -> Self {
        Self {
            form,
            zone,
            errors: Vec::new(),
        }
    }

    /// A text that must be there, in one line: a field of several lines is joined by commas.
    pub(crate) fn text(&mut self, field: &'static str) -> String {
        let text = one_line(self.form.get(field));
        if text.is_empty() {
            self.refuse(field, Problem::Missing);
            return "stand-in".to_owned();
        }
        text
    }

    /// A text that may be empty.
    pub(crate) fn optional_text(&self, field: &'static str) -> Option<String> {
        Some(one_line(self.form.get(field))).filter(|text| !text.is_empty())
    }

    /// A whole number that must be there.
    pub(crate) fn integer(&mut self, field: &'static str) -> i64 {
        self.required(field);
        self.optional_integer(field).unwrap_or(1_000_000)
    }

    /// A whole number that may be left empty.
    pub(crate) fn optional_integer(&mut self, field: &'static str) -> Option<i64> {
        self.optional(field, |text| {
            whole_number(text).ok_or(Problem::WrongType(Expected::Integer))
        })
    }

    /// A time that must be there.
    pub(crate) fn time(&mut self, field: &'static str) -> DateTime<Utc> {
        self.required(field);
        let last = DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.optional_time(field).unwrap_or(last)
    }

    /// A time that may be left empty.
    pub(crate) fn optional_time(&mut self, field: &'static str) -> Option<DateTime<Utc>> {
        let zone = self.zone;
        self.optional(field, |text| zone.read_field(text).ok_or(Problem::NotATime))
    }

    /// A day that may be left empty.
    pub(crate) fn optional_day(&mut self, field: &'static str) -> Option<NaiveDate> {
        self.optional(field, |text| day(text).ok_or(Problem::NotADay))
    }

    /// One of a few words; the default when it is absent.
    pub(crate) fn word<T: Default>(
        &mut self,
        field: &'static str,
        words: &'static [&'static str],
        from_word: fn(&str) -> Option<T>,
    ) -> T {
        let read = |text: &str| from_word(text).ok_or(Problem::NotOneOf(words));
        self.optional(field, read).unwrap_or_default()
    }

    /// An id that must be there.
    pub(crate) fn id<T: FromStr>(&mut self, field: &'static str) -> Option<T> {
        self.optional(field, |text| text.parse().map_err(|_| Problem::NotAnId))
            .or_else(|| {
                self.required(field);
                None
            })
    }

    /// The input, when every field was right.
    ///
    /// # Errors
    /// [`Error::ValidationFailed`] with everything that was noted, and with what `check` says about the
    /// fields that could be read.
    pub(crate) fn finish<T>(
        mut self,
        input: T,
        check: impl FnOnce(T) -> Result<(), Error>,
    ) -> Result<T, Error> {
        if self.errors.is_empty() {
            return Ok(input);
        }
        if let Err(Error::ValidationFailed(errors)) = check(input) {
            self.errors.extend(errors);
        }
        Err(Error::ValidationFailed(self.errors))
    }

    fn required(&mut self, field: &'static str) {
        if self.form.get(field).trim().is_empty() {
            self.refuse(field, Problem::Missing);
        }
    }

    fn optional<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let text = self.form.get(field).trim();
        if text.is_empty() {
            return None;
        }
        read(text)
            .map_err(|problem| self.refuse(field, problem))
            .ok()
    }

    fn refuse(&mut self, field: &'static str, problem: Problem) {
        self.errors.push(FieldError { field, problem });
    }
}

/// The lines of a text, joined.
fn one_line(text: &str) -> String {
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.trim().trim_end_matches(','))
        .filter(|line| !line.is_empty())
        .collect();
    if lines.len() > 1 {
        lines.join(", ")
    } else {
        text.trim().to_owned()
    }
}

/// A whole number as people write it: `20`, `150000`, `150.000`, `Rp150.000`, `Rp 150.000`. Points stand
/// before groups of three and nowhere else: `1.5` is no whole number.
fn whole_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = match text.get(..2) {
        Some(sign) if sign.eq_ignore_ascii_case("rp") => text[2..].trim_start_matches(['.', ' ']),
        _ => text,
    };
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, digits),
    };
    let mut groups = digits.split('.');
    let first = groups.next()?;
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        joined.push_str(group);
    }
    if joined.is_empty() || !joined.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // What does not fit is beyond every bound.
    Some(sign * joined.parse::<i64>().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    fn form(body: &str) -> Form {
        let mut request = Request::new(String::new(), Method::Post, "/");
        request
            .headers
            .push("Content-Type", "application/x-www-form-urlencoded");
        request.body = Body::Complete(body.as_bytes().to_owned());
        Form::read(&request).ok().unwrap()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("20", Some(20)),
            (" 150000 ", Some(150_000)),
            ("150.000", Some(150_000)),
            ("1.250.000", Some(1_250_000)),
            ("Rp150.000", Some(150_000)),
            ("rp 150.000", Some(150_000)),
            ("Rp. 150.000", Some(150_000)),
            ("-5", Some(-5)),
            ("99999999999999999999", Some(i64::MAX)),
            ("1.5", None),
            ("1500.000", None),
            ("1,5", None),
            ("dua", None),
            ("", None),
            ("Rp", None),
            ("-", None),
            ("é1", None),
        ] {
            assert_eq!(whole_number(text), number, "{text}");
        }
    }

    #[test]
    fn lines_become_one() {
        let form = form("a=Jl.+Melati+15%2C%0D%0A%0D%0ART+3%0D%0A&b=%20x%20&c=");
        let mut fields = FormFields::of(&form, Zone::Wib);
        assert_eq!(fields.text("a"), "Jl. Melati 15, RT 3");
        assert_eq!(fields.text("b"), "x");
        assert_eq!(fields.optional_text("c"), None);
        assert!(form.has("b") && !form.has("c") && !form.has("d"));
    }

    #[test]
    fn everything_wrong_is_noted_at_once() {
        let form = form("number=x&time=besok&id=y");
        let mut fields = FormFields::of(&form, Zone::Wib);
        fields.text("text");
        fields.integer("number");
        fields.integer("none");
        fields.time("time");
        assert!(fields.id::<crate::domain::id::ProductId>("id").is_none());
        let Err(Error::ValidationFailed(errors)) = fields.finish((), |()| Ok(())) else {
            panic!("all are wrong");
        };
        let names: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(names, ["text", "number", "none", "time", "id"]);
    }

    #[test]
    fn another_media_type_is_refused() {
        let mut request = Request::new(String::new(), Method::Post, "/");
        assert!(Form::read(&request).is_ok());
        request.body = Body::Complete(b"{}".to_vec());
        assert!(matches!(
            Form::read(&request),
            Err(Refusal::UnsupportedMediaType)
        ));
    }
}
