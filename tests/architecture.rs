//! Who may know whom: reads the paths in the sources and holds them to the arrows of the design.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod source;

use std::fs;
use std::path::{Path, PathBuf};

use source::{names_after, plain_code};

/// What a module may use of its own crate. Everything else of the crate is closed to it.
struct Rule {
    module: &'static str,
    may_know: &'static [&'static str],
    /// Whether it may use what the crate shows at its root, such as `crate::Sambatan`.
    may_use_root: bool,
}

const fn inner(module: &'static str, may_know: &'static [&'static str]) -> Rule {
    Rule {
        module,
        may_know,
        may_use_root: false,
    }
}

const fn outer(module: &'static str, may_know: &'static [&'static str]) -> Rule {
    Rule {
        module,
        may_know,
        may_use_root: true,
    }
}

const RULES: [Rule; 15] = [
    inner("domain", &[]),
    inner("words", &["domain"]),
    inner("qr", &[]),
    inner("clock", &["domain"]),
    inner("store", &["domain"]),
    inner("writer", &["store", "domain", "clock"]),
    inner(
        "service",
        &["domain", "store", "writer", "clock", "timer", "delivery"],
    ),
    outer("timer", &["service", "domain", "clock"]),
    outer("delivery", &["service", "domain"]),
    outer("inspect", &["store", "domain"]),
    outer("backup", &["store", "inspect", "domain"]),
    outer(
        "http",
        &[
            "web", "words", "qr", "service", "timer", "delivery", "domain", "clock",
        ],
    ),
    inner("web", &["words", "timer", "domain"]),
    outer(
        "app",
        &[
            "http", "words", "service", "timer", "delivery", "domain", "clock",
        ],
    ),
    outer(
        "cli",
        &[
            "app", "http", "words", "qr", "service", "timer", "inspect", "backup", "domain",
            "clock",
        ],
    ),
];

/// Crates that only these modules may use.
const RESERVED: [(&str, &[&str]); 12] = [
    ("rusqlite", &["store", "writer"]),
    ("r2d2", &["store"]),
    ("r2d2_sqlite", &["store"]),
    ("tiny_http", &["http"]),
    ("ureq", &["delivery"]),
    ("csv", &["service", "domain"]),
    ("csv_core", &["domain"]),
    ("encoding_rs", &["domain"]),
    ("calamine", &["domain"]),
    ("zip", &["domain"]),
    ("clap", &["cli"]),
    ("signal_hook", &["cli", "app"]),
];

/// Reading bytes that are in memory already is no look at the world.
const IN_MEMORY: &str = "use std::io::{Cursor, Read};";

/// What the domain would need to look at the world.
const WORLD: [&str; 12] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "Instant",
    "SystemTime",
    "Utc::now",
    "Local::now",
    "log::",
    "crossbeam_channel",
];

/// What must not be left in any source.
const LEFT_OVER: [&str; 3] = ["todo!", "unimplemented!", "#[ignore"];

/// What breaks the rules in a source of a module that lies so many modules below the root.
fn violations(module: &str, depth: usize, source: &str) -> Vec<String> {
    let code = plain_code(source);
    let Some(rule) = RULES.iter().find(|rule| rule.module == module) else {
        return vec![format!("`{module}` has no rule")];
    };
    let is_root = |name: &str| name.starts_with(char::is_uppercase);
    let mut roots = vec!["crate".to_owned(), "sambatan".to_owned()];
    roots.push(vec!["super"; depth].join("::"));
    let mut found = Vec::new();
    for root in &roots {
        for name in names_after(&code, root) {
            let is_module = RULES.iter().any(|rule| rule.module == name);
            let is_closed = is_module && name != module && !rule.may_know.contains(&name.as_str());
            let is_closed_root = root == "crate" && is_root(&name) && !rule.may_use_root;
            if is_closed || is_closed_root {
                found.push(format!("{module} uses {root}::{name}"));
            }
        }
    }
    for (name, modules) in RESERVED {
        if !modules.contains(&module) && !names_after(&code, name).is_empty() {
            found.push(format!("{module} uses {name}"));
        }
    }
    if module == "domain" {
        let code = code.replace(IN_MEMORY, "");
        let seen = WORLD.iter().filter(|path| code.contains(**path));
        found.extend(seen.map(|path| format!("domain uses {path}")));
    }
    found
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// `src/store/rows.rs` as the names of its modules: `["store", "rows"]`.
fn module_path(file: &Path, src: &Path) -> Vec<String> {
    let inside = file.strip_prefix(src).unwrap().with_extension("");
    let names = inside.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "mod").collect()
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_module_knows_only_those_below_it() {
    let src = package().join("src");
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for file in rust_files(&src) {
        let path = module_path(&file, &src);
        // The two roots name every module: that is what they are for.
        if path == ["lib"] || path == ["main"] {
            continue;
        }
        let source = fs::read_to_string(&file).unwrap();
        for violation in violations(&path[0], path.len(), &source) {
            found.push(format!("{}: {violation}", file.display()));
        }
        seen.push(path[0].clone());
    }
    for module in ["domain", "store", "writer", "service", "timer"] {
        assert!(
            seen.iter().any(|name| name == module),
            "{module} was not read"
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_is_left_over_or_switched_off() {
    let mut found = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        for file in rust_files(&package().join(folder)) {
            let code = plain_code(&fs::read_to_string(&file).unwrap());
            let left = LEFT_OVER.iter().filter(|word| code.contains(**word));
            found.extend(left.map(|word| format!("{}: {word}", file.display())));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A module, its depth, a source that breaks a rule, and what the checker says of it.
const BROKEN: [(&str, usize, &str, &str); 14] = [
    (
        "domain",
        2,
        "use crate::store::rows;",
        "domain uses crate::store",
    ),
    ("domain", 2, "use crate::Error;", "domain uses crate::Error"),
    (
        "domain",
        2,
        "fn f() { std::fs::read(x); }",
        "domain uses std::fs",
    ),
    ("domain", 2, "let now = Utc::now();", "domain uses Utc::now"),
    (
        "store",
        2,
        "use crate::{domain::id, service};",
        "store uses crate::service",
    ),
    (
        "store",
        2,
        "use super::super::writer;",
        "store uses super::super::writer",
    ),
    (
        "timer",
        1,
        "crate::store::open::writer(path)",
        "timer uses crate::store",
    ),
    (
        "timer",
        1,
        "use super::writer::Writer;",
        "timer uses super::writer",
    ),
    (
        "http",
        3,
        "use crate::{\n    domain::{id::X, y},\n    store::Z,\n};",
        "http uses crate::store",
    ),
    ("http", 1, "use rusqlite::Connection;", "http uses rusqlite"),
    (
        "service",
        1,
        "fn f(c: &rusqlite::Connection) {}",
        "service uses rusqlite",
    ),
    ("app", 1, "use tiny_http as t;", "app uses tiny_http"),
    (
        "cli",
        1,
        "use sambatan::store::x;",
        "cli uses sambatan::store",
    ),
    ("extras", 1, "", "`extras` has no rule"),
];

#[test]
fn the_checker_finds_what_breaks_the_rules() {
    for (module, depth, source, expected) in BROKEN {
        assert_eq!(violations(module, depth, source), [expected], "{source}");
    }
}

#[test]
fn the_checker_lets_pass_what_keeps_the_rules() {
    for (module, depth, source) in [
        (
            "domain",
            2,
            "use crate::domain::id::CampaignId; // not crate::store",
        ),
        (
            "domain",
            2,
            "/* crate::store /* rusqlite:: */ */ use super::id::X;",
        ),
        (
            "domain",
            2,
            r##"let text = "crate::store"; let raw = r#"rusqlite::" "#;"##,
        ),
        (
            "domain",
            2,
            "fn f<'a>(x: &'a str) -> char { '\"' } // \" use crate::store;",
        ),
        (
            "writer",
            1,
            "use crate::store::{open, StoreError}; use rusqlite::Connection;",
        ),
        ("store", 2, "use super::rows; use crate::store::rows::find;"),
        (
            "http",
            2,
            "use crate::{Sambatan, domain::id}; use tiny_http::Server;",
        ),
        (
            "cli",
            2,
            "use sambatan::{Sambatan, domain::id}; use clap::Parser;",
        ),
        ("service", 2, "let crate_store = my_rusqlite::x;"),
    ] {
        assert_eq!(violations(module, depth, source), [""; 0], "{source}");
    }
}

#[test]
fn the_checker_finds_what_was_left_over() {
    for code in ["fn f() { todo!() }", "#[ignore = \"slow\"]\nfn f() {}"] {
        let plain = plain_code(code);
        assert!(LEFT_OVER.iter().any(|word| plain.contains(word)), "{plain}");
    }
    for code in [
        "// todo!",
        "let word = \"todo!\";",
        "/// #[ignore]\nfn f() {}",
    ] {
        let plain = plain_code(code);
        assert!(
            !LEFT_OVER.iter().any(|word| plain.contains(word)),
            "{plain}"
        );
    }
}

/// The words in backticks that name a file or a folder of the project.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|word| {
        let is_ours = ["src/", "tests/", "docs/", "schema.sql", "CHANGELOG.md"];
        is_ours.iter().any(|begin| word.starts_with(begin)) && !word.contains(char::is_whitespace)
    })
}

#[test]
fn the_files_that_contributors_are_sent_to_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for document in ["CONTRIBUTING.md", "docs/architecture.md"] {
        let text = fs::read_to_string(root.join(document)).unwrap();
        let paths: Vec<_> = named_paths(&text).collect();
        assert!(paths.len() > 10, "{document}");
        for path in paths {
            assert!(root.join(path).exists(), "{document} names {path}");
        }
    }
}
