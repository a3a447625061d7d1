//! Reading JSON bodies: the media type, the text, the object.

use std::cell::RefCell;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::http::fields::Asked;
use crate::http::problem::Refusal;
use crate::http::request::{Body, MAX_STATEMENT, Request};

/// A JSON object in which every name occurs once.
#[derive(Debug, Default)]
pub(crate) struct Object {
    fields: Map<String, Value>,
    /// What its reader looked for, when that is to be known.
    asked: Option<RefCell<Vec<Asked>>>,
}

impl Object {
    /// What a reader looks for in an object: its names, types and obligations, in the order it reads them.
    pub(crate) fn asking(reader: impl FnOnce(&Self)) -> Vec<Asked> {
        let object = Self {
            fields: Map::new(),
            asked: Some(RefCell::default()),
        };
        reader(&object);
        object.asked.map(RefCell::into_inner).unwrap_or_default()
    }

    /// Notes that its reader looks for something.
    pub(crate) fn note(&self, asked: Asked) {
        if let Some(noted) = &self.asked {
            noted.borrow_mut().push(asked);
        }
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`Refusal::UnsupportedMediaType`], [`Refusal::JsonInvalid`], [`Refusal::BodyNotAnObject`], and
    /// those of a body that did not arrive.
    pub(crate) fn read(request: &Request) -> Result<Self, Refusal> {
        let bytes = complete(request)?;
        if !is_json(request) {
            return Err(Refusal::UnsupportedMediaType);
        }
        Self::parse(bytes)
    }

    /// As [`Self::read`], for a route whose body may be left out.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) fn read_optional(request: &Request) -> Result<Self, Refusal> {
        if complete(request)?.is_empty() {
            return Ok(Self::default());
        }
        Self::read(request)
    }

    /// The value of a field. Null stands for no value.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Reads a JSON text.
    ///
    /// # Errors
    /// [`Refusal::JsonInvalid`], [`Refusal::BodyNotAnObject`].
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        // A byte order mark says nothing in UTF-8, and some editors and shells write one (RFC 8259, 8.1).
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match serde_json::from_slice::<Document>(bytes) {
            Ok(Document(Some(fields))) => Ok(Self {
                fields,
                asked: None,
            }),
            Ok(Document(None)) => Err(Refusal::BodyNotAnObject),
            Err(_) => Err(Refusal::JsonInvalid),
        }
    }

    /// The object written in the one way that does not depend on the order of its fields or on blanks.
    pub(crate) fn canonical(&self) -> String {
        let mut sorted = self.fields.clone();
        sorted.sort_keys();
        for value in sorted.values_mut() {
            value.sort_all_objects();
        }
        serde_json::to_string(&sorted).expect("a map with text keys is JSON")
    }
}

/// The media types of a statement: a table of text, and the workbooks of spreadsheets.
const STATEMENTS: [&str; 3] = [
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
];

/// A body that is declared as a CSV table or as a workbook.
///
/// # Errors
/// [`Refusal::NotCsv`], and those of a body that did not arrive.
pub(crate) fn statement_body(request: &Request) -> Result<&[u8], Refusal> {
    let bytes = complete(request)?;
    if bytes.len() > MAX_STATEMENT {
        return Err(Refusal::BodyTooLarge);
    }
    let declared = request.headers.single("content-type").ok().flatten();
    let media_type = declared.and_then(|text| text.split(';').next());
    let media_type = media_type.unwrap_or_default().trim().to_ascii_lowercase();
    if STATEMENTS.contains(&media_type.as_str()) {
        Ok(bytes)
    } else {
        Err(Refusal::NotCsv)
    }
}

/// The whole body.
fn complete(request: &Request) -> Result<&[u8], Refusal> {
    match &request.body {
        Body::Complete(bytes) => Ok(bytes),
        Body::TooLarge => Err(Refusal::BodyTooLarge),
        Body::Unreadable => Err(Refusal::BodyUnreadable),
    }
}

/// Whether the body is declared as `application/json`, and in no other character set than UTF-8.
fn is_json(request: &Request) -> bool {
    let Ok(Some(declared)) = request.headers.single("content-type") else {
        return false;
    };
    let mut parts = declared.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let other_charset = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .any(|(_, charset)| !charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    media_type.eq_ignore_ascii_case("application/json") && !other_charset
}

/// A JSON text: an object, or `None` for anything else. Of two fields with the same name one would win
/// silently, so an object that has them is refused.
struct Document(Option<Map<String, Value>>);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Document, A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name occurs twice"));
            }
        }
        Ok(Document(Some(object)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Document, A::Error> {
        while access.next_element::<Value>()?.is_some() {}
        Ok(Document(None))
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Document, E> {
        Ok(Document(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Document, E> {
        Ok(Document(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Document, E> {
        Ok(Document(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Document, E> {
        Ok(Document(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Document, E> {
        Ok(Document(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    fn object(text: &str) -> Object {
        Object::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_body_is_an_object_of_valid_json_in_utf_8() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        for (body, refusal) in [
            (&b"{}"[..], None),
            (b" {\"a\": [1, {\"b\": null}]} ", None),
            (b"\xef\xbb\xbf{}", None),
            (b"", Some(Refusal::JsonInvalid)),
            (b"{", Some(Refusal::JsonInvalid)),
            (b"{}{}", Some(Refusal::JsonInvalid)),
            (b"{'a': 1}", Some(Refusal::JsonInvalid)),
            (b"{\"a\": 1,}", Some(Refusal::JsonInvalid)),
            (b"{\"a\": NaN}", Some(Refusal::JsonInvalid)),
            (b"{\"a\": 1e400}", Some(Refusal::JsonInvalid)),
            (b"{\"a\": \"\xff\"}", Some(Refusal::JsonInvalid)),
            (b"{\"a\": \"\\ud800\"}", Some(Refusal::JsonInvalid)),
            (b"{\"a\": 1, \"a\": 2}", Some(Refusal::JsonInvalid)),
            (b"\xff\xfe{\0}\0", Some(Refusal::JsonInvalid)),
            (deep.as_bytes(), Some(Refusal::JsonInvalid)),
            (b"[]", Some(Refusal::BodyNotAnObject)),
            (b"[1, 2]", Some(Refusal::BodyNotAnObject)),
            (b"null", Some(Refusal::BodyNotAnObject)),
            (b"true", Some(Refusal::BodyNotAnObject)),
            (b"-1", Some(Refusal::BodyNotAnObject)),
            (b"1.5", Some(Refusal::BodyNotAnObject)),
            (b"\"a\\n\"", Some(Refusal::BodyNotAnObject)),
            (b"[1", Some(Refusal::JsonInvalid)),
        ] {
            assert_eq!(
                Object::parse(body).err(),
                refusal,
                "{}",
                String::from_utf8_lossy(body)
            );
        }
    }

    #[test]
    fn a_body_is_declared_as_json() {
        for (declared, accepted) in [
            (&["application/json"][..], true),
            (&["Application/JSON; charset=UTF-8"], true),
            (&["application/json;charset=\"utf-8\"; profile=x"], true),
            (&["application/json; charset=latin1"], false),
            (&["application/jsonp"], false),
            (&["text/plain"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&[""], false),
            (&[], false),
            (&["application/json", "text/plain"], false),
        ] {
            let mut request = Request::new(String::new(), Method::Post, "/");
            for value in declared {
                request.headers.push("Content-Type", value);
            }
            assert_eq!(is_json(&request), accepted, "{declared:?}");
        }
    }

    #[test]
    fn the_canonical_form_depends_on_the_values_alone() {
        let one = object(r#"{ "b": {"y": 1, "x": [2, {"d": 1, "c": 2}]}, "a": "\u0041" }"#);
        let other = object(r#"{"a":"A","b":{"x":[2,{"c":2,"d":1}],"y":1}}"#);
        assert_eq!(one.canonical(), other.canonical());
        assert_ne!(one.canonical(), object(r#"{"a":"A","b":null}"#).canonical());
    }
}
