//! What README.md says is true: its `curl` lines, its queries and its table of settings.

use std::collections::HashMap;

use crate::client::Reply;
use crate::curl;
use crate::harness::Place;

const README: &str = include_str!("../../README.md");

/// The commands of all shell blocks.
fn commands() -> Vec<Vec<String>> {
    let blocks = README.split("```sh\n").skip(1);
    let text: String = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    curl::commands(&text)
}

/// The ids that the answers so far gave, by the name that stands in braces.
#[derive(Default)]
struct Ids(HashMap<&'static str, String>);

impl Ids {
    fn put_into(&self, words: &[String]) -> Vec<String> {
        let put = |word: &String| {
            self.0.iter().fold(word.clone(), |word, (name, id)| {
                word.replace(&format!("{{{name}}}"), id)
            })
        };
        words.iter().map(put).collect()
    }

    fn learn(&mut self, words: &[String], reply: &Reply) {
        let url = words.iter().find(|word| word.starts_with("http")).unwrap();
        let name = match url.rsplit('/').next().unwrap() {
            "products" => "product_id",
            "campaigns" => "campaign_id",
            "join" => "participation_id",
            _ => return,
        };
        if reply.status == 201 {
            let id = reply.json()["id"].as_str().unwrap().to_owned();
            self.0.insert(name, id);
        }
    }
}

#[test]
fn its_curl_lines_and_its_queries_work_one_after_the_other() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let mut ids = Ids::default();
    let (mut sent, mut asked) = (0, 0);
    for words in commands() {
        let words = ids.put_into(&words);
        match words[0].as_str() {
            "curl" => {
                let reply = curl::send(&words, served.address());
                assert!((200..300).contains(&reply.status), "{words:?}: {reply:?}");
                ids.learn(&words, &reply);
                sent += 1;
            }
            "sambatan" if words[1] == "sql" || words[1] == "check" => {
                let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
                let printed = place.run(&arguments).ok();
                let finds_rows = !words.join(" ").contains("(total_slots - filled_slots) < 0");
                assert_eq!(
                    !printed.contains("(no rows)"),
                    finds_rows,
                    "{words:?}: {printed}"
                );
                asked += 1;
            }
            "sambatan" if words[1] == "backup" => {
                place.run(&["backup", &words[2]]).ok();
                place.run(&["check", "--db", &words[2]]).ok();
                asked += 1;
            }
            _ => {}
        }
    }
    assert!(sent >= 15 && asked >= 6, "{sent} and {asked}");
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn its_table_has_every_flag_and_its_environment_twin() {
    let place = Place::new();
    for command in [
        "serve",
        "demo",
        "sweep",
        "check",
        "sql",
        "backup",
        "restore",
        "healthcheck",
        "webhooks",
        "export",
        "refunds",
        "openapi",
        "qris",
    ] {
        let help = place.run(&[command, "--help"]).ok();
        assert!(
            README.contains(&format!("| `sambatan {command}")),
            "{command}"
        );
        for (index, _) in help.match_indices("[env: ") {
            let twin = help[index + 6..].split(['=', ']']).next().unwrap();
            let flag = help[..index].rfind("      --").unwrap();
            let flag = help[flag..].split_whitespace().next().unwrap();
            let row = README.lines().find(|line| {
                line.starts_with(&format!("| `{flag}")) && line.contains(&format!("`{twin}`"))
            });
            assert!(row.is_some(), "{command}: {flag} and {twin}");
        }
    }
}

#[test]
fn its_pictures_are_there_and_have_words_for_who_cannot_see_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let pictures: Vec<_> = README.split("![").skip(1).collect();
    assert!(pictures.len() >= 5);
    for picture in pictures {
        let (words, rest) = picture.split_once("](").unwrap();
        let path = rest.split(')').next().unwrap();
        assert!(words.len() > 20, "{words}: {path}");
        assert!(folder.join(path).is_file(), "{path}");
    }
}
