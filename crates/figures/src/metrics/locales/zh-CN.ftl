metric-not-own = 自有统计指标“{ $key }”的代码要以 own. 开头：在 metrics.toml 里改好
facet-value-unknown = 条件“{ $facet }”里没有“{ $text }”：可以写 { $allowed }
no-data = 没有数据
metric-shown =
    { $name }（{ $measure }）：{ $value }
    单位：{ $unit }及下级
    期间：{ $from } 至 { $to }
    账本位置：{ $position }
    统计口径：{ $definition }

## Pages

metric = 指标
metric-value = 数值
metric-measure = 计量单位
metric-definition = 统计口径
metric-rows = 明细行数
metrics-search = 指标名称、口径
metrics-unit = 单位
metrics-none = 没有符合条件的指标
metrics-of-groups = 小组
metrics-of-people = 人员
metrics-of-activities = 活动
metrics-of-external = 线上学习
metrics-of-growth = 荣誉和实践
metrics-of-own = 本系统自定
rate-both = { $whole } 中 { $part }
unit-none-yet = 还没有可看的单位：先导入单位，或者找管理员授予角色
figure-none = 没有数据：这个单位从没登记过这类事
figure-none-short = 没有数据
figure-whence = 这个数字从哪里来
figure-unit = 单位
figure-at-and-under = { $unit }及下级
figure-tree-today = 按今天的隶属
figure-tree-today-show = 按今天的隶属看
figure-tree-period-show = 按期末的隶属看
figure-position = 账本位置
figure-entry = 第 { $position } 条
figure-seal = 校验码
figure-block = 区块 { $number }
figure-unsealed = 还没有纳入防篡改校验，最多一小时
figure-masked = 你的账号看不到姓名，每人只显示“一人”
one-person = 一人
drift-then-now = 定稿时 { $before }，现在 { $after }
drift-made-of = 新增 { $added } 条，更正 { $reversed } 条
rows = 明细
rows-of-figure = 组成这个数字的 { $count } 行
rows-of-part = 分子的 { $count } 行
rows-of-whole = 分母的 { $count } 行
rows-sum = 合计 { $sum }
rows-none = 没有明细，数字是 0
rows-number = 序号
rows-day = 日期
rows-unit = 单位
rows-person = 人员
rows-record = 记录
rows-quantity = 数量
rows-positions = 账本条目
rows-half = 分子或分母
rows-part = 分子
rows-whole = 分母
rows-entries = 等 { $count } 条
rows-and-more = { $title } 等 { $records } 项
rows-all = 看全部明细
rows-next = 接下来的
rows-order = 按账本里的先后
figure-both = { $value }（{ $both }）
metrics-of-learning = 自学和学时
metric-withheld = 不显示
rows-withheld = 按性别、党员、青年划分的数，看不了人名的账号不显示明细；从数里能认出一两个人的，数也不显示。
