# 讲师。

speaker-unknown = 没有编号为 { $id } 的宣讲人
speaker-name-odd = 宣讲人姓名“{ $name }”不对：2 到 100 个字
speaker-field-unknown = 没有选领域：选一个
speaker-level-unknown = 没有选层级：选一个
speaker-text-long = { $field ->
    [organisation] 单位及职务
    [theme] 主题
   *[other] 备注
 }太长：不超过 { $most } 个字
log-speaker-entered = 登记了宣讲人
log-speaker-changed = 改了宣讲人
