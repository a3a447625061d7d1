//! A progress bar for commands that take a while, where somebody looks at it.

use std::ops::ControlFlow;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sambatan::backup::Progress;

use crate::cli::{Failure, signals};

/// How often a bar moves while nothing is counted.
const TICK: Duration = Duration::from_millis(200);

/// Shows how far a command is, and stops it on Ctrl-C or SIGTERM.
pub(super) struct Watcher {
    bar: ProgressBar,
    stop: Receiver<()>,
}

impl Watcher {
    /// Watches a copy. Catches the signals; draws on stderr when that is a terminal, and nowhere otherwise.
    ///
    /// # Errors
    /// [`Failure::Failed`] when a signal cannot be caught.
    pub(super) fn of_copy() -> Result<Self, Failure> {
        let watcher = Self::start(0, "{msg:9} {wide_bar} {bytes}/{total_bytes}")?;
        watcher.bar.set_message("copying");
        Ok(watcher)
    }

    /// As [`Self::of_copy`], for so many lines of a file.
    ///
    /// # Errors
    /// As [`Self::of_copy`].
    pub(super) fn of_lines(lines: usize) -> Result<Self, Failure> {
        let lines = u64::try_from(lines).unwrap_or(u64::MAX);
        Self::start(lines, "{wide_bar} {human_pos}/{human_len} lines")
    }

    fn start(length: u64, template: &'static str) -> Result<Self, Failure> {
        let stop = signals::stop_requested()
            .map_err(|error| Failure::Failed(format!("cannot catch signals: {error}")))?;
        // It hides itself where no terminal is.
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(template).expect("the template is a constant");
        bar.set_style(style);
        Ok(Self { bar, stop })
    }

    /// What a backup or a restore calls as it goes.
    pub(super) fn watch(&self, progress: Progress) -> ControlFlow<()> {
        match progress {
            Progress::Copying(copied) => {
                self.bar.set_length(copied.of);
                self.bar.set_position(copied.bytes);
            }
            _ => {
                self.bar.set_message("checking");
                self.bar.enable_steady_tick(TICK);
            }
        }
        self.goes_on()
    }

    /// What an import calls as it goes.
    pub(super) fn watch_lines(&self, done: usize) -> ControlFlow<()> {
        self.bar
            .set_position(u64::try_from(done).unwrap_or(u64::MAX));
        self.goes_on()
    }

    fn goes_on(&self) -> ControlFlow<()> {
        match self.stop.try_recv() {
            Err(TryRecvError::Empty) => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
