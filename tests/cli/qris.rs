//! `qris`.

use crate::harness::Place;
use crate::scanner::scan_svg;

const STATIC: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI5204599953033605802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630456FE";
const WITH_150231: &str = "00020101021226680016ID.CO.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI52045999530336054061502315802ID5915PATUNGAN CONTOH6015JAKARTA SELATAN61051234562070703A01630490D6";

#[test]
fn a_payload_gets_an_amount_and_a_picture_that_says_the_same() {
    let place = Place::new();
    let printed = place.run(&["qris", STATIC, "--amount", "150231"]).ok();
    assert_eq!(printed, format!("{WITH_150231}\n"));
    let drawn = ["qris", STATIC, "--amount", "150231", "--svg", "code.svg"];
    assert_eq!(place.run(&drawn).ok(), printed);
    let drawing = std::fs::read_to_string(place.path("code.svg")).unwrap();
    assert_eq!(scan_svg(&drawing), WITH_150231);
    place.run(&drawn).failed(1, "code.svg exists already");
    assert_eq!(place.names(), ["code.svg"]);
}

#[test]
fn what_is_wrong_with_a_payload_or_an_amount_is_said_in_a_sentence() {
    let place = Place::new();
    let broken = STATIC.replace("56FE", "0000");
    for (payload, amount, word) in [
        (STATIC, "0", "1 to 10000000 whole rupiah"),
        (STATIC, "-5", "1 to 10000000 whole rupiah"),
        (STATIC, "10000001", "1 to 10000000 whole rupiah"),
        (&broken, "150231", "its checksum should be 56FE"),
        ("", "1", "does not begin with 000201"),
        ("0002", "1", "ends inside field 00"),
    ] {
        let ended = place.run(&["qris", payload, "--amount", amount, "--svg", "code.svg"]);
        ended.failed(1, word);
        assert_eq!(ended.stdout, "");
    }
    assert!(place.names().is_empty());
    place
        .run(&["qris", STATIC, "--amount", "150.231"])
        .failed(2, "--amount");
}
