//! Taking an object apart, field by field.
//!
//! A field that is missing and one of the wrong type each get an error of their own, and reading goes
//! on, so that a person hears of everything at once. Fields nobody asks for are ignored.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Number, Value};

use crate::domain::error::Error;
use crate::domain::field::{Expected, FieldError, Problem};
use crate::domain::time::Timestamp;
use crate::http::json::Object;

/// What a reader looks for in an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// The field's name.
    pub(crate) field: &'static str,
    /// What it has to be.
    pub(crate) kind: Kind,
    /// Whether it must be there.
    pub(crate) required: bool,
}

/// The type of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A time.
    Time,
    /// A day.
    Day,
    /// An id.
    Id,
    /// Several ids.
    Ids,
    /// The fingerprint of a line of a statement.
    Fingerprint,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// Takes the fields of an object and notes what is wrong with each.
///
/// A field that is wrong is read as a stand-in that is within every bound, so that the rest of the input
/// can still be checked against its bounds without blaming the stand-in.
pub(crate) struct Fields<'a> {
    object: &'a Object,
    errors: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    const TEXT_STAND_IN: &'static str = "stand-in";
    const INTEGER_STAND_IN: i64 = 1_000_000;

    /// The fields of an object.
    pub(crate) const fn of(object: &'a Object) -> Self {
        Self {
            object,
            errors: Vec::new(),
        }
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, field: &'static str) -> String {
        self.required(field, Kind::Text, as_text)
            .unwrap_or_else(|| Self::TEXT_STAND_IN.to_owned())
    }

    /// A text that may be absent or null.
    pub(crate) fn optional_text(&mut self, field: &'static str) -> Option<String> {
        self.optional(field, Kind::Text, as_text)
    }

    /// A whole number that must be there.
    pub(crate) fn integer(&mut self, field: &'static str) -> i64 {
        self.required(field, Kind::Integer, as_integer)
            .unwrap_or(Self::INTEGER_STAND_IN)
    }

    /// As [`Self::integer`], for bounds that the usual stand-in is outside of.
    pub(crate) fn integer_or(&mut self, field: &'static str, stand_in: i64) -> i64 {
        self.required(field, Kind::Integer, as_integer)
            .unwrap_or(stand_in)
    }

    /// A whole number that may be absent or null.
    pub(crate) fn optional_integer(&mut self, field: &'static str) -> Option<i64> {
        self.optional(field, Kind::Integer, as_integer)
    }

    /// One of `words`; the usual one when it is absent or null.
    pub(crate) fn word<T: Default>(
        &mut self,
        field: &'static str,
        words: &'static [&'static str],
        from_word: fn(&str) -> Option<T>,
    ) -> T {
        let read = |value: &Value| as_word(value, words, from_word);
        self.optional(field, Kind::Word(words), read)
            .unwrap_or_default()
    }

    /// As [`Self::word`], but it must be there.
    pub(crate) fn required_word<T: Default>(
        &mut self,
        field: &'static str,
        words: &'static [&'static str],
        from_word: fn(&str) -> Option<T>,
    ) -> T {
        let read = |value: &Value| as_word(value, words, from_word);
        self.required(field, Kind::Word(words), read)
            .unwrap_or_default()
    }

    /// `true` or `false` that may be absent; absent is `false`.
    pub(crate) fn flag(&mut self, field: &'static str) -> bool {
        self.optional(field, Kind::Boolean, as_boolean)
            .unwrap_or_default()
    }

    /// A yes or no that must be there.
    pub(crate) fn boolean(&mut self, field: &'static str) -> bool {
        self.required(field, Kind::Boolean, as_boolean)
            .unwrap_or_default()
    }

    /// A time that must be there.
    pub(crate) fn time(&mut self, field: &'static str) -> DateTime<Utc> {
        self.required(field, Kind::Time, as_time)
            .unwrap_or_else(last_time)
    }

    /// A time that may be absent or null.
    pub(crate) fn optional_time(&mut self, field: &'static str) -> Option<DateTime<Utc>> {
        self.optional(field, Kind::Time, as_time)
    }

    /// A day, `YYYY-MM-DD`, that may be absent or null.
    pub(crate) fn optional_day(&mut self, field: &'static str) -> Option<NaiveDate> {
        self.optional(field, Kind::Day, |value| {
            day(as_text(value)?.trim()).ok_or(Problem::NotADay)
        })
    }

    /// A day that must be there.
    pub(crate) fn day(&mut self, field: &'static str) -> Option<NaiveDate> {
        self.required(field, Kind::Day, |value| {
            day(as_text(value)?.trim()).ok_or(Problem::NotADay)
        })
    }

    /// The fingerprint of a line of a statement, which must be there and is read by `read`.
    pub(crate) fn fingerprint<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.required(field, Kind::Fingerprint, |value| {
            read(as_text(value)?.trim()).ok_or(Problem::NotAnId)
        })
    }

    /// Ids in an array that must be there, as many as the caller bounds.
    pub(crate) fn ids<T: FromStr>(&mut self, field: &'static str) -> Vec<T> {
        let read = |value: &Value| {
            let ids = value.as_array().ok_or(Problem::NotAnId)?.iter();
            let id = |value: &Value| as_text(value)?.trim().parse().map_err(|_| Problem::NotAnId);
            ids.map(id).collect()
        };
        self.required(field, Kind::Ids, read).unwrap_or_default()
    }

    /// Ids that may be absent or null.
    pub(crate) fn optional_ids<T: FromStr>(&mut self, field: &'static str) -> Option<Vec<T>> {
        self.optional(field, Kind::Ids, |value| {
            let wrong = || Problem::WrongType(Expected::Texts);
            let texts = value.as_array().ok_or_else(wrong)?;
            let read = |text: &Value| {
                let text = text.as_str().ok_or_else(wrong)?;
                text.trim().parse().map_err(|_| Problem::NotAnId)
            };
            texts.iter().map(read).collect()
        })
    }

    /// An id that must be there; `None` when it is wrong, which is noted.
    pub(crate) fn id<T: FromStr>(&mut self, field: &'static str) -> Option<T> {
        self.required(field, Kind::Id, |value| {
            as_text(value)?.trim().parse().map_err(|_| Problem::NotAnId)
        })
    }

    /// Notes which of these fields are there although they cannot be changed.
    pub(crate) fn fixed(&mut self, fields: &[&'static str]) {
        for field in fields {
            self.take(field, |_| Err::<(), _>(Problem::Fixed));
        }
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

    fn required<T>(
        &mut self,
        field: &'static str,
        kind: Kind,
        read: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        self.object.note(Asked {
            field,
            kind,
            required: true,
        });
        // A required field that is null has no value: it is missing.
        if self.object.get(field).is_none() {
            self.errors.push(FieldError {
                field,
                problem: Problem::Missing,
            });
        }
        self.take(field, read)
    }

    fn optional<T>(
        &mut self,
        field: &'static str,
        kind: Kind,
        read: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        self.object.note(Asked {
            field,
            kind,
            required: false,
        });
        self.take(field, read)
    }

    fn take<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(&Value) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.object.get(field)?;
        read(value)
            .map_err(|problem| self.errors.push(FieldError { field, problem }))
            .ok()
    }
}

/// A time that every other time comes before.
fn last_time() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn as_text(value: &Value) -> Result<String, Problem> {
    let text = value.as_str().ok_or(Problem::WrongType(Expected::Text))?;
    Ok(text.to_owned())
}

fn as_word<T>(
    value: &Value,
    words: &'static [&'static str],
    from_word: fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    let word = value.as_str().ok_or(Problem::WrongType(Expected::Text))?;
    from_word(word.trim()).ok_or(Problem::NotOneOf(words))
}

fn as_boolean(value: &Value) -> Result<bool, Problem> {
    value.as_bool().ok_or(Problem::WrongType(Expected::Boolean))
}

fn as_time(value: &Value) -> Result<DateTime<Utc>, Problem> {
    let text = value.as_str().ok_or(Problem::WrongType(Expected::Text))?;
    let time: Result<Timestamp, _> = text.trim().parse();
    time.map(Timestamp::as_datetime)
        .map_err(|_| Problem::NotATime)
}

/// Reads a day, `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    // Four digits of a year and no sign, as the database holds it.
    let is_plain = text.len() == 10 && text.starts_with(|first: char| first.is_ascii_digit());
    is_plain.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

/// A whole number; one that is too large for us is cut to the largest, which no bound lets pass.
/// `2.0` is refused: whoever writes it may also write 2.5.
fn as_integer(value: &Value) -> Result<i64, Problem> {
    let wrong = Problem::WrongType(Expected::Integer);
    let number: &Number = value.as_number().ok_or(wrong.clone())?;
    if let Some(integer) = number.as_i64() {
        return Ok(integer);
    }
    let beyond = 2_f64.powi(63);
    match number.as_f64() {
        Some(huge) if huge >= beyond => Ok(i64::MAX),
        Some(huge) if huge <= -beyond => Ok(i64::MIN),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn integers_are_whole_numbers_of_any_size() {
        let wrong = Err(Problem::WrongType(Expected::Integer));
        for (text, read) in [
            ("2", Ok(2)),
            ("-9223372036854775808", Ok(i64::MIN)),
            ("9223372036854775808", Ok(i64::MAX)),
            ("99999999999999999999999999", Ok(i64::MAX)),
            ("-99999999999999999999999999", Ok(i64::MIN)),
            ("2.0", wrong.clone()),
            ("2.5", wrong.clone()),
            ("2e0", wrong.clone()),
            ("\"2\"", wrong.clone()),
            ("true", wrong.clone()),
            ("[2]", wrong),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(as_integer(&value), read, "{text}");
        }
    }

    #[test]
    fn everything_wrong_is_noted_and_null_is_absent() {
        let object = object(
            r#"{"text": 1, "null": null, "integer": "2", "boolean": 0, "time": "besok", "id": "x"}"#,
        );
        let mut fields = Fields::of(&object);
        fields.text("text");
        fields.text("null");
        fields.text("absent");
        assert_eq!(fields.optional_text("null"), None);
        assert_eq!(fields.optional_text("absent"), None);
        fields.optional_text("text");
        fields.integer("integer");
        fields.boolean("boolean");
        fields.time("time");
        fields.time("text");
        assert!(fields.id::<crate::domain::id::ProductId>("id").is_none());
        let noted: Vec<_> = fields
            .errors
            .iter()
            .map(|error| (error.field, error.problem.clone()))
            .collect();
        assert_eq!(
            noted,
            [
                ("text", Problem::WrongType(Expected::Text)),
                ("null", Problem::Missing),
                ("absent", Problem::Missing),
                ("text", Problem::WrongType(Expected::Text)),
                ("integer", Problem::WrongType(Expected::Integer)),
                ("boolean", Problem::WrongType(Expected::Boolean)),
                ("time", Problem::NotATime),
                ("text", Problem::WrongType(Expected::Text)),
                ("id", Problem::NotAnId),
            ]
        );
    }
}
