group-unknown = 没有小组 { $id }：用 groups list 查编号
group-age-limit = 年龄上限不能是 { $limit } 岁：写 18 到 65 之间的数
group-closed-before-opened = 小组从 { $day } 起才有，最后一天不能更早：改成这天或以后
group-changed = 已修改小组 { $id }
