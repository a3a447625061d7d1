//! No slot is sold twice: many clients at once for few slots.

#![allow(
    clippy::print_stdout,
    reason = "what a test prints is shown when it fails"
)]

#[path = "support/promises/mod.rs"]
mod promises;

use std::path::Path;
use std::sync::Barrier;

use chrono::{TimeDelta, Utc};
use promises::client::Client;
use promises::{Actor, Campaign, FileState, Random, Served, check_ledgers, serve};
use sambatan::domain::participation::JoinCampaign;
use sambatan::domain::product::{NewProduct, ToggleSambatan};
use sambatan::{Error, NewCampaign, Options, Sambatan};

const CLIENTS: u64 = 200;
const SLOTS: u64 = 50;

/// How the clients behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Each wants one slot, once.
    OneSlot,
    /// Each wants one to five slots, and some give them back.
    ManySlotsWithCancels,
    /// Each sends its request up to three times, partly at once, with an idempotency key.
    RetriesWithKeys,
}

/// One race on a server, and what came of it.
struct Race {
    campaign: Campaign,
    actors: Vec<Actor>,
}

impl Race {
    fn run(served: &Served, name: &str, manner: Manner, random: &mut Random) -> Self {
        let campaign = Campaign::create(&mut Client::new(served.address), SLOTS);
        let start = Barrier::new(usize::try_from(CLIENTS).expect("a number of threads"));
        let actors = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..CLIENTS)
                .map(|number| {
                    let mut actor = Actor::new(&format!("{name}-{number}"), served.address);
                    let mut random = random.fork();
                    let (campaign, start) = (&campaign, &start);
                    scope.spawn(move || {
                        actor.connect();
                        start.wait();
                        act(&mut actor, campaign, manner, &mut random);
                        // As a person's client does that has its answer.
                        actor.move_to(served.address);
                        actor
                    })
                })
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined
                .map(|actor| actor.expect("no client panics"))
                .collect()
        });
        Self { campaign, actors }
    }

    /// Sells what is left, one slot at a time: not one slot may have got lost either.
    fn sell_the_rest(&mut self, served: &Served) {
        let mut last = Actor::new(&format!("last-{}", self.campaign.id), served.address);
        for _ in 0..=SLOTS {
            last.join(&self.campaign, 1, false, 1)
                .expect("the server answers");
        }
        self.actors.push(last);
    }

    fn check(&self, file: &FileState) -> Result<(), String> {
        let sold = file.slots_sold(&self.campaign.id);
        if u64::try_from(sold) != Ok(SLOTS) {
            return Err(format!("{sold} of {SLOTS} slots are sold"));
        }
        Ok(())
    }

    fn answered(&self, status: u16) -> usize {
        let joins = self.actors.iter().flat_map(|actor| &actor.joins);
        joins
            .filter(|join| {
                join.answer
                    .as_ref()
                    .is_some_and(|reply| reply.status == status)
            })
            .count()
    }
}

fn act(actor: &mut Actor, campaign: &Campaign, manner: Manner, random: &mut Random) {
    let answered = match manner {
        Manner::OneSlot => actor.join(campaign, 1, false, 1),
        Manner::ManySlotsWithCancels => (0..2).try_for_each(|_| {
            actor.join(campaign, random.within(1..=5), false, 1)?;
            match actor.cancellable().last() {
                Some(last) if random.percent(60) => actor.cancel(*last),
                _ => Ok(()),
            }
        }),
        Manner::RetriesWithKeys => actor.join(campaign, 1, true, random.within(1..=3)),
    };
    answered.expect("the server answers");
}

/// Runs races on one server until the check objects, at most so many.
fn race(manner: Manner, variant: Option<&str>, rounds: u32) -> Result<(), String> {
    let mut random = Random::announced("races");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("races.db");
    let served = Served::start(serve(&path, variant));
    let mut actors = Vec::new();
    for round in 0..rounds {
        let mut race = Race::run(&served, &format!("r{round}"), manner, &mut random);
        let (accepted, refused) = (race.answered(201), race.answered(409));
        race.sell_the_rest(&served);
        let campaign = std::slice::from_ref(&race.campaign);
        let file = read(&path)?;
        race.check(&file)?;
        actors.append(&mut race.actors);
        check_ledgers(&actors, campaign, &file)?;
        if manner != Manner::ManySlotsWithCancels && (accepted, refused) != (50, 150) {
            return Err(format!("{accepted} clients got 201 and {refused} got 409"));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<FileState, String> {
    let file = FileState::read(path)?;
    file.check()?;
    Ok(file)
}

/// The same without HTTP: sixty-four threads call the library.
fn race_in_process(options: Options, rounds: u32) -> Result<(), String> {
    const THREADS: i64 = 64;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("races.db");
    let service = Sambatan::open_with(&path, options).expect("a new file");
    let product = NewProduct {
        name: "Rimba Embun".to_owned(),
        base_price: 420_000,
        ..NewProduct::default()
    };
    let product = service.create_product(product).expect("a product").id;
    let enabled = ToggleSambatan {
        enabled: true,
        ..ToggleSambatan::default()
    };
    service.toggle_sambatan(product, enabled).expect("enabled");
    let deadline = Utc::now() + TimeDelta::days(1);
    for _ in 0..rounds {
        let campaign = NewCampaign::new(product, "Batch Oktober", 100, 210_000, deadline);
        let campaign = service.create_campaign(campaign).expect("a campaign").id;
        let start = Barrier::new(64);
        let join = |thread: i64| {
            start.wait();
            let quantity = 1 + thread % 5;
            let user = format!("user-{thread}");
            let join = JoinCampaign::new(campaign, &user, quantity, "Jl. Melati No. 15");
            match service.join_campaign(join) {
                Ok(participation) => i64::from(participation.quantity.get()),
                Err(Error::InsufficientSlots { .. } | Error::CampaignClosed { .. }) => 0,
                Err(error) => panic!("{error}"),
            }
        };
        let join = &join;
        let joined: i64 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| scope.spawn(move || join(thread)))
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined.map(|slots| slots.expect("no thread panics")).sum()
        });
        let file = read(&path)?;
        let sold = file.slots_sold(&campaign.to_string());
        if sold != joined || sold > 100 {
            return Err(format!("{joined} slots acknowledged, {sold} sold of 100"));
        }
    }
    Ok(())
}

#[test]
fn sixty_four_threads_that_call_the_library_sell_each_slot_once() {
    race_in_process(Options::default(), 5).unwrap();
}

#[test]
fn of_two_hundred_clients_at_once_exactly_fifty_get_the_fifty_slots() {
    race(Manner::OneSlot, None, 3).unwrap();
}

#[test]
fn slots_given_back_in_the_middle_of_a_race_are_sold_once_more_and_no_oftener() {
    race(Manner::ManySlotsWithCancels, None, 3).unwrap();
}

#[test]
fn a_request_sent_three_times_at_once_with_one_key_takes_its_slot_once() {
    race(Manner::RetriesWithKeys, None, 3).unwrap();
}

#[test]
fn every_client_of_a_burst_is_answered_while_the_others_keep_their_connections_open() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(serve(&folder.path().join("burst.db"), None));
    let campaign = Campaign::create(&mut Client::new(served.address), SLOTS);
    let start = Barrier::new(200);
    let (start, served, campaign) = (&start, &served, &campaign);
    let (answered, waiting) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|number| {
                scope.spawn(move || {
                    let mut actor = Actor::new(&format!("burst-{number}"), served.address);
                    actor.connect();
                    start.wait();
                    let answered = actor.join(campaign, 1, false, 1).is_ok();
                    (actor, answered)
                })
            })
            .collect();
        // The connections stay open until every thread is done.
        let ended: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect();
        let answered = ended.iter().filter(|(_, answered)| *answered).count();
        (answered, ended.len() - answered)
    });
    assert_eq!((answered, waiting), (200, 0));
}

/// The same races against servers that are broken on purpose.
#[cfg(feature = "broken-variants")]
mod twins {
    use sambatan::{BrokenVariant, Options};

    use super::{Manner, race, race_in_process};

    /// A race is a matter of luck; with two hundred clients the first round is nearly always enough.
    const ROUNDS: u32 = 20;

    fn is_caught(manner: Manner, variant: &str, complaint: &str) {
        let found = race(manner, Some(variant), ROUNDS).expect_err("a variant that is caught");
        println!("{manner:?} on {variant}: {found}");
        assert!(found.contains(complaint), "{found}");
    }

    #[test]
    fn the_race_in_the_library_catches_a_check_outside_the_transaction() {
        let options = Options {
            broken: Some(BrokenVariant::CheckOutsideTransaction),
            ..Options::default()
        };
        let found = race_in_process(options, ROUNDS).unwrap_err();
        println!("{found}");
        assert!(found.contains("live participations hold"), "{found}");
    }

    #[test]
    fn the_race_for_one_slot_each_catches_a_check_outside_the_transaction() {
        is_caught(Manner::OneSlot, "check-outside-transaction", "oversold");
    }

    #[test]
    fn the_race_with_cancels_catches_a_check_outside_the_transaction() {
        is_caught(
            Manner::ManySlotsWithCancels,
            "check-outside-transaction",
            "live participations hold",
        );
    }

    #[test]
    fn the_race_with_retries_catches_a_check_outside_the_transaction() {
        is_caught(
            Manner::RetriesWithKeys,
            "check-outside-transaction",
            "oversold",
        );
    }

    #[test]
    fn the_race_with_retries_catches_a_server_that_forgets_keys() {
        is_caught(
            Manner::RetriesWithKeys,
            "forget-idempotency-keys",
            "and then",
        );
    }
}
