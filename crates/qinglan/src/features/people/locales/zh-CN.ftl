## A person's row, in a roster or by hand

name-missing = 没有姓名：补上
name-odd = “{ $name }”不像一个人的姓名：改成不超过 30 个字、不带数字的姓名
sex-unknown = 性别“{ $text }”读不出：写女或男
party-unknown = 政治面貌“{ $text }”读不出：写中共党员、中共预备党员、共青团员、群众、无党派人士或民主党派的全称，如民盟盟员
year-out-of-range = 年份 { $year } 不能用：用 --year 给一个 1900 到 2100 的年份
roster-same-key = { $unit }已有一个“{ $name }”，内容不全相同或缺出生年月：是同一个人吗？
roster-another-person = 是另一个人，录入

## What is done with people

person-unknown = 没有人员“{ $name }”：用 people list 查编号
transfer-before-posting = 不能从 { $day } 起调动，{ $posted } 已有新的任职：改成这天以后的日期
member-already = 这个人从那天起已是“{ $group }”的成员：不用再加入，或换一个开始日期
merge-with-self = 两个编号相同，不用合并：写另一个编号
person-added = 已增加人员，编号 { $id }
person-transferred = 人员 { $id } 已调动
person-joined = 人员 { $id } 已加入小组
person-seconded = 人员 { $id } 的借调已记下
person-absent = 人员 { $id } 的离岗已记下，统计不变
person-party = 人员 { $id } 的政治面貌已记下
person-left = 人员 { $id } 已离开
person-merged = 已合并到人员 { $id }

## What stands on an import

person-stood-on = 人员“{ $name }”：导入后有考勤、调动或其他改动
group-stood-on = 小组“{ $name }”：导入后有别人加入或办了活动
birth-in-doubt = 出生年月是数字 { $text }，可能是 1 月，也可能是 10 月
choice-month = { $year } 年 { $month } 月
person-listed = { $name }
leave-before-posting = { $posted } 起还有任职，晚于 { $day }：先看任职日期再登记离开
second-not-posted = { $day } 那天这个人不在原单位任职：核对原单位
