//! The arguments of the command line. Doc comments here are the help texts.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use desk::ui::language::Language;

mod people;

pub(super) use people::{Facts, People};

/// 青蓝：记一次，台账、汇总、报告随之而来，每个数字都能点开到记录。
#[derive(Debug, Parser)]
#[command(name = "qinglan", version, about, max_term_width = 100)]
pub(super) struct Arguments {
    /// 数据目录（没有就新建） · data folder, made if missing
    #[arg(long, global = true, value_name = "DIR", env = "QINGLAN_DATA")]
    pub(super) data: Option<PathBuf>,
    /// 数据库地址，如 postgres://… · database address
    #[arg(long, global = true, value_name = "URL", env = "QINGLAN_DATABASE_URL", hide_env_values = true)]
    pub(super) database_url: Option<String>,
    /// 密钥目录（缺省：数据目录下的 keys） · folder of the keys
    #[arg(long, global = true, value_name = "DIR", env = "QINGLAN_KEYS")]
    pub(super) keys: Option<PathBuf>,
    /// 以 JSON 回答 · answer in JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// 语言 · language
    #[arg(long, global = true, value_enum)]
    pub(super) lang: Option<Language>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 导入表格 · take files in
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// 单位 · units
    Units {
        #[command(subcommand)]
        what: Units,
    },
    /// 人员 · people
    People {
        #[command(subcommand)]
        what: People,
    },
    /// 小组 · study groups
    Groups {
        #[command(subcommand)]
        what: Groups,
    },
    /// 活动 · activities
    Activities {
        #[command(subcommand)]
        what: Activities,
    },
    /// 上级通知 · notices from above
    Notices {
        #[command(subcommand)]
        what: Notices,
    },
    /// 待办 · duties
    Duties {
        #[command(subcommand)]
        what: super::duties::Duties,
    },
    /// 工作单：一件事按单办 · matters that pass through lists
    Matters {
        #[command(subcommand)]
        what: super::matters::Matters,
    },
    /// 岗位 · posts of units
    Posts {
        #[command(subcommand)]
        what: super::posts::Posts,
    },
    /// 专题 · themes
    Themes {
        #[command(subcommand)]
        what: super::themes::Themes,
    },
    /// 成长档案 · growth records
    Growth {
        #[command(subcommand)]
        what: super::growth::Growth,
    },
    /// 荣誉 · honours
    Honours {
        #[command(subcommand)]
        what: Honours,
    },
    /// 锻炼岗位和主动请缨 · openings, and who came forward
    Openings {
        #[command(subcommand)]
        what: super::openings::Openings,
    },
    /// 实践经历 · stints
    Stints {
        #[command(subcommand)]
        what: Stints,
    },
    /// 导入记录 · imports
    Imports {
        #[command(subcommand)]
        what: Imports,
    },
    /// 自设台账 · registers of an office's own
    Registers {
        #[command(subcommand)]
        what: super::registers::Registers,
    },
    /// 统计指标 · metrics
    Metrics {
        #[command(subcommand)]
        what: Metrics,
    },
    /// 报告 · reports
    Report {
        #[command(subcommand)]
        what: Report,
    },
    /// 账号与角色 · accounts and roles
    Accounts {
        #[command(subcommand)]
        what: super::accounts::Accounts,
    },
    /// 提供网页服务 · serve the pages
    Serve {
        /// 地址和端口 · address and port
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
        listen: std::net::SocketAddr,
        /// 前面有 HTTPS 代理，登录只走 HTTPS · behind a proxy that speaks HTTPS: cookies are kept to it
        #[arg(long)]
        https: bool,
        /// 代理的地址或网段，信它写的来访地址；本机的代理不用写 · a proxy, or a network of proxies, that says where visitors
        /// come from; one on this machine need not be named
        #[arg(long, value_name = "ADDRESS[/LENGTH]", value_parser = network)]
        trusted_proxy: Vec<ipnet::IpNet>,
    },
    /// 校验账本是否被改动 · look for what was altered behind the system's back
    Verify,
    /// 账实核对：记录与账本 · compare records with the ledger
    Reconcile,
    /// 在空的数据目录里建演示数据 · fill an empty data folder with a demo federation
    Demo {
        /// 种子：种子和日期相同，数据就相同 · same seed and day, same data
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// 只建一个区，约60个单位 · one district of some sixty units
        #[arg(long)]
        small: bool,
    },
    /// 检查数据目录、数据库、密钥、字体 · check folder, database, key, fonts
    Doctor,
}

#[derive(Debug, Subcommand)]
pub(super) enum Notices {
    /// 列出通知 · list
    List {
        /// draft、open、late、done、withdrawn
        #[arg(long, value_parser = ["draft", "open", "late", "done", "withdrawn"])]
        state: Option<String>,
        /// 标题、文号、正文或来文单位含有 · title, number, text or sender contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 一份通知和各单位办理情况 · one notice and how its units stand
    Show {
        id: i64,
        /// open、late、done、done_late、excused、lapsed
        #[arg(long, value_parser = ["open", "late", "done", "done_late", "excused", "lapsed"])]
        state: Option<String>,
        #[command(flatten)]
        page: Page,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Honours {
    /// 列出荣誉 · list
    List {
        /// 只列这个单位及以下 · at and under this unit
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// pending、checked、returned、void（缺省：不含作废） · without it, all but void
        #[arg(long, value_parser = ["pending", "checked", "returned", "void"])]
        state: Option<String>,
        /// national、provincial、municipal、county、unit
        #[arg(long, value_parser = ["national", "provincial", "municipal", "county", "unit"])]
        level: Option<String>,
        /// 姓名、荣誉名称或授予单位含有 · name, title or conferrer contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 核实 · check one that is pending
    Check { id: i64 },
    /// 作废 · make void
    Void {
        id: i64,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Stints {
    /// 列出实践经历 · list
    List {
        /// 只列这个单位及以下 · at and under this unit
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// pending、checked、returned、void（缺省：不含作废） · without it, all but void
        #[arg(long, value_parser = ["pending", "checked", "returned", "void"])]
        state: Option<String>,
        /// placed、seconded、first_secretary、work_team、task_force、volunteer、other
        #[arg(long, value_parser = ["placed", "seconded", "first_secretary", "work_team", "task_force", "volunteer", "other"])]
        part: Option<String>,
        /// 姓名、任务或地点含有 · name, task or place contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 核实 · check one that is pending
    Check { id: i64 },
    /// 作废 · make void
    Void {
        id: i64,
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// 单位树：code,name,level,parent_code · a tree from CSV (also gzipped), XLSX, XLS, ODS
    Units {
        file: PathBuf,
        /// 从哪天起（缺省：一直如此） · from which day on; without it, always
        #[arg(long, value_parser = day)]
        from: Option<NaiveDate>,
        #[command(flatten)]
        how: How,
    },
    /// 花名册 · a roster
    Roster(Sheet),
    /// 活动台账 · an activity register
    Activities(Sheet),
    /// 线上平台学习情况（积分、学时、课程） · results earned on other platforms
    External(Sheet),
    /// 网上课程：每期的人次，或每人每期一行 · online classes, with their numbers or their lists
    Classes(Sheet),
    /// 自设台账的记录：代码和文件 · rows of an own register
    Register {
        /// 台账代码 · the register's code
        code: String,
        #[command(flatten)]
        sheet: Sheet,
    },
    /// 荣誉 · honours
    Honours(Sheet),
    /// 实践锻炼（挂职、专班、志愿服务） · placements, task forces, volunteering
    Practice(Sheet),
    /// 整体撤销一次导入 · undo an import as a whole
    Undo { id: i64 },
}

/// Two texts around a `=`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(left, right)| (left.trim(), right.trim())) {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => Ok((left.to_owned(), right.to_owned())),
        _ => Err("A=B".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(super) struct Sheet {
    /// 文件，可以写几个 · the file, or several as one import
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// 为哪个单位导入：代码或名称 · the unit it is for, by code or name
    #[arg(long, value_name = "U")]
    pub(super) unit: String,
    /// 年份（日期里没有年份时用） · the year where a date has none
    #[arg(long)]
    pub(super) year: Option<i32>,
    /// 读哪张工作表（缺省：最像的） · which sheet to read; without it, the likeliest
    #[arg(long = "sheet", value_name = "NAME", conflicts_with = "all_sheets")]
    pub(super) read: Option<String>,
    /// 读全部工作表 · read all sheets that have the columns
    #[arg(long)]
    pub(super) all_sheets: bool,
    /// 表头在第几行（没有表头写 0） · the row in which the header ends; 0 for none
    #[arg(long, value_name = "N")]
    pub(super) header_row: Option<usize>,
    /// 哪一列是哪个字段：部门=工作单位，可以写多次；列也可以写字母 · which column is which field, by heading or letter; may be repeated
    #[arg(long = "map", value_name = "列名=字段", value_parser = pair)]
    pub(super) named: Vec<(String, String)>,
    /// 表里没有的字段、空着的格写什么：活动形式=集中学习，可以写多次 · what a field has that the file lacks or leaves blank
    #[arg(long = "fill", value_name = "字段=内容", value_parser = pair)]
    pub(super) given: Vec<(String, String)>,
    /// 拒绝的行写到哪里 · where refused rows are written
    #[arg(long, value_name = "FILE")]
    pub(super) refused: Option<PathBuf>,
    #[command(flatten)]
    pub(super) how: How,
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct How {
    /// 只看结果，不录入 · show the verdicts, take nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// 不再询问：待回答的行按拒绝处理 · don't ask: rows that need an answer count as refused
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Units {
    /// 列出单位 · list
    List {
        /// 只列这个单位及以下 · at and under this unit
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// 名称或代码含有 · name or code contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 增加单位 · add
    Add {
        name: String,
        #[arg(long)]
        level: Option<String>,
        #[arg(long, value_name = "U")]
        under: Option<String>,
        #[arg(long)]
        code: Option<String>,
        /// 系统外单位 · an organisation outside the tree
        #[arg(long)]
        outside: bool,
        #[arg(long, value_parser = day)]
        from: Option<NaiveDate>,
    },
    /// 改名 · rename
    Rename { unit: String, name: String },
    /// 划转到另一单位 · move under another unit
    Move {
        unit: String,
        #[arg(long, value_name = "U")]
        under: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
    },
    /// 撤销单位 · close
    Close {
        unit: String,
        #[arg(long, value_parser = day)]
        on: NaiveDate,
    },
    /// 并入另一单位 · merge into another
    Merge {
        unit: String,
        #[arg(long, value_name = "U")]
        into: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Groups {
    /// 列出小组 · list
    List {
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        /// 小组、品牌、单位名称含有 · name, brand or unit contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 新建小组，可由几个单位共有 · open a group, also one that several units share
    Add {
        name: String,
        #[arg(long, value_name = "U")]
        unit: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
        #[arg(long)]
        brand: Option<String>,
        /// 共有的其他单位 · further units that share it
        #[arg(long = "with", value_name = "U")]
        shared_by: Vec<String>,
    },
    /// 修改小组 · change name, brand or rules
    Change {
        group: i64,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        brand: Option<String>,
        /// 青年年龄上限 · age limit in years
        #[arg(long)]
        age_limit: Option<i32>,
        /// 每月最少学习次数 · sessions a month at the least
        #[arg(long)]
        least_sessions: Option<i64>,
        /// 每人每年最少学时 · learning hours a year of each member at the least
        #[arg(long)]
        least_hours: Option<i64>,
        /// 出勤率最低百分数 · attendance rate at the least, in per cent
        #[arg(long)]
        least_rate: Option<i64>,
        #[arg(long, value_parser = day)]
        closed_on: Option<NaiveDate>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Activities {
    /// 列出活动，新的在前 · list, newest first
    List {
        #[arg(long, value_name = "U")]
        unit: Option<String>,
        #[arg(long, value_parser = day)]
        from: Option<NaiveDate>,
        #[arg(long, value_parser = day)]
        to: Option<NaiveDate>,
        /// 标题或地点含有 · title or place contains
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// 活动类型 · the types
    Types,
    /// 看一场活动 · show one
    Show { id: i64 },
    /// 按名单文件登记考勤 · mark a roll from a list
    Roll(super::roll::Roll),
    /// 新增或修改活动类型 · add or change a type
    Type {
        name: String,
        /// 英文名称 · name in English
        #[arg(long)]
        en: Option<String>,
        /// wheel station stage firewall
        #[arg(long)]
        pillar: Option<String>,
        /// 导入时的别名 · other names in files
        #[arg(long)]
        alias: Vec<String>,
        /// 参加者是否计学时 · whether it is worth learning hours
        #[arg(long)]
        learning: Option<bool>,
        /// 不再使用 · no longer used
        #[arg(long)]
        retire: bool,
    },
    /// 登记一场活动 · enter a session
    Add {
        title: String,
        #[arg(long = "type")]
        kind: String,
        #[arg(long, value_parser = day)]
        on: NaiveDate,
        #[arg(long, value_name = "U")]
        unit: String,
        #[command(flatten)]
        said: Box<Said>,
    },
    /// 修改一场活动 · change a session
    Edit {
        id: i64,
        #[arg(long)]
        title: Option<String>,
        #[arg(long = "type")]
        kind: Option<String>,
        #[arg(long, value_parser = day)]
        on: Option<NaiveDate>,
        /// 修改原因 · why
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        said: Box<Said>,
    },
    /// 补学 · a leave or absence made up
    MadeUp {
        id: i64,
        #[arg(long)]
        person: i64,
        #[arg(long, value_parser = day)]
        on: NaiveDate,
    },
    /// 归档 · lock
    Close { id: i64 },
    /// 作废 · void
    Void {
        id: i64,
        #[arg(long)]
        reason: String,
    },
}

/// What can be said of a session.
#[derive(Debug, Args)]
pub(super) struct Said {
    /// 参加人员，格式同台账 · names as in a register
    #[arg(long)]
    pub(super) names: Option<String>,
    /// 到场人数（含来宾） · head-count with guests
    #[arg(long)]
    pub(super) audience: Option<i64>,
    #[arg(long)]
    pub(super) place: Option<String>,
    /// 主讲人
    #[arg(long)]
    pub(super) speakers: Option<String>,
    /// 领学的人员 · people who led
    #[arg(long)]
    pub(super) led: Option<String>,
    /// 主讲的人员 · people of the federation who lectured
    #[arg(long)]
    pub(super) lectured: Option<String>,
    /// 发言的人员 · people who spoke
    #[arg(long)]
    pub(super) spoke: Option<String>,
    /// 议题
    #[arg(long)]
    pub(super) topic: Option<String>,
    /// 记录
    #[arg(long)]
    pub(super) minutes: Option<String>,
    /// 决议
    #[arg(long)]
    pub(super) resolutions: Option<String>,
    /// 依据文号
    #[arg(long)]
    pub(super) notice: Option<String>,
    /// 另外参加的单位 · further units that took part
    #[arg(long = "with", value_name = "U")]
    pub(super) partners: Vec<String>,
    /// 专题的名称；写 none 取消 · name of a theme; `none` takes it away
    #[arg(long)]
    pub(super) theme: Option<String>,
    /// 领域的名称；写 none 取消 · name of a field; `none` takes it away
    #[arg(long)]
    pub(super) field: Option<String>,
    /// draft announced held（缺省 held）
    #[arg(long)]
    pub(super) state: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Imports {
    /// 列出导入 · list
    List,
}

#[derive(Debug, Subcommand)]
pub(super) enum Metrics {
    /// 列出指标 · list
    List,
    /// 定自己的指标：TOML 文件，写法同 metrics.toml · define own metrics, as metrics.toml has them
    Define { file: PathBuf },
    /// 停用自己定的指标 · take one back
    Retire { key: String },
    /// 把自己定的指标写成 TOML · own metrics as TOML
    Export,
    /// 一个指标在某单位某期间的数 · one figure
    Show {
        key: String,
        #[arg(long, value_name = "U")]
        unit: String,
        #[arg(long, value_parser = day)]
        from: NaiveDate,
        #[arg(long, value_parser = day)]
        to: NaiveDate,
        /// 账本位置（缺省：现在） · position in the ledger
        #[arg(long, value_name = "N")]
        as_of: Option<i64>,
        /// 列出明细 · with its rows
        #[arg(long)]
        rows: bool,
        /// 按今天的单位树（缺省：期末的） · by today's tree
        #[arg(long)]
        todays_tree: bool,
        /// 只算本级，不含下级 · the unit itself, without what is under it
        #[arg(long)]
        itself: bool,
        /// 同时给出上一期间的数 · also the same figure of the period before
        #[arg(long)]
        previous: bool,
        /// 条件，如 type=宣讲 · FACET=VALUE
        #[arg(long = "where", value_name = "FACET=VALUE", value_parser = condition)]
        conditions: Vec<(String, String)>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Html,
    Docx,
    Pdf,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct ReportOf {
    /// 模板：annual、monthly 或文件 · a shipped template or a file
    #[arg(long)]
    pub(super) template: String,
    #[arg(long, value_name = "U")]
    pub(super) unit: String,
    #[arg(long, value_parser = day)]
    pub(super) from: NaiveDate,
    #[arg(long, value_parser = day)]
    pub(super) to: NaiveDate,
    #[arg(long, value_enum, default_value_t = Format::Html)]
    pub(super) format: Format,
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(super) enum Report {
    /// 模板 · the templates
    Templates,
    /// 生成报告（不定稿） · build, without issuing
    Build(ReportOf),
    /// 定稿 · issue: freeze text and figures
    Issue {
        #[command(flatten)]
        of: ReportOf,
        /// 期间还没有结束时：为什么现在定稿，印在正文末尾 · why it is issued before its period has ended; printed
        #[arg(long)]
        early: Option<String>,
    },
    /// 已定稿的报告 · issued reports
    List,
    /// 按定稿时重算并比较，列出此后的变动 · compute again, compare, list drift
    Rebuild {
        id: i64,
        /// 同时重新写出文件 · write the file again
        #[arg(long, value_enum)]
        format: Option<Format>,
        #[arg(short, long, value_name = "FILE", requires = "format")]
        output: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Page {
    /// 最多多少行（缺省：JSON 全部，否则 1000） · at most so many lines; all in JSON, else 1000
    #[arg(long)]
    pub(super) limit: Option<usize>,
    /// 跳过多少行 · skip so many lines
    #[arg(long, default_value_t = 0)]
    pub(super) skip: usize,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    kernel::parse_day(text).map_err(|_| "YYYY-MM-DD, 1900–2100".to_owned())
}

fn condition(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((facet, value)) if !facet.trim().is_empty() && !value.trim().is_empty() => {
            Ok((facet.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("FACET=VALUE".to_owned()),
    }
}

/// A network, or a single address as one.
fn network(text: &str) -> Result<ipnet::IpNet, String> {
    let single = text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
    single.or_else(|_| text.parse()).map_err(|_| "10.0.0.7, 10.0.0.0/24, 2001:db8::/64".to_owned())
}
