//! `sweep`.

use crate::harness::{Place, edit};

#[test]
fn it_does_what_is_due_and_prints_it_also_beside_a_server() {
    let place = Place::new();
    let file = place.demo_file();
    let served = place.serve(&["serve", "--db", "demo.db", "--interval", "24h"]);
    // The server's first sweep has completed the full campaign; one more falls due behind its back.
    assert_eq!(
        place.run(&["sweep", "--db", "demo.db"]).ok().lines().last(),
        Some("Nothing was due.")
    );
    edit(
        &file,
        "UPDATE sambatan_campaigns SET deadline = '2020-01-01 00:00:00.000' WHERE title LIKE 'Kenanga%'",
    );
    let printed = place.run(&["sweep", "--db", "demo.db"]).ok();
    assert!(printed.contains("campaign_failed"), "{printed}");
    assert!(printed.contains("Kenanga Pasar Pagi"), "{printed}");
    assert!(printed.contains("1 transition."), "{printed}");
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn it_makes_no_file() {
    let place = Place::new();
    place
        .run(&["sweep"])
        .failed(1, "there is no file sambatan.db");
    assert!(place.names().is_empty());
}
