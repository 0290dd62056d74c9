## Finding a unit

unit-unknown = 找不到单位“{ $name }”：核对名称或代码，或先把它加进单位树
unit-not-under = 找不到单位“{ $name }”：写全称或代码，或先把它加进单位树
unit-missing = 没有写单位：补上
unit-several = “{ $name }”对应几个单位：写全称或代码
unit-fits-several = “{ $name }”对应 { $count } 个单位，是哪一个？写全称或代码就不再问
unit-listed = { $name } { $code }
choice-unit = { $path }
unit-in-title = 标题写的是“{ $title }”，行里没有写单位：算在哪个单位？
unit-line-unknown = 上面有一行“{ $line }”，不是这里的单位：下面这些算在哪个单位？按单位分开的，把单位名称写全再导入
unit-not-here = “{ $column }”写的“{ $text }”不是这里的单位：算在哪个单位？
unit-two-in-cell = “{ $text }”是两个单位：一行写一个单位
line-unclear = 这一行只有“{ $text }”，不是一条记录，也不是这里的单位：是说明就删掉，是单位就把名称写全

## What is done with units

unit-without-name = 单位名称不能用：写 1 到 200 个字
level-unknown = 没有“{ $level }”这个层级：写其中一个：{ $known }
unit-close-children = “{ $name }”下面还有单位，不能撤销：先划转或撤销下面这些
unit-loop = “{ $parent }”在 { $day } 是“{ $name }”自己或它的下级，不能放到它下面：换一个上级单位
unit-added = 已增加单位，编号 { $id }
unit-renamed = 单位 { $id } 已改名
unit-moved = 单位 { $id } 已划转
unit-closed = 单位 { $id } 已撤销
unit-merged = 单位 { $id } 已并入

## A tree from a file

tree-header = “{ $file }”的第一行缺这些列：{ $missing }。补上列名再导入
tree-wide = “{ $file }”是按层级分列或缩进排的，没有单位代码：照单位表模板改成一行一个单位，写代码、名称、层级、上级代码，再导入
tree-line = “{ $file }”第 { $line } 行读不出：核对这一行的逗号、引号和编码
tree-no-code = 没有代码：补上
tree-odd-code = 代码“{ $code }”不能用：只写字母和数字，不超过 32 位
tree-code-twice = 代码 { $code } 与第 { $row } 行相同，内容不同：留一行，或改代码
tree-no-parent = 找不到上级代码 { $parent }：核对代码，或先把上级单位加进来
tree-parent-refused = 上级 { $parent } 的那一行被拒绝：先改好那一行
tree-loop = 代码 { $code } 往上绕回了自己：改 parent_code
tree-other-level = 代码 { $code } 已有单位，层级是 { $level }：层级改成一致，或换代码
tree-other-name = 代码 { $code } 的单位叫“{ $old }”，文件里叫“{ $new }”：要改名吗？
tree-rename = 改名为“{ $new }”
tree-unit-closed = 代码 { $code } 的单位到 { $last } 已撤销：换一个代码，或从文件里去掉这一行
tree-other-parent = 代码 { $code } 的单位现在不在 { $parent } 之下：保留原来的上级，还是划转
tree-move = 按文件划转
outside-with-parent = 系统外单位“{ $name }”不在单位树里：去掉上级
unit-code-taken = 代码 { $code } 已经有单位在用：换一个代码
unit-closed-already = “{ $name }”已经撤销或并走了
unit-no-parent = “{ $name }”在 { $day } 不能作上级：它在系统外，或已撤销

## Pages

units-count = { $count } 个单位
units-tree = 单位树
units-search = 名称、拼音、代码
units-hits = 找到 { $count } 个
unit-add = 新建下级单位
unit-add-under = 在“{ $name }”下新建单位
unit-name = 名称
unit-level = 级别
unit-code = 代码
unit-code-hint = 没有可以不填
unit-under = 下级
unit-below = 直接下级 { $count } 个
unit-parent = 移到哪个单位下面
unit-survivor = 并入哪个单位
unit-from = 从哪天起
unit-last-day = 最后一天
unit-not = 不改
unit-rename = 更名
unit-rename-ask = “{ $name }”改叫什么？
unit-rename-text = 以前的名称会留着；已定稿的报告不变。
unit-move = 移动
unit-move-ask = 把“{ $name }”移到哪里？
unit-move-text = 连同下级 { $under } 个单位、{ $groups } 个小组、{ $members } 名成员一起移；以前期间的数字仍按那时的隶属。
unit-merge = 合并
unit-merge-ask = 把“{ $name }”并入别的单位？
unit-merge-text = 下级 { $under } 个单位一起过去；{ $groups } 个小组、{ $members } 名成员的记录留在原处，从这天起也算进并入的单位。合并不能撤回。
unit-close = 撤销单位
unit-close-ask = 撤销“{ $name }”？
unit-close-text = 最后一天以后不能再为它登记，{ $groups } 个小组同时结束。
unit-closed-state = 已撤销
unit-closed-on = { $day } 止
unit-pick = 输单位名，从列出的里面选一个
unit-entered-done = 单位已新建
unit-renamed-done = 已更名
unit-moved-done = 已移动
unit-merged-done = 已合并
unit-closed-done = 已撤销
unit-choose-line = 首页、列表和报告先看哪个单位
unit-choose-this = 看这个单位
unit-choose-other = 别的单位
metric-members = 成员
metric-occasions = 今年活动
metric-person-times = 今年参加人次
metric-coverage = 今年覆盖率
log-unit-entered = 新建了单位“{ $name }”
log-unit-renamed = 给单位“{ $name }”改了名
log-unit-moved = 移动了单位“{ $name }”
log-unit-closed = 撤销了单位“{ $name }”
log-unit-merged = 合并了单位“{ $name }”
metric-groups = 小组
unit-own-groups = 本单位的小组
unit-close-first = 还有 { $under } 个下级单位、{ $members } 名成员：先移走，才能撤销。
unit-history = 沿革
unit-always = 一直
unit-was-called = 改名，以前叫“{ $name }”
unit-was-placed = 划到“{ $name }”下面
unit-was-under = 在“{ $name }”下面
unit-was-top = 没有上级单位
unit-was-merged = 并入“{ $name }”
unit-took = “{ $name }”并进来
unit-was-closed = 撤销，这天是最后一天
settings-levels = 单位级别
settings-levels-line = 级别的名称；“市妇联”“区妇联”这样的写法按叫法对应
level-saved = 级别“{ $name }”已保存
level-label = 级别要有中文名和英文名：补上
