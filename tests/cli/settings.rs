//! Flags, their environment twins, and `.env`.

use crate::harness::{Place, run};

const COMMANDS: [&str; 8] = [
    "serve",
    "demo",
    "sweep",
    "check",
    "sql",
    "backup",
    "restore",
    "healthcheck",
];

#[test]
fn what_is_not_understood_ends_with_2() {
    let place = Place::new();
    for arguments in [
        &[][..],
        &["serv"],
        &["serve", "--prot", "8000"],
        &["serve", "--workers", "0"],
        &["serve", "--workers", "many"],
        &["serve", "--readers", "65"],
        &["serve", "--interval", "0"],
        &["serve", "--interval", "soon"],
        &["serve", "--listen", "8000"],
        &["serve", "--log", "inof"],
        &["serve", "--log-format", "xml"],
        &["serve", "--rate-joins", "-1"],
        &["organiser"],
        &["organiser", "token"],
        &["healthcheck", "--url", "https://localhost"],
        &["serve", "--db", ""],
        &["sql"],
        &["sql", "SELECT 1", "--limit", "0"],
    ] {
        let ended = place.run(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
    assert!(place.names().is_empty(), "nothing was made");
}

#[test]
fn a_network_address_is_refused_and_why_is_said() {
    let place = Place::new();
    for command in ["serve", "demo"] {
        for address in ["0.0.0.0:8000", "[::]:8000", "192.168.1.5:80"] {
            place
                .run(&[command, "--listen", address])
                .failed(2, "guarded mode");
        }
        run(place
            .command(&[command])
            .env("SAMBATAN_LISTEN", "0.0.0.0:80"))
        .failed(2, "guarded mode");
    }
}

#[test]
fn help_and_version_end_with_0() {
    let place = Place::new();
    assert!(place.run(&["--help"]).ok().contains("serve"));
    assert!(
        place
            .run(&["--version"])
            .ok()
            .contains(env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn every_flag_has_an_environment_twin() {
    let place = Place::new();
    for command in COMMANDS {
        let help = place.run(&[command, "--help"]).ok();
        let mut flags = 0;
        for (index, _) in help.match_indices("      --") {
            let (name, rest) = help[index..].trim_start().split_at_checked(6).unwrap();
            if name.starts_with("--help") || name.starts_with("--vers") {
                continue;
            }
            let description = rest.split("\n      --").next().unwrap();
            assert!(
                description.contains("[env: SAMBATAN_"),
                "{command}: {name}{description}"
            );
            flags += 1;
        }
        assert!(flags >= 2, "{command}: {flags}");
    }
}

#[test]
fn a_dot_env_file_is_read_and_the_environment_and_flags_win_over_it() {
    let place = Place::new();
    std::fs::write(
        place.path(".env"),
        "# mine\nSAMBATAN_DB=\"from dotenv.db\"\n",
    )
    .unwrap();
    place.run(&["check"]).failed(1, "from dotenv.db");
    run(place
        .command(&["check"])
        .env("SAMBATAN_DB", "from-environment.db"))
    .failed(1, "from-environment.db");
    run(place
        .command(&["check", "--db", "from-flag.db"])
        .env("SAMBATAN_DB", "from-environment.db"))
    .failed(1, "from-flag.db");
}

#[test]
fn only_the_dot_env_file_of_the_working_directory_is_read() {
    let place = Place::new();
    std::fs::write(place.path(".env"), "SAMBATAN_DB=parent.db\n").unwrap();
    std::fs::create_dir(place.path("below")).unwrap();
    run(place.command(&["check"]).current_dir(place.path("below"))).failed(1, "sambatan.db");
}

#[test]
fn a_line_that_is_not_understood_is_named_by_its_number_and_passed_over() {
    let place = Place::new();
    let text = "SAMBATAN_ZONE=WITA\nA SECRET\n\nSAMBATAN_DB=a.db\nA SECRET\n";
    std::fs::write(place.path(".env"), text).unwrap();
    let ended = place.run(&["check"]);
    ended.failed(1, "a.db");
    for line in [2, 5] {
        ended.failed(1, &format!(".env, line {line}, is not understood"));
    }
    assert!(!ended.stderr.contains("SECRET"), "{ended:?}");
    // Also when the command is not understood either.
    place.run(&["chekc"]).failed(2, ".env, line 2,");
}

#[test]
fn a_name_that_sets_nothing_is_named() {
    let place = Place::new();
    let text = "SAMBATAN_LISTN=127.0.0.1:1\nSUPABASE_URL=https://example.com\n";
    std::fs::write(place.path(".env"), text).unwrap();
    let ended = place.run(&["check"]);
    ended.failed(1, "SAMBATAN_LISTN, which is no setting");
    assert!(!ended.stderr.contains("SUPABASE"), "{ended:?}");
}

#[test]
fn an_empty_value_is_as_if_it_were_not_set() {
    let place = Place::new();
    std::fs::write(
        place.path(".env"),
        "SAMBATAN_DB=\nSAMBATAN_JSON=\"\"\nSAMBATAN_LOG=\nSAMBATAN_LOG_FORMAT=\n",
    )
    .unwrap();
    let ended = place.run(&["check"]);
    ended.failed(1, "sambatan.db");
    assert!(!ended.stderr.contains(".env"), "{ended:?}");
    std::fs::write(place.path(".env"), "SAMBATAN_DB=from-dotenv.db\n").unwrap();
    run(place
        .command(&["check"])
        .env("SAMBATAN_DB", "")
        .env("SAMBATAN_LOG_FORMAT", ""))
    .failed(1, "from-dotenv.db");
    std::fs::remove_file(place.path(".env")).unwrap();
    run(place
        .command(&["check"])
        .env("SAMBATAN_DB", "")
        .env("SAMBATAN_JSON", ""))
    .failed(1, "sambatan.db");
    // But a token that is empty is no reason to be open to everybody.
    run(place
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .env("SAMBATAN_ORGANISER_TOKEN", ""))
    .failed(2, "fewer than 20 characters");
}

#[test]
fn what_replaces_data_is_never_read_from_a_dot_env_file() {
    let place = Place::new();
    let from = place.demo_file();
    std::fs::write(place.path(".env"), "SAMBATAN_FORCE=1\n").unwrap();
    std::fs::copy(&from, place.path("sambatan.db")).unwrap();
    let ended = place.run(&["restore", "demo.db"]);
    assert_ne!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("SAMBATAN_FORCE in .env is passed over"),
        "{ended:?}"
    );
    let names = place.names();
    assert!(
        !names.iter().any(|name| name.contains("replaced")),
        "{names:?}"
    );
}

#[test]
fn a_dot_env_file_that_others_can_write_or_own_is_passed_over() {
    use std::os::unix::fs::{PermissionsExt, chown};
    let place = Place::new();
    let path = place.path(".env");
    std::fs::write(&path, "SAMBATAN_DB=from-dotenv.db\n").unwrap();
    let allow = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(0o644);
    place.run(&["check"]).failed(1, "from-dotenv.db");
    allow(0o666);
    let ended = place.run(&["check"]);
    ended.failed(
        1,
        ".env is passed over: everybody on this machine can write it",
    );
    assert!(!ended.stderr.contains("from-dotenv.db"), "{ended:?}");
    allow(0o600);
    // Only root can give a file away.
    if chown(&path, Some(12_345), None).is_ok() {
        let ended = place.run(&["check"]);
        ended.failed(1, ".env is passed over: it belongs to another user");
        assert!(!ended.stderr.contains("from-dotenv.db"), "{ended:?}");
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    place
        .run(&["check"])
        .failed(1, ".env is passed over: it is no file");
}
