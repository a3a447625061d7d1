//! Bank statements: whose the lines are, what they record, and that a line never counts twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "import/once.rs"]
mod once;
#[path = "support/shop.rs"]
mod shop;

use std::ops::ControlFlow;

use chrono::TimeDelta;
use sambatan::clock::{Clock, ManualClock};
use sambatan::domain::id::{CampaignId, ParticipationId};
use sambatan::domain::participation::{JoinCampaign, Participation, ParticipationStatus};
use sambatan::domain::payment_code::PaymentCode;
use sambatan::domain::payment_import::{ImportReport, Outcome};
use sambatan::domain::reports::Limit;
use sambatan::domain::statement::{Columns, LineProblem, Statement};
use sambatan::inspect::Inspector;
use sambatan::{Durability, ImportMode, NewCampaign, Options, Sambatan};
use shop::enabled_product;

const PRICE: i64 = 150_000;

struct Scene {
    folder: tempfile::TempDir,
    clock: ManualClock,
    service: Sambatan,
    campaign: CampaignId,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at("2025-10-01T00:00:00Z".parse().unwrap());
        let service = open(&folder, &clock);
        let product = enabled_product(&service);
        let deadline = service.now().as_datetime() + TimeDelta::days(7);
        let new = NewCampaign::new(product, "Batch Oktober", 1_000, PRICE, deadline);
        let campaign = service.create_campaign(new).unwrap().id;
        Self {
            folder,
            clock,
            service,
            campaign,
        }
    }

    fn join(&self, user: &str, quantity: i64) -> Participation {
        let join = JoinCampaign::new(self.campaign, user, quantity, "Jl. Melati No. 15");
        self.service.join_campaign(join).unwrap()
    }

    fn another_campaign(&self, title: &str) -> CampaignId {
        let product = enabled_product(&self.service);
        let deadline = self.service.now().as_datetime() + TimeDelta::days(7);
        let new = NewCampaign::new(product, title, 1_000, PRICE, deadline);
        self.service.create_campaign(new).unwrap().id
    }

    fn import(&self, table: &str, mode: ImportMode) -> ImportReport {
        let statement = Statement::read(table.as_bytes(), &Columns::default()).unwrap();
        let mut go_on = |_, _| ControlFlow::Continue(());
        let imported = self.service.import_payments(statement, mode, &mut go_on);
        imported.unwrap()
    }

    /// The dry run says what is done then, and changes nothing.
    fn look_and_apply(&self, table: &str) -> ImportReport {
        let before = self.events();
        let shown = self.import(table, ImportMode::DryRun);
        assert_eq!(self.events(), before, "a dry run changes nothing");
        let done = self.import(table, ImportMode::Apply);
        let applied = ImportReport {
            applied: true,
            ..shown
        };
        assert_eq!(done, applied);
        done
    }

    fn events(&self) -> u64 {
        let path = self.folder.path().join("import.db");
        Inspector::open(&path)
            .unwrap()
            .verify()
            .unwrap()
            .unwrap()
            .events
    }

    fn paid(&self, id: ParticipationId) -> (ParticipationStatus, i64) {
        let found = self.service.get_participation(id).unwrap();
        (found.status, found.paid_amount.get())
    }

    fn references(&self, id: ParticipationId) -> Vec<String> {
        let service = &self.service;
        let page = service.list_participation_transactions(id, None, Limit::default());
        let entries = page.unwrap().items.into_iter();
        entries.filter_map(|entry| entry.reference).collect()
    }
}

fn open(folder: &tempfile::TempDir, clock: &ManualClock) -> Sambatan {
    let options = Options {
        clock: Clock::Manual(clock.clone()),
        durability: Durability::Off,
        ..Options::default()
    };
    Sambatan::open_with(folder.path().join("import.db"), options).unwrap()
}

impl Drop for Scene {
    /// Whatever was imported, the log and the sums agree with the tables.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let path = self.folder.path().join("import.db");
        let inspector = Inspector::open(&path).unwrap();
        inspector.verify().unwrap().unwrap();
        let findings = inspector.check().unwrap();
        assert!(
            findings.iter().all(|finding| finding.holds()),
            "{findings:?}"
        );
    }
}

fn told(participation: &Participation) -> i64 {
    participation.transfer_amount.unwrap().get()
}

fn words(report: &ImportReport) -> Vec<(u64, &'static str)> {
    let lines = report.lines.iter();
    lines
        .map(|line| (line.line.number, line.outcome.word()))
        .collect()
}

#[test]
fn the_amount_that_somebody_was_told_pays_for_them() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 2));
    let table = format!(
        "No rekening: 123\nTanggal;Keterangan;Jumlah;Saldo\n\
         01/10/2025;TRSF E-BANKING CR BUDI SANTOSO;{}.00 CR;1\n\
         02/10/2025;BIAYA ADM;17.000,00 DB;1\n\
         02/10/2025;SETORAN ANI;Rp {} CR;1\n",
        told(&budi),
        ani.transfer_amount
            .unwrap()
            .to_string()
            .trim_start_matches("Rp"),
    );
    let report = scene.look_and_apply(&table);
    assert_eq!(words(&report), [(3, "matched"), (5, "matched")]);
    assert_eq!(report.debits, 1);
    for paid in [&ani, &budi] {
        let expected = (ParticipationStatus::Confirmed, told(paid));
        assert_eq!(scene.paid(paid.id), expected);
    }
    // The ledger keeps the day, and no name of the statement.
    assert_eq!(scene.references(budi.id), ["2025-10-01"]);
}

#[test]
fn importing_again_changes_nothing_and_a_line_that_stands_twice_counts_once() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    let line = format!("2025-10-02,{},ANI\n", told(&ani));
    let table = format!("date,amount,description\n{line}{line}2025-10-02,777,SIAPA\n");
    let first = scene.look_and_apply(&table);
    assert_eq!(
        words(&first),
        [(2, "matched"), (3, "duplicate"), (4, "left_over")]
    );
    let before = scene.events();
    let again = scene.look_and_apply(&table);
    assert_eq!(
        words(&again),
        [(2, "known"), (3, "duplicate"), (4, "left_over")]
    );
    // Another export of the same account, with other columns around.
    let other = format!(
        "Tgl|Mutasi|Saldo|Uraian\n02-10-2025|{} CR|5|ANI\n",
        told(&ani)
    );
    assert_eq!(words(&scene.look_and_apply(&other)), [(2, "known")]);
    assert_eq!(scene.events(), before);
    assert_eq!(scene.paid(ani.id).1, told(&ani));
}

#[test]
fn the_code_says_whose_a_payment_is_that_is_short_or_over() {
    let scene = Scene::new();
    let (ani, budi, citra) = (
        scene.join("ani", 1),
        scene.join("budi", 1),
        scene.join("citra", 1),
    );
    let code = |participation: &Participation| PaymentCode::of(participation.id).to_string();
    let (short, over) = (PRICE - 50_000, told(&budi) + 7);
    let table = format!(
        "date,amount,description\n2025-10-02,{short},{}\n2025-10-02,{over},sambatan {}\n\
         2025-10-03,50000,{} sisanya\n2025-10-03,{PRICE},{}\n",
        code(&ani),
        code(&budi).to_lowercase(),
        code(&ani).replace('-', " "),
        code(&citra),
    );
    let report = scene.look_and_apply(&table);
    assert_eq!(
        words(&report),
        [(2, "short"), (3, "over"), (4, "matched"), (5, "matched")]
    );
    let differences: Vec<_> = report
        .lines
        .iter()
        .map(|line| line.outcome.difference())
        .collect();
    let differences: Vec<_> = differences
        .into_iter()
        .map(|d| d.map(|d| d.get()))
        .collect();
    assert_eq!(differences, [Some(50_000), Some(7), None, None]);
    assert_eq!(scene.paid(ani.id), (ParticipationStatus::Confirmed, PRICE));
    assert_eq!(scene.paid(budi.id), (ParticipationStatus::Confirmed, over));
}

#[test]
fn nobody_is_guessed_at() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    let code = PaymentCode::of(budi.id);
    let near = told(&ani) + 3;
    let table = format!(
        "date,amount,description\n\
         2025-10-02,{},{code}\n\
         2025-09-01,{},DARI BULAN LALU\n\
         2025-10-02,999000,SIAPA\n",
        told(&ani),
        told(&ani),
    );
    let report = scene.look_and_apply(&table);
    assert_eq!(
        words(&report),
        [(2, "left_over"), (3, "suggested"), (4, "left_over")]
    );
    for nobody in [&ani, &budi] {
        assert_eq!(scene.paid(nobody.id), (ParticipationStatus::Reserved, 0));
    }
    scene.service.cancel_participation(budi.id, None).unwrap();
    let table = format!("date,amount,description\n2025-10-02,{near},SALAH KETIK\n");
    let report = scene.look_and_apply(&table);
    let suggested = report.lines[0].outcome.payer().unwrap();
    assert_eq!(suggested.participation_id, ani.id);
    assert_eq!(scene.paid(ani.id), (ParticipationStatus::Reserved, 0));
}

#[test]
fn what_comes_in_for_slots_that_were_given_up_is_due_to_go_back() {
    let scene = Scene::new();
    let ani = scene.join("ani", 1);
    scene.service.cancel_participation(ani.id, None).unwrap();
    let code = PaymentCode::of(ani.id);
    let table = format!("date,amount,description\n2025-10-02,{PRICE},{code}\n");
    let report = scene.look_and_apply(&table);
    assert!(matches!(report.lines[0].outcome, Outcome::GivenUp(_)));
    let refunds = scene.service.list_due_refunds(None, Limit::default());
    assert_eq!(refunds.unwrap().items.len(), 1);
    assert_eq!(words(&scene.look_and_apply(&table)), [(2, "known")]);
}

#[test]
fn a_broken_line_is_named_and_the_rest_matches() {
    let scene = Scene::new();
    let (ani, budi) = (scene.join("ani", 1), scene.join("budi", 1));
    let table = format!(
        "date,amount,description\n2025-10-02,{},ANI\nkapan,1000,X\n2025-10-02,1.00.0,X\n2025-10-02\n\
         2025-10-02,\"{},BUDI\n2025-10-02,{},BUDI\n",
        told(&ani),
        told(&budi),
        told(&budi),
    );
    let report = scene.look_and_apply(&table);
    assert_eq!(words(&report), [(2, "matched"), (7, "matched")]);
    let errors: Vec<_> = report
        .errors
        .iter()
        .map(|error| (error.number, error.problem))
        .collect();
    assert_eq!(
        errors,
        [
            (3, LineProblem::Date),
            (4, LineProblem::Amount),
            (5, LineProblem::TooShort),
            (6, LineProblem::Quote),
        ]
    );
}

#[test]
fn an_import_that_is_broken_off_is_finished_by_the_next_one() {
    let mut scene = Scene::new();
    let people: Vec<_> = (0..250).map(|n| scene.join(&format!("u{n}"), 1)).collect();
    let mut table = "date,amount,description\n".to_owned();
    for person in &people {
        table.push_str(&format!("2025-10-02,{},TRF\n", told(person)));
    }
    let statement = Statement::read(table.as_bytes(), &Columns::default()).unwrap();
    let mut stop_after_one = |done, _| {
        if done == 0 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let service = &scene.service;
    let part = service.import_payments(statement, ImportMode::Apply, &mut stop_after_one);
    let part = part.unwrap().lines.len();
    assert!((1..250).contains(&part), "{part}");
    scene.service.close();
    scene.service = open(&scene.folder, &scene.clock);
    let rest = scene.look_and_apply(&table);
    assert_eq!(rest.total("known").0, part as u64);
    assert_eq!(rest.total("matched").0, 250 - part as u64);
    for person in &people {
        assert_eq!(scene.paid(person.id).1, told(person));
    }
}

#[test]
fn a_payment_that_is_refused_within_a_chunk_leaves_the_others_counted() {
    let scene = Scene::new();
    let other = scene.another_campaign("Batch November");
    let join = |campaign, user: &str| {
        let join = JoinCampaign::new(campaign, user, 1, "Jl. Melati No. 15");
        scene.service.join_campaign(join).unwrap()
    };
    let (ani, budi) = (join(scene.campaign, "ani"), join(scene.campaign, "budi"));
    let (citra, dewi) = (join(other, "citra"), join(other, "dewi"));
    let code = PaymentCode::of(ani.id);
    // Two of these are all that a campaign can take in.
    let half = 2_000_000_000_000_000_000_i64;
    let table = format!(
        "date,amount,description\n2025-10-02,{half},{code}\n2025-10-02,{},CITRA\n\
         2025-10-03,{half},{code}\n2025-10-03,{},BUDI\n2025-10-03,{},DEWI\n",
        told(&citra),
        told(&budi),
        told(&dewi),
    );
    let report = scene.look_and_apply(&table);
    let expected = [
        (2, "over"),
        (3, "matched"),
        (4, "over"),
        (5, "left_over"),
        (6, "matched"),
    ];
    assert_eq!(words(&report), expected);
    assert_eq!(scene.paid(ani.id).1, 2 * half);
    assert_eq!(scene.paid(budi.id), (ParticipationStatus::Reserved, 0));
    for paid in [&citra, &dewi] {
        let expected = (ParticipationStatus::Confirmed, told(paid));
        assert_eq!(scene.paid(paid.id), expected);
    }
    let confirmed = |campaign| {
        scene
            .service
            .get_campaign(campaign)
            .unwrap()
            .confirmed_count
    };
    assert_eq!((confirmed(scene.campaign), confirmed(other)), (1, 2));
}
