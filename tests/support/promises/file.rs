//! Reads the file and checks that its rows agree with each other: the campaigns' counters with the
//! live participations, and both with what the audit log gives when it is replayed from its start.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// The rows that the checks need.
#[derive(Debug, Default)]
pub(crate) struct FileState {
    pub(crate) campaigns: BTreeMap<String, CampaignRow>,
    pub(crate) participations: BTreeMap<String, ParticipationRow>,
    /// Participations of each user.
    pub(crate) by_user: HashMap<String, Vec<String>>,
    events: Vec<Event>,
    /// What SQLite and the file's own constraints say.
    problems: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct CampaignRow {
    total: i64,
    filled: i64,
    participants: i64,
    status: String,
}

#[derive(Debug)]
pub(crate) struct ParticipationRow {
    pub(crate) campaign: String,
    pub(crate) user: String,
    pub(crate) quantity: i64,
    pub(crate) status: String,
}

impl ParticipationRow {
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.status.as_str(), "pending_payment" | "confirmed")
    }
}

#[derive(Debug)]
struct Event {
    campaign: String,
    name: String,
    facts: Value,
}

impl FileState {
    /// Reads the file as one snapshot; a server may have it open.
    ///
    /// # Errors
    /// When SQLite cannot read it: for a file of these tests that is a finding.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        Self::try_read(path).map_err(|error| format!("the file cannot be read: {error}"))
    }

    fn try_read(path: &Path) -> rusqlite::Result<Self> {
        // A reader of a write-ahead log writes the log's index, so this cannot be read-only.
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "query_only", true)?;
        let snapshot = connection.unchecked_transaction()?;
        let mut state = Self::default();
        state.read_rows(&snapshot)?;
        state.read_problems(&snapshot)?;
        Ok(state)
    }

    fn read_rows(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare(
            "SELECT id, total_slots, filled_slots, participant_count, status FROM sambatan_campaigns",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let campaign = CampaignRow {
                total: row.get(1)?,
                filled: row.get(2)?,
                participants: row.get(3)?,
                status: row.get(4)?,
            };
            self.campaigns.insert(row.get(0)?, campaign);
        }
        let mut statement = connection.prepare(
            "SELECT id, campaign_id, user_id, quantity, status FROM sambatan_participants",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let participation = ParticipationRow {
                campaign: row.get(1)?,
                user: row.get(2)?,
                quantity: row.get(3)?,
                status: row.get(4)?,
            };
            let of_user = self.by_user.entry(participation.user.clone()).or_default();
            of_user.push(id.clone());
            self.participations.insert(id, participation);
        }
        let mut statement = connection.prepare(
            "SELECT campaign_id, event, metadata FROM sambatan_audit_logs
              WHERE campaign_id IS NOT NULL ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let facts: String = row.get(2)?;
            self.events.push(Event {
                campaign: row.get(0)?,
                name: row.get(1)?,
                facts: serde_json::from_str(&facts).unwrap_or(Value::Null),
            });
        }
        Ok(())
    }

    fn read_problems(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut note = |what: &str, sql: &str| -> rusqlite::Result<()> {
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let found: rusqlite::types::Value = row.get(0)?;
                self.problems.push(format!("{what}: {found:?}"));
            }
            Ok(())
        };
        note(
            "integrity check",
            "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        )?;
        note(
            "foreign key broken in",
            "SELECT \"table\" FROM pragma_foreign_key_check",
        )?;
        note(
            "a stored answer without its participation, key",
            "SELECT key FROM idempotency_keys WHERE status = 201 AND NOT EXISTS
                 (SELECT 1 FROM sambatan_participants AS p
                   WHERE p.id = body ->> '$.id' AND p.user_id = scope)",
        )?;
        note(
            "several keys answer the same participation",
            "SELECT body ->> '$.id' FROM idempotency_keys WHERE status = 201
              GROUP BY 1 HAVING count(*) > 1",
        )?;
        note(
            "the totals differ for status",
            "SELECT t.status FROM sambatan_totals AS t
               LEFT JOIN (SELECT status, count(*) AS campaigns, sum(filled_slots) AS filled
                            FROM sambatan_campaigns GROUP BY status) AS c ON c.status = t.status
              WHERE t.campaigns <> ifnull(c.campaigns, 0) OR t.filled_slots <> ifnull(c.filled, 0)",
        )
    }

    /// The slots that live participations of a campaign hold.
    pub(crate) fn slots_sold(&self, campaign: &str) -> i64 {
        self.live_of(campaign).map(|live| live.quantity).sum()
    }

    fn live_of(&self, campaign: &str) -> impl Iterator<Item = &ParticipationRow> {
        self.participations
            .values()
            .filter(move |row| row.campaign == campaign && row.is_live())
    }

    /// Whether everything in the file agrees.
    ///
    /// # Errors
    /// What does not, one problem a line.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut problems = self.problems.clone();
        let mut live: HashMap<&str, (i64, i64)> = HashMap::new();
        for row in self.participations.values().filter(|row| row.is_live()) {
            let (slots, count) = live.entry(&row.campaign).or_default();
            *slots += row.quantity;
            *count += 1;
        }
        for (id, campaign) in &self.campaigns {
            let (sold, count) = live.get(id.as_str()).copied().unwrap_or_default();
            if sold > campaign.total {
                problems.push(format!(
                    "{id}: oversold, {sold} of {} slots",
                    campaign.total
                ));
            }
            if (sold, count) != (campaign.filled, campaign.participants) {
                problems.push(format!(
                    "{id}: {count} live participations hold {sold} slots, the campaign says {} and {}",
                    campaign.participants, campaign.filled
                ));
            }
        }
        self.check_audit_log(&mut problems);
        verdict(&problems)
    }

    fn check_audit_log(&self, problems: &mut Vec<String>) {
        let mut replay = Replay::default();
        for event in &self.events {
            if let Err(problem) = replay.apply(event) {
                problems.push(format!(
                    "audit log, {} of {}: {problem}",
                    event.name, event.campaign
                ));
            }
        }
        for (id, campaign) in &self.campaigns {
            match replay.campaigns.get(id.as_str()) {
                Some(replayed)
                    if replayed.taken == campaign.filled && replayed.status == campaign.status => {}
                replayed => problems.push(format!(
                    "{id} is {campaign:?}, its audit log says {replayed:?}"
                )),
            }
        }
        for (id, row) in &self.participations {
            let logged = replay.participations.get(id.as_str());
            let agrees = logged.is_some_and(|logged| {
                logged.quantity == row.quantity
                    && logged.campaign == row.campaign
                    && logged.cancelled == (row.status == "cancelled")
            });
            if !agrees {
                problems.push(format!("{id} is {row:?}, the audit log says {logged:?}"));
            }
        }
        // Each is logged once at most, so equal numbers mean that none is logged without its row.
        if replay.participations.len() != self.participations.len() {
            problems.push(format!(
                "{} joins in the audit log, {} participations",
                replay.participations.len(),
                self.participations.len()
            ));
        }
    }
}

/// The state that the audit log tells.
#[derive(Default)]
struct Replay<'a> {
    campaigns: HashMap<&'a str, ReplayedCampaign>,
    participations: HashMap<&'a str, ReplayedJoin<'a>>,
}

#[derive(Debug)]
struct ReplayedCampaign {
    total: i64,
    taken: i64,
    status: &'static str,
}

#[derive(Debug)]
struct ReplayedJoin<'a> {
    campaign: &'a str,
    quantity: i64,
    cancelled: bool,
}

impl<'a> Replay<'a> {
    fn apply(&mut self, event: &'a Event) -> Result<(), String> {
        let number = |name: &str| event.facts[name].as_i64().ok_or(format!("no {name}"));
        let id = event.campaign.as_str();
        if event.name == "campaign_created" {
            let created = ReplayedCampaign {
                total: number("total_slots")?,
                taken: 0,
                status: "active",
            };
            return match self.campaigns.insert(id, created) {
                Some(_) => Err("created twice".to_owned()),
                None => Ok(()),
            };
        }
        let campaign = self.campaigns.get_mut(id).ok_or("never created")?;
        let sold_out = campaign.taken == campaign.total;
        if sold_out && campaign.status == "active" && event.name != "campaign_full" {
            return Err("the last slot was taken and no campaign_full followed".to_owned());
        }
        match event.name.as_str() {
            "participant_joined" => {
                let participation = event.facts["participation_id"].as_str().ok_or("no id")?;
                let join = ReplayedJoin {
                    campaign: id,
                    quantity: number("quantity")?,
                    cancelled: false,
                };
                campaign.expect(&["active"])?;
                campaign.taken += join.quantity;
                campaign.expect_taken(number("slots_taken")?)?;
                if self.participations.insert(participation, join).is_some() {
                    return Err(format!("{participation} joined twice"));
                }
            }
            "participant_cancelled" => {
                let participation = event.facts["participation_id"].as_str().ok_or("no id")?;
                let join = self.participations.get_mut(participation);
                let join = join
                    .filter(|join| !join.cancelled && join.campaign == id)
                    .ok_or(format!("{participation} held nothing"))?;
                join.cancelled = true;
                campaign.expect(&["active", "locked"])?;
                campaign.taken -= join.quantity;
                campaign.expect_taken(number("slots_taken")?)?;
            }
            "campaign_full" if sold_out => {
                campaign.expect(&["active"])?;
                campaign.status = "locked";
            }
            "campaign_reopened" if !sold_out => {
                campaign.expect(&["locked"])?;
                campaign.status = "active";
            }
            "campaign_completed" => {
                campaign.expect(&["locked"])?;
                campaign.status = "fulfilled";
            }
            other => return Err(format!("{other} does not fit here: {campaign:?}")),
        }
        Ok(())
    }
}

impl ReplayedCampaign {
    fn expect(&self, statuses: &[&str]) -> Result<(), String> {
        if statuses.contains(&self.status) {
            Ok(())
        } else {
            Err(format!("the campaign was {}", self.status))
        }
    }

    fn expect_taken(&self, logged: i64) -> Result<(), String> {
        if self.taken > self.total {
            return Err(format!("oversold, {} of {} slots", self.taken, self.total));
        }
        if self.taken != logged {
            return Err(format!("{} slots taken, logged as {logged}", self.taken));
        }
        Ok(())
    }
}

/// An error with the first of the problems, when there are any.
pub(crate) fn verdict(problems: &[String]) -> Result<(), String> {
    const SHOWN: usize = 12;
    if problems.is_empty() {
        return Ok(());
    }
    let first = problems[..problems.len().min(SHOWN)].join("\n");
    Err(format!("{} problems:\n{first}", problems.len()))
}
