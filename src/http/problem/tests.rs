use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::domain::campaign::CampaignStatus;
use crate::domain::field::{Expected, FieldError, Problem};
use crate::domain::participation::ParticipationStatus;
use crate::domain::qris::QrisError;
use crate::domain::slots::Slots;

fn reader(language: Language) -> Reader {
    Reader {
        language,
        ..Reader::default()
    }
}

fn document(refusal: &Refusal, language: Language) -> Value {
    serde_json::from_str(&refusal.document(reader(language), "the-id")).unwrap()
}

#[test]
fn every_row_speaks_both_languages_and_tells_its_own_thing() {
    let mut details = BTreeSet::new();
    for row in table::ALL {
        assert!((400..=599).contains(&row.status), "{}", row.code);
        assert_eq!(row.retry_after.is_some(), row.status == 503, "{}", row.code);
        assert_ne!(row.title.id, row.title.en);
        assert!(details.insert(row.detail.id), "{}", row.code);
        assert!(details.insert(row.detail.en), "{}", row.code);
        assert!(row.detail.id.ends_with('.') && row.detail.en.ends_with('.'));
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(row.code.chars().all(plain), "{}", row.code);
    }
}

#[test]
fn facts_of_a_refusal_are_told_to_programs_too() {
    let refusal = Refusal::from(Error::InsufficientSlots {
        requested: Slots::new(5),
        available: Slots::new(1),
    });
    assert_eq!(
        refusal.document(reader(Language::English), "the-id"),
        concat!(
            r#"{"detail":"Only 1 of the 5 slots you asked for is left. Ask for fewer and try again.","#,
            r#""title":"Not enough slots","status":409,"code":"insufficient_slots","#,
            r#""requested":5,"available":1}"#
        )
    );
    let deadline = "2025-10-10T00:00:00Z".parse().unwrap();
    let refusal = Refusal::from(Error::CampaignClosed {
        status: CampaignStatus::Active,
        deadline,
    });
    assert_eq!(
        document(&refusal, Language::Indonesian),
        json!({
            "detail": "Batas waktu kampanye ini sudah lewat (10 Oktober 2025 pukul 07.00 WIB). Silakan pilih kampanye lain.",
            "title": "Kampanye ditutup",
            "status": 409,
            "code": "campaign_closed",
            "campaign_status": "active",
            "deadline": "2025-10-10T00:00:00Z",
        })
    );
}

#[test]
fn every_field_problem_has_words_in_both_languages() {
    let problems = [
        Problem::Missing,
        Problem::WrongType(Expected::Text),
        Problem::WrongType(Expected::Integer),
        Problem::WrongType(Expected::Boolean),
        Problem::TooShort(1),
        Problem::TooShort(3),
        Problem::TooLong(120),
        Problem::ControlCharacter,
        Problem::HiddenCharacter('\u{200b}'),
        Problem::OutOfRange(1, 200),
        Problem::NotATime,
        Problem::NotAnId,
        Problem::NotAUrl,
        Problem::NeverSentTo,
        Problem::PrivateAddress,
        Problem::WrongType(Expected::Texts),
        Problem::NotAnAccountNumber,
        Problem::NotAnAccountInUse,
        Problem::NotQris(QrisError::NotStatic),
        Problem::NotQris(QrisError::WrongChecksum { expected: 0x56fe }),
        Problem::NotBeforeDeadline,
        Problem::NotOneOf(&["a", "b"]),
        Problem::OnlyWith("a"),
        Problem::Fixed,
        Problem::Erased,
        Problem::NotACode,
        Problem::NotASecretLink,
    ];
    let mut seen = BTreeSet::new();
    for problem in problems {
        let refusal = Refusal::from(Error::from(FieldError {
            field: "title",
            problem,
        }));
        for language in [Language::Indonesian, Language::English] {
            let document = document(&refusal, language);
            assert_eq!(document["errors"][0]["field"], "title");
            let message = document["errors"][0]["message"].as_str().unwrap();
            assert!(!["Belum benar.", "Not right."].contains(&message));
            assert!(seen.insert(message.to_owned()), "{message}");
        }
    }
}

#[test]
fn every_state_has_its_own_words() {
    let deadline = "2025-10-10T00:00:00Z".parse().unwrap();
    for language in [Language::Indonesian, Language::English] {
        let mut seen = BTreeSet::new();
        for status in CampaignStatus::ALL {
            let refusal = Refusal::from(Error::CampaignClosed { status, deadline });
            let detail = document(&refusal, language)["detail"].to_string();
            assert!(seen.insert(detail));
        }
        for status in ParticipationStatus::ALL {
            let refusal = Refusal::from(Error::ParticipationStateInvalid {
                status,
                campaign_status: CampaignStatus::Active,
            });
            let detail = document(&refusal, language)["detail"].to_string();
            assert!(seen.insert(detail));
        }
    }
}

#[test]
fn headers_say_the_language_the_methods_and_when_to_come_back() {
    let header = |response: &Response, name: &str| {
        let found = response.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone())
    };
    let response = Refusal::from(Error::Overloaded).response(reader(Language::English), "the-id");
    assert_eq!(response.status, 503);
    assert_eq!(header(&response, "Retry-After").as_deref(), Some("1"));
    assert_eq!(header(&response, "Content-Language").as_deref(), Some("en"));
    assert_eq!(
        header(&response, "Content-Type").as_deref(),
        Some("application/problem+json")
    );
    let allow = "GET, HEAD, OPTIONS".to_owned();
    let response =
        Refusal::MethodNotAllowed { allow }.response(reader(Language::Indonesian), "the-id");
    assert_eq!(
        header(&response, "Allow").as_deref(),
        Some("GET, HEAD, OPTIONS")
    );
    assert_eq!(header(&response, "Retry-After"), None);
}

#[test]
fn only_an_internal_error_names_the_request() {
    let of =
        |error: Error| document(&Refusal::from(error), Language::English)["request_id"].clone();
    assert_eq!(of(Error::Internal), "the-id");
    assert_eq!(of(Error::Overloaded), Value::Null);
}
