//! What a material is.

use chrono::NaiveDate;
use kernel::{FileId, UnitId};

/// The closed list of kinds; also the facet of what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 原著.
    Original,
    /// 文件.
    Document,
    /// 讲话.
    Speech,
    /// 法律法规.
    Law,
    /// 影片.
    Film,
    /// 链接.
    Link,
    /// 其他.
    Other,
}

impl Kind {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Original, Self::Document, Self::Speech, Self::Law, Self::Film, Self::Link, Self::Other];
    /// Their codes, as the facet has them.
    pub const CODES: [&'static str; 7] = ["original", "document", "speech", "law", "film", "link", "other"];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Document => "document",
            Self::Speech => "speech",
            Self::Law => "law",
            Self::Film => "film",
            Self::Link => "link",
            Self::Other => "other",
        }
    }

    /// From what is stored.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A material.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// Key.
    pub id: i64,
    /// What it is.
    pub kind: Kind,
    /// 名称.
    pub title: String,
    /// 作者或发布单位.
    pub author: Option<String>,
    /// 发布日期.
    pub issued_on: Option<NaiveDate>,
    /// 简介.
    pub summary: Option<String>,
    /// For whom: this unit and all under it; none is everybody.
    pub unit: Option<UnitId>,
    /// Its file.
    pub file: Option<FileId>,
    /// Its address elsewhere.
    pub address: Option<String>,
    /// Of a film: how long it is.
    pub seconds: Option<i64>,
    /// No longer offered; what was read of it stays.
    pub retired: bool,
    /// Raised by every change.
    pub version: i64,
}
