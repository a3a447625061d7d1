//! `sambatan demo`: a believable group-buy service to try by hand.
//!
//! Owns where its file is and what a visitor is told. What is in it is in [`data`], what happened when
//! in [`history`], and how it gets there in [`seed`].

mod data;
mod history;
mod seed;

use std::fs::File;
use std::path::{Path, PathBuf};

use sambatan::app::App;
use sambatan::domain::reports::CampaignFilter;
use sambatan::{Campaign, CampaignStatus, Error};
use tempfile::TempDir;

use crate::cli::flags::Serving;
use crate::cli::guard::Guard;
use crate::cli::serve::{Front, service_options};
use crate::cli::{Failure, Outcome, database, output};

/// Serve a made-up perfume community, to try everything by hand
///
/// Products, campaigns in every state and their participants, in a new file that goes away at the end.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Keep the data in this new file. A file that exists is never touched
    #[arg(long = "db", value_name = "FILE", env = "SAMBATAN_DEMO_DB")]
    path: Option<PathBuf>,
    #[command(flatten)]
    serving: Serving,
}

pub(super) fn run(args: Args) -> Outcome {
    let front = Front::open(&args.serving)?;
    let place = Place::new(args.path)?;
    let last_join = seed::make(&place)?;
    let service = database::open(&place.path, service_options(&args.serving))?;
    front.serve(service, &args.serving, |app| {
        let told = fill_up(app, last_join)
            .and_then(|()| introduction(app, &place, &args.serving.guard))
            .map_err(|error| Failure::Failed(format!("the demo cannot be made: {error}")))?;
        // A closed stdout is no reason not to serve.
        let _ = output::print(&told);
        Ok(())
    })
}

/// Where the demo's file is.
struct Place {
    path: PathBuf,
    /// Removes a file that is not to be kept.
    folder: Option<TempDir>,
}

impl Place {
    fn new(path: Option<PathBuf>) -> Result<Self, Failure> {
        match path {
            Some(path) => {
                database::require_place(&path)?;
                refuse_existing(&path)?;
                Ok(Self { path, folder: None })
            }
            None => {
                let folder = tempfile::Builder::new()
                    .prefix("sambatan-demo-")
                    .tempdir()
                    .map_err(|error| {
                        Failure::Failed(format!("there can be no temporary folder: {error}"))
                    })?;
                Ok(Self {
                    path: folder.path().join("demo.db"),
                    folder: Some(folder),
                })
            }
        }
    }
}

/// Asks that there is neither the file nor what SQLite would put beside it.
fn refuse_existing(path: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let path = PathBuf::from(name);
        if path.symlink_metadata().is_ok() {
            return Err(already_there(&path));
        }
    }
    Ok(())
}

fn already_there(path: &Path) -> Failure {
    let path = database::shown(path);
    Failure::Failed(format!(
        "{path} exists already, and the demo never touches an existing file. Name a new one, or serve that one with `sambatan serve --db {path}`."
    ))
}

/// Moves the finished file to its place, so that it is there as a whole or not at all.
fn put_in_place(made: tempfile::NamedTempFile, path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::Failed(format!("cannot write {}: {error}", database::shown(path)))
    };
    // It was made without waiting for the storage.
    made.as_file().sync_all().map_err(failed)?;
    match made.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(already_there(path))
        }
        Err(error) => Err(failed(error.error)),
    }?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
    }
    Ok(())
}

/// Takes the last slots of a campaign. A sweep completes what is full, so this comes after the one with
/// which the scheduler starts: the visitor finds a full campaign until the next.
fn fill_up(
    app: &App,
    last_join: sambatan::domain::participation::JoinCampaign,
) -> Result<(), Error> {
    app.service().scheduler().run_now()?;
    app.service().join_campaign(last_join).map(|_| ())
}

/// What a visitor is told.
fn introduction(app: &App, place: &Place, guard: &Guard) -> Result<String, Error> {
    let filter = |status| CampaignFilter {
        status: Some(status),
        ..CampaignFilter::default()
    };
    let of = |status| {
        let page = app.service().list_campaigns(filter(status))?;
        Ok::<Vec<Campaign>, Error>(page.items)
    };
    let mut lines = vec![
        String::new(),
        "A made-up perfume community. Nothing in it is real.".to_owned(),
        String::new(),
    ];
    for status in CampaignStatus::ALL {
        for campaign in of(status)? {
            lines.push(format!(
                "  {:<10} {:>3} of {:>3} slots  {}",
                status.api_name(),
                campaign.slots_taken,
                campaign.total_slots,
                campaign.title
            ));
        }
    }
    // Seeded last, so first in the list: young, with many slots left.
    let open = of(CampaignStatus::Active)?.into_iter().next();
    if let Some(campaign) = open {
        lines.push(String::new());
        let token = guard.curl_header().unwrap_or_default();
        lines.push(if token.contains("$SAMBATAN_ORGANISER_TOKEN") {
            "Try it in another terminal, where SAMBATAN_ORGANISER_TOKEN is set as here:".to_owned()
        } else {
            "Try it in another terminal:".to_owned()
        });
        lines.push(String::new());
        let url = format!("http://{}", app.address());
        lines.extend(curl_lines(&url, &campaign, &token));
    }
    lines.push(String::new());
    let path = database::shown(&place.path);
    lines.push(if place.folder.is_some() {
        format!("The data is in {path} and goes away at the end; --db FILE would keep it.")
    } else {
        format!("The data stays in {path}.")
    });
    lines.push("Stop with Ctrl-C.".to_owned());
    lines.push(String::new());
    Ok(lines.join("\n"))
}

/// Commands to paste; `token` is the option of those that only the organiser may do.
fn curl_lines(url: &str, campaign: &Campaign, token: &str) -> [String; 6] {
    let id = campaign.id;
    let json = r#"{"user_id": "saya", "quantity": 2, "shipping_address": "Jl. Melati No. 15, Jakarta Selatan"}"#;
    [
        format!("  curl '{url}/api/sambatan/campaigns?status=active'"),
        format!("  curl '{url}/api/sambatan/campaigns/{id}'"),
        format!(
            "  curl '{url}/api/sambatan/campaigns/{id}/join' -H 'Content-Type: application/json' -d '{json}'"
        ),
        format!("  curl '{url}/api/sambatan/campaigns/{id}/logs'{token}"),
        format!("  curl '{url}/api/sambatan/dashboard/summary'{token}"),
        format!("  curl -X POST '{url}/api/sambatan/scheduler/trigger'{token}"),
    ]
}
