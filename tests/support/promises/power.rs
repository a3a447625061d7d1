//! A storage that forgets what was not synced: replays a trace and tells what a power cut at a given
//! moment leaves behind.
//!
//! The system may have written any part of what was not synced yet, and a file that was created is only
//! found again once its folder was synced. So a power cut has many outcomes: [`Disk::worst_case`] is
//! the one where nothing unsynced survives, [`Disk::some_case`] keeps a random part, and a correct
//! program survives all of them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::random::Random;
use super::trace::{Action, Call, Trace};

/// Storage is written in sectors of this size or larger: a write can be torn between two of them.
const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Debug, Clone, Default)]
struct File {
    /// What the storage has for certain.
    durable: Vec<u8>,
    /// What it may have or not, with the position of its call.
    pending: Vec<(usize, Change)>,
    /// Whether the folder has it for certain, and since when it exists.
    linked: bool,
    created: usize,
    /// Since when it is removed; until the folder is synced it may come back.
    removed: Option<usize>,
}

impl File {
    /// Whether a power cut can leave it there and can leave it away.
    const fn may_be_there_or_not(&self) -> bool {
        !self.linked || self.removed.is_some()
    }
}

/// The files at a moment of the trace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    files: BTreeMap<PathBuf, File>,
}

impl Disk {
    /// The files of a folder, all of them synced.
    pub(crate) fn with_files_of(folder: &Path) -> io::Result<Self> {
        let mut disk = Self::default();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let file = File {
                durable: std::fs::read(&path)?,
                linked: true,
                ..File::default()
            };
            disk.files.insert(path, file);
        }
        Ok(disk)
    }

    /// Applies a call that has ended.
    fn apply(&mut self, call: &Call) {
        match &call.action {
            Action::Create(path) => {
                let created = call.end;
                let new = || File {
                    created,
                    ..File::default()
                };
                let file = self.files.entry(path.clone()).or_insert_with(new);
                if file.removed.is_some() {
                    *file = new();
                }
            }
            Action::Remove(path) => {
                let file = self.files.entry(path.clone()).or_default();
                file.removed = Some(call.end);
            }
            Action::Write(path, offset, bytes) => {
                self.change(path, call, Change::Write(*offset, bytes.clone()));
            }
            Action::Truncate(path, length) => self.change(path, call, Change::Truncate(*length)),
            Action::Sync(path) => self.sync(path, call),
            Action::Send(_) => {}
        }
    }

    fn change(&mut self, path: &Path, call: &Call, change: Change) {
        let file = self.files.entry(path.to_owned()).or_default();
        file.pending.push((call.end, change));
    }

    /// Makes durable what had ended before the sync began.
    fn sync(&mut self, path: &Path, call: &Call) {
        self.files.retain(|found, file| {
            let in_folder = found.parent() == Some(path);
            file.linked |= in_folder && file.created < call.start;
            !(in_folder && file.removed.is_some_and(|removed| removed < call.start))
        });
        if let Some(file) = self.files.get_mut(path) {
            let pending = std::mem::take(&mut file.pending);
            for (ended, change) in pending {
                if ended < call.start {
                    change.apply(&mut file.durable);
                } else {
                    file.pending.push((ended, change));
                }
            }
        }
    }

    /// Whether a power cut now has more than one outcome.
    pub(crate) fn is_in_between(&self) -> bool {
        self.files
            .values()
            .any(|file| !file.pending.is_empty() || file.may_be_there_or_not())
    }

    /// Writes the files into a folder as a power cut leaves them of which nothing unsynced survives.
    pub(crate) fn worst_case(&self, into: &Path) -> io::Result<()> {
        for (path, file) in &self.files {
            if !file.may_be_there_or_not() {
                std::fs::write(into.join(name_of(path)), &file.durable)?;
            }
        }
        Ok(())
    }

    /// As [`Self::worst_case`], but a random part of what was not synced survives, torn at sectors and
    /// in no order.
    pub(crate) fn some_case(&self, into: &Path, random: &mut Random) -> io::Result<()> {
        for (path, file) in &self.files {
            let mut contents = file.durable.clone();
            for (_, change) in &file.pending {
                change.apply_partly(&mut contents, random);
            }
            if !file.may_be_there_or_not() || random.percent(50) {
                std::fs::write(into.join(name_of(path)), &contents)?;
            }
        }
        Ok(())
    }
}

impl Change {
    fn apply(&self, contents: &mut Vec<u8>) {
        match self {
            Self::Write(offset, bytes) => write_at(contents, *offset, bytes),
            Self::Truncate(length) => {
                contents.resize(usize::try_from(*length).expect("a file of these tests"), 0);
            }
        }
    }

    fn apply_partly(&self, contents: &mut Vec<u8>, random: &mut Random) {
        match self {
            Self::Write(offset, bytes) => {
                for (index, sector) in bytes.chunks(SECTOR).enumerate() {
                    if random.percent(50) {
                        let start = u64::try_from(index * SECTOR).expect("a write of these tests");
                        write_at(contents, offset + start, sector);
                    }
                }
            }
            Self::Truncate(_) if random.percent(50) => self.apply(contents),
            Self::Truncate(_) => {}
        }
    }
}

fn write_at(contents: &mut Vec<u8>, offset: u64, bytes: &[u8]) {
    let start = usize::try_from(offset).expect("a file of these tests");
    let end = start + bytes.len();
    if contents.len() < end {
        contents.resize(end, 0);
    }
    contents[start..end].copy_from_slice(bytes);
}

fn name_of(path: &Path) -> &std::ffi::OsStr {
    path.file_name().expect("a file has a name")
}

/// Replays a trace and stops at moments of interest: before each of the `moments`, positions in the
/// trace in ascending order, `visit` sees the storage as it was then.
///
/// # Errors
/// What `visit` answers.
pub(crate) fn replay(
    mut disk: Disk,
    trace: &Trace,
    moments: &[usize],
    mut visit: impl FnMut(usize, &Disk) -> Result<(), String>,
) -> Result<(), String> {
    let mut ended: Vec<&Call> = trace.calls.iter().collect();
    ended.sort_by_key(|call| call.end);
    let mut next = ended.into_iter().peekable();
    for (index, moment) in moments.iter().enumerate() {
        // A call that has not ended at that moment has promised nothing yet.
        while let Some(call) = next.next_if(|call| call.end < *moment) {
            disk.apply(call);
        }
        visit(index, &disk)?;
    }
    Ok(())
}
