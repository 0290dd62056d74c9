# The words that no single feature owns: the program, the kernel, the ledger, headings of lists.

## The program

failed = 没有做完，程序出错（{ $fault }）：再试一次，还不行就把这段话发给维护人员
not-permitted = 你的账号没有这项权限：找管理员授予角色
changed-meanwhile = “{ $what }”刚被改过，这次没有保存：看过新的内容再改一次
data-not-a-folder = “{ $path }”是文件，不是目录：换一个数据目录
data-folder = 建不了数据目录“{ $path }”（{ $fault }）：核对路径和写入权限
database-busy = 别人正在写入（比如大批导入），排队太久，这次没有保存：过几分钟再试一次
value-unfit = 有一项太长、太大，或含有存不了的字符，没有保存：改短或改正以后再试
decoders-busy = 正在读别人交来的文件，排队太久，这次没有读：过一分钟再试一次
decoding-too-long = 读“{ $file }”用时太长，已经停下：分成几份，或精简后另存一份
database-full = 服务器的存储空间已满，这次没有保存：请维护人员腾出空间，再试一次
database-unreachable = 打不开数据库 { $where }（{ $fault }）：核对地址和权限，看数据库是否在运行
list-more = 还有 { $rest } 行，用 --skip { $skip } 看下面的

## Days and periods

day-unreadable = “{ $text }”不是日期：写成 2025-12-31 这样，年份从 1900 到 2100
period-reversed = 结束日期 { $to } 早于开始日期 { $from }：改其中一个

## The ledger

position-unknown = 没有账本位置 { $position }：写 0 到 { $head } 之间的数
unit-outside-books = 单位 { $unit } 不在这个期间的单位树里：换单位，或换期间
period-outside-books = { $from } 至 { $to } 超出了已打开的期间：改成期间以内的日期
facet-unknown = 统计指标“{ $key }”没有“{ $facet }”这个条件：可用的条件有 { $allowed }
kind-name-invalid = “{ $kind }”不能作事实种类的代码：用小写字母、数字、下划线，中间有点号
kind-not-own = 事实种类“{ $kind }”不是自设的：代码要以 { $prefix } 开头
kind-taken = 事实种类“{ $kind }”是系统自带的：换一个代码
kind-changed = 事实种类“{ $kind }”的性质或敏感程度与已入账的不同：改动后的请另用代码
kind-facet-invalid = 事实种类“{ $kind }”的分类项“{ $facet }”用不了：它和它的取值都用小写字母、数字、下划线，各写一次
kind-facet-removed = 事实种类“{ $kind }”缺少分类项“{ $facet }”，已入账的记录带有它：请保留
kind-facet-changed = 事实种类“{ $kind }”的分类项“{ $facet }”少了取值或改了默认值：只增加取值，或另加分类项
kind-default-missing = 分类项“{ $facet }”是事实种类“{ $kind }”新加的：请写明以前的记录算哪个取值
kind-default-unknown = “{ $value }”不是事实种类“{ $kind }”的分类项“{ $facet }”的取值：以前的记录请从它的取值里选一个
metric-not-stored = 统计指标“{ $key }”不能存入数据库：代码要以 { $prefix } 开头
metric-unknown = 没有统计指标“{ $key }”（相近的：{ $near }）：核对代码
metric-version-unknown = 找不到统计指标“{ $key }”的第 { $version } 版，数据库可能不完整：从备份恢复后再试
metric-key-odd = 统计指标的代码“{ $key }”不行：小写字母、数字和下划线，用点隔开，如 own.joint
metric-not-in-database = “{ $key }”不是在这里定的统计指标：文件里的到 metrics.toml 里改
metric-twice = 统计指标“{ $key }”有两个：删掉一个，或换代码
metric-unsound = 统计指标“{ $key }”的统计口径不成立（{ $fault }）：请改好
metrics-unreadable = metrics.toml 读不出（{ $fault }）：改好再运行
seal-key-unreadable = 签名密钥文件 { $file } 用不了（{ $fault }）：核对读写权限，文件坏了就从备份恢复
seal-hole = 账本位置 { $from }—{ $to } 有缺，没有做防篡改校验：用 verify 看缺在哪里

## verify

verify-clean = 没有发现改动：防篡改校验有 { $blocks } 个区块、{ $sealed } 条，另有 { $unsealed } 条还没有纳入
verify-faults =
    发现 { $faults } 处改动：防篡改校验有 { $blocks } 个区块、{ $sealed } 条，另有 { $unsealed } 条还没有纳入
    先把现在的数据库原样留好，再用备份对照上面的位置
verify-chain = 区块 { $block }（账本位置 { $from }—{ $to }）与前一个区块接不上
verify-key = 区块 { $block }（账本位置 { $from }—{ $to }）的公钥不在 seal.pub 里
verify-signature = 区块 { $block }（账本位置 { $from }—{ $to }）本身被改过，与签名对不上
verify-missing = 区块 { $block }（账本位置 { $from }—{ $to }）少了位置 { $positions }
verify-root = 区块 { $block }（账本位置 { $from }—{ $to }）里的内容被改过，与校验码对不上
verify-hole = 最后一个区块之后少了账本位置 { $positions }
verify-head = 账本记的末尾是位置 { $head }，与实有的条目对不上

## reconcile

reconcile-clean = 账实相符：核对了 { $records } 条记录、账本 { $entries } 条
reconcile-faults =
    { $faults } 处账实不符：核对了 { $records } 条记录、账本 { $entries } 条
    先用 verify 看账本是否被改动，再把上面列出的发给维护人员
reconcile-differs = 记录 { $record }：账本里多 { $surplus } 条，少 { $missing } 条
reconcile-orphan = 记录 { $record }：已没有这条记录，账本里还有 { $surplus } 条
reconcile-strange = 记录 { $record }：账本里有 { $surplus } 条认不出是什么事

## demo

demo-made = 演示数据已建好：单位 { $units } 个，人员 { $people } 人，活动 { $activities } 场，考勤 { $attendances } 人次，用时 { $seconds } 秒
demo-kept = 这里已有 { $day } 建的演示数据（种子 { $seed }），原样保留：单位 { $units } 个，人员 { $people } 人，活动 { $activities } 场，考勤 { $attendances } 人次
demo-not-empty = { $where } 里已经有单位，不能再建演示数据：换一个空的数据目录；如果是上次没有建完的演示数据，先删掉那个目录
demo-account = 账号 { $name }，密码 { $password }（{ $role }）

## doctor

doctor-database = 数据库正常：{ $database }，{ $where }，账本位置 { $position }
doctor-database-broken = 数据库文件坏了：{ $where }。先停止写入并留一份原样，再从备份恢复。SQLite 说：
doctor-key = 签名密钥正常：公钥 { $key }…
doctor-key-open = “{ $path }”的权限是 { $mode }，别人也能读或改：改成只有自己可用（密钥 chmod 600，目录 chmod 700）
doctor-fonts = 字体齐全

## Headings of lists

col-age-limit = 年龄上限
col-aliases = 其他叫法
col-audience = 受众
col-birth = 出生年月
col-brand = 品牌
col-closed = 最后一天
col-code = 代码
col-day = 日期
col-definition = 统计口径
col-duty = 职务
col-staff-no = 工号
col-education = 学历
col-entries = 账本位置
col-facets = 可用条件
col-file = 文件
col-from = 开始日期
col-id = 编号
col-issued = 定稿时间
col-key = 代码
col-kind = 种类
col-least = 每月最少次数
col-level = 层级
col-linkage = 联动
col-made-up = 补学日期
col-measure = 计量单位
col-name = 名称
col-parent = 上级单位
col-party = 政治面貌
col-person = 姓名
col-phone = 联系电话
col-pillar = 板块
col-place = 地点
col-position = 账本位置
col-present = 实到
col-quantity = 数量
col-recorded = 导入时间
col-refused = 拒绝
col-repeated = 重复
col-sex = 性别
col-since = 开始日期
col-state = 状态
col-status = 考勤
col-taken = 录入
col-title = 名称
col-to = 结束日期
col-type = 类型
col-undone = 撤销时间
col-unit = 单位

# What stored values are called in lists.
sex-female = 女
sex-male = 男
party-member = 中共党员
party-probationary = 中共预备党员
party-league = 共青团员
party-other = 民主党派或无党派
party-masses = 群众
level-province = 省
level-city = 市
level-district = 区县
level-street = 街道（镇、乡）
level-community = 社区（村）
level-outside = 系统外
kind-units = 单位树
kind-roster = 花名册
kind-activities = 活动台账
linkage-none = 非联动
linkage-vertical = 纵向联动
linkage-horizontal = 横向联动
linkage-both = 纵横联动
verify-cut = 封存过的账本到第 { $position } 条，现在的封存记录里却没有它：封存记录被删改过，从备份恢复
verify-head-unreadable = “{ $file }”读不出来（{ $fault }），看不出封存链有没有被截短，因此不再封存：从备份里恢复这个文件；没有备份，就先用 verify 核对，确认无误后删掉它，下次封存会重新写

## serve, accounts

serving = 青蓝在 { $address } 提供服务，按 Ctrl+C 停止
serving-already = “{ $path }”已经有一个青蓝服务在运行：先停掉它，或换一个数据目录
account-told =
    账号 { $name }，初始密码 { $password }
    只显示这一次；第一次登录要改
