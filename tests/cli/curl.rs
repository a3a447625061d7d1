//! Runs `curl` lines as they are printed, without `curl`: what is on the page must work, whether or not
//! the machine that tests it has that program.

use std::net::SocketAddr;

use crate::client::{Call, Client, Reply};

/// Cuts shell text into words as a shell does, as far as quotes and continued lines go. A line that is
/// not continued ends a command.
pub(crate) fn commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    let mut comment = false;
    while let Some(character) = characters.next() {
        if comment && character != '\n' {
            continue;
        }
        match (character, quote) {
            (end, Some(begun)) if end == begun => quote = None,
            (plain, Some(_)) => word.get_or_insert_default().push(plain),
            ('\'' | '"', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            ('\\', None) if characters.peek() == Some(&'\n') => {
                characters.next();
            }
            ('#', None) if word.is_none() => comment = true,
            ('\n' | ' ', None) => {
                let last = commands.last_mut().unwrap();
                last.extend(word.take());
                if character == '\n' {
                    comment = false;
                    commands.push(Vec::new());
                }
            }
            (plain, None) => word.get_or_insert_default().push(plain),
        }
    }
    commands.last_mut().unwrap().extend(word);
    commands.retain(|words| !words.is_empty());
    commands
}

/// Sends what a `curl` command says, to `address`.
pub(crate) fn send(words: &[String], address: SocketAddr) -> Reply {
    let mut words = words.iter();
    assert_eq!(words.next().unwrap(), "curl");
    let (mut method, mut url, mut body, mut headers) = (None, None, None, Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" => method = words.next().cloned(),
            "-d" | "--data-binary" => body = words.next().cloned(),
            "-H" => headers.extend(words.next().unwrap().split_once(": ")),
            option if option.starts_with('-') => panic!("{option} is not known here"),
            _ => url = Some(word.clone()),
        }
    }
    let url = url.unwrap();
    let (_, after_scheme) = url.split_once("://").unwrap();
    let path = &after_scheme[after_scheme.find('/').unwrap()..];
    let default = if body.is_some() { "POST" } else { "GET" };
    let mut call = Call::new(method.as_deref().unwrap_or(default), path);
    for (name, value) in headers {
        call = call.header(name, value);
    }
    if let Some(body) = body {
        call = call.body(body);
    }
    Client::connect(address).send(&call)
}

#[test]
fn shell_text_is_cut_as_a_shell_does() {
    let text =
        "curl -X POST http://a/b \\\n  -d '{\n \"a\": 1}' # why\n\nsambatan sql \"SELECT 'x'\"\n";
    let expected = [
        vec!["curl", "-X", "POST", "http://a/b", "-d", "{\n \"a\": 1}"],
        vec!["sambatan", "sql", "SELECT 'x'"],
    ];
    assert_eq!(commands(text), expected);
}
