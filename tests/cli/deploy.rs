//! What `docs/deploy.md` and the files under `docs/deploy/` name is there: commands, flags, variables.

use std::path::{Path, PathBuf};

use crate::harness::Place;

const COMMANDS: [&str; 9] = [
    "serve",
    "demo",
    "sweep",
    "check",
    "sql",
    "backup",
    "restore",
    "organiser",
    "healthcheck",
];

fn texts() -> Vec<(PathBuf, String)> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let files = std::fs::read_dir(docs.join("deploy")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    std::iter::once(docs.join("deploy.md"))
        .chain(files)
        .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// The variables that a text names.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("SAMBATAN_").map(|(start, _)| {
        let rest = &text[start..];
        let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// The command and the flags of each call of the program in the lines of shells and units.
fn calls(text: &str) -> Vec<(&str, Vec<&str>)> {
    let is_program = |word: &&str| *word == "sambatan" || word.ends_with("/bin/sambatan");
    let mut calls = Vec::new();
    for line in text.lines() {
        let mut words = line.split([' ', '`', '(', ')', ';', '"', '=']).peekable();
        while let Some(word) = words.next() {
            let command = words.peek().copied().unwrap_or_default();
            if is_program(&word) && COMMANDS.contains(&command) {
                let flags = words.clone().filter(|word| word.starts_with("--"));
                calls.push((command, flags.collect()));
            }
        }
    }
    calls
}

#[test]
fn every_variable_that_the_deployment_files_set_is_one_that_is_read() {
    let place = Place::new();
    let help: String = COMMANDS
        .iter()
        .map(|command| place.run(&[command, "--help"]).ok())
        .collect();
    let mut seen = 0;
    for (path, text) in texts() {
        for name in variables(&text) {
            let is_read = help.contains(&format!("[env: {name}="));
            assert!(is_read, "{}: {name}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn every_command_and_flag_that_the_deployment_guide_uses_is_there() {
    let place = Place::new();
    let mut seen = Vec::new();
    for (path, text) in texts() {
        for (command, flags) in calls(&text) {
            seen.push(command.to_owned());
            let help = place.run(&[command, "--help"]).ok();
            for flag in flags {
                assert!(help.contains(flag), "{}: {command} {flag}", path.display());
            }
        }
    }
    for command in ["serve", "backup", "restore", "check"] {
        assert!(
            seen.iter().any(|name| name == command),
            "{command}: {seen:?}"
        );
    }
}

#[test]
fn every_file_of_the_deployment_is_linked_in_its_guide() {
    let guide =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy.md"))
            .unwrap();
    for (path, _) in texts() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            name == "deploy.md" || guide.contains(&format!("deploy/{name}")),
            "{name}"
        );
    }
}

#[test]
fn both_proxies_have_browsers_stay_on_tls() {
    for (path, text) in texts() {
        let is_proxy = path.ends_with("Caddyfile") || path.ends_with("nginx.conf");
        let asks = text.contains("Strict-Transport-Security \"max-age=31536000\"");
        assert!(asks || !is_proxy, "{}", path.display());
    }
}

#[test]
fn both_proxies_take_statements_as_large_as_the_service_does() {
    let door = sambatan::http::door::DoorConfig::default();
    let (large, usual) = (door.uploads.body_limit / 1024, door.body_limit / 1024);
    for (path, text) in texts() {
        let unit = match path.file_name().and_then(|name| name.to_str()) {
            Some("Caddyfile") => "KiB",
            Some("nginx.conf") => "k",
            _ => continue,
        };
        for size in [large, usual] {
            let size = format!("_size {size}{unit}");
            assert!(text.contains(&size), "{size} in {}", path.display());
        }
        for taken in &door.uploads.paths {
            assert!(text.contains(taken), "{taken} in {}", path.display());
        }
    }
}
