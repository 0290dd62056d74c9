# Openings: a unit asks for people, they come forward, people select among them.

nav-openings = 锻炼岗位
candidates = 主动请缨名单

## Refusals

opening-unknown = 没有锻炼岗位 { $id }，或者你的账号看不到它：到列表里找
opening-without-title = 没有岗位名称：补上
opening-title-long = 岗位名称最多 { $most } 个字：写短些
opening-place-long = 地点最多 { $most } 个字：写短些
opening-needs-long = 要求最多 { $most } 个字：写短些
opening-contact-long = 联系人最多 { $most } 个字：写短些
opening-words-long = 最多写 { $most } 个字：写短些
opening-places = 名额写的是 { $places }：写 1 到 { $most } 之间的数
opening-places-taken = 已有 { $count } 人入选，名额不能更少：先撤回入选，或者名额不改
opening-reversed = 结束 { $to } 早于开始 { $from }：改其中一个
opening-closes-late = 报名截止 { $closes } 晚于岗位结束 { $to }：改其中一个
opening-closes-passed = 报名截止 { $closes } 已经过去：改成今天或以后
opening-closes-missing = 没有报名截止日期：补上
opening-is-closed = “{ $title }”已办结：要改，先重新征集
opening-is-withdrawn = “{ $title }”已撤回：要用，先重新征集
opening-is-open = “{ $title }”正在征集：不用重新征集
opening-is-over = 报名到 { $closes } 已经截止：和联系人说一声，请征集单位延长报名
opening-unanswered = 还有 { $count } 人没有答复：逐个答复，或者勾选“一并告知未入选”
opening-without-reason = 没有写原因：补上
opening-has-selected = 已有 { $count } 人入选，不能撤回岗位：先撤回入选，或者用“办结”
opening-full = “{ $title }”的 { $places } 个名额已满，可能刚有人选满：先撤回一人的入选，或者增加名额
candidate-unknown = 没有这条主动请缨 { $id }，或者你的账号看不到它：到列表里找
candidate-words = 没有写请缨理由：写一句
candidate-without-reason = 没有写入选理由：补上
candidate-there-already = “{ $title }”已经请缨过：一个人只报一次
candidate-elsewhere = “{ $title }”只面向征集单位和下级单位的人：核对人选
candidate-not-posted = 这个人 { $day } 不在任何单位，主动请缨没有单位可以计：先补上任职
candidate-settled = “{ $title }”的这一条已经有了结果，或已撤回：刷新后再看
candidate-begun = 已到岗“{ $title }”，不能撤回入选：要撤，先作废那条实践经历
candidate-overlaps = 同一时间这个人已入选“{ $task }”（从 { $day } 起）：核对日期；确实同时有两处，勾选后再交
candidate-from-missing = 没有到岗日期：补上

## What the system says

candidate-opening-withdrawn = 岗位已撤回
candidate-was-double = 合并人员时两人为同一个岗位请缨，保留了一条

## States

opening-state-any = 全部（不含撤回）
state-open = 征集中
opening-state-deciding = 报名截止，待定人选
state-completed = 已办结
state-withdrawn = 已撤回
candidate-step-any = 全部（不含撤回）
step-waiting = 待答复
step-selected = 入选
step-declined = 未入选
step-withdrawn = 本人撤回

## The log

log-opening-added = 发布了锻炼岗位“{ $title }”
log-opening-changed = 修改了锻炼岗位“{ $title }”
log-opening-closed = 办结了锻炼岗位“{ $title }”
log-opening-reopened = 重新征集锻炼岗位“{ $title }”
log-opening-withdrawn = 撤回了锻炼岗位“{ $title }”
log-candidate-came = 为“{ $title }”主动请缨
log-candidate-withdrew = 撤回了为“{ $title }”的主动请缨
log-candidate-selected-by = 确定“{ $title }”入选
log-candidate-declined-by = 告知“{ $title }”未入选
log-candidate-reconsidered = 撤回了“{ $title }”的答复
log-candidate-arrived = 登记了“{ $title }”到岗

## Pages: openings

opening-line = 一线岗位、驻村、专班、志愿服务等，征集本单位和下级单位的青年；主动请缨、确定人选、到岗都在这里
opening-search = 按岗位、地点、要求、单位找
opening-none = 还没有锻炼岗位
opening-none-text = 先发布一个岗位，下级单位的青年就能在手机上主动请缨。
opening-none-member = 有单位发布岗位后，会出现在这里和首页。
opening-none-found = 没有符合条件的岗位
opening-new = 发布岗位
opening-edit = 修改岗位
opening-title = 岗位名称
opening-title-hint = 如 青岭村驻村工作队队员
opening-unit = 征集单位
opening-unit-hint = 面向这个单位和下级单位的人
opening-part = 类型
opening-place = 地点
opening-places-of = 名额（人）
opening-taken = 入选 / 名额
opening-came = 请缨人数
opening-selected = 入选人数
opening-needs = 岗位要求
opening-needs-hint = 要做什么、需要什么专长
opening-from = 开始日期
opening-to = 结束日期
opening-to-hint = 还没定就空着
opening-to-open = 未定
opening-closes = 报名截止
opening-closes-hint = 这一天还可以报名
opening-contact = 联系人
opening-contact-hint = 姓名和办公电话
opening-publish = 发布岗位
opening-save = 保存
opening-leave = 不保存
opening-history = 经过
opening-nobody-yet = 还没有人请缨
opening-next-select = { $waiting } 人等答复，还有 { $places } 个名额：点姓名，看理由，定人选。
opening-next-full = 名额已满，还有 { $waiting } 人等答复：点“办结”，一并告知未入选。
opening-next-close = 名额已满，都已答复：可以办结。
opening-next-wait = 还没有人等答复。报名到 { $closes } 截止。
opening-next-over = 报名已截止，没有人等答复：可以延长报名截止日期，或者办结。
opening-close = 办结
opening-close-ask = 办结“{ $title }”？
opening-close-text = 办结后不再报名，不再定人选；已经入选的不变。
opening-close-not = 不办结
opening-declines = 还没答复的 { $count } 人，一并告知未入选
opening-declines-words = 给他们的话（可不填）
opening-reopen = 重新征集
opening-reopen-ask = 重新征集“{ $title }”？
opening-reopen-text = 可以再报名、再定人选；已有的答复不变。
opening-reopen-not = 不用
opening-withdraw = 撤回岗位
opening-withdraw-ask = 撤回“{ $title }”？
opening-withdraw-text = 撤回后不计入统计，等答复的人会看到岗位已撤回。
opening-withdraw-why = 撤回原因
opening-withdraw-not = 不撤回
opening-added-done = 岗位已发布
opening-saved = 岗位已保存
opening-closed-done = 岗位已办结
opening-reopened-done = 岗位重新征集
opening-withdrawn-done = 岗位已撤回

## Pages: those who came forward

candidate-line = 谁为哪个岗位主动请缨、理由和结果
candidate-search = 按姓名、岗位、理由找
candidate-none = 还没有人主动请缨
candidate-none-text = 岗位发布后，青年在岗位页上点“主动请缨”。
candidate-none-found = 没有符合条件的人
candidate-all = 全部名单
candidate-come = 主动请缨
candidate-enter = 替人登记请缨
candidate-come-ask = 为“{ $title }”主动请缨
candidate-come-text = 定人选以前可以撤回。结果在首页和“我的”里看得到。
candidate-come-not = 先不报
candidate-for = 登记给谁
candidate-for-hint = 不填就是本人
candidate-why = 请缨理由
candidate-why-hint = 一句话：为什么想去
candidate-came-on = 请缨日期
candidate-came-day = { $day } 请缨
candidate-came-done = 已主动请缨
candidate-own-waiting = 已主动请缨，等征集单位答复
candidate-own-selected = 你已入选
candidate-own-declined = 这次未入选
candidate-own-see = 看我的这一条
candidate-own-none = 还没有请缨过
candidate-find = 看岗位
candidate-of-person = 主动请缨
candidate-withdraw = 撤回请缨
candidate-withdraw-ask = 撤回这次请缨？
candidate-withdraw-text = 撤回后不计入统计；报名截止前可以再报。
candidate-withdraw-not = 不撤回
candidate-withdrew-done = 已撤回
candidate-select = 定为入选
candidate-select-ask = 定 { $name } 入选？
candidate-select-not = 先不定
candidate-reason = 答复
candidate-reason-line = 答复：{ $reason }
candidate-reason-selected = 入选理由
candidate-reason-hint = 本人看得到
candidate-from = 到岗日期
candidate-from-hint = 今天或以前：同时登记实践经历；以后：到岗那天再登记
candidate-selected-done = 已定为入选
candidate-decline = 告知未入选
candidate-decline-ask = 告知 { $name } 未入选？
candidate-decline-not = 先不告知
candidate-declined-done = 已告知未入选
candidate-reconsider = 撤回答复
candidate-reconsider-ask = 撤回这个答复？
candidate-reconsider-text = 撤回后又是待答复，可以重新决定。
candidate-reconsider-not = 不撤回
candidate-reconsidered-done = 已撤回答复
candidate-arrive = 登记到岗
candidate-arrive-ask = { $name } 哪天到岗？
candidate-arrive-text = 从这天起登记为实践经历，计入统计。
candidate-arrive-not = 先不登记
candidate-arrived-done = 已登记到岗
candidate-next-arrive = 已入选，岗位从 { $day } 开始：到岗那天点“登记到岗”，就有了实践经历。
candidate-placement = 到岗
candidate-placement-text = 返岗时点进去“记结束”
candidate-placement-over = 已返岗
candidate-began = 到岗日期
candidate-ended = 返岗日期
candidate-decided-at = 答复时间

## On the home page

home-openings = 可以报名的岗位
home-opening-closes = 报名到 { $day }
home-opening-select = 给“{ $title }”的请缨定人选
home-opening-waiting = { $count } 人等答复

## Visits and the appraisal at the end

candidate-not-begun = “{ $title }”还没有登记到岗：到岗以后再记
visit-unknown = 没有这次走访 { $id }，可能已删除：刷新后再看
visit-who = 没有写谁去看望：补上
visit-who-long = 最多写 { $most } 个字：写短些
visit-words = 没有写走访情况：补上
visit-day = { $day } 不能记走访：写到岗（{ $from }）以后、今天（{ $today }）以前的日期
appraisal-own = 自己的锻炼由别人评价：让同事来
appraisal-early = “{ $title }”还没有返岗：先在实践经历里“记结束”，再评价
appraisal-grade = 没有选等次：选一个
log-candidate-visited = 记了一次“{ $title }”的看望走访
log-candidate-visit-removed = 删除了一次“{ $title }”的看望走访
log-candidate-appraised = 评价了“{ $title }”的锻炼
visits = 看望走访
visit-new = 记走访
visit-none = 还没有走访过
visit-ask = 看望 { $name }
visit-day-of = 日期
visit-who-of = 谁去的
visit-words-of = 情况
visit-save = 保存
visit-not = 先不记
visit-done = 已记走访
visit-remove = 删除
visit-remove-ask = 删除 { $day } { $who } 的走访？
visit-remove-text = 记错的才删；删除留在经过里。
visit-remove-not = 不删
visit-removed-done = 走访已删除
appraisal = 返岗评价
appraisal-asking = 征集单位
appraisal-sending = 派出单位
appraisal-none = 还没有评价
appraisal-write = 评价
appraisal-change = 改评价
appraisal-ask = { $side }评价 { $name }
appraisal-grade-of = 等次
appraisal-words = 评语（可不填）
appraisal-save = 保存
appraisal-not = 先不评
appraisal-done = 评价已保存
grade-good = 好
grade-fair = 较好
grade-plain = 一般
grade-poor = 差
