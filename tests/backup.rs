//! Backups as a library: what is copied while others write, and that it can be stopped.

#![allow(
    clippy::unwrap_used,
    reason = "a test's helpers may fail as the test may"
)]

use std::ops::ControlFlow;
use std::path::Path;

use chrono::{TimeDelta, Utc};
use sambatan::backup::{BackupError, Progress, back_up, restore};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::{Durability, NewCampaign, Options, Sambatan};

const JOINS: i64 = 4000;

/// A service over a file of some megabytes, and the campaign that everybody is in.
fn service(path: &Path) -> (Sambatan, sambatan::domain::id::CampaignId) {
    let options = Options {
        durability: Durability::Off,
        ..Options::default()
    };
    let service = Sambatan::open_with(path, options).unwrap();
    let product = service
        .create_product(NewProduct {
            name: "Rimba Embun".to_owned(),
            base_price: 1,
            ..NewProduct::default()
        })
        .unwrap();
    let toggle = ToggleSambatan {
        enabled: true,
        ..ToggleSambatan::default()
    };
    service.toggle_sambatan(product.id, toggle).unwrap();
    let deadline = Utc::now() + TimeDelta::days(7);
    let campaign = service
        .create_campaign(NewCampaign::new(product.id, "Batch", 100_000, 1, deadline))
        .unwrap();
    for number in 0..JOINS {
        join(&service, campaign.id, &format!("u{number}"));
    }
    (service, campaign.id)
}

fn join(service: &Sambatan, campaign: sambatan::domain::id::CampaignId, user: &str) {
    let address = "Jl. Melati No. 15, Kota Rekaan ".repeat(7);
    service
        .join_campaign(JoinCampaign::new(campaign, user, 1, &address))
        .unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_join_after_each_step_neither_gets_into_the_copy_nor_begins_it_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let (service, campaign) = service(&path);
    let (mut steps, mut last, mut whole) = (0_u32, 0, None);
    let copy = back_up(&path, &folder.path().join("copy.db"), &mut |progress| {
        if let Progress::Copying(copied) = progress {
            assert!(copied.bytes > last, "{copied:?}, after {last}");
            assert_eq!(*whole.get_or_insert(copied.of), copied.of);
            last = copied.bytes;
            steps += 1;
            join(&service, campaign, &format!("late{steps}"));
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(steps >= 3, "{steps}");
    assert_eq!(whole, Some(last));
    assert_eq!(copy.bytes, last);
    assert_eq!(i64::try_from(copy.contents.participants).unwrap(), JOINS);
    assert_eq!(copy.contents.campaigns, 1);
}

#[test]
fn a_copy_that_is_stopped_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("copy.db"));
    drop(service(&path));
    let before = names(folder.path());
    for stops_at_check in [false, true] {
        let mut watch = |progress: Progress| {
            if stops_at_check == (progress == Progress::Checking) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let stopped = back_up(&path, &copy, &mut watch);
        assert!(matches!(stopped, Err(BackupError::Stopped)), "{stopped:?}");
        let stopped = restore(&path, &copy, false, &mut watch);
        assert!(matches!(stopped, Err(BackupError::Stopped)), "{stopped:?}");
        assert_eq!(names(folder.path()), before);
    }
}

#[test]
fn a_file_that_appears_meanwhile_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("a.db"), folder.path().join("copy.db"));
    drop(service(&path));
    let mut watch = |_| {
        std::fs::write(&copy, "precious").unwrap();
        ControlFlow::Continue(())
    };
    let refused = back_up(&path, &copy, &mut watch);
    assert!(
        matches!(refused, Err(BackupError::Exists(_))),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&copy).unwrap(), b"precious");
    assert_eq!(names(folder.path()), ["a.db", "copy.db"]);
}
