use proptest::prelude::*;

use super::*;

const S1: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";
const S1_WITH_150231: &str = "00020101021226680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI52045999530336054061502315802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630490D6";

/// A payload of these fields, with its checksum.
fn payload(fields: &[(u8, &str)]) -> String {
    let mut written = Fields::default();
    for (tag, value) in fields {
        written.push(*tag, value);
    }
    written.write_checked()
}

const LEAST: [(u8, &str); 5] = [
    (0, "01"),
    (26, "0016ID.CO.CONTOH.WWW"),
    (53, "360"),
    (58, "ID"),
    (59, "PATUNGAN CONTOH"),
];

/// [`LEAST`] with other fields in place of some, or after them.
fn with(changes: &[(u8, &str)]) -> String {
    let mut fields = LEAST.to_vec();
    for change in changes {
        match fields.iter_mut().find(|(tag, _)| *tag == change.0) {
            Some(field) => *field = *change,
            None => fields.push(*change),
        }
    }
    payload(&fields)
}

fn without(tag: u8) -> String {
    let fields: Vec<_> = LEAST
        .into_iter()
        .filter(|(known, _)| *known != tag)
        .collect();
    payload(&fields)
}

#[test]
fn the_checksum_is_the_one_of_the_catalogue() {
    let crc = crc::Crc::<u16>::new(&crc::CRC_16_IBM_3740);
    assert_eq!(crc.checksum(b"123456789"), 0x29b1);
}

#[test]
fn a_static_code_is_read() {
    let code = Qris::parse(&format!(" {S1}\n")).unwrap();
    assert_eq!(code.to_string(), S1);
    assert_eq!(code.merchant(), "PATUNGAN CONTOH");
    assert_eq!(code.nmid().as_deref(), Some("ID0000000000001"));
    assert_eq!(code.amount(), None);
    assert!(code.is_static());
    let lower_case = S1.replace("56FE", "56fe");
    assert_eq!(Qris::parse(&lower_case).unwrap().to_string(), S1);
}

#[test]
fn an_amount_is_put_in() {
    for (amount, checksum) in [
        (1, "CE9B"),
        (150_001, "0E79"),
        (150_231, "90D6"),
        (150_232, "30FD"),
        (10_000_000, "899B"),
    ] {
        for source in [S1, S1_WITH_150231] {
            let code = Qris::parse(source).unwrap();
            let changed = code.with_amount(Rupiah::new(amount)).unwrap();
            assert!(
                changed.to_string().ends_with(checksum),
                "{amount}: {changed}"
            );
            assert_eq!(changed.amount(), Some(amount.to_string().as_str()));
            assert!(!changed.is_static());
            assert_eq!(Qris::parse(&changed.to_string()), Ok(changed));
        }
    }
    let changed = Qris::parse(S1).unwrap().with_amount(Rupiah::new(150_231));
    assert_eq!(changed.unwrap().to_string(), S1_WITH_150231);
    for amount in [i64::MIN, -1, 0, 10_000_001, i64::MAX] {
        let refused = Qris::parse(S1).unwrap().with_amount(Rupiah::new(amount));
        assert_eq!(refused, Err(QrisError::AmountOutOfRange), "{amount}");
    }
}

#[test]
fn tips_go_and_everything_else_stays_in_its_place() {
    let fields = [
        (0, "01"),
        (59, "PATUNGAN CONTOH"),
        (55, "03"),
        (53, "360"),
        (57, "10"),
        (56, "500"),
        (62, "0703A01"),
        (26, "0016ID.CO.CONTOH.WWW"),
        (54, "7.50"),
        (58, "ID"),
        (80, "x"),
    ];
    let changed = Qris::parse(&payload(&fields)).unwrap();
    let changed = changed.with_amount(Rupiah::new(1)).unwrap();
    let expected = [
        (0, "01"),
        (1, "12"),
        (59, "PATUNGAN CONTOH"),
        (53, "360"),
        (54, "1"),
        (62, "0703A01"),
        (26, "0016ID.CO.CONTOH.WWW"),
        (58, "ID"),
        (80, "x"),
    ];
    assert_eq!(changed.to_string(), payload(&expected));
}

#[test]
fn lengths_count_characters_and_the_checksum_bytes() {
    // The example of EMVCo's specification, in two scripts, made Indonesian.
    let code = with(&[(59, "BEST 传输"), (64, "0002ZH0104最佳运输0202北京")]);
    assert!(code.contains("5907BEST 传输"), "{code}");
    let read = Qris::parse(&code).unwrap();
    assert_eq!(read.merchant(), "BEST 传输");
    assert_eq!(read.to_string(), code);
    let theirs = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";
    assert_eq!(
        Qris::parse(theirs),
        Err(QrisError::NotRupiah),
        "its checksum is right"
    );
}

#[test]
fn what_is_wrong_with_a_payload_is_named() {
    let long = |length| payload(&[&LEAST[..], &[(62, "x".repeat(length).as_str()); 1]].concat());
    for (wrong, error) in [
        (String::new(), QrisError::OtherVersion),
        ("hello".to_owned(), QrisError::OtherVersion),
        ("https://example.com".to_owned(), QrisError::OtherVersion),
        ("00".to_owned(), QrisError::NotAField { at: 1 }),
        (format!("{S1}{S1}{S1}"), QrisError::TooLong),
        (
            S1.replace("56FE", "0000"),
            QrisError::WrongChecksum { expected: 0x56fe },
        ),
        (
            S1.replace("CONTOH6", "C0NTOH6"),
            QrisError::WrongChecksum { expected: 0x3acf },
        ),
        (
            S1.replace("PATUNGAN", "PATU\nGAN"),
            QrisError::ControlCharacter,
        ),
        (
            S1[..S1.len() - 1].to_owned(),
            QrisError::CutShort { tag: 63 },
        ),
        (S1[..S1.len() - 8].to_owned(), QrisError::NoChecksum),
        (
            S1[..S1.len() - 12].to_owned(),
            QrisError::CutShort { tag: 62 },
        ),
        (format!("{S1}6200"), QrisError::EmptyField { tag: 62 }),
        (format!("{S1}9901x"), QrisError::NoChecksum),
        (format!("{S1}x"), QrisError::NotAField { at: S1.len() + 1 }),
        (
            S1.replacen("26680016", "26é80016", 1),
            QrisError::NotAField { at: 13 },
        ),
        (
            payload(&[&LEAST[..], &LEAST[2..3]].concat()),
            QrisError::Repeated { tag: 53 },
        ),
        (with(&[(0, "02")]), QrisError::OtherVersion),
        (with(&[(1, "13")]), QrisError::InitiationUnknown),
        (with(&[(53, "840")]), QrisError::NotRupiah),
        (without(53), QrisError::NotRupiah),
        (with(&[(58, "SG")]), QrisError::NotIndonesian),
        (without(58), QrisError::NotIndonesian),
        (with(&[(59, " ")]), QrisError::NoMerchant),
        (without(59), QrisError::NoMerchant),
        (without(26), QrisError::NoAccount),
        (payload(&LEAST[1..]), QrisError::OtherVersion),
    ] {
        assert_eq!(Qris::parse(&wrong), Err(error), "{wrong}");
    }
    assert!(Qris::parse(&with(&[])).is_ok() && Qris::parse(&long(99)).is_ok());
}

#[test]
fn an_amount_needs_room() {
    let filler = "x".repeat(99);
    let mut fields = LEAST.to_vec();
    fields.extend((80..84).map(|tag| (tag, filler.as_str())));
    let taken = payload(&fields).chars().count();
    let rest = "x".repeat(MAX_PAYLOAD - taken - 4 - 6);
    fields.push((84, &rest));
    let code = Qris::parse(&payload(&fields)).unwrap();
    // The point of initiation takes the six characters that are left, and the amount has none.
    assert_eq!(code.with_amount(Rupiah::new(1)), Err(QrisError::TooLong));
}

/// Payloads of every shape: fields in any order, in several scripts.
fn payloads() -> impl Strategy<Value = Vec<(u8, String)>> {
    let more = proptest::collection::btree_map(2_u8..100, "[ -~é传]{1,20}", 0..12);
    let initiation = proptest::option::of(prop_oneof![Just("11"), Just("12")]);
    let amount = proptest::option::of("[0-9]{1,8}(\\.[0-9]{2})?");
    let name = "[A-Z传][ -~é传]{0,24}";
    (more, initiation, amount, name)
        .prop_map(|(mut more, initiation, amount, name)| {
            for (tag, value) in [
                (53, "360"),
                (58, "ID"),
                (59, &name),
                (26, "0014ID.CO.CONTOH."),
            ] {
                more.insert(tag, value.to_owned());
            }
            more.extend(amount.map(|amount| (54, amount)));
            more.extend(initiation.map(|initiation| (1, initiation.to_owned())));
            more.remove(&63);
            more.into_iter().collect::<Vec<_>>()
        })
        .prop_shuffle()
}

fn write(fields: &[(u8, String)]) -> String {
    let mut all = vec![(0, "01")];
    all.extend(fields.iter().map(|(tag, value)| (*tag, value.as_str())));
    payload(&all)
}

proptest! {
    #[test]
    fn a_payload_with_an_amount_is_read_again(fields in payloads(), amount in 1..=MAX_AMOUNT) {
        let source = write(&fields);
        prop_assume!(source.chars().count() < MAX_PAYLOAD - 18);
        let code = Qris::parse(&source).unwrap();
        prop_assert_eq!(code.to_string(), source);
        let changed = code.with_amount(Rupiah::new(amount)).unwrap();
        let again = Qris::parse(&changed.to_string()).unwrap();
        prop_assert_eq!(&again, &changed);
        let amount = amount.to_string();
        prop_assert_eq!(again.amount(), Some(amount.as_str()));
        let kept = |code: &Qris| {
            let fields = code.fields.iter().filter(|(tag, _)| *tag != 1 && !(54..=57).contains(tag));
            fields.map(|(tag, value)| (tag, value.to_owned())).collect::<Vec<_>>()
        };
        prop_assert_eq!(kept(&again), kept(&code));
        let tags: Vec<u8> = again.fields.iter().map(|(tag, _)| tag).collect();
        let place = tags.iter().position(|tag| *tag == 53).unwrap();
        prop_assert_eq!(tags[place + 1], 54);
        prop_assert_eq!(again.fields.get(1), Some("12"));
    }

    #[test]
    fn a_changed_payload_is_refused(
        fields in payloads(),
        place in any::<prop::sample::Index>(),
        with in any::<char>(),
        how in 0..3,
    ) {
        let source = write(&fields);
        prop_assume!(source.chars().count() < MAX_PAYLOAD);
        let mut characters: Vec<char> = source.chars().collect();
        let at = place.index(characters.len());
        match how {
            0 => characters[at] = with,
            1 => drop(characters.remove(at)),
            _ => characters.insert(at, with),
        }
        let changed: String = characters.into_iter().collect();
        // Two errors in 65,536 collide, and a checksum in small letters or a blank around it is the same.
        if let Ok(code) = Qris::parse(&changed) {
            let same = code.to_string().eq_ignore_ascii_case(changed.trim());
            prop_assert!(same, "{}", changed);
        }
    }

    #[test]
    fn nothing_makes_it_panic(text in "(000201)?[0-9]{0,40}\\PC{0,600}", digits in "[0-9é]{0,512}") {
        prop_assert!(Qris::parse(&text).is_err());
        prop_assert!(Qris::parse(&digits).is_err());
        let after_the_first = format!("000201{digits}");
        prop_assert!(Qris::parse(&after_the_first).is_err());
    }
}
