//! A bank statement on a phone: the file is chosen, looked at and recorded, and what is left over is matched.

use sambatan::domain::payment_code::PaymentCode;

use crate::harness::{Looks, Visitor, browser};
use crate::money::{look_at_statement, outcomes, record_statement, to_transfer};
use crate::steps::{Joining, create_campaign, create_product, guarded_server, join, organiser};

const STATEMENT: &str = "Tanggal;Keterangan;Jumlah;Saldo\n";

#[test]
fn a_file_is_looked_at_recorded_and_what_is_left_over_matched() {
    let Some(browser) = browser() else { return };
    for looks in [Looks::PHONE, Looks::PHONE.without_script()] {
        let server = guarded_server();
        let organiser = organiser(&browser, &server, looks);
        create_product(&organiser, "Parfum Hutan", "30 ml");
        let campaign = create_campaign(&organiser, "Batch Oktober", "20");
        let sari = join(
            &browser,
            &server,
            looks,
            &campaign,
            Joining::by("sari", "1"),
        );
        let wati = join(
            &browser,
            &server,
            looks,
            &campaign,
            Joining::by("wati", "2"),
        );
        let table = format!(
            "{STATEMENT}02/10/2025;TRSF SARI;{} CR;1.000.000,00\n02/10/2025;DARI IBU WATI;7.777,00 CR;1.007.777,00\n",
            to_transfer(&sari).trim_start_matches("Rp"),
        );
        look_at_statement(&organiser, &table);
        let found = [("pas", "sari"), ("tidak ada yang cocok", "")];
        let found = found.map(|(outcome, who)| (outcome.to_owned(), who.to_owned()));
        assert_eq!(outcomes(&organiser), found);
        let button = organiser.text("main form button[name=apply]");
        assert_eq!(button, format!("Catat 1 · {}", to_transfer(&sari)));
        assert!(organiser.fits_in_width());
        // It runs in the page.
        if looks.has_script() {
            organiser.assert_accessible();
        }
        let amount = to_transfer(&sari);
        record_statement(&organiser);
        assert_eq!(to_transfer(&sari), "", "it is paid");

        // What is left over is matched by the code, which the field offers.
        let path = wati.path();
        let id = path
            .trim_start_matches("/p/")
            .split(['?', '#'])
            .next()
            .unwrap();
        let code = PaymentCode::of(id.parse().unwrap()).to_string();
        assert!(organiser.has(&format!("#payable option[value='{code}']")));
        organiser.fill("li input[name=who]", &code);
        organiser.click_through("li form:has(input[name=who]) button");
        assert!(organiser.text("main").contains("Pembayaran dicatat."));
        let known = [("sudah pernah diimpor", ""), ("sudah pernah diimpor", "")];
        let known = known.map(|(outcome, who)| (outcome.to_owned(), who.to_owned()));
        assert_eq!(outcomes(&organiser), known);
        let paid = server
            .service
            .get_participation(id.parse().unwrap())
            .unwrap();
        assert_eq!(paid.paid_amount.get(), 7_777);
        assert!(organiser.fits_in_width());

        leave_what_may_be_recorded(&organiser, &amount);
        assert_eq!(organiser.problems(), [] as [String; 0]);
    }
}

/// The same transfer in a file of another layout may be recorded already, and is left as it is.
fn leave_what_may_be_recorded(organiser: &Visitor, amount: &str) {
    let waits = "main li[id^='line-']";
    let table = format!(
        "Tanggal,Keterangan,Debit,Kredit\n02/10/2025,DARI SARI,,\"{}\"\n",
        amount.trim_start_matches("Rp")
    );
    look_at_statement(organiser, &table);
    assert!(organiser.text(waits).contains("mungkin sudah tercatat"));
    assert!(organiser.has("li button[name=to]"));
    assert!(organiser.fits_in_width());
    organiser.click_through("li button[name=same]");
    assert!(organiser.text("main").contains("tidak ada yang dicatat"));
    assert!(!organiser.has(waits));
    let left = [(
        "sama dengan yang sudah tercatat".to_owned(),
        "sari".to_owned(),
    )];
    assert_eq!(outcomes(organiser), left);
}
