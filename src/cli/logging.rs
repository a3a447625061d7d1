//! The log on stderr, one line for each event: for people (`2025-10-10T05:00:00.000Z INFO: what
//! happened`), or for programs as a JSON object with `ts`, `level`, `target`, `message` and the fields
//! of the event.

use std::io::Write;

use clap::ValueEnum;
use env_logger::fmt::Formatter;
use log::Record;
use log::kv::{Error, Key, Value, VisitSource};
use serde_json::{Map, Value as Json};

/// `tiny_http` logs an error at every orderly end; what is one indeed is logged by our server.
const UNLESS_ASKED: &str = "tiny_http=off";

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Starts logging. Only the first call counts.
pub(super) fn start(filter: &str, format: LogFormat) {
    let mut builder = env_logger::Builder::new();
    builder.parse_filters(&format!("{UNLESS_ASKED},{filter}"));
    match format {
        LogFormat::Text => builder.format(|line, record| {
            let time = line.timestamp_millis();
            writeln!(line, "{time} {}: {}", record.level(), record.args())
        }),
        LogFormat::Json => builder.format(|line, record| {
            let time = line.timestamp_millis().to_string();
            write_json(line, time, record)
        }),
    };
    if builder.try_init().is_err() {
        log::debug!("logging had been started before");
    }
}

fn write_json(line: &mut Formatter, time: String, record: &Record<'_>) -> std::io::Result<()> {
    writeln!(line, "{}", Json::Object(members(time, record)))
}

/// The members of a line. The fields of an event never replace the first four.
fn members(time: String, record: &Record<'_>) -> Map<String, Json> {
    let mut fields = Fields(Map::new());
    // A field that can't be read is left out; the message says the same in words.
    let _ = record.key_values().visit(&mut fields);
    let Fields(mut members) = fields;
    members.insert("ts".to_owned(), time.into());
    members.insert("level".to_owned(), record.level().as_str().into());
    members.insert("target".to_owned(), record.target().into());
    members.insert("message".to_owned(), record.args().to_string().into());
    members
}

struct Fields(Map<String, Json>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let json = if let Some(number) = value.to_u64() {
            number.into()
        } else if let Some(number) = value.to_f64() {
            number.into()
        } else {
            value.to_string().into()
        };
        self.0.insert(key.as_str().to_owned(), json);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use log::Level;

    use super::*;

    #[test]
    fn a_line_of_json_has_the_fields_of_its_event_and_is_one_line() {
        let fields: &[(&str, Value<'_>)] = &[
            ("route", Value::from("join_campaign")),
            ("status", Value::from(201_u16)),
            ("duration_ms", Value::from(1.25)),
            ("level", Value::from("forged")),
        ];
        let members = members(
            "2025-10-10T05:00:00.000Z".to_owned(),
            &Record::builder()
                .level(Level::Info)
                .target("access")
                .key_values(&fields)
                .args(format_args!(
                    "a \"quoted\" word\nand \u{1b}[2J another line"
                ))
                .build(),
        );
        let line = Json::Object(members).to_string();
        assert!(!line.contains('\n') && !line.contains('\u{1b}'), "{line}");
        let read: Json = serde_json::from_str(&line).unwrap();
        assert_eq!(
            read,
            serde_json::json!({
                "ts": "2025-10-10T05:00:00.000Z",
                "level": "INFO",
                "target": "access",
                "message": "a \"quoted\" word\nand \u{1b}[2J another line",
                "route": "join_campaign",
                "status": 201,
                "duration_ms": 1.25,
            })
        );
    }
}
