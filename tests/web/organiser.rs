//! The organiser runs a group buy from a browser.

use crate::campaign::public;
use crate::support::{Call, NO_LIMITS, TestServer, join_body};
use crate::visitor::{Page, Visitor};

/// Creates a product and opens a campaign for it; the campaign's page.
fn opened(visitor: &mut Visitor<'_>) -> Page {
    let page = visitor.get("/organiser/products/new");
    let product = visitor.submit(
        &page,
        "/organiser/products",
        &[
            ("name", "Rimba Embun"),
            ("description", "Kayu dan embun.\r\nBotol 30 ml."),
            ("base_price", "Rp420.000"),
        ],
    );
    product.has("Tersimpan.").has("Rp420.000").ok();
    let path = product.after("class=\"button primary\" href=\"");
    let form = visitor.get(&path);
    form.has("value=\"Rimba Embun\"").has("value=\"420000\"");
    visitor.submit(
        &form,
        "/organiser/campaigns",
        &[
            ("product_id", path.rsplit_once('=').unwrap().1),
            ("title", "Batch Oktober"),
            ("total_slots", "4"),
            ("minimum_slots", "3"),
            ("price_per_slot", "150.000"),
            ("deadline", "2025-10-10T07:00"),
            ("opens_at", ""),
        ],
    )
}

/// A campaign with three participants; its page, its path in the API, and the ids of the three.
fn with_three(server: &TestServer, organiser: &mut Visitor<'_>) -> (String, String, Vec<String>) {
    let campaign = opened(organiser);
    campaign
        .has("Kampanye dibuka.")
        .has("Jumat, 10 Oktober 2025 pukul 07.00 WIB")
        .has("Belum ada yang ikut.");
    let path = campaign.path.split('?').next().unwrap().to_owned();
    let api = path.replace("/organiser/", "/api/sambatan/");
    let join = |user| {
        let joined = server.joined(&api, user, 1);
        joined.rsplit_once('/').unwrap().1.to_owned()
    };
    let ids = ["budi", "sari", "tono"].map(join).into();
    (path, api, ids)
}

#[test]
fn several_participants_are_confirmed_at_once() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    let (path, api, ids) = with_three(&server, &mut organiser);
    let page = organiser.get(&path);
    page.has("3 dari 4 slot terisi").has("Rp450.000");
    let confirm = format!("{path}/confirm");
    let picked = [("pick", ids[0].as_str()), ("pick", ids[1].as_str())];
    organiser
        .submit(&page, &confirm, &picked)
        .has("2 peserta dikonfirmasi.");
    organiser
        .submit(&page, &confirm, &picked)
        .has("0 peserta dikonfirmasi. 2 tidak bisa dikonfirmasi");
    organiser
        .submit(&page, &confirm, &[])
        .has("Belum ada peserta yang dipilih.");
    let participants = Call::get(&format!("{api}/participants"));
    let participants = server.send_as_organiser(participants).ok();
    let status = |at: usize| participants[at]["status"].clone();
    let statuses = [status(0), status(1), status(2)];
    assert_eq!(statuses, ["confirmed", "confirmed", "reserved"]);
}

#[test]
fn the_rekap_tells_the_chat_who_is_in_and_who_has_paid() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    let (path, _, ids) = with_three(&server, &mut organiser);
    let page = organiser.get(&path);
    let picked = [("pick", ids[0].as_str()), ("pick", ids[1].as_str())];
    organiser.submit(&page, &format!("{path}/confirm"), &picked);
    organiser
        .get(&format!("{path}/rekap"))
        .has("1. budi – 1 slot ✅ lunas\n2. sari – 1 slot ✅ lunas\n3. tono – 1 slot ⏳ belum bayar\n")
        .has("\nSisa 1 slot\nSampai Jumat, 10 Oktober 2025 pukul 07.00 WIB (9 hari lagi)\nhttp://")
        .has("Halo tono, terima kasih sudah ikut patungan Batch Oktober (1 slot). Pembayaran sebesar Rp150.")
        .has_no("Halo budi");
    organiser
        .get(&format!("{path}/rekap?language=en"))
        .has("3. tono – 1 slot ⏳ not paid")
        .has("Hello tono, thank you for joining Batch Oktober (1 slot).");
}

#[test]
fn a_participant_is_cancelled_and_the_log_names_nobody() {
    let server = TestServer::start_guarded(NO_LIMITS);
    server.service.scheduler().start().unwrap();
    let mut organiser = Visitor::of(&server).signed_in();
    let (path, _, ids) = with_three(&server, &mut organiser);
    let one = format!("/organiser/participations/{}", ids[2]);
    let page = organiser.get(&one);
    page.has("<bdi>Jl. Melati No. 15, Jakarta Selatan</bdi>")
        .has("#sp_");
    let cancel = format!("{one}/cancel");
    organiser
        .submit(&page, &cancel, &[("reason", "tidak bayar")])
        .has("Keikutsertaan dibatalkan")
        .has("<bdi>tidak bayar</bdi>");
    organiser
        .get(&format!("{path}/log"))
        .has("Peserta batal")
        .has("1 slot · 2 slot terisi sesudahnya")
        .has_no("tono")
        .has_no("tidak bayar");
    organiser
        .get(&format!("{path}/pick-list"))
        .has("<bdi>budi</bdi>")
        .has_no("tono");
    organiser
        .get("/organiser")
        .has("Batch Oktober")
        .has("2 dari 4 slot terisi")
        .has(">Berjalan</span>");
}

#[test]
fn one_participant_is_confirmed_on_their_page() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    let id = server.joined(&campaign, "budi", 2);
    let path = format!(
        "/organiser/participations/{}",
        id.rsplit_once('/').unwrap().1
    );
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&path);
    let done = visitor.submit(&page, &format!("{path}/confirm"), &[]);
    done.has("Peserta dikonfirmasi.")
        .has(">Terkonfirmasi</span>");
    done.has_no("/confirm\"").has_no("/cancel\"");
    let late = visitor.submit(&page, &format!("{path}/confirm"), &[]);
    assert_eq!(late.reply.status, 409);
    late.has("sudah dikonfirmasi");
}

#[test]
fn a_participation_is_confirmed_only_with_its_own_campaign() {
    let server = TestServer::start();
    let (one, other) = (server.campaign(5), server.campaign(5));
    let id = server.joined(&other, "budi", 2);
    let path = one.replace("/api/sambatan/", "/organiser/");
    let mut visitor = Visitor::of(&server);
    let own = server.joined(&one, "sari", 1);
    let page = visitor.get(&path);
    let picked = [
        ("pick", own.rsplit_once('/').unwrap().1),
        ("pick", id.rsplit_once('/').unwrap().1),
    ];
    let refused = visitor.submit(&page, &format!("{path}/confirm"), &picked);
    assert_eq!(refused.reply.status, 404);
    // Nobody is, not even the one before.
    for id in [id, own] {
        assert_eq!(server.get(&id).ok()["status"], "reserved");
    }
}

#[test]
fn forms_say_what_is_wrong_and_keep_what_was_typed() {
    let server = TestServer::start();
    let product = server.product();
    let mut visitor = Visitor::of(&server);
    let page = visitor.get("/organiser/products/new");
    let fields = [
        ("name", "ab"),
        ("description", "x"),
        ("base_price", "gratis"),
    ];
    let refused = visitor.submit(&page, "/organiser/products", &fields);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("id=\"e-name\"><strong>Perbaiki:</strong> Paling sedikit 3 karakter.")
        .has("id=\"e-base_price\"")
        .has("value=\"gratis\"");

    let page = visitor.get("/organiser/campaigns/new");
    let mut fields = vec![
        ("product_id", product.as_str()),
        ("title", "Batch"),
        ("total_slots", "10"),
        ("minimum_slots", "11"),
        ("price_per_slot", "1.5"),
        ("deadline", "besok"),
        ("opens_at", ""),
    ];
    let refused = visitor.submit(&page, "/organiser/campaigns", &fields);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("id=\"e-price_per_slot\"")
        .has("id=\"e-deadline\"><strong>Perbaiki:</strong> Pilih tanggal dan jam.")
        .has("value=\"Batch\"")
        .has(&format!("value=\"{product}\" selected"));
    fields[3].1 = "5";
    fields[4].1 = "1.500";
    fields[5].1 = "2025-09-01T07:00";
    let refused = visitor.submit(&page, "/organiser/campaigns", &fields);
    assert_eq!(refused.reply.status, 400);
    refused.has("Batas waktu 1 September 2025 pukul 07.00 WIB sudah lewat");
    fields[5].1 = "2025-10-05T07:00";
    let page = visitor.submit(&page, "/organiser/campaigns", &fields);
    page.has("Kampanye dibuka.").has("Rp1.500").ok();
}

#[test]
fn a_campaign_that_opens_later_says_when() {
    let server = TestServer::start();
    let product = server.product();
    let mut visitor = Visitor::of(&server);
    let page = visitor.get("/organiser/campaigns/new");
    let fields = [
        ("product_id", product.as_str()),
        ("title", "Batch"),
        ("total_slots", "10"),
        ("price_per_slot", "1.000"),
        ("deadline", "2025-10-05T07:00"),
        ("opens_at", "2025-10-03T09:30"),
    ];
    let page = visitor.submit(&page, "/organiser/campaigns", &fields);
    page.has("Belum dibuka");
    let path = page.path.split('?').next().unwrap();
    visitor
        .get(&public(path))
        .has("Dibuka Jumat, 3 Oktober 2025 pukul 09.30 WIB.");
}

/// The form of a campaign with a product of this server, and these terms.
fn with_terms<'a>(product: &'a str, terms: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("product_id", product),
        ("title", "Batch"),
        ("total_slots", "10"),
        ("minimum_slots", "5"),
        ("price_per_slot", "1.000"),
        ("deadline", "2025-10-05T07:00"),
        ("opens_at", ""),
    ];
    fields.extend_from_slice(terms);
    fields
}

#[test]
fn a_campaign_is_opened_with_all_of_its_terms() {
    let server = TestServer::start();
    let product = server.product();
    let mut visitor = Visitor::of(&server);
    let form = visitor.get("/organiser/campaigns/new");
    // What protects stands there and is seen.
    form.has("<details open><summary>Aturan lain</summary>")
        .has("<option value=\"when_paid\" selected>")
        .has("name=\"max_slots_per_join\" type=\"text\" value=\"5\"")
        .has("name=\"pay_within_hours\" type=\"text\" value=\"48\"");
    let terms = [
        ("on_shortfall", "extend_once"),
        ("extend_days", "3"),
        ("completes", "at_deadline"),
        ("max_slots_per_user", "4"),
        ("payment", "after_tipping"),
        ("pay_within_hours", "24"),
        ("grace_hours", "6"),
    ];
    let fields = with_terms(&product, &terms);
    let page = visitor.submit(&form, "/organiser/campaigns", &fields);
    page.has("Kampanye dibuka.").ok();
    let path = page.path.split('?').next().unwrap();
    let campaign = server
        .get(&path.replace("/organiser/", "/api/sambatan/"))
        .ok();
    for (name, typed) in terms {
        let kept = &campaign[name];
        let kept = kept
            .as_str()
            .map_or_else(|| kept.to_string(), str::to_owned);
        assert_eq!(kept, typed, "{name}");
    }
}

#[test]
fn a_wrong_term_is_said_at_its_field_in_the_unfolded_terms() {
    let server = TestServer::start();
    let product = server.product();
    let mut visitor = Visitor::of(&server);
    let form = visitor.get("/organiser/campaigns/new");
    for (name, typed, said) in [
        ("on_shortfall", "wait", "Pilih salah satu."),
        (
            "extend_days",
            "3",
            "Kosongkan, atau pilih bahwa batas waktu diundur sekali.",
        ),
        ("completes", "never", "Pilih salah satu."),
        ("max_slots_per_user", "0", ""),
        ("payment", "later", "Pilih salah satu."),
        ("pay_within_hours", "sehari", "Tulis sebagai angka bulat"),
        (
            "grace_hours",
            "6",
            "Kosongkan, atau isi juga waktu membayar.",
        ),
    ] {
        let fields = with_terms(&product, &[(name, typed)]);
        let refused = visitor.submit(&form, "/organiser/campaigns", &fields);
        assert_eq!(refused.reply.status, 422, "{name}");
        refused
            .has("<details open><summary>Aturan lain</summary>")
            .has(&format!(
                "id=\"e-{name}\"><strong>Perbaiki:</strong> {said}"
            ))
            .has("value=\"Batch\"");
    }
    let terms = [
        ("on_shortfall", "extend_once"),
        ("payment", "after_tipping"),
        ("grace_hours", "6"),
    ];
    let fields = with_terms(&product, &terms);
    let refused = visitor.submit(&form, "/organiser/campaigns", &fields);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("id=\"e-extend_days\"")
        .has("value=\"extend_once\" selected")
        .has("value=\"after_tipping\" selected")
        .has("value=\"6\"");
}

#[test]
fn a_product_is_changed_and_a_campaign_enables_its_product() {
    let server = TestServer::start();
    let product = server.product();
    let path = format!("/organiser/products/{product}");
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&path);
    let action = format!("{path}/sambatan");
    let off = visitor.submit(&page, &action, &[("total_slots", "12"), ("deadline", "")]);
    off.has("Perubahan tersimpan.")
        .has("value=\"12\"")
        .has_no("checked");
    let past = [("enabled", "yes"), ("deadline", "2020-01-01T00:00")];
    let refused = visitor.submit(&off, &action, &past);
    assert_eq!(refused.reply.status, 400);
    refused.has("sudah lewat").has("checked");
    visitor.get("/organiser/products").has("Belum aktif");

    let form = visitor.get(&format!("/organiser/campaigns/new?product={product}"));
    form.has("akan diaktifkan").has("value=\"12\"");
    let fields = [
        ("product_id", product.as_str()),
        ("title", "Batch"),
        ("total_slots", "12"),
        ("price_per_slot", "1.000"),
        ("deadline", "2025-10-05T07:00"),
    ];
    visitor.submit(&form, "/organiser/campaigns", &fields).ok();
    visitor.get("/organiser/products").has_no("Belum aktif");
}

#[test]
fn the_deadline_of_a_campaign_moves_to_a_later_time() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&path);
    let action = format!("{path}/extend");
    let long = "y".repeat(161);
    let fields = [("deadline", "besok"), ("extend_reason", long.as_str())];
    let refused = visitor.submit(&page, &action, &fields);
    assert_eq!(refused.reply.status, 422);
    refused.has("id=\"e-deadline\"").has(&long);
    let earlier = [("deadline", "2025-10-01T08:00"), ("extend_reason", "")];
    let refused = visitor.submit(&page, &action, &earlier);
    assert_eq!(refused.reply.status, 422);
    refused
        .has("id=\"e-deadline\"")
        .has("value=\"2025-10-01T08:00\"");
    let later = [("deadline", "2026-01-05T07:00"), ("extend_reason", "libur")];
    let done = visitor.submit(&page, &action, &later);
    done.has("Batas waktu diundur.").ok();
    let answer = server.get(&campaign).ok();
    assert_eq!(answer["deadline"], "2026-01-05T00:00:00Z");
    assert_eq!(answer["extend_reason"], "libur");
    let seen_by_all = "Batas waktunya diundur: <bdi>libur</bdi>";
    visitor.get(&public(&campaign)).has(seen_by_all);
}

#[test]
fn a_campaign_is_called_off_with_a_reason() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let mut visitor = Visitor::of(&server);
    let page = visitor.get(&path);
    let action = format!("{path}/call-off");
    let long = "y".repeat(161);
    let refused = visitor.submit(&page, &action, &[("reason", &long)]);
    assert_eq!(refused.reply.status, 422);
    refused.has(&long);
    let done = visitor.submit(&page, &action, &[("reason", "pemasok tutup")]);
    done.has("Kampanye dibatalkan.").has_no("/call-off\"");
    let late = visitor.submit(&page, &action, &[("reason", "")]);
    assert_eq!(late.reply.status, 409);
    visitor
        .get("/organiser/campaigns?status=cancelled")
        .has("Batch Oktober")
        .has("aria-current=\"page\">Dibatalkan</a>");
    visitor
        .get("/organiser/campaigns?status=active")
        .has("Tidak ada kampanye di sini.");
}

#[test]
fn participants_are_found_by_any_part_of_what_they_typed() {
    let server = TestServer::start();
    let campaign = server.campaign(1000);
    let mut client = server.client();
    for number in 0..60 {
        let mut body = join_body(&format!("Peserta-{number}"), 1);
        body["note"] = format!("titipan {number:03}").into();
        client
            .send(&Call::post(&format!("{campaign}/join")).json(&body))
            .created();
    }
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    let mut visitor = Visitor::of(&server);
    let rows = |page: &Page| page.text().matches("<th scope=\"row\">").count();
    let first = visitor.get(&path);
    assert_eq!(rows(&first), 50);
    let next = first.after("rel=\"next\" href=\"");
    assert_eq!(rows(&visitor.get(&next)), 10);
    for (query, found) in [
        ("pESERTA-59", 1),
        ("titipan%20007", 1),
        ("peserta-1", 11),
        ("zzz", 0),
    ] {
        let page = visitor.get(&format!("{path}?q={query}"));
        assert_eq!(rows(&page), found, "{query}");
    }
    let all = visitor.get(&format!("{path}?q=jl.%20melati"));
    assert_eq!(rows(&all), 50);
    all.has("Cari lebih jauh");
    let next = all.after("rel=\"next\" href=\"");
    assert_eq!(rows(&visitor.get(&next)), 10);
}

#[test]
fn the_tables_of_a_campaign_are_downloaded_from_its_page() {
    let server = TestServer::start_guarded(NO_LIMITS);
    let mut organiser = Visitor::of(&server).signed_in();
    let (path, _, _) = with_three(&server, &mut organiser);
    let page = organiser.get(&path);
    let mut stranger = Visitor::of(&server);
    for table in ["participants", "picklist", "refunds"] {
        let link = format!("{path}/{table}.csv?for=excel");
        page.has(&format!("<a href=\"{link}\" download>"));
        let reply = organiser.send(Call::get(&link));
        assert_eq!(reply.status, 200, "{table}");
        assert_eq!(
            reply.header("content-type"),
            Some("text/csv; charset=utf-8")
        );
        assert!(reply.text().starts_with('\u{feff}'), "{table}");
        let names = reply.text().contains("budi");
        assert_eq!(names, table != "refunds", "{table}");
        assert_ne!(stranger.send(Call::get(&link)).status, 200, "{table}");
    }
}
