//! Between the door and one client: a request in, an answer out, the next, and the end.
//!
//! Owns: the steps of an exchange as the client sees it. Each step goes as far as it can without
//! waiting; the event loop calls again when there is more.

use std::net::IpAddr;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Interest, Token};

use chrono::Utc;

use crate::http::date::http_date;

use super::client::{Attempt, Client, Phase, Stage};
use super::event_loop::EventLoop;
use super::intake::Progress;
use super::refusal::{ALLOW, Refusal};
use super::stopping::Stopping;
use super::vet::{Refused, Traits, Version};

/// Of the shared buffer, one read from a client takes this much, so that little is read ahead of
/// its turn.
const CLIENT_READ: usize = 16 * 1024;

/// Of a refused upload so much is read and thrown away, for so long, so that its sender sees why.
const UPLOAD_DISCARDED: usize = 64 * 1024 * 1024;
const UPLOAD_LINGER: Duration = Duration::from_secs(20);

/// Steps for one connection before the others have their turn.
const STEPS: usize = 32;

impl EventLoop {
    /// Moves one client as far as it goes without waiting.
    pub(super) fn pump(&mut self, slot: usize) {
        for _ in 0..STEPS {
            let Some(phase) = self.crowd.get(slot).map(|client| client.phase) else {
                return;
            };
            let moved = match phase {
                Phase::Reading(_) => self.step_reading(slot),
                Phase::Writing => self.step_writing(slot),
                Phase::Relaying(upstream) => self.step_relaying(slot, upstream),
                Phase::Lingering => self.step_lingering(slot),
                Phase::Queued | Phase::InFlight(_) => false,
            };
            if !moved {
                return;
            }
        }
        self.again.push(slot);
    }

    fn step_reading(&mut self, slot: usize) -> bool {
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        let stage = match client.intake.advance(&self.config, client.peer) {
            Err(refused) => {
                self.refuse(slot, refused);
                return true;
            }
            Ok(Progress::Complete(request)) => {
                client.traits = request.traits;
                client.request = request.wire;
                client.permit = request.permit;
                self.enqueue(slot);
                return false;
            }
            Ok(Progress::AboutServer(traits)) => {
                client.traits = traits;
                self.answer_about_server(slot);
                return true;
            }
            Ok(Progress::Empty) => Stage::Idle,
            Ok(Progress::Head) => Stage::Head,
            Ok(Progress::Body { invite }) => {
                if invite && !client.invite_body() {
                    self.crowd.close(slot);
                    return false;
                }
                Stage::Body
            }
        };
        self.enter_stage(slot, stage);
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        match client.read(&mut self.scratch[..CLIENT_READ]) {
            Attempt::Done => true,
            Attempt::Blocked => false,
            Attempt::Ended if client.intake.has_begun() => {
                let traits = client.intake.traits();
                self.refuse(
                    slot,
                    Refused {
                        refusal: Refusal::RequestCutShort,
                        traits,
                    },
                );
                true
            }
            Attempt::Ended => {
                self.crowd.close(slot);
                false
            }
        }
    }

    /// Sets the deadline of a stage when it begins, and only then: it is absolute.
    fn enter_stage(&mut self, slot: usize, stage: Stage) {
        let deadline = match stage {
            Stage::Idle => return,
            Stage::Head => self.now + self.config.head_deadline,
            Stage::Body => self.now + self.body_deadline(slot),
        };
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        if client.phase != Phase::Reading(stage) {
            client.phase = Phase::Reading(stage);
            self.crowd.set_deadline(slot, deadline);
        }
    }

    fn body_deadline(&mut self, slot: usize) -> Duration {
        let client = self.crowd.get(slot);
        let is_upload = client.is_some_and(|client| client.intake.traits().is_upload);
        if is_upload {
            self.config.uploads.body_deadline
        } else {
            self.config.body_deadline
        }
    }

    fn answer_about_server(&mut self, slot: usize) {
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        let Traits {
            keep_alive,
            version,
            ..
        } = client.traits;
        client.close_after = !keep_alive;
        let connection = match version {
            _ if !keep_alive => "Connection: close\r\n",
            Version::Http10 => "Connection: keep-alive\r\n",
            Version::Http11 => "",
        };
        let date = http_date(Utc::now());
        let answer = format!(
            "HTTP/1.1 204 No Content\r\nDate: {date}\r\nAllow: {ALLOW}\r\n{connection}\r\n"
        );
        self.begin_answer(slot, answer.into_bytes());
    }

    /// Answers with a refusal and closes after it. The caller pumps.
    pub(super) fn refuse(&mut self, slot: usize, refused: Refused) {
        let Refused { refusal, traits } = refused;
        self.stats.count_refusal(refusal);
        log::debug!("refused: {}", refusal.code());
        if let Some(client) = self.crowd.get(slot) {
            client.close_after = true;
            client.traits = traits;
            client.intake.abandon();
            if traits.is_upload {
                client.discard_limit = UPLOAD_DISCARDED;
            }
        }
        self.begin_answer(slot, refusal.render(traits));
    }

    pub(super) fn begin_answer(&mut self, slot: usize, answer: Vec<u8>) {
        let now = self.now;
        if let Some(client) = self.crowd.get(slot) {
            client.set_answer(answer);
            client.waiting_since = now;
        }
        self.crowd
            .set_deadline(slot, now + self.config.write_deadline);
    }

    fn step_writing(&mut self, slot: usize) -> bool {
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        match client.write() {
            Attempt::Done => {
                self.end_answer(slot);
                true
            }
            Attempt::Ended => {
                self.crowd.close(slot);
                false
            }
            Attempt::Blocked => {
                self.arm_client(slot, true);
                self.crowd.hold_answer(slot);
                if self.crowd.held() > self.config.reply_memory_limit {
                    self.crowd.close_slowest_taker();
                }
                false
            }
        }
    }

    fn end_answer(&mut self, slot: usize) {
        self.crowd.release_answer(slot);
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        client.permit = None;
        if client.writable_armed {
            self.arm_client(slot, false);
        }
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        if client.close_after || self.stopping.is_some() {
            self.begin_lingering(slot);
        } else {
            client.phase = Phase::Reading(Stage::Idle);
            client.waiting_since = self.now;
            self.crowd
                .set_deadline(slot, self.now + self.config.idle_deadline);
        }
    }

    /// Everything is said: lets the client read it and close first, for a bounded time.
    fn begin_lingering(&mut self, slot: usize) {
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        if !client.close_half() {
            self.crowd.close(slot);
            return;
        }
        client.phase = Phase::Lingering;
        let usual = match client.traits.is_upload {
            // Browsers send a file to its end before they look at the answer.
            true => UPLOAD_LINGER.max(self.config.linger_deadline),
            false => self.config.linger_deadline,
        };
        let patience = match &self.stopping {
            Some(_) => usual.min(Stopping::LINGER),
            None => usual,
        };
        self.crowd.set_deadline(slot, self.now + patience);
        self.crowd.leave_count(slot, self.config.linger_limit());
    }

    fn step_lingering(&mut self, slot: usize) -> bool {
        let Some(client) = self.crowd.get(slot) else {
            return false;
        };
        match client.discard(&mut self.scratch[..CLIENT_READ]) {
            Attempt::Done => true,
            Attempt::Blocked => false,
            Attempt::Ended => {
                self.crowd.close(slot);
                false
            }
        }
    }

    pub(super) fn arm_client(&mut self, slot: usize, armed: bool) {
        let token = Token(self.crowd.first_token() + slot);
        let Some(client) = self.crowd.get(slot) else {
            return;
        };
        if client.writable_armed == armed {
            return;
        }
        client.writable_armed = armed;
        let interest = if armed {
            Interest::READABLE | Interest::WRITABLE
        } else {
            Interest::READABLE
        };
        if self
            .poll
            .registry()
            .reregister(&mut client.stream, token, interest)
            .is_err()
        {
            self.crowd.close(slot);
        }
    }

    /// Takes a new connection in. The caller has made sure that there is room.
    pub(super) fn admit(&mut self, stream: TcpStream, peer: IpAddr, exempt: bool) -> Option<usize> {
        // An answer is one write; waiting for more to send would only delay it.
        let _ = stream.set_nodelay(true);
        let slot = self.crowd.add(Client::new(stream, peer, exempt, self.now));
        let token = Token(self.crowd.first_token() + slot);
        let client = self.crowd.get(slot)?;
        if self
            .poll
            .registry()
            .register(&mut client.stream, token, Interest::READABLE)
            .is_err()
        {
            self.crowd.close(slot);
            return None;
        }
        self.crowd
            .set_deadline(slot, self.now + self.config.idle_deadline);
        Some(slot)
    }
}
