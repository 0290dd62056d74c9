group-unknown = 找不到小组 { $id }，或那天它已结束：用 groups list 核对
group-without-name = 没有小组名称：补上
group-age-limit = 年龄上限不能是 { $limit } 岁：写 18 到 65 之间的数
group-closed-before-opened = 小组从 { $day } 起才有，最后一天不能更早：改成这天或以后
group-opened = 已新建小组，编号 { $id }
group-changed = 已修改小组 { $id }
group-has-members = “{ $name }”在那天以后还有成员：先登记他们调动或离开

## Pages

groups-line = 青年理论学习小组
groups-register = 小组情况一览
groups-search = 小组、品牌、单位
groups-open = 现有的
groups-closed = 已结束的
groups-none = 还没有小组
groups-none-text = 单位有了第一个成员，就自动有默认小组。
groups-none-found = 没有符合条件的小组
group-new = 新建小组
group-name = 小组名称
group-brand = 品牌
group-members = 成员
group-empty = 还没有成员
group-rules = 规则
group-age-hint = 改了会重新核定 { $count } 名成员
group-close-hint = 填上就从第二天起结束；先移走成员
group-save = 保存小组
group-saved = 小组已保存
group-opened-done = 小组已新建
log-group-opened-by = 新建了小组“{ $name }”
log-group-changed-by = 改了小组“{ $name }”
