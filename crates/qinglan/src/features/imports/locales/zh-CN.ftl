## The file

file-unreadable = 打不开“{ $file }”（{ $fault }）：核对路径和读取权限
file-too-large = “{ $file }”约 { $size } MB，上限是 { $limit } MB：拆成几个文件再导入
file-locked = “{ $file }”有密码：去掉密码再导入
file-empty = “{ $file }”里没有内容：换一个文件
file-not-a-spreadsheet = “{ $file }”不是表格：存成 XLSX、XLS、ODS 或 CSV 再导入
file-broken = “{ $file }”读不下去（{ $fault }）：换一份完好的，太大就拆小
table-no-header = “{ $file }”里找不到表头，缺这些列：{ $missing }。最像表头的一行有：{ $found }。补上列名再导入
table-column-twice = “{ $file }”的列名“{ $heading }”在第 { $first } 列和第 { $second } 列重复：改掉一个再导入
table-no-rows = “{ $file }”的工作表“{ $sheet }”在第 { $row } 行表头下面没有内容：填好再导入

## A cell

cell-error = “{ $column }”的公式出错（{ $text }）：改好公式，或直接填内容
date-missing = “{ $column }”没有填：补上日期
date-no-such-day = “{ $column }”写的“{ $text }”，日历上没有：改成对的日期
date-out-of-range = “{ $column }”写的“{ $text }”，年份不在 1900 到 2100 之间：改年份
date-no-year = “{ $column }”写的“{ $text }”没有年份：补上年份，活动台账也可以用 --year 给
date-unreadable = “{ $column }”写的“{ $text }”读不出日期：写成 2025-12-31 这样，出生年月写成 1993.12 这样

## A row

row-asks = 第 { $row } 行“{ $label }”
choice-refuse = 拒绝这一行
keep-as-is = 保留已有的
row-unanswered = 有问题没有回答：导入时回答，或把这一行写清楚

## The import

sheets-unread = 还有工作表没有读：{ $sheets }。要录入，另存成单独的文件再导入
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
import-undone-already = 导入 { $id } 在 { $at } 已撤销，不用再撤销
import-stood-on = 导入 { $id } 之后有新的记录或改动，不能整批撤销：先处理下面这些
import-undone = 已撤销导入 { $id }（{ $file }）
file-unwritable = 写不了 { $file }（{ $fault }）：换一个路径
import-nothing = 没有可以录入的行

## Pages

log-import-taken-by = 导入了“{ $file }”，{ $rows } 行
log-import-undone-by = 撤销了导入“{ $file }”
