## States

state-draft = 草稿
state-announced = 已通知
state-held = 已举办
state-closed = 已归档
state-void = 作废

## A row of a register, or an activity entered by hand

activity-without-title = 没有活动名称：补上
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
choice-without-them = 不记“{ $names }”，其余照录
name-fits-several = “{ $name }”对应 { $count } 个人，是哪一个？
choice-person = { $name }（{ $path }）
activity-same-key = { $day } 已有主办单位、类型、名称都相同的“{ $title }”，其他内容不同：是同一场吗？
activity-another = 是另一场，录入

## What is done with activities

activity-unknown = 没有活动 { $id }：用 activities list 查编号
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
held-ahead = “{ $title }”的日期 { $day } 还没到，不能登记为已举办：改正日期，或登记为 announced
audience-odd = 人数 { $stated } 不对：在 0 到 { $most } 之间
