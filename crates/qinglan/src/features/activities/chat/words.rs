//! The words of a roll-call: what each says of attendance.

use std::{collections::HashMap, sync::LazyLock};

use crate::features::activities::model::LeaveReason::{self, Duty, Ill, Maternity, Other, Private};

/// What a word says of the people that it goes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// 参加, 到, √.
    Comes,
    /// 迟到.
    Late,
    /// 请假, with its reason if the word names one (病假).
    Leave(Option<LeaveReason>),
    /// 缺席.
    Absent,
    /// 补学.
    MadeUp,
    /// 列席.
    Observer,
    /// A reason that is no status by itself: 因病.
    Reason(LeaveReason),
    /// 不参加, 来不了, ×: not there, without saying as what.
    Refuses,
    /// 可能, 早退: nothing that a roll has a word for.
    Doubts,
    /// 联系人, 应到: who is named with it isn't counted by that.
    Mentions,
    /// 代: one person speaks for another.
    Proxy,
    /// 人员, 名单, 的: behind a status it makes a heading.
    Listed,
    /// 均, 都: all that are named before.
    All,
    /// 其余: those who aren't named.
    Rest,
    /// A unit or an office: 幸福社区.
    Place,
    /// 已报备: something is arranged, whatever it is.
    Arranged,
    /// Titles, thanks and the like: they say nothing.
    Plain,
}

use Word::{
    Absent, All, Arranged, Comes, Doubts, Late, Leave, Listed, MadeUp, Mentions, Observer, Plain, Proxy, Reason,
    Refuses, Rest,
};

/// The words, by meaning, separated by spaces.
const WORDS: [(Word, &str); 29] = [
    (
        Comes,
        "已到会 已到场 已参加 已参会 已出席 参加 参会 参学 参训 出席 到会 到场 到岗 到位 到齐 已到 实到 实际参加 实际参会 实际到会 签到 已签到 打卡 已打卡 在线 在的 报名 \
         已报名 收到 能来 能到 能参加 能参会 能去 可以 可以参加 可以来 可以到 可参加 可到 会来 会到 会参加 会去 我来 \
         我到 来参加 到了 来了 已来 一定到 一定来 一定参加 准时 按时 准时到 准时参加 准时参会 准时到会 准时出席 \
         按时到 按时参加 按时参会 按时到会 按时出席 确认参加 确定参加 报名参加 接龙参加 申请参加 没问题 好的 好滴 \
         OK Ok ok 正常 正常出勤 正常参加 出勤 全勤 线上 线上参加 线上参会 在线参加 在线参会 视频参会 视频参加 远程参会 \
         线下 线下参加 线下参会 现场 现场参加 现场参会 与会 明白 了解",
    ),
    (
        Late,
        "迟到 晚到 晚来 晚点到 晚点来 晚些到 晚些来 晚一点到 晚一会到 晚一会儿到 稍晚到 稍晚 稍晚一点到 来晚 到晚 会迟到 会晚到 要迟到 要晚到",
    ),
    (Leave(None), "请假 告假 请个假"),
    (Leave(Some(Duty)), "公假 请公假 出差 公差 因公出差"),
    (Leave(Some(Ill)), "病假 请病假 休病假"),
    (Leave(Some(Private)), "事假 请事假"),
    (Leave(Some(Maternity)), "产假 请产假 休产假"),
    (
        Leave(Some(Other)),
        "休假 年假 年休假 休年假 请年假 婚假 请婚假 丧假 陪产假 护理假 育儿假 探亲假 哺乳假 调休 补休 轮休 公休",
    ),
    (Absent, "缺席 缺勤 旷课 旷会 旷工 未到 未到会 没到 未出席 未到场 无故未到 无故缺席 无故不到"),
    (MadeUp, "补学 补课 已补学 已补课 补学习"),
    (Observer, "列席 列席参加"),
    (Reason(Duty), "因公 公务 因公外出 因公务 开会 值班 加班 培训"),
    (
        Reason(Ill),
        "因病 生病 有病 发烧 发热 感冒 住院 就医 看病 手术 身体不适 身体不舒服 不舒服 做手术 打针 体检 病了 孕检",
    ),
    (
        Reason(Private),
        "因事 有事 家事 私事 家里有事 家中有事 有私事 临时有事 有点事 有急事 家里有急事 个人原因 接孩子 孩子生病",
    ),
    (
        Refuses,
        "不参加 不能参加 不参会 不能参会 不出席 不能出席 不能到 不能来 不能去 不能到会 不能到场 不克参加 不可参加 \
         无法参加 无法参会 无法到会 无法到场 无法出席 无法来 无法到 参加不了 参会不了 参加不上 到不了 来不了 去不了 \
         来不成 去不成 赶不到 赶不上 赶不过来 赶不回来 赶不回 过不来 过不去 回不来 走不开 抽不开 抽不开身 脱不开 \
         脱不开身 不来 不来了 不去 不去了 不到 不到会 不在 不行 不便参加 不方便 不方便参加 没空 没空来 没时间 没来 没去 没参加 \
         没有参加 没参会 未参加 未参会 未能参加 未能到会 未来 未报名 未接龙 未回复 未签到 未反馈 没报名 没接龙 没签到 \
         没回复 没有报名 没有接龙 没有签到 有事不来 不会来 不想来 不想去 因故 因故不能参加 因故未到 弃权 放弃",
    ),
    (
        Doubts,
        "可能 也许 大概 尽量 争取 或许 不一定 说不准 待定 未定 再定 再说 看情况 视情况 不确定 不知道 早退 早走 先走 \
         提前走 提前离开 提前离场 中途离开 中途走 下次 改天 路上 在路上 旁听 待补学 需补学 要补学 未补学 待补课 未补课 \
         未请假 没请假 没有请假 不请假 不迟到 不缺席 取消请假 请假未批 销假 已销假 待确认 登记 统计 取消 取消报名",
    ),
    (
        Mentions,
        "联系人 联络人 联络员 联系 联系方式 联系电话 咨询 咨询电话 发起人 召集人 组织者 组织人 通知人 统计人 填报人 填表人 \
         制表人 制表 审核人 审核 报名找 请找 找 报给 发给 告诉 通知 转告 提醒 抄送 私信 接龙人 发布人 应到 应到人员 \
         应参加 应参会 应出席 主持 主持人 主讲 主讲人 宣讲人 授课人 授课 讲师 记录 记录人 领学 领学人 带队 点评 负责人 \
         还差 还没 还有 代接 代报 代填 代报名 代接龙 代签 代签到 代打卡 例 例如 示例 样例 格式",
    ),
    (Proxy, "代 替 帮 代替 代为"),
    (
        Listed,
        "人员 同志们 名单 的 的有 的是 的为 的人 的人员 的同志 者 如下 情况 以下 以上 以上人员 上述 上述人员 人员名单 人员如下 名单如下 人数 为 有 人员为 人员有 及原因 原因 事由 人",
    ),
    (All, "均 都 全 全部 一起 一同 全体 全员 一并 两人 二人 三人 两位 二位 三位 俩 他们 我们 也 同"),
    (Rest, "其余 其余人 其余人员 其他人 其他 其他人员 其它 其它人 其余同志 其他同志 剩余 剩下 剩下的 剩余人员"),
    (
        Plain,
        "老师 主任 副主任 书记 副书记 同志 科长 副科长 处长 副处长 部长 副部长 主席 副主席 局长 副局长 组长 副组长 小组长 组员 \
         委员 干事 专干 干部 社工 网格员 队长 班长 秘书 会长 副会长 经理 园长 校长 院长 所长 站长 站长 姐 哥 女士 先生 \
         小姐 师傅 总 工 我 本人 自己 谢谢 感谢 辛苦 辛苦了 请知悉 知悉 已阅 接龙 报名接龙 姓名 序号 学员 成员 正式 党员 \
         群众 预备党员 团员 男 女 汉族 因 由于 已经 刚刚 已 刚 强 抱拳 玫瑰 握手 微笑 鼓掌 愉快 爱心 合十 呲牙 太阳 加油 吧 呀 啊 哈 呢 哦 嗯 噢 啦 了 哒 滴 位 名 共 计 合计 等 等人 由",
    ),
    (Arranged, "报备 已报备 有报备 已经报备 报备过 备案 已备案 已说明 已沟通"),
    (Plain, "手机 电话 手机号 腾讯会议 钉钉"),
    (Comes, "到 来 去 是 √ 好 能 可 行 在 签"),
    (Refuses, "否 × 不 没 无"),
    (Absent, "缺 旷"),
    (Late, "迟"),
    (Leave(None), "假"),
];

/// The words by their first letter, long ones first.
static BY_FIRST: LazyLock<HashMap<char, Vec<(Vec<char>, Word)>>> = LazyLock::new(|| {
    let mut by_first: HashMap<char, Vec<(Vec<char>, Word)>> = HashMap::new();
    for (meaning, words) in WORDS {
        for word in words.split_ascii_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            by_first.entry(letters[0]).or_default().push((letters, meaning));
        }
    }
    for words in by_first.values_mut() {
        words.sort_by_key(|(letters, _)| std::cmp::Reverse(letters.len()));
    }
    by_first
});

/// The word that begins these letters, the longest, and its length.
pub(super) fn word_at(letters: &[char]) -> Option<(usize, Word)> {
    let words = letters.first().and_then(|first| BY_FIRST.get(first));
    let found = words.and_then(|words| words.iter().find(|(word, _)| letters.starts_with(word)));
    let found = found.map(|(word, meaning)| (word.len(), *meaning));
    // 请两天假, 请了半天假.
    if found.is_none_or(|(length, _)| length < 3) && letters.first() == Some(&'请') {
        let end = letters.iter().take(6).position(|letter| *letter == '假');
        let between = end.and_then(|end| letters.get(1..end)).unwrap_or_default();
        let days = |letter: &char| "一二两三四五六七八九十半几个了天日周时小上下午0123456789".contains(*letter);
        if let Some(end) = end
            && between.iter().all(days)
        {
            return Some((end + 1, Leave(None)));
        }
    }
    found
}

/// Whether letters may be part of a note rather than of a name.
pub(super) fn is_note(text: &str) -> bool {
    const LETTERS: &str = "不没未无非别勿病假了的在来到去要请回我你他她们这那啥吗呢么得地着过把被给跟从因所但就才又再还\
        医院孩娃妈爸事忙班会差课烧痛疼症孕婚丧考试验车票堵接送带照顾下上午晚点后改取消换撤除外需须将拟应待否只";
    text.chars().any(|letter| LETTERS.contains(letter))
}

/// Whether a text may turn a status round: 请假取消, 未请假.
pub(super) fn is_reversal(text: &str) -> bool {
    text.chars().any(|letter| "不没未无非别勿改取消换撤销待需应将拟可能或吗么?若如除误".contains(letter))
}

/// Titles that stand behind a surname: 陈主任.
pub(super) fn is_title(text: &str) -> bool {
    const TITLES: &str = "老师 主任 副主任 书记 副书记 科长 副科长 处长 副处长 部长 副部长 主席 副主席 局长 副局长 组长 副组长 \
        小组长 委员 干事 专干 干部 社工 网格员 队长 班长 秘书 会长 副会长 经理 园长 校长 院长 所长 站长 同志 姐 哥 女士 先生 \
        小姐 师傅 总 工";
    TITLES.split_ascii_whitespace().any(|title| title == text)
}

/// Whether a text is a surname by itself.
pub(super) fn is_surname(text: &str) -> bool {
    match text.chars().count() {
        1 => has_surname(text),
        2 => TWO.contains(&text),
        _ => false,
    }
}

/// Whether somebody else of the family is meant: 孩子发烧.
pub(super) fn is_of_family(text: &str) -> bool {
    const WORDS: [&str; 21] = [
        "孩", "娃", "儿", "女儿", "宝宝", "妈", "爸", "父", "母", "爷爷", "奶奶", "公公", "婆", "妻", "丈夫", "爱人",
        "老公", "老人", "家人", "家属", "家中",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether a text behind a name is surely a unit: 幸福社区. An office (急诊科, 驻村) may be where somebody is instead.
pub(super) fn is_unit(text: &str) -> bool {
    const ENDS: [&str; 12] = [
        "社区",
        "街道",
        "妇联",
        "居委会",
        "村委会",
        "办事处",
        "党支部",
        "支部",
        "党委",
        "学习小组",
        "妇女联合会",
        "有限公司",
    ];
    const VERBS: [char; 24] = [
        '驻', '住', '走', '访', '值', '查', '检', '送', '挂', '包', '援', '蹲', '巡', '帮', '借', '调', '抽', '入',
        '进', '出', '赴', '参', '迎', '办',
    ];
    let before = ENDS.iter().find_map(|end| text.strip_suffix(end));
    is_place(text)
        && before.is_some_and(|before| text == "妇联" || before.chars().count() >= 2 && !before.contains(VERBS))
}

/// Whether a text is where somebody belongs: a unit, a group.
pub(super) fn is_place(text: &str) -> bool {
    const ENDS: [&str; 30] = [
        "社区",
        "街道",
        "妇联",
        "居委会",
        "村委会",
        "办事处",
        "办公室",
        "委员会",
        "支部",
        "党委",
        "党支部",
        "小组",
        "中心",
        "公司",
        "学校",
        "机关",
        "单位",
        "部门",
        "局",
        "科",
        "室",
        "部",
        "处",
        "办",
        "委",
        "村",
        "镇",
        "区",
        "组",
        "站",
    ];
    let letters = text.chars().count();
    (2..=20).contains(&letters)
        && !text
            .chars()
            .any(|letter| "不没未无病假了的在来到去要请回我开下跑忙找跟给于往驻走访值蹲巡援".contains(letter))
        && ENDS.iter().any(|end| text.ends_with(end))
}

/// Surnames of two letters.
const TWO: [&str; 10] = ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容"];

/// The usual surnames: what begins with one may be a name where a note could stand as well.
pub(super) fn has_surname(text: &str) -> bool {
    const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏\
        薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷\
        施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁耿牟卜舒詹关苗凌费纪靳盛童欧甄项曲\
        成游裴席卫查屈鲍覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边";
    text.chars().next().is_some_and(|first| SURNAMES.contains(first)) || TWO.iter().any(|name| text.starts_with(name))
}

/// What a picture says: signs for yes and no, friendly ones, and others that have to be asked about.
pub(super) fn picture(letter: char) -> Option<Word> {
    Some(match letter {
        '√' | '✓' | '✔' | '☑' | '✅' | '🆗' | '👌' => Comes,
        '×' | '✗' | '✘' | '✖' | '╳' | '❌' | '❎' | '🙅' | '🚫' | '⛔' | '👎' => Refuses,
        '👍' | '🙋' | '✋' | '🌹' | '💪' | '🙏' | '😊' | '😄' | '😀' | '😁' | '😃' | '🤝' | '❤' | '🎉' | '✨' | '☺'
        | '👏' | '🌸' | '🌺' | '🌷' | '🌟' | '⭐' | '☀' | '🏻' | '🏼' | '🏽' | '♀' | '♂' | '✌' | '🫡' | '😉' | '😍'
        | '🥰' | '🎈' => Plain,
        letter if is_picture(letter) => Doubts,
        _ => return None,
    })
}

fn is_picture(letter: char) -> bool {
    matches!(u32::from(letter), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF)
}
