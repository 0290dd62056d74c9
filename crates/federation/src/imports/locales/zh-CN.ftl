## The file

file-unreadable = 打不开“{ $file }”（{ $fault }）：核对路径和读取权限
file-too-large = “{ $file }”约 { $size } MB，上限是 { $limit } MB：拆成几个文件再导入
file-too-full = “{ $file }”里的单元格和文字太多，一次最多读约 { $limit } MB：拆成几个文件再导入
file-locked = “{ $file }”有密码：去掉密码再导入
file-empty = “{ $file }”里没有内容：换一个文件
file-not-a-spreadsheet = “{ $file }”不是表格：存成 XLSX、XLS、ODS 或 CSV 再导入；Word 里的表格存成 DOCX
file-web-page = “{ $file }”其实是网页（很多系统导出的 .xls 是这样）：用 WPS 或 Excel 打开，另存为 XLSX 再导入
file-xml-2003 = “{ $file }”其实是 XML 表格 2003，后缀写成什么都一样：用 WPS 或 Excel 打开，另存为 XLSX 再导入
file-xlsb = “{ $file }”是二进制工作簿（XLSB）：用 Excel 打开，另存为 XLSX 再导入
file-pdf = “{ $file }”是 PDF，不是表格：找到做它的表格，存成 XLSX 再导入
file-old-word = “{ $file }”是旧格式的 Word 文档（.doc、RTF 等）：用 WPS 或 Word 打开，另存为 DOCX 再导入
file-word-no-table = “{ $file }”是 Word 文档，里面没有表格：把内容填进表格（会议记录也可以一项一行，写成“会议时间：2025年5月8日”），存成 DOCX 再导入
file-broken = “{ $file }”读不下去（{ $fault }）：换一份完好的，太大就拆小
file-open-quote = “{ $file }”第 { $line } 行的英文双引号没有成对，后面的行会被并成一格：补上或删掉这个引号，或另存为 XLSX 再导入
table-no-header = “{ $file }”里找不到表头，缺这些列：{ $missing }。最像表头的一行有：{ $found }。补上列名；叫法不同的，用 --map 列名=字段 说明，或在网页上选
table-column-twice = “{ $file }”的列名“{ $heading }”在第 { $first } 列和第 { $second } 列重复：改掉一个再导入
table-column-not-put = 还没有说从哪一列读：{ $missing }。在下面选好，再按这样读
table-no-heading = 没有列名“{ $heading }”，表头那一行有：{ $known }。照表头的写法写列名，或写列的字母
table-is-form = 工作表“{ $sheet }”像一人一张的登记表：第 { $row } 行该填内容的地方是项目名“{ $label }”。花名册、台账要一行一条，列名在最上面：照模板填好再导入
files-one-only = 单位树一次导入一个文件：只选一个
files-too-many = 选了 { $count } 个文件，一次最多 { $most } 个：分几次导入
files-too-full = 这些文件合起来超过 { $most } 格：分几次导入
table-no-sheet = “{ $file }”里没有工作表“{ $sheet }”，有这些：{ $known }
table-no-rows = “{ $file }”的工作表“{ $sheet }”在第 { $row } 行表头下面没有内容：填好再导入

## A cell

cell-error = “{ $column }”的公式出错（{ $text }）：改好公式，或直接填内容
cell-uncalculated = “{ $column }”里是没有算过的公式，文件里没有它的结果：用 WPS 或 Excel 打开，保存一次，再导入
cell-too-long = “{ $column }”有 { $length } 个字，最多 { $most } 个字：写短些
date-missing = “{ $column }”没有填：补上日期
date-no-such-day = “{ $column }”写的“{ $text }”，日历上没有：改成对的日期
date-out-of-range = “{ $column }”写的“{ $text }”，年份不在 1900 到 2100 之间：改年份
date-no-year = “{ $column }”写的“{ $text }”没有年份：补上年份，或者导入时写明是哪一年
years-disagree = 标题或工作表名写的是 { $said } 年，导入时写的是 { $chosen } 年，日期里没有年份：把日期的年份写全，或改成一致
years-several = 标题、工作表名和导入时写的年份不一致（{ $years }）：改成同一年，或者每年的表单独导入
date-unreadable = “{ $column }”写的“{ $text }”读不出日期：写成 2025-12-31 这样，出生年月写成 1993.12 这样

## A row

row-asks = 第 { $row } 行“{ $label }”
in-sheet = 工作表“{ $sheet }”
choice-refuse = 拒绝这一行
keep-as-is = 保留已有的
row-unanswered = 有问题没有回答：导入时回答，或把这一行写清楚

## The import

sheets-unread = 还有工作表没有读：{ $sheets }。要录入，用 --sheet 指定一张，或用 --all-sheets 读全部
columns-unread = 没有读的列：{ $columns }。要读，用 --map 列名=字段
rows-hidden = 这些行在表里是隐藏的，照样读了：{ $rows }
rows-left-out = 合计、落款、重复的表头没有录入，在这些行：{ $rows }
field-unknown = 没有字段“{ $field }”，有这些：{ $known }
import-wants-year = 标题和工作表名都没有写年份，不知道这些人从哪一年的 1 月 1 日起算：在网页上填年份，或用 --year 给出
import-wants-unit = 没有说为哪个单位导入：用 --unit 给出
import-verdicts = 读到 { $read } 行：录入 { $taken }，重复 { $repeated }，拒绝 { $refused }
import-refused-row = 第 { $row } 行：{ $reason }
import-more-refused = 拒绝的还有 { $count } 行没有列出，用 --json 看全部
import-confirm = 录入 { $taken } 行？
import-taken = 已录入 { $taken } 行，导入编号 { $id }；要整批撤销，用 import undo { $id }
import-not-taken = 没有录入任何内容：要录入，加 --yes
import-changed-meanwhile = 核对之后数据有变，结论不同了，没有录入任何内容：再导入一次
refused-file = 拒绝的行写在 { $file }：改好后单独导入
refused-heading = 拒绝原因

## Undoing

import-unknown = 没有导入 { $id }：用 imports list 查编号
import-going-on = 导入 { $id } 还在录入：录完再撤销
import-other-going-on = 另一次导入还在录入，或者刚被打断：过两分钟再录入这一份
import-left-in-part = 录入没有完成，已录入的行又有了新的记录或改动，撤不掉：在导入 { $id } 的页面处理后撤销，再录入一次
import-undone-already = 导入 { $id } 在 { $at } 已撤销，不用再撤销
import-stood-on = 导入 { $id } 之后有新的记录或改动，不能整批撤销：先处理下面这些
import-undone = 已撤销导入 { $id }（{ $file }）
file-unwritable = 写不了 { $file }（{ $fault }）：换一个路径
import-nothing = 没有可以录入的行

## Pages

log-import-taken-by = 导入了“{ $file }”，{ $rows } 行
log-import-broken-off-by = 导入“{ $file }”没有录完，已录入的部分撤销了
log-import-undone-by = 撤销了导入“{ $file }”
imports-line = 台账导进来，先核对再录入，录入后可以整批撤销
imports-none = 还没有导入过
imports-none-text = 先导入单位表，再导入花名册，最后导入活动台账。
imports-open = 还没录入的文件
import-new = 导入文件
import-held = “{ $file }”已经收下，不用再选；选别的文件会换掉它
import-following = 下一步：
import-following-kind = 导入{ $kind }
import-again-file = 再核对一次这个文件
import-again-done = 文件又打开了：改好年份、单位或列，核对后再录入
import-file-gone = 这个文件已经不在了，或已再次打开：从头导入一次
import-new-line = 先看每一行怎么处理，确认前不写入任何内容
import-go-on = 接着核对
import-file = 文件
import-kind = 内容
import-kind-units = 单位表
import-unit-hint = 文件里的单位都在它下面；导入单位表不用选
import-year = 缺年份时按哪年
import-year-set = 按这一年
import-year-odd = 年份 { $year } 不能用：写 1900 到 2100 之间的年份
import-year-hint = 不填就看标题里的年份
import-drop = XLSX、XLS、ODS、CSV，或 Word 的 DOCX，也可以拖到这里
import-look = 看看怎么处理
import-templates = 模板文件
import-read = 读到 { $count } 行
import-rows = 逐行核对
import-nothing-yet = 确认前不写入任何内容，录入后可以整批撤销
import-verdict = 结论
import-row = 行
import-label = 内容
import-read-as = 怎么理解的
import-who = 认出
import-days = { $from } 至 { $to }
import-people = { $part } { $count } 人：{ $names }
import-unit-above = 上级单位：{ $unit }
import-unit-is = 单位：{ $unit }
import-unit-by-hand = 人工选定
import-unit-other = 换单位
import-unit-row = 第 { $row } 行换单位
import-unit-set = 用这个单位
import-unit-undo = 还用文件里的
import-unit-kept = 第 { $row } 行的单位换好了，这一行重新判过
import-unit-undone = 第 { $row } 行又按文件里的单位
import-why = 说明
import-alike = 另外 { $count } 行也这样
import-texts-more = { $some }等 { $count } 个
import-cause = { $count } 行对不上，原因是：
import-together = 几行问的是同一件事，可以一次回答
import-together-rows = { $count } 行：
import-answer = 回答所选
import-unanswered = 没回答的行先不录，以后可以再导入
import-take = 录入 { $count } 行
import-refused-download = 下载没录的 { $count } 行
import-drop-work = 不导入了
import-dropped = 文件已去掉
import-taken-done = 已录入 { $rows } 行
import-taken-state = 已录入
import-undone-state = 已撤销
import-taking-state = 正在录入
import-broken-off-state = 没有录完
import-going-on-text = 这次录入分批进行，录完之前不能撤销；要是被打断，几分钟内会自动撤销。
import-broken-off-text = 录入被打断，只录了一部分；录进去的行又有了新的记录或改动，没能自动撤销。先撤销，系统会列出拦住的记录，处理后再导入一次。
import-undo = 撤销导入
import-undo-ask = 撤销“{ $file }”？
import-undo-text = 这次录入的 { $count } 行全部作废，相关数字更正；后来又改过的会拦住并列出来。
import-undo-not = 不撤销
import-undo-do = 撤销 { $count } 行
import-undone-done = 已撤销
import-reason = 没录的原因
import-refused-name = { $file }-没录的行.xlsx
answers-kept = 已回答 { $count } 行
answers-late = 有 { $late } 行的问题已经不是刚才那个，没有算数；算数的 { $count } 行
answers-none = 还没有选答案
answers-between = 同时有别的回答，这次的没有记下：再答一次
answers-withdrawn = 第 { $row } 行的回答已收回
import-again = 重新回答
import-again-row = 重新回答第 { $row } 行
import-all-rows = 全部
import-no-rows = 没有这样的行
import-judging = 正在核对
import-taking = 正在录入，先再核对一遍
import-writing = 正在写入账本
import-rows-done = { $all } 行中的 { $done } 行
import-leave = 可以先离开，回来接着看
import-judged-anew = 文件刚换了读法或回答，正在重新核对：再打开这个文件
import-interrupted = 上次录入被打断，已录入的部分几分钟内自动撤销：过两分钟再录入一次
import-broke-off = 录入没有完成，没有写入任何内容：再录入一次；还不行，找管理员
import-taken-already = 这个文件已经录入过，没有再录：在导入列表里看
file-missing = 选一个文件
verdict-take = 录入
verdict-repeated = 重复
verdict-refused = 拒绝
verdict-ask = 待回答

## Sheet and columns

layout-title = 读哪些列
layout-sheet = 工作表“{ $sheet }”
layout-header = 表头在第 { $row } 行
layout-no-header = 没有表头
layout-put = 对上 { $count } 项
layout-made = 一人一行、日期或月份横排的表，按列读
layout-left-out = 合计、落款等 { $count } 行不录入
layout-other-sheets = 另有工作表没有读：{ $sheets }
layout-open = 查看或改动
layout-sheet-label = 工作表
layout-header-label = 表头在第几行
layout-header-hint = 没有表头填 0
layout-field = 项目
layout-column = 从哪一列读
layout-sample = 前几行的内容
layout-none = 不读
layout-unread = 没有读的列：{ $columns }
layout-hidden-rows = 这些行在表里是隐藏的，照样读：{ $rows }
layout-all-sheets = 读全部工作表
layout-read = 按这样读
layout-auto = 按列名自动对应
layout-note = 换了工作表或表头，列重新对应；已有的回答要重答
layout-kept = 已重新读
layout-kept-anew = 已重新读，之前的回答不再算数
layout-column-twice = { $column } 列选了两次，“{ $first }”和“{ $second }”：改掉一个
import-opening-day = 录入的人从 { $day } 起计为小组成员，从那天起的数字会变。
imports-search = 文件名
imports-any-kind = 全部内容
imports-none-found = 没有这样的导入
