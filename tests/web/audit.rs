//! The log of changes, verified from a browser.

use rusqlite::Connection;

use crate::support::TestServer;
use crate::visitor::Visitor;

const PAGE: &str = "/organiser/audit";

#[test]
fn the_log_is_verified_and_a_row_that_was_changed_is_named() {
    let server = TestServer::start();
    let mut organiser = Visitor::of(&server);
    organiser.get(PAGE).has("Belum ada yang tercatat.").ok();
    let campaign = server.campaign(5);
    server.joined(&campaign, "budi", 2);
    let path = campaign.replace("/api/sambatan/", "/organiser/");
    organiser
        .get(&format!("{path}/log"))
        .has("Catatan seluruhnya: 4 kejadian berantai")
        .has("href=\"/organiser/audit\"");
    let page = organiser.get(PAGE);
    let fits = organiser.submit(&page, PAGE, &[]);
    fits.has("Utuh: 4 kejadian diperiksa, dan 1 kampanye, 1 keikutsertaan")
        .ok();

    let file = Connection::open(server.folder.path().join("test.db")).unwrap();
    file.execute_batch(
        "DROP TRIGGER audit_rows_are_never_updated;
         UPDATE sambatan_audit_logs SET metadata = replace(metadata, '\"quantity\":2', '\"quantity\":1')
          WHERE id = 4;",
    )
    .unwrap();
    let broken = organiser.submit(&page, PAGE, &[]);
    broken
        .has("ada yang diubah di luar program ini")
        .has("kejadian #4.")
        .has_no("Utuh:")
        .ok();
}
