# Registers and the sign-in sheet.

register-activities = 活动记录台账
register-activities-text = 已举办的活动，每场一行，带应到实到和名单
register-attendance = 考勤台账
register-attendance-text = 每人每场一行
register-roster = 花名册
register-roster-text = { $day } 在岗的人员，电话隐去中间
register-with-phones = 带完整电话
register-title = { $unit }{ $title }（{ $period }）
registers-unit-show = 换成这个单位
registers-masked = 考勤台账和花名册有姓名，你的账号看不到
registers-note = 台账都由记录得出，不用另填；导出会记入操作记录。严禁录入涉密内容。
sheet = 签到表
sheet-title = { $title }签到表
sheet-when = 时间：{ $value }
sheet-where = 地点：{ $value }
sheet-host = 主办单位：{ $value }
sheet-counts = 应到 { $due } 人　实到 { $present } 人
part-morning = 上午
part-afternoon = 下午
part-evening = 晚上
status-on-time = 实到
status-late = 迟到
status-leave = 请假
status-absent = 缺席
status-observer = 列席
