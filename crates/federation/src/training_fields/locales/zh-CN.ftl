# Training fields.

settings-fields = 领域
fields-line = 活动讲的是哪方面、岗位要懂哪方面；台账里“领域”一栏按名称和叫法对应
field-of-session = 领域
field-none = 不分领域
field-any = 所有领域
field-chosen-hint = 讲的是哪方面，按它统计培训
training-field-unknown = 不认识领域“{ $text }”，在用的是 { $known }：改成其中一个；确实要新的，由管理员在“设置 · 领域”里增加
log-field-changed = 改了领域“{ $name }”
