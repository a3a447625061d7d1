//! `demo`.

use crate::client::{Call, Client};
use crate::curl;
use crate::harness::{Place, Running, run};

#[test]
fn it_shows_every_state_and_its_curl_lines_work_as_printed() {
    let place = Place::new();
    let demo = place.serve(&["demo"]);
    let said = demo.said().join("\n");
    for state in [
        "inactive",
        "active",
        "full",
        "completed",
        "failed",
        "cancelled",
    ] {
        assert!(
            said.contains(&format!("\n  {state:<10} ")),
            "{state}: {said}"
        );
        let path = format!("/api/sambatan/campaigns?status={state}");
        let reply = Client::connect(demo.address()).send(&Call::get(&path));
        assert!(!reply.json().as_array().unwrap().is_empty(), "{state}");
    }
    let lines: Vec<_> = curl::commands(&said)
        .into_iter()
        .filter(|words| words[0] == "curl")
        .collect();
    assert!(lines.len() >= 5, "{said}");
    for words in lines {
        let reply = curl::send(&words, demo.address());
        assert!((200..300).contains(&reply.status), "{words:?}: {reply:?}");
    }
    assert_eq!(demo.stop().code, Some(0));
}

const TOKEN: &str = "so_a-token-that-nobody-else-knows";

/// A word of a command as a shell understands it that has the token.
fn expanded(word: &str) -> String {
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("printf %s \"{word}\"")]);
    run(shell.env("SAMBATAN_ORGANISER_TOKEN", TOKEN)).ok()
}

#[test]
fn guarded_its_curl_lines_work_as_printed_and_do_not_show_the_token() {
    let place = Place::new();
    std::fs::write(place.path("it's mine.token"), format!("{TOKEN}\n")).unwrap();
    for (name, value) in [
        ("SAMBATAN_ORGANISER_TOKEN", TOKEN),
        ("SAMBATAN_ORGANISER_TOKEN_FILE", "it's mine.token"),
    ] {
        let mut command = place.command(&["demo", "--listen", "127.0.0.1:0"]);
        command.env(name, value);
        let demo = Running::start(command);
        let said = demo.said().join("\n");
        assert!(!said.contains(TOKEN), "{said}");
        let lines = curl::commands(&said);
        let lines: Vec<_> = lines.iter().filter(|words| words[0] == "curl").collect();
        assert!(lines.len() >= 5, "{said}");
        for words in lines {
            let words: Vec<_> = words
                .iter()
                .map(|word| match word.contains('$') {
                    true => expanded(word),
                    false => word.clone(),
                })
                .collect();
            let reply = curl::send(&words, demo.address());
            assert!((200..300).contains(&reply.status), "{words:?}: {reply:?}");
        }
        assert_eq!(demo.stop().code, Some(0));
    }
}

#[test]
fn its_file_goes_away_at_the_end() {
    let place = Place::new();
    std::fs::create_dir(place.path("tmp")).unwrap();
    let mut command = place.command(&["demo", "--listen", "127.0.0.1:0"]);
    command.env("TMPDIR", place.path("tmp"));
    let demo = Running::start(command);
    // One folder for the file, one for the socket behind the front door.
    assert_eq!(std::fs::read_dir(place.path("tmp")).unwrap().count(), 2);
    assert!(
        demo.said()
            .iter()
            .any(|line| line.contains("goes away at the end"))
    );
    assert_eq!(demo.stop().code, Some(0));
    assert_eq!(std::fs::read_dir(place.path("tmp")).unwrap().count(), 0);
    assert_eq!(place.names(), ["tmp"]);
}

#[test]
fn a_named_file_stays_and_can_be_served_and_breaks_no_invariant() {
    let place = Place::new();
    place.demo_file();
    assert_eq!(place.names(), ["demo.db"]);
    place.run(&["check", "--db", "demo.db"]).ok();
    let served = place.serve(&["serve", "--db", "demo.db"]);
    place.run(&["check", "--db", "demo.db"]).ok();
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn an_existing_file_is_never_touched() {
    let place = Place::new();
    for name in ["mine.db", "other.db-wal"] {
        std::fs::write(place.path(name), "precious").unwrap();
    }
    for name in ["mine.db", "other.db"] {
        let ended = place.run(&["demo", "--listen", "127.0.0.1:0", "--db", name]);
        ended.failed(1, "exists already");
    }
    run(place
        .command(&["demo", "--listen", "127.0.0.1:0"])
        .env("SAMBATAN_DEMO_DB", "mine.db"))
    .failed(1, "exists already");
    for name in ["mine.db", "other.db-wal"] {
        assert_eq!(std::fs::read(place.path(name)).unwrap(), b"precious");
    }
    assert_eq!(place.names(), ["mine.db", "other.db-wal"]);
}
