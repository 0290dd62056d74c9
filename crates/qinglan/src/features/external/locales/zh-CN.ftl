# External results: the platforms, what was earned there, classes, goals.

nav-external = 线上学习
register-external = 线上平台学习情况
kind-external = 线上平台学习情况

## Refusals

external-unknown = 没有线上学习情况 { $id }，或者你的账号看不到它：到列表里找
external-no-such-month = “{ $text }”不是月份，一年只有 1 到 12 月：改成对的，如 2025-03
external-month-missing = 月份没有填：写成 2025-03 这样
external-month-no-year = 月份“{ $text }”没有年份：补上年份，或者导入时写明是哪一年
external-month-unreadable = 月份“{ $text }”读不出来：写成 2025-03 这样
external-month-ahead = { $month } 还没有到：改成已经开始的月份
external-below-zero = “{ $column }”写的“{ $text }”小于 0：核对后改成 0 或正数
external-not-whole = “{ $column }”写的“{ $text }”不是整数：核对后改成整数
external-too-much = “{ $column }”太大，一个月最多 { $most }：核对一下
hours-unreadable = “{ $column }”写的“{ $text }”读不出来：写成 1.5 或 90分钟 这样，小数最多两位
external-nothing = 积分、学时、课程数都没有填：至少填一项
external-note-long = 最多写 { $most } 个字：写短些
external-not-posted = 这个人 { $month } 整个月都不在任何单位，那个月的线上学习情况没有单位可以计：核对月份和日期，先补上任职，或把那一条作废
external-there-already = 这个人这个平台 { $month } 已有一条：改那一条，或先把它作废
external-settled = { $month } 这一条已证明或已作废，不能改：要改，让负责人先退回
external-own = 自己的学习情况不能由自己证明或退回：让组长或单位秘书来
external-not-waiting = { $month } 这一条不在待证明：回到列表再看
external-none-chosen = 一条也没有选：先勾选要证明的
external-person-pick = 没有选人：从列出的人里选一个
external-person-none = { $month } 在这个单位和导入范围内找不到“{ $name }”：核对姓名、单位和月份，新来的人先导入花名册
external-listed = { $name } { $month } 录入后改过
return-without-reason = 没有写退回原因：写清楚要改什么
platform-unknown = 不认识平台“{ $text }”，已有的是 { $known }：改成其中一个；确实是新平台，由管理员在“设置 · 学习平台”里增加
class-unknown = 没有网上课程 { $id }，或者你的账号看不到它：到列表里找
class-wants-issue = 季和期都要写，各 1 到 { $most } 个字：补上或改短
class-more-than-base = 参学 { $participants } 人次，多于应参学 { $base } 人次：核对两个数；核对过没有错，勾选“已核对”再保存
class-ahead = { $day } 还没有到：改成已经开课的日期
class-there-already = { $unit } 的 { $season } { $issue } 已有一条：改那一条
import-kind-classes = 网上课程（青年大学习等）
class-was-replaced = 导入的新数据代替了它
class-was-undone = 它的导入已撤销
class-listed = { $unit } 的 { $season } { $issue } 录入后改过
class-recorded-again = { $unit } 的 { $season } { $issue } 被这次导入代替，后来又录入了一条：先把后来的那条作废，再撤销导入
class-same-key = 这个单位已有 { $there }，这一行是 { $here }：用哪个？
class-replace = 用这一行，原来的作废（留痕）
class-another = 是另一期，都要
class-no-season = “{ $text }”没有写是哪一年或哪一季：写成“2025年第3季第12期”这样，或加一列“季”
class-no-issue = “{ $text }”看不出是第几期：写成“第12期”这样
class-no-day = 没有开课日期：加一列“开课日期”，或导入时填上
class-day-which = 没有写开课日期，名单里最早是 { $day } 学的：按这一天算吗？
class-day-first = 按 { $day }
class-no-number = “{ $column }”没有填：填上数字，没有就填 0
class-no-numbers = 没有参学人次，也没有名单：补上
class-more-ask = 参学 { $participants } 人次，多于应参学 { $base } 人次：对吗？
class-more-sure = 核对过，没有错
class-marks-unknown = 有几处看不出学没学：{ $marks }。写成已学、未学，或√、×
class-blank = 名单里有人那一格空着：算没有学吗？
class-blank-missed = 算没有学
class-blank-not-due = 不该他们学，不算在内
class-names-twice = 名单里有重名：{ $names }。是同一个人吗？
class-names-once = 是同一个人，各算一次
class-names-both = 是两个人，都算
class-strangers = 有 { $count } 人不在花名册里：{ $names }。算不算？
class-strangers-count = 也算
class-strangers-not = 不算
class-base-which = 名单只有学了的 { $count } 人，没有写应参学多少人
class-base-listed = 应参学的就是名单上的 { $count } 人
class-is-void = 这一条已作废，不能再改
goal-unknown = 没有学习目标 { $id }，或已结束
goal-odd = 目标要按积分、学时或课程，每月或每年：选一个
goal-amount = 目标要在 1 到 { $most } 之间：改一下
goal-months = 结束月份早于开始月份：改其中一个

## Asked at an import

class-read = { $season }{ $issue }：参学 { $participants }，应参学 { $base }
external-read = { $month }：{ $amounts }
external-same-key = { $month } 这个人这个平台已有一条（{ $there }），这一行是 { $here }：用哪个
external-measure-which = 平台下面只写了数字，没有写是积分、学时还是课程数：是哪一种？
choice-measure = { $name }
external-platform-of-title = 标题写的是“{ $title }”，没有平台一列：是哪个平台的？
choice-platform = { $name }
external-replace = 用这一行，原来的作废（留痕）
external-month-in-doubt = 月份“{ $text }”是数字格，可能是 1 月，也可能是 10 月：是哪个月

## What the system says of a void one

external-was-replaced = 导入的新数据代替了它
external-was-double = 合并人员时同一平台同一月有两条，保留了较大的一条
external-was-undone = 它的导入已撤销

## States

external-handed-in = 待证明
external-attested = 已证明
external-returned = 已退回
external-void = 作废

## The log

log-external-entered = 登记了 { $month } 的线上学习情况
log-external-edited = 改了 { $month } 的线上学习情况
log-external-attested-by = 证明了 { $month } 的线上学习情况
log-external-returned-by = 退回了 { $month } 的线上学习情况
log-external-voided-by = 作废了 { $month } 的线上学习情况
log-class-entered = 登记了网上课程 { $season } { $issue }
log-class-edited = 改了网上课程 { $season } { $issue }
log-class-voided = 作废了网上课程 { $season } { $issue }
log-goal-set-by = 设了线上学习目标
log-goal-ended-by = 结束了线上学习目标
log-platform-changed = 改了学习平台“{ $name }”

## Pages

external-line = 在其他平台学习的积分、学时、课程，由组长或单位秘书证明后计入统计
external-results = 学习情况
external-classes = 网上课程
external-goals = 学习目标
external-new = 登记学习情况
external-search = 按姓名找，也可用拼音
external-platform = 平台
external-platform-any = 所有平台
external-month = 月份
external-month-from = 从月份
external-month-to = 到月份
external-points = 积分
external-hours = 学时
external-class-count = 课程数
external-attester = 证明人
external-state-any = 所有（不含作废）
external-none = 还没有线上学习情况
external-none-text = 可以导入平台导出的表格，也可以由本人登记、组长证明。
external-none-found = 没有符合条件的
external-choose = 选 { $title }
external-attest-chosen = 证明所选
external-attest = 证明
external-return = 退回
external-return-ask = 退回 { $name } { $month } 的学习情况？
external-return-text = 退回后本人可以改好再交；已经计入统计的会更正（留痕）。
external-return-why = 要改什么
external-return-not = 不退回
external-void-do = 作废
external-void-ask = 作废 { $month } 的学习情况？
external-void-text = 作废后不计入任何统计，原因留在记录里。
external-void-why = 作废原因
external-void-not = 不作废
external-edit-of = 改 { $month } 的学习情况
external-for = 登记给谁
external-for-hint = 不填就是登记自己的，要由组长证明；登记别人的，由你证明
external-own-hint = 登记后由组长或单位秘书证明，证明后计入统计
external-month-hint = 如 2025-03
external-hours-hint = 如 1.5，一学时按 60 分钟
external-amounts = 三项各记各的，至少填一项
external-note = 备注
external-save = 保存
external-hand-in = 登记
external-leave = 不改了
external-was-returned = 已退回：{ $reason }
external-facts = 情况
external-history = 经过
external-handed-in-at = 登记时间
external-attested-at = 证明时间
external-counted-to = 计到单位
external-entered-done = 已登记
external-saved = 已保存，等待证明
external-attested-done = 已证明，计入统计
external-attested-many = 已证明 { $count } 条，计入统计
external-returned-done = 已退回
external-voided-done = 已作废
external-own-card = 线上学习
external-own-none = 还没有登记过
external-own-all = 全部
external-of-group = 线上学习进度

## Classes

class-season = 季
class-season-hint = 如 2025年第3季
class-issue = 期
class-issue-hint = 如 第12期
class-opened-on = 开课日期
class-participants = 参学人次
class-base = 应参学人次
class-rate = 参学率
class-new = 登记网上课程
class-edit-of = 改 { $season } { $issue }
class-sure = 已核对，参学就是多于应参学
class-save = 保存课程
class-leave = 不保存
class-search = 按季、期、单位找
class-shown = 未作废的
class-line = 按季和期登记的网上课程，数的是人次，不是人
class-none = 还没有网上课程
class-none-text = 每期结束后，由单位秘书或组长登记参学人次和应参学人次。
class-entered-done = 已登记网上课程
class-saved = 已保存网上课程
class-voided-done = 已作废
class-edit = 修改
class-void-ask = 作废 { $season } { $issue }？
class-voided-why = 作废：{ $reason }

## Goals

goal-line = 本单位和下级单位的人，每月或每年在平台上要学多少
goal-unit = 单位（含下级）
goal-measure = 按什么
goal-per = 多久
goal-per-month = 每月
goal-per-year = 每年
goal-amount-label = 目标
goal-amount-hint = 按学时的写小时，如 1.5
goal-from = 从哪个月起
goal-to = 到哪个月
goal-to-hint = 不填就一直有效
goal-all-platforms = 所有平台合计
goal-add = 设目标
goal-list = 已设的目标
goal-none = 还没有设目标
goal-end = 结束
goal-end-of = 结束 { $unit } 的目标
goal-over = 已结束
goal-until-now = 一直有效
goal-set-done = 目标已设
goal-ended-done = 目标到上月为止
goal-group-line = { $month } 和今年，按已证明的计
goal-group-short = { $count } 人还差
goal-group-enough = 都达到了
goal-group-none = 这个小组还没有学习目标
goal-group-none-text = 目标由单位秘书按单位设。
goal-earned-of = { $earned }，目标 { $amount }
goal-missing = 还差 { $missing }
goal-reached = 已达到
goal-member = 姓名
goal-state = 进度

## Platforms

settings-platforms = 学习平台
platforms-line = 台账里写的平台名按名称和叫法对应；停用的平台不再登记新的
