//! The type for a material.

use chrono::NaiveDate;
use kernel::{FileId, UnitId};

ledger::codes! {
    /// The closed list of kinds; also the facet of readings.
    pub enum Kind {
        /// 原著.
        Original = "original",
        /// 文件.
        Document = "document",
        /// 讲话.
        Speech = "speech",
        /// 法律法规.
        Law = "law",
        /// 影片.
        Film = "film",
        /// 链接.
        Link = "link",
        /// 其他.
        Other = "other",
    }
}

ledger::record! {
    /// A material.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Material in "material" {
        /// Key.
        pub id: i64,
        /// Its kind.
        pub kind: Kind,
        /// 名称.
        pub title: String,
        /// 作者或发布单位.
        pub author: Option<String>,
        /// 发布日期.
        pub issued_on: Option<NaiveDate>,
        /// 简介.
        pub summary: Option<String>,
        /// It is for this unit and all under it; `None` means everybody.
        pub unit: Option<UnitId> as "unit_id",
        /// Its file.
        pub file: Option<FileId> as "file_id",
        /// Its address on another server.
        pub address: Option<String>,
        /// For a film, its length.
        pub seconds: Option<i64>,
        /// Whether it is no longer offered; readings of it stay.
        pub retired: bool,
        /// Raised by every change.
        pub version: i64,
    }
}
