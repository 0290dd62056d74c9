## Finding a unit

unit-unknown = 找不到单位“{ $name }”：核对名称或代码，或先把它加进单位树
unit-not-under = 找不到单位“{ $name }”：写全称或代码，或先把它加进单位树
unit-missing = 没有写单位：补上
unit-several = “{ $name }”对应几个单位：写全称或代码
unit-fits-several = “{ $name }”对应 { $count } 个单位，是哪一个？写全称或代码就不再问
unit-listed = { $name } { $code }
choice-unit = { $path }

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
