//! Reads what `strace -f -y -xx` wrote: which bytes went to which file and socket, when, and when the
//! system said that they are on the storage.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What is traced: everything that changes or syncs a file, and everything that can carry an answer.
pub(crate) const CALLS: &str = "trace=openat,creat,mmap,lseek,write,writev,pwrite64,pwritev,pwritev2,ftruncate,fallocate,\
     copy_file_range,sendfile,fdatasync,fsync,sync_file_range,sendto,sendmsg,rename,renameat,renameat2,unlink,unlinkat";

/// A finished system call. `start` and `end` are positions in the trace: what is smaller was earlier.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) descriptor: i64,
    pub(crate) action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// A file was opened and, if there was none, created.
    Create(PathBuf),
    /// Bytes were written to a file at an offset.
    Write(PathBuf, u64, Vec<u8>),
    /// A file was removed.
    Remove(PathBuf),
    /// A file was cut or extended to a length.
    Truncate(PathBuf, u64),
    /// The storage has what was written to this file or folder before the call began.
    Sync(PathBuf),
    /// Bytes were sent to a socket.
    Send(Vec<u8>),
}

/// A trace, in the order in which the calls began.
pub(crate) struct Trace {
    pub(crate) calls: Vec<Call>,
    /// The traced process.
    pub(crate) process: u32,
}

struct Line<'a> {
    start: usize,
    end: usize,
    name: &'a str,
    arguments: String,
    result: &'a str,
}

impl Trace {
    /// Parses a trace. Looks at the files below `folder` and at sockets.
    ///
    /// # Errors
    /// When something happened to these files that this cannot follow: to guess would prove nothing.
    pub(crate) fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        let mut positions = HashMap::new();
        let mut calls = Vec::new();
        for line in join_lines(text) {
            calls.extend(read_call(&line, folder, &mut positions)?);
        }
        calls.sort_by_key(|call: &Call| call.start);
        let process = first_process(text).ok_or("an empty trace")?;
        Ok(Self { calls, process })
    }
}

/// The process that was started under the trace: the first one in it.
pub(crate) fn first_process(text: &str) -> Option<u32> {
    text.split_whitespace().next()?.parse().ok()
}

/// Puts calls together that were interrupted by others, in the order in which they ended.
fn join_lines(text: &str) -> Vec<Line<'_>> {
    let mut unfinished: HashMap<&str, (usize, &str)> = HashMap::new();
    let mut joined = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some((process, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        let (start, call) = if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
            unfinished.insert(process, (number, begun));
            continue;
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some((_, tail)) = resumed.split_once("resumed>") else {
                continue;
            };
            let Some((start, begun)) = unfinished.remove(process) else {
                continue;
            };
            (start, (begun, tail))
        } else {
            (number, (rest, ""))
        };
        let (head, tail) = call;
        let Some((name, arguments)) = head.split_once('(') else {
            continue;
        };
        // The result stands after the last `=`; the bytes are in hexadecimal and have none.
        let whole = format!("{arguments}{tail}");
        let last = if tail.is_empty() { arguments } else { tail };
        let Some((_, result)) = last
            .rsplit_once(") ")
            .and_then(|(_, end)| end.trim_start().split_once("= "))
        else {
            continue;
        };
        joined.push(Line {
            start,
            end: number,
            name,
            arguments: whole,
            result,
        });
    }
    // Cut off by the end of the process, with an unknown result.
    for (start, begun) in unfinished.into_values() {
        if let Some((name, arguments)) = begun.split_once('(') {
            joined.push(Line {
                start,
                end: usize::MAX,
                name,
                arguments: arguments.to_owned(),
                result: "?",
            });
        }
    }
    joined
}

fn read_call(
    line: &Line<'_>,
    folder: &Path,
    positions: &mut HashMap<i64, u64>,
) -> Result<Option<Call>, String> {
    if line.result.starts_with('-') {
        return Ok(None);
    }
    // An answer whose sending was cut off by the end of the process may have left all the same. A change
    // of a file that was cut off has promised nothing.
    let cut_off = line.result.starts_with('?');
    if cut_off && !path_of(&line.arguments).is_some_and(|path| is_socket(&path)) {
        return Ok(None);
    }
    if line.name == "openat" {
        return read_open(line, folder, positions);
    }
    let descriptor = leading_number(&line.arguments).and_then(|number| i64::try_from(number).ok());
    let Some(descriptor) = descriptor else {
        return read_other(line, folder);
    };
    let target = path_of(&line.arguments);
    if target.as_ref().is_some_and(|path| is_socket(path)) {
        let sends = matches!(line.name, "write" | "writev" | "sendto" | "sendmsg");
        return Ok(quoted(&line.arguments)
            .filter(|_| sends)
            .map(|bytes| call(line, descriptor, Action::Send(bytes))));
    }
    let Some(path) = below(folder, target).filter(|path| !is_index(path)) else {
        return Ok(None);
    };
    let action = read_change(line, path, positions.entry(descriptor).or_default())?;
    Ok(action.map(|action| call(line, descriptor, action)))
}

fn read_open(
    line: &Line<'_>,
    folder: &Path,
    positions: &mut HashMap<i64, u64>,
) -> Result<Option<Call>, String> {
    let Some(path) = below(folder, path_of(line.result)).filter(|path| !is_index(path)) else {
        return Ok(None);
    };
    if line.arguments.contains("O_TRUNC") || line.arguments.contains("O_APPEND") {
        return Err(format!(
            "{} was opened in a way that is not followed",
            path.display()
        ));
    }
    // A new description starts at the beginning, also under a number that was used before.
    let descriptor = leading_number(line.result).and_then(|number| i64::try_from(number).ok());
    positions.insert(descriptor.unwrap_or(-1), 0);
    let created = line.arguments.contains("O_CREAT");
    Ok(created.then(|| call(line, -1, Action::Create(path))))
}

/// Calls whose first argument is no descriptor: they name a file by its path, or map it into memory.
fn read_other(line: &Line<'_>, folder: &Path) -> Result<Option<Call>, String> {
    if line.name == "mmap" {
        let mapped = line.arguments.rsplit(", ").nth(1).and_then(path_of);
        let mapped = below(folder, mapped).filter(|path| !is_index(path));
        let writes = ["PROT_WRITE", "MAP_SHARED"]
            .iter()
            .all(|flag| line.arguments.contains(flag));
        return match mapped.filter(|_| writes) {
            // What is written that way does not show in a trace.
            Some(path) => Err(format!("{} was mapped for writing", path.display())),
            None => Ok(None),
        };
    }
    let path = quoted(&line.arguments).and_then(|bytes| path_from(&bytes));
    match below(folder, path).filter(|path| !is_index(path)) {
        None => Ok(None),
        Some(path) if line.name == "unlink" => Ok(Some(call(line, -1, Action::Remove(path)))),
        Some(path) => Err(format!(
            "{} of {} is not followed",
            line.name,
            path.display()
        )),
    }
}

/// Calls that name a file by its descriptor, whose position is `position`.
fn read_change(
    line: &Line<'_>,
    path: PathBuf,
    position: &mut u64,
) -> Result<Option<Action>, String> {
    let number = |index: usize| {
        let argument = line.arguments.split(',').nth(index).unwrap_or_default();
        leading_number(argument.trim()).ok_or(format!("{}: no argument {index}", line.name))
    };
    let result = leading_number(line.result).unwrap_or(0);
    Ok(Some(match line.name {
        "lseek" => {
            *position = result;
            return Ok(None);
        }
        "write" | "pwrite64" => {
            let mut bytes = quoted(&line.arguments).ok_or("a write without bytes")?;
            if usize::try_from(number(2)?) != Ok(bytes.len()) {
                return Err("the trace has cut the bytes of a write".to_owned());
            }
            bytes.truncate(usize::try_from(result).unwrap_or(0));
            let offset = if line.name == "write" {
                *position += result;
                *position - result
            } else {
                number(3)?
            };
            Action::Write(path, offset, bytes)
        }
        "ftruncate" => Action::Truncate(path, number(1)?),
        "fdatasync" | "fsync" => Action::Sync(path),
        other => return Err(format!("{other} of {} is not followed", path.display())),
    }))
}

const fn call(line: &Line<'_>, descriptor: i64, action: Action) -> Call {
    Call {
        start: line.start,
        end: line.end,
        descriptor,
        action,
    }
}

/// The log's index is made anew from the log after a crash: it needs no storage.
fn is_index(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}

fn is_socket(path: &Path) -> bool {
    let path = path.to_string_lossy();
    ["socket:", "TCP:", "TCPv6:", "UNIX"]
        .iter()
        .any(|kind| path.starts_with(kind))
}

fn below(folder: &Path, path: Option<PathBuf>) -> Option<PathBuf> {
    path.filter(|path| path.starts_with(folder))
}

fn leading_number(text: &str) -> Option<u64> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

/// The path that stands in angle brackets behind a descriptor.
fn path_of(text: &str) -> Option<PathBuf> {
    let (number, rest) = text.split_once('<')?;
    // Only the first argument: `AT_FDCWD<…>` and later ones are something else.
    let is_first = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let (path, _) = rest.split_once('>')?;
    let path = path_from(&unescape(path))?;
    is_first.then_some(path)
}

fn path_from(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(PathBuf::from)
}

/// All quoted bytes of the arguments, one after the other: `writev` has several.
fn quoted(arguments: &str) -> Option<Vec<u8>> {
    let parts: Vec<_> = arguments.split('"').collect();
    let inside = parts.iter().skip(1).step_by(2);
    let bytes: Vec<u8> = inside.flat_map(|part| unescape(part)).collect();
    (parts.len() > 1).then_some(bytes)
}

/// `\x41` to `A`; what is not escaped stays.
fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len() / 4);
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = match rest {
            [b'\\', b'x', high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            plain.push(high * 16 + low);
            rest = &rest[4..];
        } else {
            plain.push(first);
            rest = tail;
        }
    }
    plain
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}
