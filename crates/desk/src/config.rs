//! Where data and keys are stored: data in a folder with SQLite, or in a database by its address; keys never in the database.

use std::path::{Path, PathBuf};

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
        std::fs::write(&file, keys.join("\n") + "\n").map_err(AppError::io(file.display()))
    }

    /// The last seal's position and hash, which are stored beside the public key, to notice that the chain was cut shorter.
    pub fn sealed_head(&self) -> Option<(i64, String)> {
        let text = std::fs::read_to_string(self.public_key_file().with_file_name("seal.head")).ok()?;
        let (position, hash) = text.trim().split_once(' ')?;
        Some((position.parse().ok()?, hash.to_owned()))
    }

    /// The file with the description of a demo, beside the public key.
    pub fn demo_file(&self) -> PathBuf {
        self.public_key_file().with_file_name("demo.json")
    }

    pub(crate) fn publish_head(&self, position: i64, hash: &str) -> Result<()> {
        let file = self.public_key_file().with_file_name("seal.head");
        std::fs::write(&file, format!("{position} {hash}\n")).map_err(AppError::io(file.display()))
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

fn home() -> PathBuf {
    if let Some(folder) = std::env::var_os("QINGLAN_HOME") {
        return PathBuf::from(folder);
    }
    let base = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    base.unwrap_or_else(|| PathBuf::from(".")).join("qinglan")
}
