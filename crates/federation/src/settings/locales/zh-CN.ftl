# Settings.

settings-line = 名称、板块、规则；改动只影响以后，已定稿的报告不变
settings-labels = 名称与规则
settings-name = 系统里的单位总称
settings-name-hint = 登录页上显示，如“青蓝市妇联”
settings-pillars = 四个板块
settings-zh = 中文名
settings-en = 英文名
settings-nickname = 代称
settings-nickname-en = 英文代称
settings-rules = 新小组的规则
settings-age-limit = 青年到多少岁
settings-age-limit-hint = 18 到 65；已有的小组在小组页上改
settings-least = 每月至少几场
settings-least-hint = 首页“本月还缺”按它推算
settings-before = 提前几分钟开放
settings-after = 开始后几分钟截止
settings-seconds = 几秒换一次码
settings-saved = 设置已保存
settings-save-one = 保存
settings-bare = 单独写时的叫法，空格分开
setting-bounds = 这个数要在 { $least } 到 { $most } 之间：改一下
setting-label = 名称要 1 到 60 个字：补上或改短

## The log

log-setting-changed = 改了设置：{ $name } = { $value }
log-level-changed = 改了级别“{ $name }”的名称
log-type-changed = 改了活动类型“{ $name }”
settings-hours = 学时
settings-hour-minutes = 1 学时多少分钟
settings-session-minutes = 没写起止时间的活动计多少分钟
settings-hours-hint = 改动只管以后登记的活动，以前的不变
settings-external-percent = 线上 1 学时折合（%）
settings-external-percent-hint = 100 是一学时算一学时，0 是不算
settings-least-hours = 每人每年最少学时
settings-least-rate = 出勤率不低于（%）
settings-reading-minutes = 学完一项资料计多少分钟
settings-note-minutes = 交一篇心得计多少分钟
settings-evidence-days = 保存多少天
settings-evidence-hint = 到期自动删除；填 0 一直保存

## Lists of choices

choice-title = 名称
choice-en = 英文名
choice-aliases = 别的叫法
choice-aliases-hint = 表格里会出现的写法，空格分开
choice-code = 代码
choice-more = 更多
choice-retired = 已停用
choice-retire = 不再使用
choice-edit = 修改
choice-add = 增加一项
choice-change = 修改这一项
choice-add-instead = 改为增加新的
choice-save = 保存
choice-saved = “{ $name }”已保存
choice-name = 名称要 1 到 { $most } 个字：补上或改短
choice-taken = “{ $word }”已经是“{ $other }”的名称或叫法：换一个
choice-needed = “{ $name }”要留着，对不上的都归它：不要停用
settings-talks = 集体廉政谈话
settings-talk-days = 提拔、调整任职后几天内参加
settings-talk-days-hint = 到时没有参加算逾期；0 不要求
choice-parts-label = 各单，按顺序
choice-parts-hint = 用空格隔开，例如：点单 制单 派单 接单 评单
choice-parts = 要有 { $least } 到 { $most } 单，名称不重复
