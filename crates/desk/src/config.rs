//! Where data and keys are stored: data in a folder with SQLite, or in a database by its address; keys never in the database.

use std::{
    fs::{File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use kernel::Refusal;

use crate::error::{AppError, Result};

/// Where data and keys are stored.
#[derive(Clone, Debug)]
pub struct Config {
    data: Option<PathBuf>,
    url: Option<String>,
    keys: PathBuf,
}

impl Config {
    /// A folder, a database address, or both (then keys and files are stored in the folder, the rest in the database). Keys
    /// are stored in `keys`, or else in the data folder.
    pub fn new(data: Option<PathBuf>, url: Option<String>, keys: Option<PathBuf>) -> Self {
        let data = match (data, &url) {
            (None, None) => Some(PathBuf::from("qinglan-data")),
            (data, _) => data,
        };
        let keys = match (keys, &data) {
            (Some(keys), _) => keys,
            (None, Some(folder)) => folder.join("keys"),
            (None, None) => home().join("keys"),
        };
        Self { data, url, keys }
    }

    /// The data folder, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    pub(crate) fn make_folder(&self) -> Result<()> {
        let Some(folder) = &self.data else { return Ok(()) };
        if folder.exists() && !folder.is_dir() {
            return Err(Refusal::new("data-not-a-folder").with("path", folder.display()).into());
        }
        // Names and phone numbers of people are stored here: only the owner may access a new folder.
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(folder)
            .map_err(|fault| Refusal::new("data-folder").with("path", folder.display()).with("fault", fault).into())
    }

    /// The URL of the database.
    pub fn database_url(&self) -> String {
        match (&self.url, &self.data) {
            (Some(url), _) => url.clone(),
            (None, Some(folder)) => {
                // A question mark or per cent sign in the path must not be parsed as part of the URL.
                let path = folder.join("qinglan.db").display().to_string();
                format!("sqlite://{}?mode=rwc", path.replace('%', "%25").replace('?', "%3f").replace('#', "%23"))
            }
            (None, None) => String::new(),
        }
    }

    /// The address without its password.
    pub fn shown(&self) -> String {
        match (&self.url, &self.data) {
            (Some(url), _) => match (url.find("://"), url.rfind('@')) {
                (Some(scheme), Some(at)) if scheme + 3 < at => format!("{}://…{}", &url[..scheme], &url[at..]),
                _ => url.clone(),
            },
            (None, Some(folder)) => folder.join("qinglan.db").display().to_string(),
            (None, None) => String::new(),
        }
    }

    pub(crate) fn unreachable(&self, fault: &sea_orm::DbErr) -> AppError {
        Refusal::new("database-unreachable").with("where", self.shown()).with("fault", fault).into()
    }

    pub(crate) fn seal_key_file(&self) -> PathBuf {
        self.keys.join("seal.key")
    }

    fn public_key_file(&self) -> PathBuf {
        self.data.as_deref().unwrap_or(&self.keys).join("seal.pub")
    }

    /// The public keys stored with the data; none if there is no such file.
    pub fn public_keys(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.public_key_file()).unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn publish_key(&self, public: &str) -> Result<()> {
        let mut keys = self.public_keys();
        if keys.iter().any(|known| known == public) {
            return Ok(());
        }
        keys.push(public.to_owned());
        let file = self.public_key_file();
        replace(&file, &(keys.join("\n") + "\n"))
    }

    /// The last seal's position and hash, which lie beside the public key: a chain that was cut shorter is behind them. None if there is
    /// no such file yet.
    ///
    /// # Errors
    ///
    /// A refusal where the file can't be read, or doesn't hold a position and a hash: it is written whole or not at all, so that
    /// somebody has changed it.
    pub fn sealed_head(&self) -> Result<Option<(i64, String)>, Refusal> {
        let file = self.public_key_file().with_file_name("seal.head");
        let unreadable =
            |fault: String| Refusal::new("verify-head-unreadable").with("file", file.display()).with("fault", fault);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(fault) => return Err(unreadable(fault.to_string())),
        };
        let head = text.trim().split_once(' ').and_then(|(position, hash)| Some((position.parse().ok()?, hash)));
        let whole = head.filter(|(_, hash)| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let (position, hash) =
            whole.ok_or_else(|| unreadable(format!("{:?}", text.chars().take(80).collect::<String>())))?;
        Ok(Some((position, hash.to_owned())))
    }

    /// The file with the description of a demo, beside the public key.
    pub fn demo_file(&self) -> PathBuf {
        self.public_key_file().with_file_name("demo.json")
    }

    pub(crate) fn publish_head(&self, position: i64, hash: &str) -> Result<()> {
        replace(&self.public_key_file().with_file_name("seal.head"), &format!("{position} {hash}\n"))
    }

    /// Takes a SQLite database for the one process that serves it, until the file is closed; none on PostgreSQL.
    pub(crate) fn lock_for_serving(&self) -> Result<Option<File>> {
        let path = match (&self.url, &self.data) {
            (None, Some(folder)) => folder.join("serve.lock"),
            (Some(url), _) if url.starts_with("sqlite:") && !url.contains(":memory:") => {
                let file = url.trim_start_matches("sqlite:").trim_start_matches("//");
                PathBuf::from(format!("{}.serve.lock", file.split('?').next().unwrap_or_default()))
            }
            _ => return Ok(None),
        };
        let file = File::options().create(true).append(true).open(&path).map_err(AppError::io(path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(Refusal::new("serving-already").with("path", self.shown()).into()),
            // A file system without locks: whoever runs two servers on it can't be told.
            Err(TryLockError::Error(fault)) => {
                tracing::warn!(%fault, path = %path.display(), "the folder can't be locked");
                Ok(None)
            }
        }
    }

    /// Which of the key's folder and file others than their owner can read or change, with their modes.
    pub fn open_keys(&self) -> Vec<(PathBuf, u32)> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            // Who may write to the folder may replace the key.
            [(self.keys.clone(), 0o022), (self.seal_key_file(), 0o077)]
                .into_iter()
                .filter_map(|(path, forbidden)| {
                    let mode = std::fs::metadata(&path).ok()?.mode() & 0o777;
                    (mode & forbidden != 0).then_some((path, mode))
                })
                .collect()
        }
        #[cfg(not(unix))]
        Vec::new()
    }

    /// The folder for uploaded files: in the data folder; without one, beside the keys.
    pub fn files_folder(&self) -> PathBuf {
        self.data.as_deref().or(self.keys.parent()).unwrap_or(&self.keys).join("files")
    }

    /// The federation's own metrics, `metrics.toml` in the data folder.
    pub(crate) fn own_metrics(&self) -> Result<Option<String>> {
        let Some(file) = self.data.as_ref().map(|folder| folder.join("metrics.toml")) else { return Ok(None) };
        match std::fs::read_to_string(&file) {
            Ok(text) => Ok(Some(text)),
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(AppError::io(file.display())(fault)),
        }
    }
}

/// Writes a file whole or not at all, whenever the machine stops: beside it first, then in its place.
fn replace(file: &Path, text: &str) -> Result<()> {
    let failed = |fault: std::io::Error| AppError::io(file.display())(fault);
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".seal-").tempfile_in(folder).map_err(failed)?;
    new.write_all(text.as_bytes()).map_err(failed)?;
    // It is public, unlike what such files are made for.
    #[cfg(unix)]
    new.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644)).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    new.persist(file).map_err(|fault| failed(fault.error))?;
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(())
}

fn home() -> PathBuf {
    if let Some(folder) = std::env::var_os("QINGLAN_HOME") {
        return PathBuf::from(folder);
    }
    let base = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    base.unwrap_or_else(|| PathBuf::from(".")).join("qinglan")
}
