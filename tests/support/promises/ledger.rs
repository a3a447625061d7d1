//! The clients' side of the story: what each of them sent and what it was told, to be held against
//! the file.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;

use serde_json::json;

use super::client::{Client, Reply};
use super::file::{FileState, verdict};

/// A campaign that the server has acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Campaign {
    pub(crate) id: String,
}

impl Campaign {
    /// Has a server open a campaign.
    pub(crate) fn create(client: &mut Client, total_slots: u64) -> Self {
        let mut post = |path: &str, body, status| {
            let reply = client.post(path, &body, None).expect("the server answers");
            assert_eq!(reply.status, status, "POST {path}: {}", reply.body);
            reply.text("id")
        };
        let product = json!({ "name": "Rimba Embun", "base_price": 420_000 });
        let product = post("/api/products", product, 201);
        let toggle = json!({ "enabled": true });
        post(&format!("/api/products/{product}/sambatan"), toggle, 200);
        let campaign = json!({
            "product_id": product,
            "title": "Batch Oktober",
            "total_slots": total_slots,
            "price_per_slot": 210_000,
            "deadline": "2099-01-01T00:00:00Z",
        });
        Self {
            id: post("/api/sambatan/campaigns", campaign, 201),
        }
    }
}

/// A join, each by a user of its own, so that the file tells how often it happened.
#[derive(Debug)]
pub(crate) struct Join {
    campaign: String,
    user: String,
    quantity: u64,
    key: Option<String>,
    /// What was decided, as far as this client was told.
    pub(crate) answer: Option<Reply>,
    /// Whether it was sent at least once without learning what became of it.
    in_doubt: bool,
    cancel: Cancel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cancel {
    NotSent,
    Refused,
    InDoubt,
    Done,
}

impl Join {
    /// The participation, when the client was told that it joined.
    fn participation(&self) -> Option<String> {
        self.answer
            .as_ref()
            .filter(|answer| answer.status == 201)
            .map(|answer| answer.text("id"))
    }
}

/// A client with two connections, and what it remembers.
pub(crate) struct Actor {
    name: String,
    connections: [Client; 2],
    pub(crate) joins: Vec<Join>,
    /// Answers that no server should give.
    problems: Vec<String>,
    pub(crate) outcomes_unknown: u64,
    pub(crate) replays: u64,
}

impl Actor {
    pub(crate) fn new(name: &str, address: SocketAddr) -> Self {
        Self {
            name: name.to_owned(),
            connections: [Client::new(address), Client::new(address)],
            joins: Vec::new(),
            problems: Vec::new(),
            outcomes_unknown: 0,
            replays: 0,
        }
    }

    /// Closes its connections and goes on with this server; what it remembers stays.
    pub(crate) fn move_to(&mut self, address: SocketAddr) {
        self.connections = [Client::new(address), Client::new(address)];
    }

    /// Connects now, so that the first request is not held up by it.
    pub(crate) fn connect(&mut self) {
        self.connections[0].connect().expect("the server accepts");
    }

    /// A new join. With a key it is sent `times` times, two of them at once.
    ///
    /// # Errors
    /// When the server went away.
    pub(crate) fn join(
        &mut self,
        campaign: &Campaign,
        quantity: u64,
        with_key: bool,
        times: u64,
    ) -> io::Result<()> {
        let user = format!("{}-{}", self.name, self.joins.len());
        self.joins.push(Join {
            campaign: campaign.id.clone(),
            key: with_key.then(|| format!("key-{user}")),
            user,
            quantity,
            answer: None,
            in_doubt: false,
            cancel: Cancel::NotSent,
        });
        self.send(self.joins.len() - 1, if with_key { times } else { 1 })
    }

    /// Sends a join with a key again.
    ///
    /// # Errors
    /// When the server went away.
    pub(crate) fn repeat(&mut self, index: usize, times: u64) -> io::Result<()> {
        assert!(self.joins[index].key.is_some(), "only a key makes it safe");
        self.replays += 1;
        self.send(index, times)
    }

    fn send(&mut self, index: usize, times: u64) -> io::Result<()> {
        let [first, second] = &mut self.connections;
        let join = &mut self.joins[index];
        let path = format!("/api/sambatan/campaigns/{}/join", join.campaign);
        let body = json!({
            "user_id": join.user,
            "quantity": join.quantity,
            "shipping_address": "Jl. Melati No. 15, Jakarta Selatan",
        });
        let mut left = times;
        while left > 0 {
            let sent = first.send(&path, &body, join.key.as_deref());
            let sent_too = (left > 1).then(|| second.send(&path, &body, join.key.as_deref()));
            let reply = sent.and_then(|()| first.receive());
            let reply_too = sent_too.map(|sent| sent.and_then(|()| second.receive()));
            let mut lost = None;
            for reply in [Some(reply), reply_too].into_iter().flatten() {
                left -= 1;
                match reply {
                    Ok(reply) => {
                        note_reply(join, reply, &mut self.problems, &mut self.outcomes_unknown)
                    }
                    Err(error) => {
                        join.in_doubt = true;
                        lost = Some(error);
                    }
                }
            }
            if let Some(error) = lost {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Gives back what a join took.
    ///
    /// # Errors
    /// When the server went away.
    pub(crate) fn cancel(&mut self, index: usize) -> io::Result<()> {
        let join = &mut self.joins[index];
        let Some(participation) = join.participation() else {
            return Ok(());
        };
        let path = format!("/api/sambatan/participations/{participation}/cancel");
        let before = join.cancel;
        // Until an answer says otherwise.
        join.cancel = Cancel::InDoubt;
        let reply = self.connections[0].post(&path, &json!({}), None)?;
        match (reply.status, reply.text("code").as_str()) {
            (200, _) if before != Cancel::Done => join.cancel = Cancel::Done,
            // An earlier cancel whose answer was lost may be the reason.
            (409, _) if before == Cancel::InDoubt => {}
            (409, _) | (503, "overloaded" | "stopping") if before == Cancel::NotSent => {
                join.cancel = Cancel::Refused;
            }
            (503, "outcome_unknown") => self.outcomes_unknown += 1,
            _ => self.problems.push(format!(
                "cancel of {} after {before:?}: {reply:?}",
                join.user
            )),
        }
        Ok(())
    }

    /// The joins that hold slots as far as this client knows, and that it has not tried to give back.
    pub(crate) fn cancellable(&self) -> Vec<usize> {
        self.indices(|join| join.cancel == Cancel::NotSent && join.participation().is_some())
    }

    /// The joins that can be sent again.
    pub(crate) fn repeatable(&self) -> Vec<usize> {
        self.indices(|join| join.key.is_some())
    }

    fn indices(&self, wanted: impl Fn(&Join) -> bool) -> Vec<usize> {
        (0..self.joins.len())
            .filter(|index| wanted(&self.joins[*index]))
            .collect()
    }

    /// Sends every join with a key again, twice, of which it is not known what became. Answers how many.
    pub(crate) fn resolve(&mut self) -> u64 {
        let unresolved = self.indices(|join| join.key.is_some() && join.answer.is_none());
        let mut resolved = 0;
        for index in unresolved {
            self.repeat(index, 2).expect("the server is back");
            if self.joins[index].answer.is_none() {
                let user = &self.joins[index].user;
                self.problems.push(format!("{user} could not be resolved"));
            }
            resolved += 1;
        }
        resolved
    }

    /// How many joins were acknowledged, and how many cancels.
    pub(crate) fn acknowledged(&self) -> (usize, usize) {
        (
            self.indices(|join| join.participation().is_some()).len(),
            self.indices(|join| join.cancel == Cancel::Done).len(),
        )
    }

    /// How many requests never got an answer.
    pub(crate) fn unanswered(&self) -> usize {
        self.indices(|join| join.in_doubt || join.cancel == Cancel::InDoubt)
            .len()
    }

    fn check(&self, file: &FileState, problems: &mut Vec<String>) {
        problems.extend(self.problems.iter().cloned());
        for join in &self.joins {
            if let Err(problem) = check_join(join, file) {
                problems.push(format!("{problem}; the client knows {join:?}"));
            }
        }
    }
}

fn note_reply(join: &mut Join, reply: Reply, problems: &mut Vec<String>, unknown: &mut u64) {
    match (reply.status, reply.text("code").as_str()) {
        (201, _) | (409, "campaign_closed" | "insufficient_slots") => match &join.answer {
            None => join.answer = Some(reply),
            Some(answer) if *answer == reply => {}
            Some(answer) => problems.push(format!(
                "{} was answered {answer:?} and then {reply:?}",
                join.user
            )),
        },
        (503, "outcome_unknown") => {
            join.in_doubt = true;
            *unknown += 1;
        }
        // Nothing was done, and nothing was promised.
        (503, "overloaded" | "stopping") => {}
        _ => problems.push(format!("{} was answered {reply:?}", join.user)),
    }
}

fn check_join(join: &Join, file: &FileState) -> Result<(), String> {
    let none = Vec::new();
    let rows = file.by_user.get(&join.user).unwrap_or(&none);
    if rows.len() > 1 {
        return Err(format!("one join, {} participations", rows.len()));
    }
    let Some(answer) = &join.answer else {
        // Whether it is there is open, unless the client was told each time that nothing was done.
        return match (rows.first(), join.in_doubt) {
            (Some(row), false) => Err(format!("{row} is there although nothing was to be done")),
            _ => Ok(()),
        };
    };
    if answer.status != 201 {
        return match rows.first() {
            Some(row) => Err(format!("{row} is there although the join was refused")),
            None => Ok(()),
        };
    }
    let id = answer.text("id");
    let row = file
        .participations
        .get(&id)
        .filter(|row| row.user == join.user && row.campaign == join.campaign)
        .ok_or("an acknowledged join is lost")?;
    if u64::try_from(row.quantity) != Ok(join.quantity) {
        return Err(format!("it has {} slots", row.quantity));
    }
    match (join.cancel, row.status == "cancelled") {
        (Cancel::Done, false) => Err("an acknowledged cancel is lost".to_owned()),
        (Cancel::NotSent | Cancel::Refused, true) => Err("cancelled by nobody".to_owned()),
        _ => Ok(()),
    }
}

/// Holds what the clients were told, and that nobody else acted, against the file.
///
/// # Errors
/// What does not agree, in the file itself or with the clients.
pub(crate) fn check_ledgers<'a>(
    actors: impl IntoIterator<Item = &'a Actor>,
    campaigns: &[Campaign],
    file: &FileState,
) -> Result<(), String> {
    // First, so that it is shown however many clients complain.
    let mut problems: Vec<String> = file.check().err().into_iter().collect();
    let mut users = HashSet::new();
    for actor in actors {
        actor.check(file, &mut problems);
        users.extend(actor.joins.iter().map(|join| join.user.as_str()));
    }
    for row in file.participations.values() {
        if !users.contains(row.user.as_str()) {
            problems.push(format!("{} never joined", row.user));
        }
    }
    for campaign in campaigns {
        if !file.campaigns.contains_key(&campaign.id) {
            problems.push(format!("the acknowledged campaign {} is lost", campaign.id));
        }
    }
    verdict(&problems)
}
