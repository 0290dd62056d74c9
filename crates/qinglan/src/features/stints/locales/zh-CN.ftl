# Stints: what people did away from their own post, how it is checked.

nav-stints = 实践经历
register-practice = 实践锻炼
register-placements = 挂职锻炼
register-placements-text = 期间内挂职、跟班、第一书记、工作队、专班和其他实践的人
register-volunteering = 志愿服务
register-volunteering-text = 期间内参加志愿服务的人，一人一条
kind-practice = 实践锻炼

## Refusals

stint-unknown = 没有实践经历 { $id }，或者你的账号看不到它：到列表里找
stint-task = 锻炼形式或任务要 1 到 { $most } 个字：补上或改短
stint-place-long = 地点最多 { $most } 个字：写短些
stint-result-long = 评价最多 { $most } 个字：写短些
stint-note-long = 最多写 { $most } 个字：写短些
stint-part-unknown = “{ $text }”看不出是哪一类，有 { $known }：改成只对应一类的写法，或加一列“类型”
stint-volunteered-unknown = “主动请缨”写的“{ $text }”读不出来：写是或否
stint-days-differ = 起止时间写了两处，不一致：“{ $days }”和“{ $two }”
stint-days-in-doubt = “{ $text }”是数字格，分不清是 1 月还是 10 月：改成文字，如 2025年10月
stint-reversed = 结束 { $to } 早于开始 { $from }：改其中一个
stint-ahead = { $day } 还没有到：开始以后再登记
stint-hours = 时长“{ $text }”读不出来或太大：写成 7.5 这样，最多 { $most } 小时、一位小数
stint-not-posted = 这个人 { $day } 不在任何单位，这条经历没有单位可以计：核对开始日期，先补上任职，或把它作废
stint-there-already = “{ $task }”（从 { $day } 起）已经登记过：改那一条
stint-overlaps = 同一时间这个人已在“{ $task }”（从 { $day } 起）：核对日期；确实同时有两处，勾选后再交
stint-person-pick = 没有选人：从列出的人里选一个
stint-nobody = { $day } 在这个单位和导入范围内找不到“{ $name }”：核对姓名、单位和时间，新来的人先导入花名册
stint-settled = “{ $task }”已核实或已作废，不能改：要改，让负责人先退回
stint-own = 自己的经历不能由自己核实或退回：让组长或单位秘书来
stint-not-pending = “{ $task }”不在待核实：回到列表再看
stint-listed = 从 { $day } 起的“{ $task }”录入后改过

## Asked at an import

stint-same-key = 从 { $day } 起的“{ $task }”已有一条（{ $there }），这一行是 { $here }：用哪个
stint-replace = 用这一行，原来的作废（留痕）
stint-overlap-ask = 同一时间这个人已在“{ $task }”（从 { $day } 起）：这一行也要吗
stint-both = 确实同时有两处，两条都要

## What the system says of a void one

stint-was-replaced = 导入的新数据代替了它
stint-was-double = 合并人员时两人有同一条经历，保留了一条
stint-was-undone = 它的导入已撤销

## Parts

part-placed = 挂职锻炼
part-seconded = 跟班学习
part-first_secretary = 第一书记
part-work_team = 工作队
part-task_force = 专班
part-volunteer = 志愿服务
part-other = 其他实践

## The log

log-stint-entered = 登记了实践经历“{ $task }”
log-stint-edited = 改了实践经历“{ $task }”
log-stint-checked-by = 核实了实践经历“{ $task }”
log-stint-finished-by = 记了实践经历“{ $task }”的结束、时长和评价
log-stint-returned-by = 退回了实践经历“{ $task }”
log-stint-voided-by = 作废了实践经历“{ $task }”

## Pages

stint-line = 挂职、跟班、第一书记、工作队、专班、志愿服务；由组长或单位秘书核实后计入统计
stint-new = 登记实践经历
stint-edit = 改实践经历
stint-search = 按姓名、任务、地点找
stint-part = 类型
stint-part-any = 所有类型
stint-task-of = 锻炼形式或任务
stint-task-hint = 如 乡村振兴工作队、大会筹备专班
stint-volunteered = 主动请缨
stint-volunteered-any = 主动请缨和组织安排
stint-volunteered-hint = 志愿服务都算主动请缨
stint-sent = 组织安排
stint-place = 锻炼单位或地点
stint-place-hint = 单位、村、项目或专题的名称
stint-place-unit = 是本系统的哪个单位
stint-days = 起止时间
stint-from = 开始日期
stint-to = 结束日期
stint-to-hint = 还在进行就不填
stint-going = 正在进行
stint-over = 已结束
stint-going-any = 正在进行和已结束
stint-hours-of = 时长（小时）
stint-result = 评价
stint-note = 备注
stint-for = 登记给谁
stint-for-hint = 不填就是登记自己的，要由别人核实
stint-own-hint = 登记后由组长或单位秘书核实，核实后计入统计
stint-overlapping-sure = 已核对，确实同时有两处
stint-state-any = 所有（不含作废）
stint-none = 还没有实践经历
stint-none-text = 可以导入实践锻炼台账，也可以由本人登记、组长核实。
stint-none-found = 没有符合条件的
stint-check = 核实
stint-finish = 记结束
stint-finish-ask = “{ $task }”什么时候结束、情况怎样？
stint-finish-text = 已核实的仍算已核实，天数和时长随之更正（留痕）。
stint-finish-again = 改了自己的，要由别人再核实一次。
stint-finish-not = 不改
stint-return = 退回
stint-return-ask = 退回“{ $task }”？
stint-return-text = 退回后本人可以改好再交；已经计入统计的会更正（留痕）。
stint-return-why = 要改什么
stint-return-not = 不退回
stint-void-do = 作废
stint-void-ask = 作废“{ $task }”？
stint-void-text = 作废后不计入任何统计，原因留在记录里。
stint-void-why = 作废原因
stint-void-not = 不作废
stint-save = 保存
stint-hand-in = 登记
stint-leave = 不改了
stint-was-returned = 已退回：{ $reason }
stint-facts = 情况
stint-history = 经过
stint-counted-to = 计到单位
stint-entered-at = 登记时间
stint-checked-at = 核实时间
stint-entered-done = 已登记
stint-saved = 已保存，等待核实
stint-checked-done = 已核实，计入统计
stint-finished-done = 已记录
stint-returned-done = 已退回
stint-voided-done = 已作废
stint-own-none = 还没有登记过
stint-own-all = 全部
