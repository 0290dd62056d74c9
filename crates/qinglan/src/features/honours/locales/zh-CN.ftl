# Honours: what they are, how they are checked, the groups of their titles.

nav-honours = 荣誉
register-honours = 荣誉
register-honours-text = 已核实的个人、小组和单位荣誉
kind-honours = 荣誉

## Refusals

honour-unknown = 没有荣誉 { $id }，或者你的账号看不到它：到列表里找
honour-title = 荣誉名称要 1 到 { $most } 个字：补上或改短
honour-conferrer = 授予单位要 1 到 { $most } 个字：补上或改短
honour-certificate-long = 证书编号最多 { $most } 个字：写短些
honour-note-long = 最多写 { $most } 个字：写短些
honour-day-ahead = { $day } 还没有到：改成已经授予的日期
honour-day-whole = “{ $text }”没有写到哪一天：写成 2025-03-08 这样
honour-level-unknown = 不认识级别“{ $text }”，有 { $known }：改成其中一个
honour-group-unknown = 不认识称号类别“{ $text }”，在用的是 { $known }：改成其中一个；确实要新的类别，由管理员在“设置 · 荣誉类别”里增加
honour-not-posted = 这个人 { $day } 不在任何单位，这项荣誉没有单位可以计：核对授予时间，先补上任职，或把它作废
honour-closed = “{ $name }”在那天之前已经撤销或关闭：核对授予时间
honour-there-already = “{ $title }”（{ $day }）已经登记过，级别和授予单位都一样：不用再登记
honour-there-alike = 同一年已登记过“{ $title }”（{ $day }）：核对是不是同一项；确实是另一项，勾选后再交
honour-recipient-pick = 没有选给谁，或者名字对应不止一个：从列出的里面选一个
honour-recipient-one = 个人、小组、单位只能填一个：一项荣誉给谁就登记给谁
honour-recipient-unknown = 对象“{ $text }”读不出来：写个人或集体
honour-nobody = { $day } 在这个单位和导入范围内找不到“{ $name }”，也没有这个名称的小组和单位：核对姓名、单位和时间，新来的人先导入花名册
honour-settled = “{ $title }”已核实或已作废，不能改：要改，让负责人先退回
honour-own = 自己的荣誉不能由自己核实或退回：让组长或单位秘书来
honour-not-pending = “{ $title }”不在待核实：回到列表再看
honour-listed = { $day } “{ $title }”录入后改过

## Asked at an import

honour-same-title = 同一年已有“{ $title }”（{ $there }），这一行是 { $here }：是同一项吗？
honour-replace = 是同一项，用这一行，原来的作废（留痕）
honour-another = 是另一项，两项都要
honour-day-which = 授予时间“{ $text }”没有写到哪一天：计在哪天？
choice-day = { $day }
honour-collective-which = 没有叫“{ $name }”的人，是不是这个小组或单位的荣誉？
choice-group = 小组 { $name }（{ $path }）

## What the system says of a void one

honour-was-replaced = 导入的新数据代替了它
honour-was-double = 合并人员时两人有同一项荣誉，保留了一项
honour-was-undone = 它的导入已撤销

## States and levels

state-pending = 待核实
state-checked = 已核实
state-returned = 已退回
level-national = 国家级
level-provincial = 省级
level-municipal = 市级
level-county = 区县级
level-unit = 街道（单位）级

## The log

log-honour-entered = 登记了荣誉“{ $title }”
log-honour-edited = 改了荣誉“{ $title }”
log-honour-checked-by = 核实了荣誉“{ $title }”
log-honour-returned-by = 退回了荣誉“{ $title }”
log-honour-voided-by = 作废了荣誉“{ $title }”
log-honour-group-changed = 改了荣誉类别“{ $name }”

## Pages

honour-line = 上级和其他单位授予的荣誉，由组长或单位秘书核实后计入统计
honour-new = 登记荣誉
honour-edit = 改荣誉
honour-search = 按姓名、荣誉名称、授予单位找
honour-name = 姓名/集体
honour-title-of = 荣誉名称
honour-group = 称号类别
honour-group-any = 所有类别
honour-group-by-title = 按荣誉名称定
honour-level = 级别
honour-level-any = 所有级别
honour-conferrer-of = 授予单位
honour-day = 授予时间
honour-certificate = 证书编号
honour-note = 备注
honour-recipient = 对象
honour-recipient-any = 所有对象
honour-of-person = 个人
honour-of-group = 小组
honour-of-unit = 单位
honour-for-hint = 个人、小组、单位填一个；都不填就是登记自己的，要由别人核实
honour-own-hint = 登记后由组长或单位秘书核实，核实后计入统计；证书照片登记后再传
honour-another-sure = 已核对，是另一项荣誉
honour-state-any = 所有（不含作废）
honour-none = 还没有荣誉
honour-none-text = 可以导入荣誉台账，也可以由本人登记、组长核实。
honour-none-found = 没有符合条件的
honour-check = 核实
honour-return = 退回
honour-return-ask = 退回“{ $title }”？
honour-return-text = 退回后本人可以改好再交；已经计入统计的会更正（留痕）。
honour-return-why = 要改什么
honour-return-not = 不退回
honour-void-do = 作废
honour-void-ask = 作废“{ $title }”？
honour-void-text = 作废后不计入任何统计，原因留在记录里。
honour-void-why = 作废原因
honour-void-not = 不作废
honour-save = 保存
honour-hand-in = 登记
honour-leave = 不改了
honour-was-returned = 已退回：{ $reason }
honour-facts = 情况
honour-history = 经过
honour-counted-to = 计到单位
honour-entered-at = 登记时间
honour-checked-at = 核实时间
honour-entered-done = 已登记
honour-saved = 已保存，等待核实
honour-checked-done = 已核实，计入统计
honour-returned-done = 已退回
honour-voided-done = 已作废
honour-own-none = 还没有登记过
honour-own-all = 全部

## Title groups

settings-honours = 荣誉类别
honour-groups-line = 荣誉名称里含有类别名称或叫法的，归到这一类；对不上的归“其他荣誉”
