//! A progress bar for commands that take a while, where somebody looks at it.

use std::ops::ControlFlow;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sambatan::backup::Progress;

use crate::cli::{Failure, signals};

/// How often a bar moves while nothing is counted.
const TICK: Duration = Duration::from_millis(200);

/// Shows how far a copy is, and stops it on Ctrl-C or SIGTERM.
pub(super) struct Watcher {
    bar: ProgressBar,
    stop: Receiver<()>,
}

impl Watcher {
    /// Catches the signals. Draws on stderr when that is a terminal, and nowhere otherwise.
    ///
    /// # Errors
    /// [`Failure::Failed`] when a signal cannot be caught.
    pub(super) fn start() -> Result<Self, Failure> {
        let stop = signals::stop_requested()
            .map_err(|error| Failure::Failed(format!("cannot catch signals: {error}")))?;
        // It hides itself where no terminal is.
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg:9} {wide_bar} {bytes}/{total_bytes}")
            .expect("the template is a constant");
        bar.set_style(style);
        bar.set_message("copying");
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
