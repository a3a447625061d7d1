//! Sends a table part by part, on a thread of its own: a slow client holds up no worker.
//!
//! The next part is read when the one before has been taken, so a table of any size takes the memory of one
//! part. So many are sent at one time and no more.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::error::Error;
use crate::http::wire;
use crate::service::export::Export;

/// Tables that are sent at one time.
const MOST: usize = 4;

/// A CSV writer and a query are all there is on such a thread's stack.
const STACK: usize = 512 * 1024;

/// The tables that are being sent.
#[derive(Default)]
pub(crate) struct Downloads(Arc<AtomicUsize>);

/// A place among them, until it is dropped.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Downloads {
    /// Takes a place.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when all are taken.
    pub(crate) fn enter(&self) -> Result<Place, Error> {
        let place = Place(Arc::clone(&self.0));
        if self.0.fetch_add(1, Ordering::SeqCst) < MOST {
            Ok(place)
        } else {
            Err(Error::Overloaded)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Sends a head and then a table. `done` hears how many bytes of the table were sent.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn start(
    place: Place,
    mut to: Box<dyn Write + Send>,
    head: Vec<u8>,
    export: Export,
    done: impl FnOnce(usize) + Send + 'static,
) -> io::Result<()> {
    std::thread::Builder::new()
        .name("http-download".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let mut sent = 0;
            if let Err(error) = send(&mut to, &head, export, &mut sent) {
                log::debug!("a table could not be sent to its end: {error}");
            }
            done(sent);
            drop(place);
        })
        .map(drop)
}

fn send(to: &mut dyn Write, head: &[u8], mut export: Export, sent: &mut usize) -> io::Result<()> {
    to.write_all(head)?;
    loop {
        match export.next_part() {
            Ok(Some(part)) if part.is_empty() => {}
            Ok(Some(part)) => {
                to.write_all(&wire::encode_part(&part))?;
                *sent += part.len();
            }
            Ok(None) => {
                to.write_all(&wire::encode_part(b""))?;
                return to.flush();
            }
            Err(error) => {
                log::error!("a table could not be read to its end: {error}");
                // No chunk begins like this: whoever reads knows that the table is not whole.
                to.write_all(b"broken off\r\n")?;
                return to.flush();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_sent_at_one_time_and_no_more() {
        let downloads = Downloads::default();
        let mut places: Vec<_> = (0..MOST).map(|_| downloads.enter().ok().unwrap()).collect();
        assert_eq!(downloads.enter().err(), Some(Error::Overloaded));
        places.pop();
        assert!(downloads.enter().is_ok());
    }
}
