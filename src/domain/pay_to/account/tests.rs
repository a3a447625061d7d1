use super::*;

const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";

fn bank() -> NewPayTo {
    NewPayTo {
        bank: Some(" BCA ".to_owned()),
        number: Some("123-456 7890".to_owned()),
        holder: Some("Siti Contoh".to_owned()),
        ..NewPayTo::default()
    }
}

fn qris(payload: &str) -> NewPayTo {
    NewPayTo {
        kind: PayToKind::Qris,
        payload: Some(payload.to_owned()),
        ..NewPayTo::default()
    }
}

fn problems(new: NewPayTo) -> Vec<(&'static str, Problem)> {
    match new.check() {
        Ok(_) => Vec::new(),
        Err(Error::ValidationFailed(errors)) => {
            let pairs = errors.into_iter().map(|error| (error.field, error.problem));
            pairs.collect()
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn an_account_has_a_bank_a_number_and_a_holder_and_a_code_its_payload() {
    let now = Timestamp::from_sql("2025-10-01 00:00:00.000").unwrap();
    let (added, event) = bank()
        .check()
        .unwrap()
        .add(PayToId::new(), 19, now)
        .unwrap();
    assert_eq!(added.bank.as_deref(), Some("BCA"));
    assert_eq!(added.number.as_deref(), Some("123-456 7890"));
    assert_eq!(event.kind, AuditEventKind::PayToAdded);
    let told = event.metadata.to_json();
    assert!(
        !told.contains("BCA") && !told.contains("123") && !told.contains("Siti"),
        "{told}"
    );
    let full = bank().check().unwrap().add(PayToId::new(), 20, now);
    assert_eq!(full, Err(Error::TooManyPayTo { limit: 20 }));

    let (retired, event) = added.retire(now).unwrap();
    assert_eq!(
        (retired.is_in_use(), event.kind),
        (false, AuditEventKind::PayToRetired)
    );
    assert_eq!(retired.retire(now), Err(Error::PayToRetired));

    let code = qris(STATIC)
        .check()
        .unwrap()
        .add(PayToId::new(), 0, now)
        .unwrap()
        .0;
    assert_eq!(code.code.as_ref().unwrap().to_string(), STATIC);
    let with = |amount| code.code_for(Rupiah::new(amount)).is_some();
    assert!(with(1) && with(10_000_000) && !with(10_000_001) && !with(0));
}

#[test]
fn what_cannot_be_paid_to_is_refused_by_field() {
    let missing = Problem::Missing;
    let of = |change: fn(&mut NewPayTo)| {
        let mut new = bank();
        change(&mut new);
        problems(new)
    };
    assert_eq!(
        problems(NewPayTo::default()),
        [
            ("bank", missing.clone()),
            ("number", missing.clone()),
            ("holder", missing.clone())
        ]
    );
    assert_eq!(of(|new| new.kind = PayToKind::EWallet), []);
    assert_eq!(
        of(|new| new.bank = Some(" ".to_owned())),
        [("bank", missing.clone())]
    );
    assert_eq!(
        of(|new| new.bank = Some("B".to_owned())),
        [("bank", Problem::TooShort(2))]
    );
    assert_eq!(
        of(|new| new.holder = Some("Siti\u{202e}Contoh".to_owned())),
        [("holder", Problem::HiddenCharacter('\u{202e}'))]
    );
    for number in ["１２３４５６", "12-3", "1234;5678", "----"] {
        let new = NewPayTo {
            number: Some(number.to_owned()),
            ..bank()
        };
        assert_eq!(
            problems(new),
            [("number", Problem::NotAnAccountNumber)],
            "{number}"
        );
    }
    assert_eq!(
        of(|new| new.payload = Some(STATIC.to_owned())),
        [("payload", Problem::OnlyWith("kind: qris"))]
    );
    assert_eq!(problems(qris("")), [("payload", missing)]);
    let broken = STATIC.replace("56FE", "0000");
    let checksum = QrisError::WrongChecksum { expected: 0x56fe };
    assert_eq!(
        problems(qris(&broken)),
        [("payload", Problem::NotQris(checksum))]
    );
    let once = Qris::parse(STATIC)
        .unwrap()
        .with_amount(Rupiah::new(5))
        .unwrap();
    assert_eq!(
        problems(qris(&once.to_string())),
        [("payload", Problem::NotQris(QrisError::NotStatic))]
    );
}

#[test]
fn every_kind_is_found_by_its_word() {
    for (kind, word) in PayToKind::ALL.into_iter().zip(PayToKind::WORDS) {
        assert_eq!(kind.word(), *word);
        assert_eq!(PayToKind::from_word(word), Some(kind));
    }
    assert_eq!(PayToKind::from_word("cash"), None);
}
