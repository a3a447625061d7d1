//! A bank statement in the browser: chosen or pasted, looked at, recorded, and what is left over matched.

use sambatan::Options;
use sambatan::http::ServerOptions;
use sambatan::http::door::DoorConfig;

use crate::support::{Call, TestServer};
use crate::visitor::{Page, Visitor};

const PAGE: &str = "/organiser/payments";
const MATCH: &str = "/organiser/payments/match";

/// Sends the form with a file as a browser does.
fn upload(organiser: &mut Visitor, page: &Page, file: &[u8], more: &[(&str, &str)]) -> Page {
    let call = upload_call(page, file, more);
    Page {
        path: PAGE.to_owned(),
        reply: organiser.send(call),
    }
}

fn upload_call(page: &Page, file: &[u8], more: &[(&str, &str)]) -> Call {
    multipart(PAGE).body(upload_body(page, file, more))
}

fn multipart(path: &str) -> Call {
    Call::post(path)
        .header("Sec-Fetch-Site", "same-origin")
        .header("Content-Type", "multipart/form-data; boundary=XyZ")
}

fn upload_body(page: &Page, file: &[u8], more: &[(&str, &str)]) -> Vec<u8> {
    let form = page.text().split("id=\"statement-form\">").nth(1).unwrap();
    let token = form.split("name=\"form_token\" value=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap();
    let mut body = Vec::new();
    for (name, value) in [("form_token", token)].iter().chain(more) {
        let part =
            format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(
        b"--XyZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"mutasi.csv\"\r\n\
          Content-Type: text/csv\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--XyZ--\r\n");
    body
}

struct Joined {
    own: String,
    id: String,
    amount: i64,
}

fn join(server: &TestServer, campaign: &str, user: &str, quantity: u32) -> Joined {
    let joined = server.join(campaign, user, quantity).created();
    let id = joined["id"].as_str().unwrap().to_owned();
    Joined {
        own: format!("/api/sambatan/participations/{id}"),
        amount: joined["transfer_amount"].as_i64().unwrap(),
        id,
    }
}

fn paid(server: &TestServer, one: &Joined) -> i64 {
    server.get(&one.own).ok()["paid_amount"].as_i64().unwrap()
}

#[test]
fn a_file_is_shown_first_and_recorded_without_being_sent_again() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let (budi, arum) = (
        join(&server, &campaign, "budi", 2),
        join(&server, &campaign, "arum", 1),
    );
    let table = format!(
        "Tanggal;Keterangan;Jumlah\r\n02/10/2025;<script>alert(1)</script>;{},00\r\n02/10/2025;A;{}\r\nkapan;X;1\r\n02/10/2025;SIAPA;77\r\n",
        budi.amount, arum.amount
    );
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    page.has_no("name=\"apply\"").ok();
    let shown = upload(&mut organiser, &page, table.as_bytes(), &[]);
    let sum = sambatan::domain::money::Rupiah::new(budi.amount + arum.amount);
    shown
        .has("Belum ada yang dicatat.")
        .has("<bdi>budi</bdi>")
        .has("2 Okt 2025")
        .has("tidak ada yang cocok")
        .has("Baris 4: ")
        .has_no("<script>alert")
        .has(&format!("Catat 2 · {sum}</button>"))
        .ok();
    assert_eq!(paid(&server, &budi), 0);
    let recorded = organiser.submit(&shown, PAGE, &[("apply", "yes")]);
    recorded.has("Tercatat.").has_no("name=\"apply\"").ok();
    assert_eq!(
        (paid(&server, &budi), paid(&server, &arum)),
        (budi.amount, arum.amount)
    );
    let again = upload(&mut organiser, &page, table.as_bytes(), &[]);
    again.has("sudah pernah diimpor").has_no("name=\"apply\"");
}

#[test]
fn a_text_is_pasted_as_well() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let budi = join(&server, &campaign, "budi", 1);
    let table = format!(
        "Tanggal;Keterangan;Jumlah\n02/10/2025;BUDI;{}\n",
        budi.amount
    );
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let shown = organiser.submit(&page, PAGE, &[("statement", &table)]);
    shown.has("Catat 1 · ").ok();
    organiser
        .submit(&shown, PAGE, &[("apply", "yes")])
        .has("Tercatat.");
    assert_eq!(paid(&server, &budi), budi.amount);
    let nothing = organiser.submit(&page, PAGE, &[]);
    assert_eq!(nothing.reply.status, 422);
    nothing.has("Belum ada berkas.");
}

#[test]
fn what_is_left_over_is_matched_by_code_or_handle_and_known_from_then_on() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let (budi, arum) = (
        join(&server, &campaign, "budi", 1),
        join(&server, &campaign, "arum", 1),
    );
    join(&server, &campaign, "arum", 1);
    let table = "Tanggal;Keterangan;Jumlah\n02/10/2025;SIAPA;77777\n03/10/2025;ENTAH;88888\n";
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let shown = upload(&mut organiser, &page, table.as_bytes(), &[]);
    let code = sambatan::domain::payment_code::PaymentCode::of(budi.id.parse().unwrap());
    shown
        .has("Menunggu keputusan Anda")
        .has(&format!("<option value=\"{code}\""))
        .ok();
    // The first line's form.
    let nobody = organiser.submit(&shown, MATCH, &[("who", "tidak ada")]);
    nobody
        .has("Tidak ada peserta dengan nama atau kode itu.")
        .ok();
    let matched = organiser.submit(&nobody, MATCH, &[("who", &code.to_string())]);
    matched
        .has("Pembayaran dicatat.")
        .has("sudah pernah diimpor")
        .has_no("SIAPA</bdi></p>")
        .ok();
    assert_eq!(paid(&server, &budi), 77_777);
    let twice = organiser.submit(&shown, MATCH, &[("who", "budi")]);
    assert_eq!(twice.reply.status, 409);
    twice
        .has("Baris ini sudah tercatat")
        .has("Kembali ke mutasinya");
    // Two participations have the handle: one is chosen.
    let several = organiser.submit(&matched, MATCH, &[("who", "arum")]);
    several
        .has("Ada beberapa keikutsertaan dengan nama itu.")
        .has(&format!("name=\"to\" value=\"{}\"", arum.id))
        .ok();
    organiser
        .submit(&several, MATCH, &[("to", &arum.id)])
        .has("Pembayaran dicatat.");
    assert_eq!(paid(&server, &arum), 88_888);
}

#[test]
fn several_who_share_a_line_and_a_refund_that_went_out_are_noted_from_the_page() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let (budi, arum) = (
        join(&server, &campaign, "budi", 1),
        join(&server, &campaign, "arum", 1),
    );
    let code = |one: &Joined| {
        sambatan::domain::payment_code::PaymentCode::of(one.id.parse().unwrap()).to_string()
    };
    let table = format!(
        "Tanggal;Keterangan;Jumlah\n02/10/2025;{} DAN {};{} CR\n",
        code(&budi),
        code(&arum),
        budi.amount + arum.amount + 500
    );
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let shown = upload(&mut organiser, &page, table.as_bytes(), &[]);
    let both = format!("{},{}", budi.id, arum.id);
    shown
        .has(&format!("name=\"to\" value=\"{both}\""))
        .has("Catat untuk semuanya")
        .ok();
    organiser
        .submit(&shown, MATCH, &[("to", &both)])
        .has("Pembayaran dicatat.");
    assert_eq!(
        (paid(&server, &budi), paid(&server, &arum)),
        (budi.amount, arum.amount + 500)
    );
    server.post_empty(&format!("{campaign}/cancel")).ok();
    let table = format!(
        "Tanggal;Keterangan;Jumlah\n04/10/2025;KEMBALI {};{} DB\n",
        code(&budi),
        budi.amount
    );
    let shown = upload(&mut organiser, &page, table.as_bytes(), &[]);
    shown.has("Mungkin pengembalian dana yang terkirim").ok();
    let refund = shown.after("name=\"refund\" value=\"");
    let noted = organiser.submit(&shown, MATCH, &[("refund", &refund)]);
    noted
        .has("Pengembalian dana dicatat terkirim.")
        .has_no("Mungkin pengembalian dana yang terkirim")
        .ok();
    let due = server.get("/api/sambatan/refunds").ok();
    assert_eq!(due.as_array().unwrap().len(), 1);
}

#[test]
fn what_may_be_recorded_already_is_left_or_recorded_as_another_payment() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let (budi, arum) = (
        join(&server, &campaign, "budi", 1),
        join(&server, &campaign, "arum", 2),
    );
    for one in [&budi, &arum] {
        let path = format!("{}/confirm", one.own);
        server.post_empty(&path).ok();
    }
    let table = format!(
        "Tanggal;Keterangan;Jumlah\n01/10/2025;DARI BUDI;{}\n01/10/2025;DARI ARUM;{}\n",
        budi.amount, arum.amount
    );
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let shown = upload(&mut organiser, &page, table.as_bytes(), &[]);
    shown
        .has("mungkin sudah tercatat; putuskan sendiri")
        .has("Sama dengan yang sudah tercatat: biarkan</button>")
        .has("Pembayaran lain: catat juga untuk <bdi>budi</bdi>")
        .has_no("name=\"apply\"")
        .ok();
    // The first of the two is budi's.
    let left = organiser.submit(&shown, MATCH, &[("same", "yes")]);
    left.has("Baris itu dibiarkan; tidak ada yang dicatat.")
        .has("<td>sama dengan yang sudah tercatat</td>")
        .has("Pembayaran lain: catat juga untuk <bdi>arum</bdi>")
        .has_no("Pembayaran lain: catat juga untuk <bdi>budi</bdi>")
        .ok();
    assert_eq!(paid(&server, &budi), budi.amount);
    let recorded = organiser.submit(&left, MATCH, &[("to", &arum.id)]);
    recorded
        .has("Pembayaran dicatat.")
        .has_no("Menunggu keputusan Anda")
        .ok();
    assert_eq!(paid(&server, &arum), 2 * arum.amount);
    // Whoever sends the file again is asked again.
    upload(&mut organiser, &page, table.as_bytes(), &[])
        .has("Pembayaran lain: catat juga untuk <bdi>budi</bdi>")
        .has_no("<bdi>arum</bdi> (");
    // A statement that waits no longer leaves nothing.
    server.clock.advance(chrono::TimeDelta::minutes(31));
    let late = organiser.submit(&shown, MATCH, &[("same", "yes")]);
    assert_eq!(late.reply.status, 410);
}

#[test]
fn every_line_that_waits_for_a_word_can_be_reached() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let budi = join(&server, &campaign, "budi", 1);
    let mut table = "Tanggal;Keterangan;Jumlah\n".to_owned();
    for number in 0..130 {
        table.push_str(&format!(
            "02/10/2025;ENTAH {number:03};{}\n",
            900_000 + number
        ));
    }
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let shown = upload(&mut organiser, &page, table.as_bytes(), &[]);
    shown.has("ENTAH 099<").has_no("ENTAH 100<").ok();
    let next = shown.after("class=\"pager\"><a class=\"button\" rel=\"next\" href=\"");
    let next = organiser.get(&next.replace("&#38;", "&"));
    next.has("ENTAH 100<")
        .has("ENTAH 129<")
        .has_no("ENTAH 099<")
        .has_no("class=\"pager\"")
        .ok();
    // What is matched there leads back to where it stood.
    let matched = organiser.submit(&next, MATCH, &[("who", "budi")]);
    matched
        .has("Pembayaran dicatat.")
        .has("ENTAH 129<")
        .has_no("ENTAH 099<")
        .ok();
    assert_eq!(paid(&server, &budi), 900_100);
    let beyond = organiser.get(&format!("{PAGE}?file={}&from=9999", {
        shown.after("name=\"file_id\" value=\"")
    }));
    beyond.has("ENTAH 000<").ok();
}

#[test]
fn a_file_that_cannot_be_read_is_asked_about_and_kept() {
    let server = TestServer::start();
    let campaign = server.campaign(20);
    let budi = join(&server, &campaign, "budi", 1);
    let table = format!("kapan;siapa;berapa\n02/10/2025;BUDI;{}\n", budi.amount);
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let refused = upload(&mut organiser, &page, table.as_bytes(), &[]);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("misalnya Tanggal;Keterangan;Jumlah")
        .has("<details open><summary>Bila kolomnya tidak dikenali")
        .has_no("amount_column,");
    let columns = [
        ("date_column", "kapan"),
        ("description_column", "siapa"),
        ("amount_column", "berapa"),
        ("all_incoming", "yes"),
    ];
    let shown = organiser.submit(&refused, PAGE, &columns);
    shown.has("Catat 1 · ").ok();
    organiser
        .submit(&shown, PAGE, &[("apply", "yes")])
        .has("Tercatat.")
        .ok();
    assert_eq!(paid(&server, &budi), budi.amount);
    let text = organiser.submit(&page, PAGE, &[("statement", "halo & apa kabar")]);
    assert_eq!(text.reply.status, 422);
    text.has("halo &#38; apa kabar</textarea>");
}

#[test]
fn a_file_waits_half_an_hour_and_for_its_session_alone() {
    let server = TestServer::start_guarded(crate::support::NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    let page = organiser.get(PAGE);
    let shown = upload(
        &mut organiser,
        &page,
        b"Tanggal;Keterangan;Jumlah\n02/10/2025;X;5\n",
        &[],
    );
    let file = shown.after("name=\"file_id\" value=\"");
    let path = format!("{PAGE}?file={file}");
    organiser.get(&path).has("Belum ada yang dicatat.").ok();
    let other = Visitor::of(&server).signed_in().get(&path);
    assert_eq!(other.reply.status, 410);
    server.clock.advance(chrono::TimeDelta::minutes(31));
    let late = organiser.get(&path);
    assert_eq!(late.reply.status, 410);
    late.has("Berkas ini tidak tersimpan lagi.");
}

#[test]
fn files_are_as_large_as_they_may_be_and_for_the_organiser_alone() {
    let server = TestServer::start_guarded(crate::support::NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    let page = organiser.get(PAGE);
    let mut table = b"Tanggal;Keterangan;Jumlah\n02/10/2025;SIAPA;77\n".to_vec();
    table.resize(4 * 1024 * 1024, b' ');
    upload(&mut organiser, &page, &table, &[]).has("SIAPA").ok();
    table.push(b' ');
    let beyond = upload(&mut organiser, &page, &table, &[]);
    assert_eq!(beyond.reply.status, 413);
    beyond.has("Berkasnya terlalu besar.");
    // The door: more than any form, and what a stranger sends.
    table.resize(5 * 1024 * 1024, b' ');
    let call = upload_call(&page, &table, &[]).header("Accept", "text/html");
    let refused = organiser.send(call);
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("sambatan payments import"));
    let mut stranger = Visitor::of(&server);
    let small = upload_call(&page, b"x", &[]);
    assert_ne!(stranger.send(small).status, 200);
    table.resize(100 * 1024, b' ');
    assert_eq!(stranger.send(upload_call(&page, &table, &[])).status, 413);
    // Other forms are as small as they were.
    let elsewhere = multipart(MATCH).body(upload_body(&page, &table, &[]));
    assert_eq!(organiser.send(elsewhere).status, 413);
    let elsewhere = multipart(MATCH).body(upload_body(&page, b"x", &[]));
    assert_eq!(organiser.send(elsewhere).status, 415);
}

#[test]
fn no_more_files_come_in_at_one_time_than_there_is_room_for() {
    let mut door = DoorConfig::default();
    door.uploads.at_once = 1;
    let options = ServerOptions {
        door: Some(door),
        ..ServerOptions::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::serving(folder, &Options::default(), options);
    let mut organiser = Visitor::of(&server);
    let page = organiser.get(PAGE);
    let mut table = b"Tanggal;Keterangan;Jumlah\n02/10/2025;SIAPA;77\n".to_vec();
    table.resize(1024 * 1024, b' ');
    // One has begun and is not through.
    let body = upload_body(&page, &table, &[]);
    let slow = multipart(PAGE)
        .header("Expect", "100-continue")
        .body(body.clone());
    let mut client = server.client();
    client.write_head(&slow);
    client.read_continue();
    let second = upload_call(&page, &table, &[]).header("Accept", "text/html");
    let refused = organiser.send(second);
    assert_eq!(refused.status, 503);
    let text = refused.text();
    assert!(text.contains("Sedang ada dua berkas besar"), "{text}");
    // Small ones need no permit.
    let small = b"Tanggal;Keterangan;Jumlah\n02/10/2025;X;5\n";
    upload(&mut organiser, &page, small, &[]).ok();
    client.write(&body);
    assert_eq!(client.read(false).status, 200);
    // Answered, or gone: its place is free again.
    for _ in 0..2 {
        upload(&mut organiser, &page, &table, &[]).ok();
    }
    client.write_head(&slow);
    client.read_continue();
    drop(client);
    let is_free = |_| organiser.send(upload_call(&page, &table, &[])).status == 200;
    assert!((0..1_000).any(is_free), "its place stays taken");
}
