//! `export`, and what a large table costs the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use crate::harness::{Place, edit};

/// A campaign of the demo that somebody takes part in.
fn campaign(place: &Place) -> String {
    let file = Connection::open(place.demo_file()).unwrap();
    let sql = "SELECT id FROM sambatan_campaigns WHERE participant_count > 3 LIMIT 1";
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn tables_are_printed_or_written_into_a_new_file_for_nobody_else() {
    let place = Place::new();
    let id = campaign(&place);
    let export = |table: &str, more: &[&str]| {
        let mut arguments = vec!["export", table, "--db", "demo.db", "--campaign", &id];
        arguments.extend(more);
        place.run(&arguments)
    };
    let printed = export("participants", &[]).ok();
    assert!(
        printed.starts_with("participation_id,user_id,status,"),
        "{printed}"
    );
    assert!(printed.lines().count() > 3);
    assert!(export("refunds", &[]).ok().starts_with("refund_id,"));

    let served = place.serve(&["serve", "--db", "demo.db"]);
    export("picklist", &["--out", "pick.csv"]).ok();
    let written = std::fs::read_to_string(place.path("pick.csv")).unwrap();
    assert!(
        written.starts_with(
            "user_id,quantity,shipping_address,note,status,payment_state,still_owed\r\n"
        )
    );
    let mode = place
        .path("pick.csv")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    export("picklist", &["--out", "pick.csv"]).failed(1, "choose another name");
    assert_eq!(served.stop().code, Some(0));

    let nobody = "019a2b3c-0000-7000-8000-000000000000";
    let unknown = ["export", "refunds", "--db", "demo.db", "--campaign", nobody];
    place.run(&unknown).failed(1, "there is no such campaign");
    place
        .run(&["export", "secrets", "--campaign", nobody])
        .failed(2, "secrets");
}

/// The most memory that a process has had, in KiB.
#[cfg(target_os = "linux")]
fn peak_memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_table_of_any_size_takes_little_memory_of_the_server() {
    let place = Place::new();
    let id = campaign(&place);
    // About 40 MB of a table.
    edit(
        &place.path("demo.db"),
        &format!(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 120000)
             INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity,
                         contribution_amount, status, shipping_address, joined_at, updated_at)
             SELECT printf('00000000-0000-7000-8000-%012x', n), '{id}', 'user-' || n, 1, 1, 'refunded',
                    printf('%.*c', 230, 'x'), '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'
               FROM n"
        ),
    );
    let served = place.serve(&["serve", "--db", "demo.db"]);
    let before = peak_memory_kib(served.process());
    let mut streams: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(served.address()).unwrap();
            let path = format!("/api/sambatan/campaigns/{id}/participants.csv");
            let host = served.address();
            let ask = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            stream.write_all(ask.as_bytes()).unwrap();
            stream
        })
        .collect();
    // One after the other, so that the others wait in the middle of theirs.
    for stream in &mut streams {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.len() > 35_000_000, "{}", answer.len());
        assert!(answer.ends_with(b"0\r\n\r\n"));
    }
    let grown = peak_memory_kib(served.process()) - before;
    assert!(grown < 16 * 1024, "{grown} KiB for four tables of 40 MB");
    assert_eq!(served.stop().code, Some(0));
}
