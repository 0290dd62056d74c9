//! Lists of members with what is read from them.

use super::*;

const ROLL: [&str; 5] = ["温以宁", "骆青梧", "晏知秋", "简书遥", "苏沐言"];

fn session(times: Option<(&str, &str)>) -> Session {
    let time = |text: &str| chrono::NaiveTime::parse_from_str(text, "%H:%M").expect("a time");
    let day = NaiveDate::from_ymd_opt(2026, 5, 8).expect("a day");
    Session { day, from: times.map(|(from, _)| time(from)), to: times.map(|(_, to)| time(to)) }
}

/// Everybody with what follows: `温以宁 on_time 80`, `小宁?` for nobody on the roll.
fn people(reading: &Reading) -> Vec<String> {
    let each = reading.people.iter().map(|member| {
        let says = match member.named.says {
            Says::As(status) => status.as_str(),
            Says::MadeUp(_) => "made_up",
            Says::Ask => "ask",
        };
        let minutes = member.stay.map(|stay| format!(" {}", stay.minutes)).unwrap_or_default();
        let doubt = member.stay.and_then(|stay| stay.doubt).map(|doubt| format!(" {}", doubt.as_str()));
        let unknown = if member.named.known { "" } else { "?" };
        let nickname = member.nickname.as_ref().map(|nickname| format!("({nickname})")).unwrap_or_default();
        format!("{}{unknown}{nickname} {says}{minutes}{}", member.named.name, doubt.unwrap_or_default())
    });
    each.collect()
}

fn read_for(text: &str, times: Option<(&str, &str)>, nicknames: &[(&str, Option<&str>)]) -> Reading {
    let names: Vec<String> = ROLL.map(str::to_owned).to_vec();
    let nicknames: HashMap<String, Option<String>> =
        nicknames.iter().map(|(nickname, of)| ((*nickname).to_owned(), of.map(str::to_owned))).collect();
    let known = Known { names: &names, nicknames: &nicknames };
    read(text, &known, session(times), Least::from_text(Least::DEFAULT).expect("a least time"))
}

#[test]
fn members_of_a_meeting_are_there_for_as_long_as_they_were() {
    let times = Some(("14:30", "16:00"));
    for (text, expected) in [
        // As one program has it: a line above, the same person twice, the host in brackets, a nickname.
        (
            "会议主题：五月学习\n用户昵称（入会昵称）\t入会时间\t退会时间\t参会时长\n\
             温以宁（主持人）\t2026-05-08 14:25:10\t2026-05-08 15:00:10\t00:35:00\n\
             上桥街道-骆青梧\t2026-05-08 14:40:00\t2026-05-08 16:01:00\t01:21:00\n\
             温以宁\t2026-05-08 15:10:00\t2026-05-08 16:00:00\t00:50:00\n\
             小宁\t2026-05-08 14:30:00\t2026-05-08 16:00:00\t01:30:00\n\
             晏知秋\t2026-05-08 14:30:00\t2026-05-08 14:45:00\t00:15:00\n",
            vec!["温以宁 on_time 80", "骆青梧 late 80", "小宁? on_time 90", "晏知秋 ask 15 short"],
        ),
        // Minutes alone, and the unit beside.
        (
            "序号\t姓名\t部门\t参会时长（分钟）\n1\t温以宁\t上桥街道\t88\n2\t骆青梧\t上桥街道\t12\n3\t晏知秋\t上桥街道\t\n",
            vec!["温以宁 on_time 88", "骆青梧 ask 12 short", "晏知秋 ask 0 unreadable"],
        ),
        // English headings, a waiting room, a name with its spelling.
        (
            "Name (Original Name)\tJoin Time\tLeave Time\tDuration (Minutes)\tGuest\tIn Waiting Room\n\
             简书遥 (Jian Shuyao)\t2026/05/08 02:29:00 PM\t2026/05/08 03:59:00 PM\t90\tNo\tNo\n\
             苏沐言\t2026/05/08 02:20:00 PM\t2026/05/08 03:59:00 PM\t99\tNo\tYes\n",
            vec!["简书遥 on_time 89", "苏沐言 ask 0 short"],
        ),
        // A remark beside a time, and a name that is no part of another one's.
        (
            "姓名\t入会时间\t退会时间\t备注\n温以宁\t14:30\t16:00\t请假\n温以宁妈妈\t14:30\t16:00\t\n",
            vec!["温以宁 ask 90", "温以宁妈妈? on_time 90"],
        ),
        // Of another day; and a date of which nobody knows the month.
        (
            "姓名\t入会时间\t退会时间\n温以宁\t2026-05-07 14:30\t2026-05-07 16:00\n骆青梧\t05/08/2026 14:30\t05/08/2026 16:00\n",
            vec!["温以宁 ask 0 day_other", "骆青梧 ask 0 unreadable"],
        ),
    ] {
        assert_eq!(people(&read_for(text, times, &[])), expected, "{text}");
    }
    let text =
        "姓名\t入会时间\t退会时间\t会议号\n温以宁\t14:30\t15:10\t1\n骆青梧\t14:30\t14:45\t1\n\t14:30\t14:45\t1\n";
    let reading = read_for(text, None, &[]);
    assert_eq!(people(&reading), ["温以宁 on_time 40", "骆青梧 ask 15 short"]);
    assert_eq!((reading.unread, reading.enough), (vec!["会议号".to_owned()], Some(20)));
    assert_eq!(reading.left, ["14:30 14:45 1"]);
}

#[test]
fn a_nickname_is_the_person_who_has_it_and_nobody_if_several_do() {
    let list = "昵称\t入会时间\t退会时间\n小宁\t14:30\t15:00\n温以宁\t14:50\t15:30\n阿秋\t14:30\t16:00\n";
    let nicknames = [("小宁", Some("温以宁")), ("阿秋", None)];
    let reading = read_for(list, Some(("14:30", "16:00")), &nicknames);
    assert_eq!(people(&reading), ["温以宁 on_time 60", "阿秋(阿秋) on_time 90"]);
    let chat = "1. 小宁\n2. 骆青梧 请假\n3. 阿秋";
    assert_eq!(
        people(&read_for(chat, None, &nicknames)),
        ["温以宁(小宁) on_time", "骆青梧 leave", "阿秋(阿秋) on_time"]
    );
    // Written with both, and said differently.
    let chat = "小宁：收到\n温以宁：请假";
    assert_eq!(people(&read_for(chat, None, &nicknames)), ["温以宁 ask"]);
    // A nickname that is a word stays that word.
    let chat = "温以宁 请假";
    assert_eq!(people(&read_for(chat, None, &[("请假", Some("骆青梧"))])), ["温以宁 leave"]);
}

#[test]
fn answers_to_a_form_are_read_like_a_roll_call() {
    for (text, expected) in [
        (
            "提交时间\t您的姓名\t单位\t1.您是否参加本次学习？\t请假原因\n\
             2026-05-07 09:00:00\t温以宁\t上桥街道\t是\t\n\
             2026-05-07 09:01:00\t骆青梧\t上桥街道\t请假\t出差\n\
             2026-05-07 09:02:00\t晏知秋\t上桥街道\t不参加\t\n\
             2026-05-07 09:03:00\t王大锤\t上桥街道\t是\t\n\
             2026-05-07 09:04:00\t简书遥\t上桥街道\t\t\n",
            vec!["温以宁 on_time", "骆青梧 leave", "晏知秋 ask", "王大锤? on_time", "简书遥 ask"],
        ),
        // The newest first: the later answer corrects the earlier one.
        (
            "姓名\t是否参加\t提交时间\n温以宁\t请假\t2026-05-07 18:00\n骆青梧\t参加\t2026-05-07 12:00\n温以宁\t参加\t2026-05-07 09:00\n",
            vec!["温以宁 leave", "骆青梧 on_time"],
        ),
        // Nobody knows which is later.
        ("姓名\t是否参加\t提交时间\n温以宁\t参加\t昨天\n温以宁\t请假\t今天\n", vec!["温以宁 ask"]),
        // Two questions about the same session.
        (
            "姓名\t能否参加\t是否请假\t提交时间\n温以宁\t能\t否\t2026-05-07 09:00\n骆青梧\t不能\t是\t2026-05-07 09:00\n",
            vec!["温以宁 ask", "骆青梧 ask"],
        ),
        // Pasted from a sheet, with an answer that is missing in the last row.
        ("姓名\t考勤\n温以宁\t√\n骆青梧\t\n", vec!["温以宁 on_time", "骆青梧 ask"]),
        ("姓名\t提交时间\n温以宁\t2026-05-07 09:00\n", vec!["温以宁 on_time"]),
    ] {
        assert_eq!(people(&read_for(text, None, &[])), expected, "{text}");
    }
}

#[test]
fn an_exported_chat_is_a_roll_call() {
    for (text, expected) in [
        (
            "时间\t发送人\t内容\n2026-05-08 14:02:11\t温以宁\t收到\n2026-05-08 14:03:00\t小宁🌸\t请假\n",
            vec!["温以宁 on_time", "小宁🌸? leave"],
        ),
        // A table that has the newest first.
        (
            "发送人\t消息内容\t发送时间\n温以宁\t参加\t2026-05-08 15:00:00\n温以宁\t请假\t2026-05-08 14:00:00\n",
            vec!["温以宁 on_time"],
        ),
        (
            "2026-05-08 14:02:11 温以宁(10001)\n收到\n\n2026-05-08 14:03:00 骆青梧(10002)\n请假\n",
            vec!["温以宁 on_time", "骆青梧 leave"],
        ),
        ("温以宁 2026/5/8 14:02\n参加\n暖阳 2026/5/8 14:03\n请假\n", vec!["温以宁 on_time", "暖阳? leave"]),
    ] {
        assert_eq!(people(&read_for(text, None, &[])), expected, "{text}");
    }
}

#[test]
fn a_sheet_is_chosen_or_named() {
    let sheet = |name: &str, rows: &[&str]| Sheet {
        name: name.to_owned(),
        rows: rows.iter().map(|row| row.split('|').map(Cell::from_text).collect()).collect(),
        ..Sheet::default()
    };
    let list = sheet("成员", &["昵称|入会时间|退会时间", "温以宁|14:30|16:00"]);
    let other = sheet("会议信息", &["会议主题|五月学习"]);
    let (text, others) = text_of(&[other.clone(), list.clone()]).expect("a list");
    assert_eq!(
        (text.as_str(), others),
        ("昵称\t入会时间\t退会时间\n温以宁\t14:30\t16:00", vec!["会议信息".to_owned()])
    );
    let again = Sheet { name: "成员2".to_owned(), ..list.clone() };
    assert_eq!(text_of(&[list, again]), Err(NoList::Several(vec!["成员".to_owned(), "成员2".to_owned()])));
    let (text, others) = text_of(&[other]).expect("a text");
    assert_eq!((text.as_str(), others.len()), ("会议主题\t五月学习", 0));
    assert!(matches!(text_of(&[sheet("长", &["长".repeat(MOST_LETTERS + 1).as_str()])]), Err(NoList::TooLong(_))));
}
