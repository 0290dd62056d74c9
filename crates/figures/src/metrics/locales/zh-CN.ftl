metric-not-own = 自有统计指标“{ $key }”的代码要以 own. 开头：在 metrics.toml 里改好
facet-value-unknown = 条件“{ $facet }”里没有“{ $text }”：可以写 { $allowed }
no-data = 没有数据
metric-shown =
    { $name }（{ $measure }）：{ $value }
    单位：{ $unit }{ $itself ->
        [yes] 本级
       *[no] 及下级
    }
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
metric-previous = 上一期间（{ $from } 至 { $to }）：{ $value }
metric-previous-none = 没有上一期间
mean-both = { $sum } ÷ { $over }
rate-both = { $whole } 中 { $part }
unit-none-yet = 还没有可看的单位：先导入单位，或者找管理员授予角色
figure-none = 没有数据：这个单位从没登记过这类事
figure-none-short = 没有数据
figure-whence = 这个数字从哪里来
figure-unit = 单位
figure-at-and-under = { $unit }及下级
figure-itself = { $unit }本级，不含下级
figure-itself-show = 只看本级
figure-whole-show = 看本级及下级
figure-before = 上一期间
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
metrics-own = 自定指标
metrics-own-line = 选一选就成一个指标，边选边看数和明细
metrics-own-count = 统计什么
metrics-own-kind = 统计的事
metrics-own-choose = 请选择
metrics-own-measure = 怎么数
metrics-own-more = 再加别的事，合在一起算
metrics-own-more-text = 只列出能合在一起算的。条件只能用它们都有的；勾完点“看数”。
metrics-own-measure-hint = 选了统计的事，点“看数”，这里就有可选的
metrics-own-each = 至少多少
metrics-own-each-none = 不限
metrics-own-each-unit = 每个单位至少
metrics-own-each-person = 每个人至少
metrics-own-least = 至少
metrics-own-over = 除以什么（率或平均数）
metrics-own-over-none = 不除
metrics-own-mean = 是平均数
metrics-own-mean-hint = 不勾就是率，用百分数表示
metrics-own-look = 看数
metrics-own-rows = 共 { $count } 行明细
metrics-own-words = 叫什么，怎么说明
metrics-own-name = 指标名称
metrics-own-code = 代码
metrics-own-code-hint = 小写字母、数字和下划线，前面自动加 own.
metrics-own-unit-hint = 如：场、人、个、%
metrics-own-proposed = 可以这样写：{ $text }
metrics-own-english = 英文名称和口径
metrics-own-save = 保存指标
metrics-own-leave = 不保存
metrics-own-mine = 已有的自定指标
metrics-own-version = 第 { $version } 版
metrics-own-retire = 停用
metrics-own-none = 还没有自定指标
metric-proposed = { $count }。
metric-proposed-rate = { $count }，占{ $over }的比例。
metric-proposed-mean = { $count }，除以{ $over }。
metric-proposed-part = “{ $kind }”的{ $measure }
metric-proposed-where = （限于{ $conditions }）
metric-proposed-each-unit = ，只计至少有 { $least } 的单位
metric-proposed-each-person = ，只计至少有 { $least } 的人
metric-defined-done = 指标存好了，报告和查数马上能用
metric-retired-done = 停用了，已定稿的报告照旧能核对
metric-kinds-differ = “{ $kind }”和选的事不能合在一起算：一个按发生的日期算，一个按起止时间算
metric-kinds-units = 选的几件事数量的单位不一样，不能相加：分开定指标
metric-kind-gone = 没有“{ $kind }”这类事可以统计：重新选
metric-kind-missing = 先选统计的事
metric-threshold-odd = 至少多少：填 1 或更大的数
metric-label-missing = { $field ->
    [name] 写上指标名称
    [unit] 写上计量单位
   *[definition] 写上统计口径
    }
metric-label-long = { $field ->
    [name] 指标名称
    [unit] 计量单位
   *[definition] 统计口径
    }太长：最多 { $most } 个字
metric-never-true = 条件“{ $facet }”没有一个值能成立，这个数永远是零：重新选条件
metric-of-file = “{ $key }”写在 metrics.toml 里：到文件里改
log-metric-defined = 定了统计指标 { $key }
log-metric-retired = 停用了统计指标 { $key }
counted-occasions = 场次（记录数）
counted-person-times = 人次（条目数）
counted-persons = 人数（一人一次）
counted-units = 单位数
counted-sum = 数量合计
counted-records-during = 期间内有过的个数
counted-records-at = 期末的个数
counted-persons-during = 期间内有过的人数
counted-persons-at = 期末的人数
counted-units-during = 期间内有过的单位数
counted-units-at = 期末的单位数
facet-level = 层级
facet-pillar = 板块
facet-type = 活动类型
facet-linkage = 联动
facet-levels = 涉及几级
facet-part = 身份
facet-status = 考勤
facet-party = 党员
facet-youth = 青年
facet-education = 学历
facet-rank = 职级
facet-appointment = 变动类型
facet-theme = 专题
facet-field = 领域
facet-sex = 性别
facet-step = 心得去向
facet-source = 学时来源
facet-measure = 学习量
facet-platform = 学习平台
facet-material = 资料类型
facet-required = 必学选学
facet-demand = 办理要求
facet-opener = 待办来源
facet-owed = 办什么
facet-outcome = 办得怎样
facet-in-time = 是否按时
metrics-defined = 定好了：{ $keys }
counted-person-days = 人天数（一人一天一次）
facet-group = 荣誉称号类别
facet-recipient = 授予对象
facet-volunteered = 主动请缨
facet-member = 是否参加小组
facet-brand = 有品牌
facet-shared = 合建
metric-measure-odd = 这样的事不能这么数：点“看数”，再选怎么数
metric-condition-odd = 条件“{ $facet }”不是选中的事的：点“看数”，再选条件
metric-over-sum = 不能除以数量合计：选人数、单位数或次数
metric-not-by-page = “{ $key }”是用文件定的，这里改不了：导出以后在文件里改
