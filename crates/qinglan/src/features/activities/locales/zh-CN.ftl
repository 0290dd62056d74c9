## States

state-draft = 草稿
state-announced = 已通知
state-held = 已举办
state-closed = 已归档
state-void = 作废

## A row of a register, or an activity entered by hand

activity-without-title = 没有活动名称：补上
text-too-long = { $field ->
    [title] 名称
    [place] 地点
    [en] 英文名称
    [aliases] 其他叫法
    [speakers] 主讲人
    [leaders] 参会领导
    [chair] 主持人
    [recorder] 记录人
    [notice] 依据文号
   *[other] { $field }
 }太长：不超过 { $most } 个字
type-unknown = 没有“{ $text }”这个活动类型：改成其中一个：{ $known }
type-wants-pillar = 活动类型“{ $name }”缺名称或板块：名称不能空，板块写其中一个：{ $known }
type-word-taken = “{ $word }”已是活动类型“{ $other }”的名称或其他叫法：换一个
type-set = 活动类型“{ $name }”已记下，代码 { $code }
count-unreadable = “{ $column }”写的“{ $text }”读不出准确的人数：写成整数，如 12
audience-below-list = 人数写的是 { $stated } 人，名单里实到有 { $listed } 人：改人数或改名单
names-unreadable = 名单里的“{ $text }”读不出姓名：一个人写一个姓名，用顿号隔开
names-refused = 参加人员的名单有错，没有记下：改好下面这些
name-twice = 名单里“{ $name }”有重复：一个人只留一次
names-unknown = 当天在册的人员里找不到“{ $names }”：先录入花名册，或改正姓名
list-contradicts = “{ $name }”在“{ $column }”里，后面注的却是另一种情况：改成一致
list-unknown = “{ $column }”里有姓名，看不出是实到还是缺席：这些人怎么记？
names-as-present = 都记实到
names-as-leave = 都记请假
names-as-absent = 都记缺席
names-left-out = 不记这些人
date-no-day = “{ $column }”写的“{ $text }”没有写哪一天：写成 2025-12-31 这样（数字 2025.1 也可能是 10 月）
time-unreadable = 时间“{ $text }”读不出：写成 14:30 或 9:00-11:00，不写时间也可以录入
time-leave-open = 录入，不记时间
time-at-night = 时间 { $time } 没有写上午下午：是几点？
choice-time = { $time }
times-disagree = 日期一格写的是 { $time }，时间一格写的是“{ $text }”：改成一致
hosts-several = “{ $text }”是几个单位：哪一个是主办？其他的算参加单位
type-not-said = 表里没有写活动形式：是哪一种？
choice-type = { $name }
marks-unknown = 这些标记读不出：{ $marks }。在表下写明标记是什么意思（√出勤 ×缺勤 △请假），或写出勤、请假、缺席、迟到
marks-blank = { $count } 人没有标记：{ $names }。怎么记？
activity-on-day = { $day } 已有这个单位主办的活动：是同一场吗？
host-is = { $path }主办
choice-without-them = 不记“{ $names }”，其余照录
name-fits-several = “{ $name }”对应 { $count } 个人，是哪一个？
choice-person = { $name }（{ $path }）
activity-same-key = { $day } 已有主办单位、类型、名称都相同的“{ $title }”，其他内容不同：是同一场吗？
activity-another = 是另一场，录入

## What is done with activities

activity-unknown = 没有编号为 { $id } 的活动，或者不在你的范围里
state-unknown = 不能改成“{ $state }”状态：写 draft、announced 或 held
activity-locked = { $state ->
        [closed] “{ $title }”已归档，不能再改：要更正，作废后重新登记
       *[void] “{ $title }”已作废，不能再改：要更正，重新登记一场
    }
activity-not-held = { $state ->
        [closed] “{ $title }”已归档，不用再归档
        [void] “{ $title }”已作废，不能归档
       *[draft] “{ $title }”还没有举办，不能归档：举办后再归档
    }
activity-void-already = “{ $title }”已作废，不用再作废
void-without-reason = 没有写作废的原因：补上
person-not-listed = “{ $title }”的名单里没有这个人：核对人员编号
person-not-posted = 人员 { $person } 在 { $day } 没有所在单位，不能记考勤：先补上任职，或改日期
person-twice = “{ $title }”的名单里有人重复：一个人只留一次
made-up-odd = “{ $title }”的补学记不了：只有请假和缺席能补学，补学日期不能早于活动
activity-added = 已登记活动，编号 { $id }
activity-edited = 活动 { $id } 已修改
activity-made-up = 活动 { $id } 的补学已记下
activity-closed = 活动 { $id } 已归档
activity-voided = 活动 { $id } 已作废
activity-listed = { $id } · { $day } · { $title }
activity-shown =
    { $title } · { $state }
    日期：{ $day }
    地点：{ $place }
    主办单位：{ $host }
    参加单位：{ $partners }
    联动：{ $linkage } · { $levels } 级
    实到（人）：{ $present }
    受众（人次）：{ $audience }
unit-closed-by-then = “{ $name }”到 { $last } 就撤销了：改用当时的单位，或改正日期
names-incomplete = 名单上只有 { $listed } 人，与写明的人数不一致：按列出的录入，还是补全名单
choice-listed-only = 按列出的录入
held-ahead = “{ $title }”的日期 { $day } 还没到，不能登记为已举办：改正日期，或先发通知
audience-odd = 人数 { $stated } 不对：在 0 到 { $most } 之间

## Pages

state-waiting = 名单待确认
activities-views = 怎么看
activities-list = 列表
activities-calendar = 日历
activities-search = 名称、主讲人、地点
activities-none = 还没有活动
activities-none-text = 新建一场，或者导入活动台账。
activities-none-found = 没有符合条件的活动
period-any = 全部期间
pillar-any = 全部板块
type-any = 全部类型
state-any = 全部状态
list-day = 时间
list-title = 名称
list-type = 类型
list-host = 主办单位
list-due = 应到
list-present = 实到
list-rate = 出勤率
list-state = 状态
bulk = 批量操作
bulk-chosen = 已选
bulk-export = 导出所选
bulk-clear = 取消选择
bulk-all = 选择本页全部
bulk-one = 选择 { $title }
month-before = 上个月
month-after = 下个月
calendar-more = 这个月超过 { $most } 场，只显示了前面的：按单位筛选再看
edit = 编辑
host = 主办
roll = 考勤
roll-call = 登记考勤
roll-change = 更正考勤
roll-due = 应到
roll-present = 实到
roll-late-within = 含迟到
roll-keys = 方向键移动
roll-rest = 其余都到
roll-find = 按姓名找
roll-add = 添加名单外的人：输姓名
roll-new = 新人的姓名
roll-add-do = 添加
roll-note = 暂存不计入；确认以后才计入账本
roll-save = 暂存
roll-confirm = 确认名单
roll-open = 还有 { $open } 人未登记：登记，或者记为缺席
roll-open-ask = 还有 { $open } 人未登记，记为缺席，还是回去登记？
roll-open-absent = 记为缺席并确认
roll-open-back = 回去登记
roll-changed = 刚被别人改过，这次没有确认。
roll-changed-text = 你标的都已暂存，核对后再确认一次。
roll-nobody = 名单上还没有人
roll-nobody-text = 主办单位的小组还没有成员，可以在下面添加。
roll-saved = 已暂存，还没有计入
roll-person-added = 已添加
roll-confirmed-done = 已确认名单，实到 { $count } 人
mark-on-time = 到
mark-late = 迟
mark-leave = 假
mark-absent = 缺
mark-made-up = 补
mark-observer = 列
mark-open = 未
mark-clear = 清除
mark-word-leave = 请假
mark-word-absent = 缺席
mark-word-open = 未登记
mark-word-made-up = 补学
made-up-day = { $name } 补学的日期
paste = 粘贴接龙
paste-text = 把群里的接龙整段粘贴进来，先核对，再标到考勤。
paste-do = 识别
paste-not = 不粘贴
reading = 核对接龙
reading-note = 还没有标。核对以后再标到考勤。
reading-none = 没有认出任何人：姓名写全名，每行一人，或者用顿号隔开。
reading-asked = 要你定的（{ $count }）
reading-asked-text = 原文没有说清、说的不是到不到，或者已经登记过。不选就不标。
reading-clear = 认出的（{ $count }）
reading-strange = 名单上没有，或有几位同名（{ $count }）
reading-strange-text = 选是哪一位，或者加为新人。不选就不标。
reading-left = 没有用上的文字
reading-absent = 原文里没有的（{ $count }）
reading-absent-text = 他们的考勤不变。
reading-rest = 原文说“{ $words }”：还没登记的 { $count } 人标为到
reading-mentioned = 只是提到
reading-had = 已登记：{ $mark }
reading-had-scanned = 扫码后登记：{ $mark }
reading-same = 已登记，相同：{ $mark }
reading-change = 改掉已登记的
reading-who = { $name } 是哪一位
reading-status = { $name } 的考勤
reading-nobody = 不是名单上的人
reading-new = 新人，加到主办单位
reading-skip = 不标
reading-do = 标到考勤
reading-not = 不标，回考勤
reading-done = 已标上 { $count } 人，还没有计入
reading-kept = 已标上 { $count } 人。已有登记、没有改的：{ $names }
reading-twice = “{ $name }”和“{ $other }”选成同一位，考勤不同：改一个
paste-empty = 没有粘贴文字：把接龙整段粘贴进来
paste-too-long = 文字有 { $letters } 个字，一次最多 { $most } 个：分几次粘贴
quick-untyped = 没有认出类型：选一个。
quick-day-either = “{ $text }”可能是 { $days }：填上日期。
quick-day-none = 没有“{ $text }”这一天：填上日期。
quick-day-other = 还写着“{ $text }”，没有用上：核对日期。
quick-days-several = “{ $text }”是几天，只填了第一天。
quick-weekday = “{ $text }”的星期和日期对不上：填上日期。
quick-half = “{ $text }”没有说上午还是下午：核对时间。
quick-time-odd = “{ $text }”说不准是几点：填上时间。
quick-part-only = “{ $text }”没有钟点：知道就填上时间。
quick-count-vague = “{ $text }”不是准数，没有填人数。
quick-rest = 名称是没有认出的部分：“{ $text }”。
quick-left = 没有用上的文字：{ $text }
type-choose = 选一个类型
roll-name-odd = “{ $name }”不像姓名：改一下
activity-announce = 发通知
activity-announced = 已通知
activity-draft = 存为草稿
activity-save = 保存活动
activity-saved = 活动已保存
activity-entered-done = 活动已新建
activity-leave = 不保存
activity-edit = 编辑：{ $title }
activity-content = 内容
activity-facts = 基本情况
activity-more = 更多
activity-more-fields = 更多栏目
activity-parts = 参加单位
activity-parts-hint = 别的单位一起办就加上，名单里会有他们的人
activity-levels = { $count } 级
activity-next = 办完以后登记考勤、确认名单，才计入。
activity-close = 归档
activity-close-text = 归档以后不能再改
activity-closed-done = 已归档
activity-void = 作废
activity-void-ask = 作废“{ $title }”？
activity-void-text = 它的 { $entries } 条账本条目会更正，不再计入任何数字；记录和原因留在历史里。
activity-void-nothing = 它还没有计入，作废后只留在历史里。
activity-void-reason = 原因
activity-void-not = 不作废
activity-void-do = 作废并更正 { $entries } 条
activity-voided-done = 已作废
unit-outside = 外单位
field-day = 日期
field-from = 开始
field-to = 结束
field-place = 地点
field-speakers = 主讲人
field-chair = 主持人
field-recorder = 记录人
field-leaders = 参会领导
field-audience = 受众人次
field-audience-hint = 连同名单外的人，可以不填
field-notice-ref = 依据文号
field-topic = 议题
field-minutes = 记录
field-resolutions = 决议
field-note = 备注
nothing-secret = 严禁录入涉密内容
group-default = 单位的默认小组
part-drop = 去掉 { $name }
part-drop-one = 去掉这个单位
edit-reason = 更正的原因
edit-reason-hint = 已计入的改动会留痕，写上原因
draft-there = 上次没有保存的内容还在。
draft-take = 接着写
draft-drop = 不要了
time-odd = “{ $text }”不是时间：写成 14:00 这样
notice = 通知文字
notice-line = 复制后粘贴到群里
notice-title = 【活动通知】{ $title }
notice-when = 时间：{ $value }
notice-where = 地点：{ $value }
notice-topic = 议题：{ $value }
notice-speakers = 主讲：{ $value }
notice-chair = 主持：{ $value }
notice-host = 主办：{ $value }
notice-partners = 参加单位：{ $value }
notice-due = 应到：{ $value } 人
notice-end = 请准时参加，到场扫码签到；不能参加的提前请假。
check-in-scan = 扫码签到
check-in-board = 签到码
check-in-code = { $title } 的签到码
check-in-open = 开放签到
check-in-end = 提前截止
check-in-ended = 签到已截止
check-in-full = 投屏
check-in-scans = 人已扫码
check-in-changes = 秒后换码，每 { $seconds } 秒换一次
check-in-until = 开放到 { $at }
check-in-closed = 签到没有开放
check-in-note = 扫码只是登记方便，以组织者确认的名单为准。
check-in-scanned = 扫过码
check-in-how = 用手机自带的相机扫屏幕上的码，再点“签到”。
check-in-lead = 今天要组织的
check-in-own = 今天的活动
check-in-none = 今天没有要参加的活动
check-in-ready = 确认是你，就签到
check-in-do = 签到
check-in-done = 已签到
check-in-number = 第 { $number } 位
check-in-again = 你已经签过到了
check-in-again-text = 重复扫码不影响记录。
check-in-not-listed = 名单里没有你
check-in-not-listed-text = 可以申请加入，由组织者确认。
check-in-join = 申请加入本次活动
check-in-late = 签到已截止
check-in-late-text = 签到在 { $at } 截止。如果你到场了，告诉组织者 { $organiser } 补登。
check-in-old = 码已经换了
check-in-old-text = 再扫一次屏幕上现在的码就行。
check-in-nobody = 这个账号没有对应的人员
check-in-nobody-text = 换成自己的账号，或者告诉组织者登记。
check-in-foreign = 这个码认不出
check-in-foreign-text = 扫会场屏幕上青蓝的签到码。
check-in-unknown = 这场活动没有开放签到：告诉组织者
check-in-not-me = 不是我
check-in-private = 名单由组织者确认后计入记录。本页不取位置，也不取设备信息。
log-activity-entered = 新建了活动“{ $title }”
log-activity-edited = 改了活动“{ $title }”
log-activity-closed = 归档了活动“{ $title }”
log-activity-voided = 作废了活动“{ $title }”
log-roll-confirmed = 确认了“{ $title }”的名单
log-check-in-opened = 开放了“{ $title }”的签到
roll-empty = 名单里没有人，没有确认：先登记
roll-asked = 还有 { $asked } 人申请加入，先定下来：登记到场，或者移出名单
roll-asked-note = { $asked } 人扫码申请加入，名单里没有他们。登记到场或列席就加入，移出名单就不加入。
roll-person-strange = 有人不在参加的单位里，也不归你管，没有记下：先在活动里加上所在单位
roll-name-unknown = 参加的单位里没有“{ $name }”：核对姓名，新人填在旁边一栏
roll-name-several = 有几位“{ $name }”：输姓名后从列表里选
mark-asked = ？
mark-word-asked = 申请加入
mark-off = 移
mark-word-off = 移出名单
leave-reason-of = { $name } 请假的事由
leave-reason-none = 事由不填
leave-duty = 公务
leave-ill = 病假
leave-private = 事假
leave-maternity = 产假
leave-other = 其他
check-in-other-day = 签到在活动当天（{ $day }）开放
check-in-marked = 组织者已登记你的考勤
check-in-marked-text = 与实际不符的话，告诉组织者更正。
check-in-asked = 已申请加入
check-in-asked-text = 组织者同意后才计入名单。
activity-names = 参加人员
activity-names-hint = 可以不填。姓名用顿号隔开，或者粘贴接龙；保存后先核对，再标到考勤。
group-not-of-host = 这个小组不是主办单位的，也没有和它共用：换一个小组或主办单位
activity-entered-without-names = 活动已建好，参加人员没有带过去：在考勤里登记
roll-correction-waits = 有更正还没有确认，下面是已确认的名单。
roll-correction-look = 去核对
activity-voided-at = { $at } 作废
activity-voided-why = 原因：{ $why }
activity-close-ask = 归档“{ $title }”？
activity-close-not = 不归档
time-order = 结束时间 { $until } 早于开始时间 { $from }：改正一个
quick-undated = 一句话里没有认出日期，先填了今天：核对一下。
roll-saved-over = 已暂存。别人刚把 { $names } 标成了别的，现在按你标的：核对一下。
settings-types = 活动类型
settings-types-line = 活动按类型归到板块；已举办的活动保持当时的板块
type-name = 类型
type-name-hint = 写已有的名称就是修改它
type-pillar = 板块
type-aliases = 别的叫法
type-aliases-hint = 台账里会出现的写法，空格分开
type-add = 新增或修改
type-save = 保存类型
type-saved = 类型“{ $name }”已保存
type-retired = 已停用
type-retire = 停用
type-use = 启用
type-en = 英文名称
type-en-hint = 可不填，英文页面上显示
type-learning = 参加者计学时
type-counts-hours = 计学时
activity-without-names = 你的账号不看人名：谁主持、谁主讲、谁到场，以及议题、纪要等文字，这里不显示。
