//! The socket between the door and the application, where nobody else can reach it.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// A Unix socket in a fresh temporary directory that only this user can enter (mode 0700). The
/// directory goes when this is dropped; connections that are open stay open.
#[derive(Debug)]
pub struct PrivateSocket {
    /// Held for its `Drop`.
    _directory: tempfile::TempDir,
    path: PathBuf,
}

impl PrivateSocket {
    /// Makes the directory and binds the listener in it.
    ///
    /// # Errors
    ///
    /// When the temporary directory can't be written to, or its name is too long for the address of
    /// a socket (about 100 bytes); `TMPDIR` chooses another.
    pub fn bind() -> io::Result<(PrivateSocket, UnixListener)> {
        let directory = tempfile::Builder::new()
            .prefix("sambatan-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()?;
        let path = directory.path().join("http.sock");
        let listener = UnixListener::bind(&path)?;
        Ok((
            PrivateSocket {
                _directory: directory,
                path,
            },
            listener,
        ))
    }

    /// Where the listener is bound.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_private_and_goes_with_its_owner() {
        let (socket, _listener) = PrivateSocket::bind().unwrap();
        let directory = socket.path().parent().unwrap().to_owned();
        let mode = std::fs::metadata(&directory).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(socket);
        assert!(!directory.exists());
    }
}
