# Speakers, ratings, lecture tours.

nav-speakers = 宣讲
speakers-tab = 宣讲人
nav-tours = 巡讲
speaker-new = 新增宣讲人
speaker-edit = 编辑宣讲人
speaker-save = 保存
speaker-saved = 宣讲人已保存
speakers-search = 姓名、单位
speakers-active = 在用的
speakers-retired = 已停用
speakers-none = 还没有宣讲人
speakers-none-text = 把常请的主讲人登记在这里，新建活动时一选就行，场次自动累计。
speakers-none-found = 没有符合条件的宣讲人
speaker-name = 姓名
speaker-field = 领域
speaker-field-any = 全部领域
speaker-field-theory = 理论学习
speaker-field-policy = 政策解读
speaker-field-writing = 公文写作
speaker-field-digital = 数字技能
speaker-field-law = 法律
speaker-field-practice = 基层实践
speaker-field-other = 其他
speaker-level = 层级
speaker-level-any = 全部层级
speaker-level-expert = 外单位专家
speaker-level-federation = 本系统干部
speaker-level-model = 先模人物
speaker-level-youth = 青年宣讲员
speaker-level-other = 其他
speaker-organisation = 单位及职务
speaker-organisation-hint = 如：青蓝市委党校 教师
speaker-person = 本系统人员
speaker-person-hint = 是本系统的人就选上，可以不填
speaker-unit = 登记单位
speaker-unit-hint = 由这个单位维护；各单位都能请
speaker-sessions = 场次
speaker-past = 讲过的场次
speaker-past-count = 共 { $count } 场，你能看到 { $seen } 场
speaker-past-none = 还没有你能看到的场次：在活动的主讲人里选上，办完以后这里就有。
speaker-heads = 人数
speaker-retire = 停用
speaker-again = 重新启用
speaker-retired-done = 已停用，讲过的场次都还在
speaker-again-done = 已重新启用
speaker-choose = 从宣讲人里选
speaker-choose-hint = 选上就计入他讲过的场次；主讲人一栏不填时用选上的姓名
speaker-drop = 去掉这个宣讲人
speaker-entry = { $name }的宣讲记录
rating = 评分
rating-of = { $stars } 分（{ $count } 人评）
rating-few = 满 3 人评分后显示
rating-own = 评价宣讲人 { $name }
rating-stars = { $count } 分
rating-word = 一句话
rating-hint = 不记名显示：满 3 人后只显示平均分，这句话只给主办单位看
rating-do = 提交评价
rating-done = 评价已记下，7 天内可以改
rating-given = 你给了 { $count } 分，已过修改时间。
tour-new = 新建巡讲
tour-new-text = 一个人讲多个地方：先填这里，保存以后一行一站地添加。
tour-edit = 巡讲信息
tour-save = 保存
tour-saved = 巡讲已保存
tour-title-field = 名称
tour-theme = 主题
tour-speaker = 宣讲人
tour-unit = 组织单位
tour-from = 从
tour-to = 到
tour-days-field = 期间
tour-stops = 站次
tour-held = 已举办
tour-held-of = { $held } / { $stops }
tour-totals = 已办 { $occasions } 场，受众 { $audience } 人次
tour-stops-none = 还没有站次：在下面一行写一站。
tour-stops-add = 添加站次
tour-stops-lines = 一行一站
tour-stops-hint = 如：12月3日 14:00 古沟街道 在三楼会议室
tour-stops-do = 添加
tour-stops-done = 已添加 { $count } 站
tour-stops-refused = { $count } 行没有添加，改好再加：
tour-ended-box = 已结束
tour-ended-hint = 结束以后不能再加站次
tours-search = 名称、主题、宣讲人
tours-open = 进行中
tours-ended = 已结束
tours-none = 还没有巡讲
tours-none-text = 一个宣讲人讲多个地方，就新建一次巡讲。
tours-none-found = 没有符合条件的巡讲

## Refused

speaker-unknown = 没有编号为 { $id } 的宣讲人
speaker-name-odd = 宣讲人姓名“{ $name }”不对：2 到 100 个字
speaker-field-unknown = 没有选领域：选一个
speaker-level-unknown = 没有选层级：选一个
speaker-text-long = { $field ->
    [organisation] 单位及职务
    [theme] 主题
   *[other] 备注
 }太长：不超过 { $most } 个字
rating-odd = 没有选分数：选 1 到 5 分
rating-word-long = 这句话太长：不超过 { $most } 个字
rating-over = 评价时间已过：活动后 30 天内评，评后 7 天内能改
tour-unknown = 没有编号为 { $id } 的巡讲，或者不在你的范围里
tour-title = 巡讲名称不能空，也不超过 { $most } 个字
tour-days = 结束日期早于开始日期：改正一个
tour-ended = 巡讲“{ $title }”已结束：去掉“已结束”再加站次
tour-speaker-unknown = 宣讲人里没有“{ $name }”，或者有几位：从列表里选，新的先登记
tour-stop-day = 没有认出日期：行首写 12月3日 这样
tour-stop-outside = { $day } 不在巡讲期间（{ $from } — { $to }）：改日期，或者改巡讲的期间
tour-stop-unit = 没有写单位：写上举办的单位
tour-stop-strange = { $unit }不在你的范围里：请它自己登记，或者换一个单位

## The log

log-speaker-entered = 登记了宣讲人
log-speaker-changed = 改了宣讲人
log-tour-entered = 新建了巡讲“{ $title }”
log-tour-changed = 改了巡讲“{ $title }”
log-tour-stops = 给巡讲“{ $title }”添加了 { $count } 站
