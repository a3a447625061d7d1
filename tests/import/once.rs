//! One transfer is counted once: noted by hand before, in another layout, for several people, or matched by the
//! organiser; and what went out is a refund or nothing.

use sambatan::Error;
use sambatan::domain::ledger::{NewPayment, TransactionStatus};
use sambatan::domain::money::Rupiah;
use sambatan::domain::participation::{Participation, ParticipationStatus};
use sambatan::domain::payment_code::PaymentCode;
use sambatan::domain::payment_import::StatementLine;
use sambatan::domain::reports::Limit;
use sambatan::domain::statement::{Columns, Statement};

use crate::{PRICE, Scene, told, words};

fn code(participation: &Participation) -> PaymentCode {
    PaymentCode::of(participation.id)
}

fn noted(amount: i64) -> NewPayment {
    NewPayment {
        amount: Some(amount),
        reference: Some("tunai".to_owned()),
        only_if_paid: None,
    }
}

#[test]
fn a_transfer_that_was_noted_by_hand_is_shown_and_not_counted_again() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    scene.service.confirm_participation(ani.id).unwrap();
    let payment = noted(told(&budi));
    scene.service.record_payment(budi.id, payment).unwrap();
    let before = scene.events();
    // By the code, by the amount alone, a day before and after it was noted.
    for day in ["2025-10-01", "2025-09-30", "2025-10-02"] {
        let table = format!(
            "date,amount,description\n{day},{},{} ANI\n{day},{},SETORAN\n",
            told(&ani),
            code(&ani),
            told(&budi),
        );
        let report = scene.look_and_apply(&table);
        assert_eq!(
            words(&report),
            [(2, "maybe_recorded"), (3, "maybe_recorded")]
        );
        let whose: Vec<_> = report
            .lines
            .iter()
            .map(|line| line.outcome.payer().unwrap().participation_id)
            .collect();
        assert_eq!(whose, [ani.id, budi.id]);
    }
    assert_eq!(scene.events(), before);
    // Money that came days after it was noted is other money.
    let table = format!(
        "date,amount,description\n2025-10-04,{},{}\n",
        told(&ani),
        code(&ani)
    );
    assert_eq!(words(&scene.look_and_apply(&table)), [(2, "over")]);
    assert_eq!(scene.paid(ani.id).1, 2 * told(&ani));
}

#[test]
fn a_transfer_of_another_layout_is_shown_and_two_of_one_file_count() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    let amount = told(&ani);
    let twice = format!(
        "date,amount,description\n2025-10-01,{amount},{0} ATM\n2025-10-01,{amount},{0} MOBILE\n",
        code(&ani)
    );
    assert_eq!(
        words(&scene.look_and_apply(&twice)),
        [(2, "matched"), (3, "over")]
    );
    let other = format!(
        "Tgl;Uraian;Kredit\n02/10/2025;TRANSFER {};{amount}\n",
        code(&ani)
    );
    assert_eq!(
        words(&scene.look_and_apply(&other)),
        [(2, "maybe_recorded")]
    );
    let later = format!(
        "Tgl;Uraian;Kredit\n04/10/2025;TRANSFER {};{amount}\n",
        code(&ani)
    );
    assert_eq!(words(&scene.look_and_apply(&later)), [(2, "over")]);
    assert_eq!(scene.paid(ani.id).1, 3 * amount);
}

#[test]
fn money_that_went_back_is_not_due_twice_for_one_transfer() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    scene.service.confirm_participation(ani.id).unwrap();
    scene.service.cancel_campaign(scene.campaign, None).unwrap();
    let table = format!(
        "date,amount,description\n2025-10-01,{},{}\n",
        told(&ani),
        code(&ani)
    );
    assert_eq!(
        words(&scene.look_and_apply(&table)),
        [(2, "maybe_recorded")]
    );
    let due = scene
        .service
        .list_due_refunds(None, Limit::default())
        .unwrap();
    assert_eq!(due.items.len(), 1);
}

#[test]
fn one_line_with_the_codes_of_several_pays_all_or_is_suggested_for_all() {
    let scene = Scene::new();
    let people: Vec<_> = ["ani", "budi", "citra"]
        .map(|user| scene.join(user, 1))
        .into();
    let sum: i64 = people.iter().map(told).sum();
    let codes: Vec<_> = people.iter().map(|one| code(one).to_string()).collect();
    let codes = codes.join(" DAN ");
    for other in [sum - 1, sum + 1, 3 * PRICE, told(&people[0])] {
        let table = format!("date,amount,description\n2025-10-01,{other},{codes}\n");
        let report = scene.look_and_apply(&table);
        assert_eq!(words(&report), [(2, "suggested")], "{other}");
        assert_eq!(report.lines[0].outcome.payers().len(), 3);
    }
    let table = format!("date,amount,description\n2025-10-01,{sum},{codes}\n");
    let report = scene.look_and_apply(&table);
    assert_eq!(words(&report), [(2, "matched")]);
    assert_eq!(report.total("matched"), (1, Rupiah::new(sum)));
    for one in &people {
        assert_eq!(
            scene.paid(one.id),
            (ParticipationStatus::Confirmed, told(one))
        );
    }
    let before = scene.events();
    assert_eq!(words(&scene.look_and_apply(&table)), [(2, "known")]);
    assert_eq!(scene.events(), before);
}

#[test]
fn several_that_one_line_pays_for_are_paid_together_or_not_at_all() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    // What the campaign can still take in is enough for the first of them alone.
    let room = 4_000_000_000_000_000_000 - told(&ani);
    scene.service.record_payment(ani.id, noted(room)).err();
    let whole = 2_000_000_000_000_000_000;
    let citra = scene.join("citra", 1);
    for _ in 0..2 {
        let _ = scene
            .service
            .record_payment(citra.id, noted(whole - 100_000));
    }
    let sum = told(&ani) + told(&budi);
    let table = format!(
        "date,amount,description\n2025-10-01,{sum},{} {}\n",
        code(&ani),
        code(&budi)
    );
    let report = scene.look_and_apply(&table);
    assert_eq!(words(&report), [(2, "left_over")]);
    for one in [&ani, &budi] {
        assert_eq!(scene.paid(one.id), (ParticipationStatus::Reserved, 0));
    }
}

/// The first line of a statement, by which money came in.
fn first_line(table: &str) -> StatementLine {
    let statement = Statement::read(table.as_bytes(), &Columns::default()).unwrap();
    StatementLine::from(&statement.lines[0])
}

#[test]
fn a_line_that_the_organiser_matches_is_known_from_then_on() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    let table = "date,amount,description\n2025-10-01,123456,SIAPA\n";
    assert_eq!(words(&scene.look_and_apply(table)), [(2, "left_over")]);
    let line = first_line(table);
    let matched = scene
        .service
        .match_statement_line(line, vec![ani.id])
        .unwrap();
    assert_eq!((matched.len(), matched[0].amount.get()), (1, 123_456));
    assert_eq!(
        scene.paid(ani.id),
        (ParticipationStatus::Confirmed, 123_456)
    );
    assert_eq!(scene.references(ani.id), ["2025-10-01"]);
    assert_eq!(words(&scene.look_and_apply(table)), [(2, "known")]);
    for to in [vec![ani.id], vec![budi.id]] {
        let again = scene.service.match_statement_line(line, to);
        assert_eq!(again.unwrap_err(), Error::StatementLineKnown);
    }
    assert_eq!(scene.paid(ani.id).1, 123_456);
}

#[test]
fn a_line_that_is_matched_to_several_gives_each_what_is_owed_and_the_last_one_the_rest() {
    let scene = Scene::new();
    let (ani, budi, citra) = (
        scene.join("ani", 1),
        scene.join("budi", 1),
        scene.join("citra", 1),
    );
    let more = told(&ani) + 5_000;
    let table = format!("date,amount,description\n2025-10-01,{more},BERDUA\n");
    let line = first_line(&table);
    let matching = |to: &[&Participation]| {
        let to = to.iter().map(|one| one.id).collect();
        scene.service.match_statement_line(line, to)
    };
    let too_little = Error::LineAmountDoesNotFit {
        amount: line.amount,
    };
    assert_eq!(matching(&[&ani, &budi, &citra]).unwrap_err(), too_little);
    assert!(matches!(
        matching(&[]).unwrap_err(),
        Error::ValidationFailed(_)
    ));
    assert!(matches!(
        matching(&[&ani, &ani]).unwrap_err(),
        Error::ValidationFailed(_)
    ));
    assert_eq!(scene.paid(ani.id).1, 0);
    matching(&[&ani, &budi]).unwrap();
    assert_eq!(
        (scene.paid(ani.id).1, scene.paid(budi.id).1),
        (told(&ani), 5_000)
    );
    assert_eq!(words(&scene.look_and_apply(&table)), [(2, "known")]);
}

#[test]
fn a_line_by_which_a_refund_went_out_is_suggested_and_noted_once() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    for one in [&ani, &budi] {
        scene.service.confirm_participation(one.id).unwrap();
    }
    let (by_code, by_amount, fee) = (told(&ani), told(&budi), 2_500);
    let table = format!(
        "date;description;amount\n01/10/2025;KEMBALI {};{} DB\n01/10/2025;TRSF;{by_amount} DB\n\
         01/10/2025;BIAYA;6500 DB\n01/10/2025;KURANG {};1000 DB\n",
        code(&ani),
        by_code + fee,
        code(&ani),
    );
    let nothing_due = scene.look_and_apply(&table);
    assert!(nothing_due.refunds.is_empty() && nothing_due.lines.is_empty());
    scene.service.cancel_campaign(scene.campaign, None).unwrap();
    let report = scene.look_and_apply(&table);
    assert_eq!((report.lines.len(), report.debits), (0, 4));
    let found: Vec<_> = report
        .refunds
        .iter()
        .map(|found| (found.line.number, found.may_be[0].participation_id.unwrap()))
        .collect();
    assert_eq!(found, [(2, ani.id), (3, budi.id)]);
    let refund = report.refunds[0].may_be[0].refund_id;
    let line = StatementLine::from(&report.refunds[0].line);
    let sent = scene.service.match_refund_line(line, vec![refund]).unwrap();
    let sent = &sent[0];
    assert_eq!(sent.transaction.status, TransactionStatus::Sent);
    assert_eq!(sent.transaction.reference.as_deref(), Some("2025-10-01"));
    let again = scene
        .service
        .match_refund_line(line, vec![refund])
        .unwrap_err();
    assert_eq!(again, Error::StatementLineKnown);
    let other = report.refunds[1].may_be[0].refund_id;
    let less = StatementLine {
        amount: Rupiah::new(1),
        fingerprint: [7; 32],
        ..line
    };
    let less = scene
        .service
        .match_refund_line(less, vec![other])
        .unwrap_err();
    assert!(matches!(less, Error::LineAmountDoesNotFit { .. }));
    let report = scene.look_and_apply(&table);
    let left: Vec<_> = report
        .refunds
        .iter()
        .map(|found| found.line.number)
        .collect();
    assert_eq!(left, [3]);
}

/// Three people whose refunds are due, and a table with lines that went out to two of them at once.
fn together() -> (Scene, [Participation; 3], i64, String) {
    let scene = Scene::new();
    let people = ["ani", "budi", "citra"].map(|user| scene.join(user, 1));
    for one in &people {
        scene.service.confirm_participation(one.id).unwrap();
    }
    scene.service.cancel_campaign(scene.campaign, None).unwrap();
    let [ani, budi, citra] = &people;
    let both = told(ani) + told(budi);
    let table = format!(
        "date;description;amount\n01/10/2025;{} DAN {};{both} DB\n01/10/2025;TRSF KEMBALI;{both} DB\n\
         01/10/2025;{} DAN {};{} DB\n01/10/2025;TRSF BIAYA;{} DB\n",
        code(ani),
        code(budi),
        code(ani),
        code(citra),
        told(ani) + told(citra) + 2_500,
        both + 2_500,
    );
    (scene, people, both, table)
}

#[test]
fn a_line_that_is_exactly_two_refunds_is_suggested_as_both() {
    let (scene, [ani, budi, citra], _, table) = together();
    let report = scene.look_and_apply(&table);
    let whose = |index: usize| -> Vec<_> {
        let may_be = report.refunds[index].may_be.iter();
        may_be.map(|one| one.participation_id.unwrap()).collect()
    };
    let found: Vec<_> = report
        .refunds
        .iter()
        .map(|found| (found.line.number, found.together))
        .collect();
    // With a fee it may be one of them, and an amount that is nobody's is nothing.
    assert_eq!(found, [(2, true), (3, true), (4, false)]);
    assert_eq!(whose(0), [ani.id, budi.id]);
    assert_eq!(whose(1), [ani.id, budi.id], "by the sum alone");
    assert_eq!(whose(2), [ani.id, citra.id]);
}

#[test]
fn a_line_of_two_refunds_notes_both_or_none() {
    let (scene, _, both, table) = together();
    let report = scene.look_and_apply(&table);
    let before = scene.events();
    let line = StatementLine::from(&report.refunds[0].line);
    let ids: Vec<_> = report.refunds[0]
        .may_be
        .iter()
        .map(|one| one.refund_id)
        .collect();
    let send = |line, ids: &[_]| scene.service.match_refund_line(line, ids.to_vec());
    for wrong in [&[][..], &[ids[0], ids[0]]] {
        let refused = send(line, wrong).unwrap_err();
        assert!(matches!(refused, Error::ValidationFailed(_)), "{refused:?}");
    }
    let short = StatementLine {
        amount: Rupiah::new(both - 1),
        ..line
    };
    let refused = send(short, &ids).unwrap_err();
    assert!(matches!(refused, Error::LineAmountDoesNotFit { .. }));
    assert_eq!(scene.events(), before, "nothing of it is noted in part");
    let sent = send(line, &ids).unwrap();
    assert!(
        sent.iter()
            .all(|one| one.transaction.status == TransactionStatus::Sent)
    );
    assert_eq!(send(line, &ids), Err(Error::StatementLineKnown));
    // What was sent is due no more: of the line with a fee only the other one is left.
    let report = scene.look_and_apply(&table);
    let left: Vec<_> = report
        .refunds
        .iter()
        .map(|found| (found.line.number, found.may_be.len(), found.together))
        .collect();
    assert_eq!(left, [(4, 1, false)]);
    assert_eq!(scene.events(), before + 2);
}

#[test]
fn an_amount_that_several_pairs_of_refunds_make_is_not_guessed_at() {
    let scene = Scene::new();
    let people = ["ani", "budi", "citra", "dewi"].map(|user| scene.join(user, 1));
    for (one, amount) in people.iter().zip([100_001, 100_004, 100_002, 100_003]) {
        scene.service.record_payment(one.id, noted(amount)).unwrap();
    }
    scene.service.cancel_campaign(scene.campaign, None).unwrap();
    let found = |amount: i64| {
        let table = format!("date;description;amount\n01/10/2025;TRSF;{amount} DB\n");
        let report = scene.look_and_apply(&table);
        report
            .refunds
            .iter()
            .map(|one| one.may_be.len())
            .sum::<usize>()
    };
    assert_eq!(found(200_005), 0, "1 + 4 and 2 + 3");
    assert_eq!(found(200_003), 2);
    assert_eq!(found(300_006), 0, "three are told by their codes alone");
}
