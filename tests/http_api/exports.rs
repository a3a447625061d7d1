//! Tables for spreadsheets: what is in them, and how they reach clients of every kind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sambatan::Options;
use sambatan::http::ServerOptions;
use sambatan::http::door::DoorConfig;
use serde_json::json;

use crate::support::{Call, TestServer};

/// The columns of a part of a table are not cut at commas within quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}

/// Adds participations behind the service's back; far more than could be added one by one.
fn fill(server: &TestServer, campaign: &str, count: u32) {
    let id = campaign.rsplit_once('/').unwrap().1;
    Connection::open(server.folder.path().join("test.db"))
        .unwrap()
        .execute(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)
             INSERT INTO sambatan_participants (id, campaign_id, user_id, quantity,
                         contribution_amount, status, shipping_address, joined_at, updated_at)
             SELECT printf('00000000-0000-7000-8000-%012x', n), ?1, printf('user-%08d', ?2 - n), 1,
                    150000, iif(n % 2, 'confirmed', 'cancelled'),
                    printf('%.*c', 230, 'x'), '2025-10-01 00:00:00.000', '2025-10-01 00:00:00.000'
               FROM n",
            rusqlite::params![id, count],
        )
        .unwrap();
}

fn with_door(relay_deadline: Duration) -> TestServer {
    let door = DoorConfig {
        relay_deadline,
        write_deadline: Duration::from_millis(200),
        ..DoorConfig::default()
    };
    let options = ServerOptions {
        door: Some(door),
        ..ServerOptions::default()
    };
    TestServer::serving(tempfile::tempdir().unwrap(), &Options::default(), options)
}

/// Asks for a table and reads nothing of it yet.
fn ask(server: &TestServer, path: &str, version: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let host = server.address;
    let request = format!("GET {path} HTTP/{version}\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn what_people_typed_comes_back_whole_and_as_no_formula() {
    let server = TestServer::start();
    let campaign = server.campaign(50);
    let hostile = [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1+1)*cmd", "'@SUM(1+1)*cmd"),
        ("+62 812, \"Bu Arum\"", "'+62 812, \"Bu Arum\""),
        ("\"=HYPERLINK(\"\"x\"\")", "'\"=HYPERLINK(\"\"x\"\")"),
        (
            "Jl. \"Melati\", No. 15; RT 3",
            "Jl. \"Melati\", No. 15; RT 3",
        ),
        ("🧴 Jl. Kenanga é 大", "🧴 Jl. Kenanga é 大"),
    ];
    for (index, (typed, _)) in hostile.iter().enumerate() {
        let body = json!({
            "user_id": format!("-{index}"), "quantity": 1, "shipping_address": typed, "note": typed,
        });
        server.post(&format!("{campaign}/join"), &body).created();
    }
    let reply = server.get(&format!("{campaign}/participants.csv"));
    assert_eq!(reply.status, 200);
    let id = campaign.rsplit_once('/').unwrap().1;
    for (name, value) in [
        ("Content-Type", "text/csv; charset=utf-8"),
        ("Cache-Control", "no-store"),
        (
            "Content-Disposition",
            &format!("attachment; filename=\"participants-{id}.csv\""),
        ),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
    assert_eq!(reply.header("X-Sambatan-Relayed"), None);
    let text = reply.text();
    assert!(
        text.ends_with("\r\n") && !text.starts_with('\u{feff}'),
        "{text}"
    );
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
    let rows = rows(text);
    assert_eq!(
        rows[0][..4],
        ["participation_id", "user_id", "status", "quantity"]
    );
    for (row, (index, (_, safe))) in rows[1..].iter().zip(hostile.iter().enumerate()) {
        assert_eq!(row[1], format!("'-{index}"));
        assert_eq!((row[3].as_str(), row[4].as_str()), ("1", "150000"));
        assert_eq!((row[7].as_str(), row[8].as_str()), (*safe, *safe));
    }
    assert_eq!(rows.len(), 1 + hostile.len());
}

#[test]
fn a_table_for_excel_has_a_mark_and_semicolons_and_the_same_cells() {
    let server = TestServer::start();
    let campaign = server.campaign(50);
    let body = json!({
        "user_id": "081234567890", "quantity": 2, "shipping_address": "Jl. Melati; RT 3",
        "note": "0012345678901234567",
    });
    let joined = server.post(&format!("{campaign}/join"), &body).created();
    let owed = joined["transfer_amount"].as_i64().unwrap();
    let plain = server.get(&format!("{campaign}/picklist.csv"));
    let excel = server.get(&format!("{campaign}/picklist.csv?for=excel"));
    assert_eq!(
        excel.text(),
        format!(
            "\u{feff}user_id;quantity;shipping_address;note;status;payment_state;still_owed\r\n\
             '081234567890;2;\"Jl. Melati; RT 3\";'0012345678901234567;reserved;owed;{owed}\r\n"
        )
    );
    assert_eq!(
        plain.text(),
        format!(
            "user_id,quantity,shipping_address,note,status,payment_state,still_owed\r\n\
             '081234567890,2,Jl. Melati; RT 3,'0012345678901234567,reserved,owed,{owed}\r\n"
        )
    );
    server
        .get(&format!("{campaign}/picklist.csv?for=word"))
        .refused(422, "validation_failed");
}

#[test]
fn a_pick_list_has_the_live_ones_by_name() {
    let server = TestServer::start();
    let campaign = server.campaign(50);
    let gone = server.joined(&campaign, "budi", 5);
    server.post_empty(&format!("{gone}/cancel")).ok();
    for (user, quantity) in [("zubaidah", 1), ("arum", 2), ("citra", 3), ("arum", 4)] {
        server.joined(&campaign, user, quantity);
    }
    let reply = server.get(&format!("{campaign}/picklist.csv"));
    let rows = rows(reply.text());
    assert_eq!(
        rows[0],
        [
            "user_id",
            "quantity",
            "shipping_address",
            "note",
            "status",
            "payment_state",
            "still_owed"
        ]
    );
    let listed: Vec<_> = rows[1..]
        .iter()
        .map(|row| (row[0].as_str(), row[1].as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            ("arum", "2"),
            ("arum", "4"),
            ("citra", "3"),
            ("zubaidah", "1")
        ]
    );
    let nobody = "/api/sambatan/campaigns/0199a2b0-0000-7000-8000-000000000000/picklist.csv";
    server.get(nobody).refused(404, "campaign_not_found");
}

#[test]
fn refunds_are_listed_with_where_they_go() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    let participation = server.joined(&campaign, "arum", 1);
    let (campaign_id, id) = (
        campaign.rsplit_once('/').unwrap().1,
        participation.rsplit_once('/').unwrap().1,
    );
    let payment = "00000000-0000-7000-8000-000000000001";
    let sql = format!(
        "UPDATE sambatan_participants SET payout_account = '=BCA 123', paid_amount = 150231 WHERE id = '{id}';
         INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status,
                     source, created_at)
         VALUES ('{payment}', '{campaign_id}', '{id}', 'payment', 150231, 'recorded', 'organiser',
                 '2025-10-01 00:00:00.000');
         INSERT INTO sambatan_transactions (id, campaign_id, participation_id, kind, amount, status,
                     source, refund_of, created_at)
         VALUES ('00000000-0000-7000-8000-000000000002', '{campaign_id}', '{id}', 'refund', 150231,
                 'due', 'lifecycle', '{payment}', '2025-10-02 00:00:00.000');"
    );
    let file = Connection::open(server.folder.path().join("test.db")).unwrap();
    file.execute_batch(&sql).unwrap();
    let rows = rows(server.get(&format!("{campaign}/refunds.csv")).text());
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[1][1..7],
        [id, "arum", "150231", "due", "'=BCA 123", ""]
    );
    assert_eq!(rows[1][7], "2025-10-02T00:00:00Z");
}

#[test]
fn a_table_beyond_every_bound_of_an_answer_arrives_whole() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    // About 15 MB: an answer that is not relayed in parts has 8 MB at most.
    fill(&server, &campaign, 40_000);
    let reply = server.get(&format!("{campaign}/participants.csv"));
    assert!(reply.body.len() > 8 * 1024 * 1024);
    let all = rows(reply.text());
    assert_eq!(all.len(), 40_001);
    let ids: std::collections::BTreeSet<_> = all.iter().map(|row| &row[0]).collect();
    assert_eq!(ids.len(), 40_001, "each once");
    // Several pages of a pick list, in order.
    let reply = server.get(&format!("{campaign}/picklist.csv"));
    let rows = rows(reply.text());
    assert_eq!(rows.len(), 20_001);
    assert!(rows[1..].is_sorted_by(|a, b| a[0] < b[0]));
    // The connection is fit for more.
    let mut client = server.client();
    for _ in 0..2 {
        let reply = client.send(&Call::get(&format!("{campaign}/refunds.csv")));
        assert_eq!(reply.status, 200);
    }
}

#[test]
fn an_old_client_gets_the_table_without_chunks() {
    let server = TestServer::start();
    let campaign = server.campaign(5);
    server.joined(&campaign, "arum", 1);
    let mut answer = String::new();
    let path = format!("{campaign}/picklist.csv");
    ask(&server, &path, "1.0")
        .read_to_string(&mut answer)
        .unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        !head.contains("Transfer-Encoding") && head.contains("Connection: close"),
        "{head}"
    );
    assert_eq!(rows(body)[1][0], "arum");
}

#[test]
fn a_client_that_reads_slowly_gets_everything_while_others_are_served() {
    let server = with_door(Duration::from_secs(5));
    let campaign = server.campaign(5);
    fill(&server, &campaign, 8000);
    let mut stream = ask(&server, &format!("{campaign}/participants.csv"), "1.1");
    let (mut read, mut part) = (0, vec![0; 32 * 1024]);
    let started = Instant::now();
    loop {
        let count = stream.read(&mut part).unwrap();
        if count == 0 {
            break;
        }
        read += count;
        server.get("/healthz").ok();
        // Slower than the door would wait for a client that takes a whole answer.
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(read > 2 * 1024 * 1024, "{read}");
    assert!(part.len() > 5 && started.elapsed() > Duration::from_millis(200));
}

#[test]
fn clients_that_read_nothing_are_cut_off_and_make_room_for_others() {
    let server = with_door(Duration::from_millis(500));
    let campaign = server.campaign(5);
    fill(&server, &campaign, 20_000);
    let path = format!("{campaign}/participants.csv");
    let mut stuck: Vec<_> = (0..4).map(|_| ask(&server, &path, "1.1")).collect();
    for stream in &mut stuck {
        // It has begun.
        stream.read_exact(&mut [0; 64]).unwrap();
    }
    server.get(&path).refused(503, "overloaded");
    eventually("all are cut off", || {
        let metrics = server.get("/metrics");
        metrics.text().contains("sambatan_door_timed_out_total 4\n")
    });
    eventually("their places are free", || server.get(&path).status == 200);
    for mut stream in stuck {
        let mut rest = Vec::new();
        // What is left in the socket's buffers, and then the end or a reset: never the last chunk.
        let _ = stream.read_to_end(&mut rest);
        assert!(!rest.ends_with(b"0\r\n\r\n"), "{}", rest.len());
    }
}

#[test]
fn clients_that_go_away_make_room_for_others() {
    let server = with_door(Duration::from_secs(30));
    let campaign = server.campaign(5);
    fill(&server, &campaign, 20_000);
    let path = format!("{campaign}/participants.csv");
    for _ in 0..3 {
        let streams: Vec<_> = (0..4).map(|_| ask(&server, &path, "1.1")).collect();
        drop(streams);
        eventually("their places are free", || server.get(&path).status == 200);
    }
}
