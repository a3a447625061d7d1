//! The page that says what the API is: every route is on it, in both languages, and its lines work.

use std::collections::HashMap;

use crate::client::{Call, Client};
use crate::curl;
use crate::harness::Place;

/// The `curl` lines of the page.
fn lines(page: &str) -> Vec<Vec<String>> {
    let blocks = page.split("<pre class=\"panel\"><code>").skip(1);
    let text: String = blocks
        .map(|block| {
            let line = block.split("</code>").next().unwrap();
            let line = line.replace("&#34;", "\"").replace("&#39;", "'");
            line.replace("&#38;", "&").replace("&amp;", "&") + "\n"
        })
        .collect();
    assert!(!text.contains("&#"), "{text}");
    curl::commands(&text)
}

#[test]
fn the_page_has_every_route_in_both_languages_and_its_lines_work() {
    let place = Place::new();
    let served = place.serve(&["serve"]);
    let address = served.address();
    let send = |call: &Call| Client::connect(address).send(call);
    let host = address.to_string();
    let page = |language: &str| {
        let call = Call::get("/docs").header("Accept-Language", language);
        send(&call.header("Host", &host)).text().to_owned()
    };
    let (indonesian, english) = (page("id"), page("en"));
    assert!(indonesian.contains("<summary>Ikut: mengambil slot</summary>"));
    assert!(english.contains("<summary>Join: take slots</summary>"));
    let programs = |path: &&str| path.starts_with("/api/");
    let routes = sambatan::http::route_table().map(|(_, path, name)| (path, name));
    let routes: Vec<_> = routes.filter(|(path, _)| programs(path)).collect();
    assert!(routes.len() > 50);
    for (path, name) in routes {
        for page in [&indonesian, &english] {
            assert!(page.contains(&format!("<details id=\"{name}\">")), "{name}");
            assert!(page.contains(path), "{path}");
        }
    }

    let mut ids: HashMap<&str, String> = HashMap::new();
    let lines = lines(&english);
    let mut done = 0;
    // The lines are by what one wants to do: what makes something comes before what needs it only in the
    // second round.
    for _ in 0..2 {
        for words in &lines {
            let words: Vec<_> = words
                .iter()
                .map(|word| {
                    ids.iter().fold(word.clone(), |word, (name, id)| {
                        word.replace(&format!("{{{name}}}"), id)
                    })
                })
                .collect();
            let url = words.iter().find(|word| word.starts_with("http")).unwrap();
            assert!(url.starts_with(&format!("http://{host}/")), "{url}");
            let reply = curl::send(&words, address);
            let understood = !matches!(reply.status, 400 | 405 | 415 | 500..);
            let is_id = words.iter().any(|word| word.contains("_id}"));
            assert!(understood || is_id, "{words:?}: {}", reply.text());
            let made = match url.rsplit('/').next().unwrap() {
                "products" => "product_id",
                "campaigns" => "campaign_id",
                "join" => "participation_id",
                "bans" => "ban_id",
                "webhooks" => "webhook_id",
                _ => "",
            };
            if reply.status == 201 && !made.is_empty() && !ids.contains_key(made) {
                ids.insert(made, reply.json()["id"].as_str().unwrap().to_owned());
            }
            done += usize::from((200..300).contains(&reply.status));
        }
    }
    assert!(done > 60, "{done} of {} lines did something", lines.len());
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn the_command_prints_the_document() {
    let printed = Place::new().run(&["openapi"]).ok();
    assert_eq!(
        printed.trim_end(),
        sambatan::http::openapi_document().trim_end()
    );
}
