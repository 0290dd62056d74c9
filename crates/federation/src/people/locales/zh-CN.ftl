## A person's row, in a roster or by hand

name-missing = 没有姓名：补上
name-odd = “{ $name }”不像一个人的姓名：改成不超过 30 个字、不带数字的姓名
name-of-nobody = “{ $text }”不是姓名：这一行没有人就删掉，有人就写姓名
name-of-two = “{ $text }”像是两个人的姓名写在一格：一人一行；是一个人就去掉中间的空格，或用“·”
name-mark-unknown = “{ $name }”后面的“{ $mark }”不认得：写进备注或职务，姓名一栏只写姓名
sex-unknown = 性别“{ $text }”读不出：写女或男
party-unknown = 政治面貌“{ $text }”读不出：写中共党员、中共预备党员、共青团员、群众、无党派人士或民主党派的全称，如民盟盟员
year-out-of-range = 年份 { $year } 不能用：用 --year 给一个 1900 到 2100 的年份
people-not-yet = “{ $names }”从 { $from } 起才在册，那之前不在：花名册要从更早的年份算起
people-not-yet-cure = 打开花名册的导入，撤销后换一年再导入
roster-born = 出生年月：{ $month }
roster-same-key = { $unit }已有一个“{ $name }”，内容不全相同或缺出生年月：是同一个人吗？
roster-another-person = 是另一个人，录入
roster-namesake = 同一份文件里有两行“{ $name }”，单位相同，但“{ $column }”不同：是同一个人吗？
name-long = “{ $name }”有 { $count } 个字：是一个人的姓名吗？
name-long-yes = 是，录入

## What is done with people

person-unknown = 没有人员“{ $name }”，或者不在你的范围里
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
birth-ahead = 出生年月 { $month } 在 { $day } 之后：核对年份
birth-too-young = 出生年月 { $month }，到 { $day } 还不满 { $least } 岁：核对年份
choice-month = { $year } 年 { $month } 月
person-listed = { $name }
leave-before-posting = { $posted } 起还有任职，晚于 { $day }：先看任职日期再登记离开
second-not-posted = { $day } 那天这个人不在原单位任职：核对原单位

## Pages

people-line = 电话隐去中间
people-search = 姓名、拼音
people-none = 还没有人员
people-none-text = 导入花名册，或者一个一个新增。
people-none-found = 没有符合条件的人员
party-any = 全部政治面貌
person-new = 新增人员
person-add = 新增
person-name = 姓名
person-sex = 性别
person-unit = 单位
person-to-unit = 调到哪个单位
person-from = 从哪天起
person-duty = 职务
person-born = 出生年月
person-born-hint = 不知道可以不填
person-standing = 政治面貌
person-education = 学历
person-phone = 联系电话
person-same-name = 这个单位已有“{ $name }”：是同一个人就不用新增；是另一个人，勾上下面的再交
person-another = 是同名的另一个人
person-entered-done = 人员已新增
person-changed-done = 已改好，相关的数字已更正
person-postings = 所在单位及职务
person-memberships = 所属小组
person-year = 考勤
person-year-none = 这段时间没有记录
person-transfer = 调动
person-transfer-ask = 调动 { $name }
person-transfer-text = 从这天起算到新单位，以前的记录仍算在原单位。
person-party-set = 改政治面貌
person-join = 再加入一个小组
person-join-do = 加入
person-second = 借调或请长假
person-second-hint = 借调到的单位；请长假不填
person-second-do = 登记
person-leave = 离开
person-leave-day = 最后一天
person-leave-ask = { $name }离开了？
person-leave-text = 过了最后一天，不再算本单位和各小组的人，名册上不再有；以前的记录都不变。调到别的单位请用“调动”。
person-change-text = 改动会更正以前算错的数字，并留下记录。
until-now = 至今
birth-month-odd = “{ $text }”不是年月：写成 1990-03 这样
my-export = 导出我的记录
my-nobody = 管理员在账号里选了对应的人员，这里才有内容。
log-person-entered = 新增了一位人员
log-person-changed-by = 改了一位人员的任职、状态或政治面貌
log-person-merged-by = 合并了两条人员记录
person-edited = 人员 { $id } 的资料已改
person-edit = 改资料
person-edit-of = 改 { $name } 的资料
person-edit-save = 保存资料
person-edit-not = 不改
person-edit-text = 改了性别或出生年月，以前算过的数字一起更正，并留下记录。
person-duty-hint = 现任职务
education-long = 学历太长：不超过 { $most } 个字
phone-long = 联系电话太长：不超过 { $most } 个字
duty-long = 职务太长：不超过 { $most } 个字
note-long = 备注太长：不超过 { $most } 个字
log-person-facts = 改了一位人员的资料

## Merging

merge-link = 和另一条记录是同一个人：合并
merge-of = 把另一条记录并入 { $name }
merge-other = 哪一条是同一个人
merge-other-hint = 输姓名，从列出的里面选
merge-compare = 对照看看
merge-not = 不合并
merge-sides = 两条记录
merge-kept = 留下
merge-goes = 并走
merge-swap = 换过来，留下另一条
merge-differs = 两条的姓名、性别或出生年月不一样：看清是不是同一个人
merge-will = 合并以后
merge-will-attendances = { $count } 次考勤算到留下的这条
merge-will-both = { $count } 场活动两条都有考勤，各留一次：实到先于请假，请假先于缺席，一样的留左边
merge-will-results = 线上学习情况 { $count } 条转过去；同一平台同一月有两条的 { $doubles } 对，各保留较大的一条，另一条作废
merge-will-honours = 荣誉 { $count } 项转过去；两人有同一项的 { $doubles } 项，只留一项，另一项作废
merge-will-stints = 实践经历 { $count } 条转过去；两人有同一条的 { $doubles } 条，只留一条，另一条作废
merge-will-memberships = { $memberships } 段小组成员过来，其中同一小组重叠的 { $collapsing } 段并成一段
merge-will-postings = { $postings } 段任职、{ $states } 段借调或离岗过来
merge-will-facts = 留下的这条空着的资料，用并走的那条填上
merge-will-account = 账号“{ $name }”归留下的这条
merge-will-untie = 已停用的账号“{ $name }”不再对应人员
merge-no-way-back = { $attendances } 次考勤算过来，{ $both } 场只留一次；以前的数字一起更正，并留下记录。合并不能撤回。
merge-do = 合并两条
merge-ask = 把另一条记录并入 { $name }？
person-merged-done = 已合并，相关的数字已更正
person-pick = 输姓名，从列出的里面选一个
doubles = 疑似重复
doubles-line = 姓名相同，出生年月相同或有一方没填
doubles-one = 一条
doubles-other = 另一条
doubles-alike = 出生年月
doubles-same-birth = 相同
doubles-no-birth = 有一方没填
doubles-none = 没有疑似重复的人员
doubles-none-text = 同名的人出生年月都不同，或没有同名的人。

## List

people-group = 小组
people-in-post = 在岗
people-any = 在岗和已离开
people-youth = 青年
people-any-age = 全部年龄
people-young = 青年
people-not-young = 超过年龄上限
people-age-unknown = 没填出生年月
stands-seconded = 借调
stands-on-leave = 离岗
stands-left = 已离开
stands-left-on = { $day } 离开

## Memberships and states entered wrongly

stay-unknown = 没有这一段，或它已作废：回到人员那一页再看
stay-ended = 这一段到 { $day } 已经结束：写这天或更早的日子
stay-membership = “{ $group }”的成员
stay-seconded = 借调 { $units }
stay-attended = 这段时间有 { $count } 次考勤
stay-now = 现在
stay-amend = 结束或作废
stay-amend-of = 结束或作废：{ $what }
stay-end = 提前结束
stay-end-hint = 这天还算，第二天起不算
stay-count = 看会改多少
stay-end-told = 到 { $day } 为止，账本更正 { $count } 条。
stay-end-do = 结束这段
stay-void = 登记错了
stay-void-told = 这段从来没有过，账本更正 { $count } 条。
stay-void-do = 作废这段
stay-void-refused = 这段不能作废，可以提前结束：
stay-not = 不改
stay-void-ask = 作废 { $name } 的这一段？
stay-void-not = 不作废
person-states = 借调和离岗
party-choose = 选一项

lending = 等待接收的借调
lending-from-to = { $home } 借到 { $unit }
lending-open-end = 未定
lending-accept = 同意接收
lending-decline = 不接收
lending-withdraw = 收回
lending-none = 没有等待接收的借调。别的单位要把人借给你管的单位时，会出现在这里。
lending-some = 有 { $count } 人等你同意借入
lending-look = 去看看
lending-waits = 已提请 { $unit } 接收，{ $from } 起；对方同意以后才算借调
lending-offered-done = 已提请对方单位接收，同意以后才算借调
lending-accepted-done = 已同意接收
lending-declined-done = 已回复不接收
lending-withdrawn-done = 已收回
lending-unknown = 没有编号为 { $id } 的借调请求
lending-waits-already = 已经提请这个单位接收：等对方答复，或先收回
lending-answered-already = 这个借调请求已经有了答复：刷新页面看结果
log-lending-offered = 提请借调一人
log-lending-accepted = 同意借入一人
log-lending-declined = 没有接收借调的一人
log-lending-withdrawn = 收回了一人的借调请求
