//! The organiser's token: making one, giving it to the service, and what is refused.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use crate::client::{Call, Client, Reply};
use crate::harness::{Place, Running, run};

const TOKEN: &str = "so_a-token-that-nobody-else-knows";

fn get(address: SocketAddr, token: Option<&str>) -> Reply {
    let call = Call::get("/api/products");
    Client::connect(address).send(&match token {
        Some(token) => call.bearer(token),
        None => call,
    })
}

/// Serves on every address of the machine; where it can be asked from here.
fn serve_network(place: &Place, settings: &[(&str, &str)]) -> (Running, SocketAddr) {
    let mut command = place.command(&["serve", "--listen", "0.0.0.0:0"]);
    command.envs(settings.iter().copied());
    let served = Running::start(command);
    let port = served.address().port();
    (served, SocketAddr::from(([127, 0, 0, 1], port)))
}

#[test]
fn a_new_token_is_printed_alone_and_what_to_do_with_it_beside() {
    let place = Place::new();
    let first = place.run(&["organiser", "token", "new"]);
    assert_eq!(first.code, Some(0));
    let digits = first.stdout.trim_end().strip_prefix("so_").unwrap();
    assert_eq!(digits.len(), 64);
    assert!(digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert!(first.stderr.contains("SAMBATAN_ORGANISER_TOKEN_FILE"));
    assert!(!first.stderr.contains(digits));
    let second = place.run(&["organiser", "token", "new"]);
    assert_ne!(first.stdout, second.stdout);
    assert!(place.names().is_empty());
}

#[test]
fn a_token_opens_the_network_and_guards_it() {
    let place = Place::new();
    let token = place.run(&["organiser", "token", "new"]).ok();
    std::fs::write(place.path("organiser.token"), &token).unwrap();
    for (name, value) in [
        ("SAMBATAN_ORGANISER_TOKEN", token.trim_end()),
        ("SAMBATAN_ORGANISER_TOKEN_FILE", "organiser.token"),
    ] {
        let (served, address) = serve_network(&place, &[(name, value)]);
        assert_eq!(get(address, None).status, 401, "{name}");
        assert_eq!(get(address, Some(token.trim_end())).status, 200, "{name}");
        assert_eq!(served.stop().code, Some(0));
    }
}

#[test]
fn a_token_guards_loopback_too() {
    let place = Place::new();
    let served = place.serve(&["serve", "--organiser-token", TOKEN]);
    assert_eq!(get(served.address(), None).status, 401);
    assert_eq!(get(served.address(), Some(TOKEN)).status, 200);
}

#[test]
fn without_a_token_the_network_is_refused_and_how_to_make_one_is_said() {
    let place = Place::new();
    let ended = place.run(&["serve", "--listen", "0.0.0.0:0"]);
    ended.failed(2, "sambatan organiser token new");
    ended.failed(2, "SAMBATAN_ORGANISER_TOKEN_FILE");
    assert!(place.names().is_empty(), "nothing was made");
}

#[test]
fn a_token_that_can_not_be_one_is_refused_and_not_repeated() {
    let place = Place::new();
    std::fs::write(place.path("short"), "short-secret\n").unwrap();
    std::fs::write(place.path("empty"), "\n").unwrap();
    std::fs::write(place.path("binary"), [0xff; 64]).unwrap();
    let settings = |pairs: &[(&str, &str)]| {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        run(command.envs(pairs.iter().copied()))
    };
    let file = "SAMBATAN_ORGANISER_TOKEN_FILE";
    let token = "SAMBATAN_ORGANISER_TOKEN";
    for (pairs, word) in [
        (&[(token, "short-secret")][..], "fewer than 20 characters"),
        (&[(token, "")], "fewer than 20 characters"),
        (&[(token, "a secret with some blanks")], "blanks"),
        (&[(file, "short")], "fewer than 20 characters"),
        (&[(file, "empty")], "fewer than 20 characters"),
        (&[(file, "binary")], "cannot be read"),
        (&[(file, "missing")], "missing cannot be read"),
        (&[(file, "short"), (token, TOKEN)], "both set"),
    ] {
        let ended = settings(pairs);
        ended.failed(2, word);
        assert!(!ended.stderr.contains("secret"), "{}", ended.stderr);
        assert!(!ended.stderr.contains(TOKEN), "{}", ended.stderr);
    }
    assert_eq!(place.names(), ["binary", "empty", "short"]);
}

#[test]
fn a_file_that_everybody_can_read_is_warned_of() {
    let place = Place::new();
    let path = place.path("organiser.token");
    std::fs::write(&path, format!("{TOKEN}\r\n")).unwrap();
    for (mode, is_warned) in [(0o644, true), (0o640, false), (0o600, false)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let served = place.serve(&["serve", "--organiser-token-file", "organiser.token"]);
        assert_eq!(get(served.address(), Some(TOKEN)).status, 200);
        let ended = served.stop();
        let warned = ended.stderr.contains("everybody on this machine can read");
        assert_eq!(warned, is_warned, "{mode:o}: {}", ended.stderr);
    }
}

#[test]
fn a_trusted_proxy_without_a_token_is_warned_of() {
    let place = Place::new();
    for (settings, is_warned) in [
        (&[("SAMBATAN_TRUSTED_PROXIES", "127.0.0.1")][..], true),
        (&[], false),
        (
            &[
                ("SAMBATAN_TRUSTED_PROXIES", "127.0.0.1"),
                ("SAMBATAN_ORGANISER_TOKEN", TOKEN),
            ],
            false,
        ),
    ] {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(settings.iter().copied());
        let ended = Running::start(command).stop();
        let warned = ended.stderr.lines().any(|line| {
            line.contains(" WARN: ")
                && line.contains("everybody who comes through the proxy is refused")
        });
        assert_eq!(warned, is_warned, "{settings:?}: {}", ended.stderr);
    }
}

#[test]
fn a_token_that_stands_in_the_list_of_processes_is_warned_of() {
    let place = Place::new();
    let flag = format!("--organiser-token={TOKEN}");
    for (arguments, is_warned) in [
        (&["serve", "--organiser-token", TOKEN][..], true),
        (&["serve", &flag], true),
        (&["serve"], false),
    ] {
        let mut command = place.command(arguments);
        command.args(["--listen", "127.0.0.1:0"]);
        if !is_warned {
            command.env("SAMBATAN_ORGANISER_TOKEN", TOKEN);
        }
        let ended = Running::start(command).stop();
        let warned = ended.stderr.contains("in the list of processes");
        assert_eq!(warned, is_warned, "{arguments:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains(TOKEN), "{}", ended.stderr);
    }
}

#[test]
fn open_mode_behind_a_proxy_is_warned_of_once() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    for header in ["X-Forwarded-For", "Via", "Forwarded"] {
        let call = Call::get("/api/products").header(header, "192.0.2.1");
        let reply = Client::connect(served.address()).send(&call);
        assert_eq!(reply.status, 403, "{header}");
    }
    let ended = served.stop();
    let warnings = ended
        .stderr
        .lines()
        .filter(|line| line.contains(" WARN: ") && line.contains("came through a proxy"));
    assert_eq!(warnings.count(), 1, "{}", ended.stderr);
}

#[test]
fn help_does_not_show_the_token() {
    let place = Place::new();
    for command in ["serve", "demo"] {
        let help = run(place
            .command(&[command, "--help"])
            .env("SAMBATAN_ORGANISER_TOKEN", TOKEN))
        .ok();
        assert!(help.contains("SAMBATAN_ORGANISER_TOKEN"));
        assert!(!help.contains(TOKEN), "{help}");
    }
}

#[test]
fn limits_are_set_by_flags_and_by_the_environment() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--rate-reads", "2"]);
    command.env("SAMBATAN_ORGANISER_TOKEN", TOKEN);
    command.env("SAMBATAN_RATE_WRITES", "1");
    let served = Running::start(command);
    let statuses: Vec<_> = (0..3)
        .map(|_| get(served.address(), Some(TOKEN)).status)
        .collect();
    assert_eq!(statuses, [200, 200, 429]);
    let write = Call::post("/api/sambatan/lifecycle/run").bearer(TOKEN);
    let statuses: Vec<_> = (0..2)
        .map(|_| Client::connect(served.address()).send(&write).status)
        .collect();
    assert_eq!(statuses, [200, 429]);
}
