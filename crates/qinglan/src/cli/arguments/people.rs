//! The arguments of `people`. Doc comments here are the help texts.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use federation::people::import::SaidHeld;

use super::{Page, day};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum People {
    /// 列出人员 · list
    List {
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// 姓名含有，也可用拼音 · name contains, also in pinyin
        #[arg(long)]
        search: Option<String>,
        /// 哪天的任职（缺省今天） · postings of which day; today without it
        #[arg(long, value_parser = day)]
        on: Option<NaiveDate>,
        #[command(flatten)]
        page: Page,
    },
    /// 增加人员 · add
    Add {
        name: String,
        #[arg(long, value_name = "U")]
        unit: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
        /// 工号 · staff number
        #[arg(long, value_name = "NO")]
        staff_no: Option<String>,
        /// 女 男
        #[arg(long)]
        sex: Option<String>,
        /// 出生年月，如 1993.12
        #[arg(long)]
        birth: Option<String>,
        /// 政治面貌
        #[arg(long)]
        party: Option<String>,
        #[command(flatten)]
        held: HeldArgs,
    },
    /// 改资料，没有写的不变，写 "" 就清空 · edit facts; what isn't said stays, "" empties
    Edit {
        person: i64,
        #[command(flatten)]
        said: Box<Facts>,
    },
    /// 调动 · transfer
    Transfer {
        person: i64,
        #[arg(long, value_name = "U")]
        to: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
        #[command(flatten)]
        held: HeldArgs,
    },
    /// 加入另一小组 · join a further group
    Join {
        person: i64,
        #[arg(long)]
        group: i64,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
    },
    /// 借调 · lend to another unit
    Second {
        person: i64,
        #[arg(long, value_name = "U")]
        home: String,
        #[arg(long, value_name = "U")]
        to: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
        #[arg(long, value_parser = day)]
        until: Option<NaiveDate>,
    },
    /// 离岗（产假等），不影响统计 · leave of absence
    Absence {
        person: i64,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
        #[arg(long, value_parser = day)]
        until: Option<NaiveDate>,
    },
    /// 政治面貌变更 · party status from a day on
    Party {
        person: i64,
        status: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
    },
    /// 离开：任职和小组成员到这天为止 · leave with this day
    Leave {
        person: i64,
        #[arg(long, value_parser = day)]
        on: NaiveDate,
    },
    /// 合并重复的人员 · merge two rows of one person
    Merge {
        person: i64,
        #[arg(long)]
        into: i64,
    },
}

/// What somebody is at a unit.
#[derive(Debug, Args)]
pub(in crate::cli) struct HeldArgs {
    /// 职务 · duty
    #[arg(long)]
    duty: Option<String>,
    /// 职级，如一级主任科员 · rank
    #[arg(long)]
    rank: Option<String>,
    /// 变动类型：任职 提拔 调整 · how the person came to the post
    #[arg(long, value_name = "KIND")]
    appointment: Option<String>,
    /// 岗位：编号，用 posts list 查 · key of a post of the unit
    #[arg(long, value_name = "ID")]
    post: Option<String>,
}

impl HeldArgs {
    pub(in crate::cli) fn said(self) -> SaidHeld {
        let Self { duty, rank, appointment, post } = self;
        SaidHeld { duty, rank, appointment, post }
    }
}

/// What is said of a person in an edit.
#[derive(Debug, Args)]
pub(in crate::cli) struct Facts {
    #[arg(long)]
    pub(in crate::cli) name: Option<String>,
    /// 工号 · staff number
    #[arg(long, value_name = "NO")]
    pub(in crate::cli) staff_no: Option<String>,
    /// 女 男
    #[arg(long)]
    pub(in crate::cli) sex: Option<String>,
    /// 出生年月，如 1993.12
    #[arg(long)]
    pub(in crate::cli) birth: Option<String>,
    #[arg(long)]
    pub(in crate::cli) education: Option<String>,
    #[arg(long)]
    pub(in crate::cli) phone: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) held: HeldArgs,
    #[arg(long)]
    pub(in crate::cli) note: Option<String>,
}
