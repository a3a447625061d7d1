//! `serve`: start, what it says, and its end.

use std::net::TcpListener;

use crate::client::{Call, Client};
use crate::harness::Place;

#[test]
fn it_says_where_it_listens_and_logs_what_the_quick_start_looks_for() {
    let place = Place::new();
    let mut served = place.serve(&["serve"]);
    let reply = Client::connect(served.address()).send(&Call::get("/healthz"));
    assert_eq!(reply.status, 200);
    served.wait_until_logged("Application startup complete");
    let ended = served.stop();
    for line in [
        "INFO: Sambatan lifecycle scheduler started",
        "INFO: Application startup complete",
        "INFO: lifecycle sweep",
        "INFO: Sambatan has stopped",
    ] {
        assert!(ended.stderr.contains(line), "{line}: {}", ended.stderr);
    }
    assert!(!ended.stderr.contains("ERROR"), "{}", ended.stderr);
}

#[test]
fn a_signal_ends_it_with_0_and_leaves_one_tidy_file() {
    for signal in ["TERM", "INT"] {
        let place = Place::new();
        let served = place.serve(&["serve", "--db", "mine.db"]);
        let reply = Client::connect(served.address()).send(
            &Call::post("/api/products").json_text(r#"{"name": "Rimba Embun", "base_price": 1}"#),
        );
        assert_eq!(reply.status, 201);
        served.signal(signal);
        let ended = served.end();
        assert_eq!(ended.code, Some(0), "{signal}: {ended:?}");
        assert_eq!(place.names(), ["mine.db"], "{signal}");
        let rows = place
            .run(&["sql", "SELECT name FROM products", "--db", "mine.db"])
            .ok();
        assert!(rows.contains("Rimba Embun"), "{rows}");
    }
}

#[test]
fn a_second_signal_ends_it_at_once_with_1() {
    let place = Place::new();
    let mut served = place.serve(&["serve"]);
    // A request in flight whose body never comes.
    let mut stuck = Client::connect(served.address());
    stuck.write(
        b"POST /api/products HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
          Content-Length: 50\r\nExpect: 100-continue\r\n\r\n",
    );
    stuck.read_continue();
    served.signal("TERM");
    served.wait_until_logged("Sambatan is stopping");
    served.signal("TERM");
    assert_eq!(served.end().code, Some(1));
}

#[test]
fn a_port_in_use_is_said_before_any_file_is_made() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for command in ["serve", "demo"] {
        let ended = place.run(&[command, "--listen", &address]);
        ended.failed(1, "the port is in use");
        ended.failed(1, "--listen 127.0.0.1:");
    }
    assert!(place.names().is_empty());
}

#[test]
fn a_place_where_no_file_can_be_is_said() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    for (path, word) in [
        ("missing/a.db", "there is no folder missing"),
        ("folder", "is a folder"),
        (":memory:", "is no file"),
        ("/proc/a.db", "cannot open /proc/a.db"),
    ] {
        place
            .run(&["serve", "--listen", "127.0.0.1:0", "--db", path])
            .failed(1, word);
    }
}

#[test]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let place = Place::new();
    let database = place.path("theirs.db");
    rusqlite::Connection::open(&database)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (x)")
        .unwrap();
    std::fs::write(place.path("notes.txt"), "not a database ".repeat(500)).unwrap();
    for name in ["theirs.db", "notes.txt"] {
        let before = std::fs::read(place.path(name)).unwrap();
        for arguments in [
            &["serve", "--listen", "127.0.0.1:0", "--db", name][..],
            &["sweep", "--db", name],
            &["check", "--db", name],
            &["sql", "SELECT 1", "--db", name],
        ] {
            place.run(arguments).failed(1, "another program");
        }
        assert_eq!(std::fs::read(place.path(name)).unwrap(), before, "{name}");
    }
    assert_eq!(place.names(), ["notes.txt", "theirs.db"]);
}
