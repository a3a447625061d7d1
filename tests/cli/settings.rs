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
fn a_malformed_dot_env_file_ends_with_2_and_its_text_stays_secret() {
    let place = Place::new();
    std::fs::write(place.path(".env"), "SAMBATAN_DB=a.db\nA SECRET\n").unwrap();
    let ended = place.run(&["check"]);
    ended.failed(2, ".env, line 2,");
    assert!(!ended.stderr.contains("SECRET"), "{ended:?}");
}
