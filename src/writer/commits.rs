//! The news that something was committed, for whoever delivers events.

use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Tells one listener that there may be something new in the file. One message says as much as many.
#[derive(Debug)]
pub(crate) struct Commits {
    news: Sender<()>,
    heard: Receiver<()>,
    /// While nobody wants the news a commit costs no more than looking here.
    wanted: AtomicBool,
}

impl Default for Commits {
    fn default() -> Self {
        let (news, heard) = bounded(1);
        Self {
            news,
            heard,
            wanted: AtomicBool::new(false),
        }
    }
}

impl Commits {
    /// Where the news arrives.
    pub(crate) fn listen(&self) -> Receiver<()> {
        self.heard.clone()
    }

    /// Says whether the listener wants to hear of commits from now on.
    pub(crate) fn want(&self, wanted: bool) {
        self.wanted.store(wanted, Ordering::SeqCst);
    }

    /// Something was committed.
    pub(super) fn tell(&self) {
        if self.wanted.load(Ordering::SeqCst) {
            self.wake();
        }
    }

    /// Wakes the listener, whatever it wants.
    pub(crate) fn wake(&self) {
        // A full channel holds the news already.
        let _ = self.news.try_send(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_told_once_and_only_when_it_is_wanted() {
        let commits = Commits::default();
        let heard = commits.listen();
        commits.tell();
        assert!(heard.try_recv().is_err());
        commits.want(true);
        commits.tell();
        commits.tell();
        assert!(heard.try_recv().is_ok());
        assert!(heard.try_recv().is_err());
        commits.want(false);
        commits.wake();
        assert!(heard.try_recv().is_ok());
    }
}
