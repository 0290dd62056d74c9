group-unknown = 找不到小组 { $id }，或那天它已结束：用 groups list 核对
group-without-name = 没有小组名称：补上
group-age-limit = 年龄上限不能是 { $limit } 岁：写 18 到 65 之间的数
group-closed-before-opened = 小组从 { $day } 起才有，最后一天不能更早：改成这天或以后
group-opened = 已新建小组，编号 { $id }
group-changed = 已修改小组 { $id }
group-has-members = “{ $name }”在那天以后还有成员：先登记他们调动或离开
