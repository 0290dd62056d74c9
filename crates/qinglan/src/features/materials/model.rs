//! What a material is.

use chrono::NaiveDate;
use kernel::{FileId, UnitId};

ledger::codes! {
    /// The closed list of kinds; also the facet of what is read.
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
        pub unit: Option<UnitId> as "unit_id",
        /// Its file.
        pub file: Option<FileId> as "file_id",
        /// Its address elsewhere.
        pub address: Option<String>,
        /// Of a film: how long it is.
        pub seconds: Option<i64>,
        /// No longer offered; what was read of it stays.
        pub retired: bool,
        /// Raised by every change.
        pub version: i64,
    }
}
