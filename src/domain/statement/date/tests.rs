use super::*;

fn read(text: &str) -> Option<Moment> {
    parse(text, Order::Is(DateFormat::DayFirst))
}

#[test]
fn dates_are_read_as_banks_write_them() {
    for text in [
        "05/10/2025",
        "5/10/2025",
        "05-10-2025",
        "05.10.2025",
        "05/10/25",
        "2025-10-05",
        "2025/10/05",
        "2025-10-05 13:45:10",
        "2025-10-05T13:45:10Z",
        "2025-10-05T13:45:10.123+07:00",
        "05/10/2025 13.45.10",
        "05 Okt 2025",
        "5 Oktober 2025",
        "05 Oct 2025",
        "05-Oct-25",
        "05 October 2025, 13:45 WIB",
        "'05/10/2025",
        "20251005",
        "20251005 134510",
        "20251005134510",
        "Oct 5, 2025",
        "October 5 2025",
        "Minggu, 5 Oktober 2025",
        "Sunday 05/10/2025",
        "05OCT2025",
        "05/10/2025 01:45 PM",
        "05/10/2025 1:45:10 p.m.",
        "05/10/2025 13:45:10 WITA",
        "5 Oct 2025 at 13:45",
        "05/10/2025 13:45 (GMT+7)",
        "05-OCT-25",
        "So, 05.10.2025",
        "05/10/2025 pukul 13.45 WIB",
        "05 / 10 / 2025",
        "05 Okt 2025 | 13:45",
    ] {
        let expected = NaiveDate::from_ymd_opt(2025, 10, 5).map(Written::Day);
        assert_eq!(read(text).map(|read| read.date), expected, "{text}");
    }
    for (text, month) in [("1 Mei 2025", 5), ("1 Agustus 2025", 8), ("1 Des 2025", 12)] {
        let expected = NaiveDate::from_ymd_opt(2025, month, 1).map(Written::Day);
        assert_eq!(read(text).map(|read| read.date), expected, "{text}");
    }
    for text in [
        "29/11",
        "29-11",
        "29 Nov",
        "Nov 29",
        "29/11 10:30",
        "29 Nov 10:30 WIB",
    ] {
        let expected = Some(Written::NoYear { month: 11, day: 29 });
        assert_eq!(read(text).map(|read| read.date), expected, "{text}");
    }
    let time = |text| read(text).and_then(|read| read.seconds);
    assert_eq!(time("05/10/2025 01:45 PM"), Some(13 * 3600 + 45 * 60));
    assert_eq!(time("05/10/2025 12:00:05 AM"), Some(5));
    assert_eq!(time("05/10/2025"), None);
}

#[test]
fn what_is_no_date_is_not_guessed_at() {
    for text in [
        "",
        "PEND",
        "31/02/2025",
        "05/13/2025",
        "5 Foo 2025",
        "2025",
        "05/10/2025 Saldo",
        "1/1/20250",
        "46356.47",
        "150.962",
        "05/10/2025 25:00",
        "05/10/2025 13:00 PM",
        "20251305",
        "05102025",
        "1",
        "10:30",
        "5 marvellous 2025",
        "05/10/2025 X",
    ] {
        assert_eq!(read(text).map(|read| read.date), None, "{text}");
    }
}

#[test]
fn the_order_of_the_parts_may_be_another_or_unclear() {
    let of = |text, order| parse(text, order).map(|read| read.date);
    let october = NaiveDate::from_ymd_opt(2025, 10, 5).map(Written::Day);
    assert_eq!(of("10/05/2025", Order::Is(DateFormat::MonthFirst)), october);
    assert_eq!(of("25/10/05", Order::Is(DateFormat::YearFirst)), october);
    assert_eq!(of("45935", Order::Is(DateFormat::Serial)), october);
    assert_eq!(of("05/10/2025", Order::Unclear), Some(Written::Ambiguous));
    assert_eq!(of("05 Okt 2025", Order::Unclear), october);
    assert_eq!(of("2025-10-05", Order::Unclear), october);
    assert_eq!(serial("46355.5").unwrap().1, Some(43_200));
    assert_eq!(serial("150962"), None);
}
