# What every page has: the shell, lists, forms, errors.

product = 青蓝
product-line = 青年学习与培养记录
skip-to-main = 跳到正文
close = 关闭
copy = 复制
copied = 已复制
never = 从未
required = 必填
other-language = English
theme-toggle = 切换深色或浅色

## Navigation

nav-main = 主导航
nav-phone = 手机导航
nav-home = 首页
nav-records = 记录
nav-activities = 活动
nav-rolls = 名册
nav-units = 单位
nav-groups = 小组
nav-people = 人员
nav-derived = 汇总
nav-reports = 报告
nav-registers = 台账
nav-metrics = 指标
nav-data = 数据
nav-imports = 导入
nav-accounts = 账号与角色
nav-settings = 设置
nav-log = 操作记录
nav-check-in = 签到
nav-my = 我的
nav-account = 我的账号
unit-choose = 换单位
search = 搜索
search-hint = 搜索活动、人员、单位（按 / 键）
search-label = 搜索活动、人员、单位

## Lists

find = 查找
filter-drop = 去掉这个条件
filters-clear = 全部清除
filters-widen = 换个条件，或者全部清除再看。
list-shown = 已显示 { $count } 条
list-shown-of = 本页 { $count } 条，共 { $total } 条
list-shown-beyond = 本页 { $count } 条，共 { $total } 条以上
list-end = 已到头
list-next = 接下来的
list-older = 更早的
list-to-first = 回到开头
export-xlsx = 导出 XLSX
from-day = 从
to-day = 到

## Forms

form-faults = 有 { $count } 处要改，填的内容都还在
field-missing = 这一项要填
number-unreadable = “{ $text }”不是数：写成 12 这样
request-failed = 没有连上，刚才的操作没有做成：看看网络，再试一次
request-foreign = 这次提交不是从青蓝的页面来的，没有做：回到页面再试一次
request-odd = 这次提交的内容读不出来，没有做：回到页面再试一次
request-too-long = 这次提交的内容太长，没有读：分成几次提交，或先登录
upload-too-large = 文件超过 { $limit } MB：分成几个文件再传
form-stored-before = 这张表先前已经保存过：到列表里看结果，不用再交

## Errors

error-unknown = 没有这一页
error-forbidden = 没有这项权限
error-conflict = 刚被别人改过
error-refused = 没有做成
error-wait = 稍等再试
error-full = 存储空间已满
error-failed = 程序出错
error-home = 回首页
error-again = 再看一次
error-code = 代码 { $code }
error-number = 求助编号
page-unknown = 地址不对，或者你的账号看不到这一页：从首页重新进入
failed-page = 这次没有做成，已经记下。再试一次；还不行，把求助编号发给维护人员。
listen-refused = 不能在 { $address } 提供服务（{ $fault }）：换一个端口，或停掉占用它的程序

## Periods

period = 期间
period-month = 本月
period-quarter = 本季
period-half = 上半年
period-year = 全年
period-last-year = 去年
period-last-month = 上月
period-last-quarter = 上季
period-single-month = { $year }年{ $month }月
period-own = 自定
period-show = 看这段
period-unknown = 没有期间“{ $period }”：点一个期间按钮
choices-none = 没有找到，换个字试试
unit-whole = 全部单位
filters-more = 筛选
nav-all = 全部页面
form-meanwhile = 刚被改过，你填的还没有保存
form-meanwhile-text = 有 { $count } 处和现在的不一样，写在各项下面。再保存一次就用你填的。
field-stands = 现在是“{ $value }”
field-stands-empty = 现在是空的
list-comma = 、
