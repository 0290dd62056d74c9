//! Where contents of files are stored: in a folder of the data folder, each under its SHA-256; uploads in progress are in a
//! place of their own until they are stored.

use std::{ops::Range, path::Path as Folder, sync::Arc};

use axum::body::Bytes;
use desk::error::{AppError, Result};
use futures_util::stream::BoxStream;
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, local::LocalFileSystem, path::Path,
};
use sha2::{Digest, Sha256};

/// The stored contents; cheap to clone.
#[derive(Clone, Debug)]
pub struct Contents {
    store: Arc<dyn ObjectStore>,
    folder: Arc<Folder>,
}

/// A content that is being written: its path, and what is known of it so far.
pub(super) struct Writing {
    to: WriteMultipart,
    digest: Sha256,
    pub(super) size: u64,
}

/// How many parts may be on their way to the disk while the next ones arrive.
const AT_ONCE: usize = 2;

fn failed(what: &'static str) -> impl FnOnce(object_store::Error) -> AppError {
    move |fault| AppError::Io { what: what.to_owned(), source: std::io::Error::other(fault) }
}

/// `ab/cdef…`, so that they are spread over many folders.
fn place(sha256: &str) -> Path {
    Path::from_iter([sha256.get(..2).unwrap_or_default(), sha256.get(2..).unwrap_or_default()])
}

fn coming(token: &str) -> Path {
    Path::from_iter(["incoming", token])
}

/// SHA-256 as hexadecimal digits.
pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Contents {
    /// Opens a folder, and creates it if it is missing.
    pub fn open(folder: &Folder) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(AppError::io(folder.display()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(failed("folder of files"))?;
        let store = Arc::new(store.with_automatic_cleanup(false).with_fsync(true));
        Ok(Self { store, folder: folder.into() })
    }

    /// Begins to write an upload.
    pub(super) async fn begin(&self, token: &str) -> Result<Writing> {
        let upload = self.store.put_multipart(&coming(token)).await.map_err(failed("writing a file"))?;
        Ok(Writing { to: WriteMultipart::new(upload), digest: Sha256::new(), size: 0 })
    }

    /// Deletes an upload that will not be stored.
    pub(super) async fn forget(&self, token: &str) -> Result<()> {
        match self.store.delete(&coming(token)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(fault) => Err(failed("removing a file")(fault)),
        }
    }

    /// The beginning of an upload.
    pub(super) async fn head(&self, token: &str, size: u64, most: u64) -> Result<Bytes> {
        self.store.get_range(&coming(token), 0..size.min(most)).await.map_err(failed("reading a file"))
    }

    /// Whether a content is stored.
    pub(super) async fn has(&self, sha256: &str) -> Result<bool> {
        match self.store.head(&place(sha256)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(fault) => Err(failed("looking for a file")(fault)),
        }
    }

    /// Moves an upload to its permanent path.
    pub(super) async fn settle(&self, token: &str, sha256: &str) -> Result<()> {
        self.store.rename(&coming(token), &place(sha256)).await.map_err(failed("keeping a file"))
    }

    /// Writes a content to its permanent path.
    pub(super) async fn write(&self, sha256: &str, bytes: Vec<u8>) -> Result<()> {
        self.store.put(&place(sha256), PutPayload::from(bytes)).await.map_err(failed("keeping a file"))?;
        Ok(())
    }

    /// Deletes a content.
    pub(super) async fn remove(&self, sha256: &str) -> Result<()> {
        match self.store.delete(&place(sha256)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(fault) => Err(failed("removing a file")(fault)),
        }
    }

    /// A content, or a part of it, as a stream; `None` if it isn't stored.
    pub(super) async fn stream(
        &self,
        sha256: &str,
        part: Option<Range<u64>>,
    ) -> Result<Option<BoxStream<'static, object_store::Result<Bytes>>>> {
        let options = GetOptions { range: part.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&place(sha256), options).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(fault) => Err(failed("reading a file")(fault)),
        }
    }

    /// A part of a stored content.
    pub(super) async fn part(&self, sha256: &str, part: Range<u64>) -> Result<Bytes> {
        self.store.get_range(&place(sha256), part).await.map_err(failed("reading a file"))
    }

    /// A whole content; `None` if it isn't stored.
    pub(super) async fn whole(&self, sha256: &str) -> Result<Option<Bytes>> {
        match self.store.get(&place(sha256)).await {
            Ok(found) => found.bytes().await.map(Some).map_err(failed("reading a file")),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(fault) => Err(failed("reading a file")(fault)),
        }
    }

    /// Deletes uploads from before a moment that were neither stored nor deleted, because the server stopped meanwhile. It
    /// reads the folder itself, since the object store doesn't list files that were not written to their end.
    pub(super) fn sweep_coming(&self, moment: chrono::DateTime<chrono::Utc>) -> Result<()> {
        let folder = self.folder.join("incoming");
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(fault) => return Err(AppError::io(folder.display())(fault)),
        };
        for entry in entries.flatten() {
            let written = entry.metadata().and_then(|about| about.modified());
            if written.is_ok_and(|written| chrono::DateTime::<chrono::Utc>::from(written) < moment) {
                std::fs::remove_file(entry.path()).map_err(AppError::io(entry.path().display()))?;
            }
        }
        Ok(())
    }
}

impl Writing {
    /// Writes the next piece.
    pub(super) async fn write(&mut self, piece: Bytes) -> Result<()> {
        self.size += piece.len() as u64;
        self.digest.update(&piece);
        self.to.wait_for_capacity(AT_ONCE).await.map_err(failed("writing a file"))?;
        self.to.put(piece);
        Ok(())
    }

    /// Finishes writing; returns the SHA-256.
    pub(super) async fn end(self) -> Result<String> {
        self.to.finish().await.map_err(failed("writing a file"))?;
        Ok(hex(&self.digest.finalize()))
    }

    /// Aborts writing.
    pub(super) async fn stop(self) -> Result<()> {
        self.to.abort().await.map_err(failed("giving up a file"))
    }
}
