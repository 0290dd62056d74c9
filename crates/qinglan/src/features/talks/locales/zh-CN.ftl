# Collective talks after an appointment.

nav-talks = 任职谈话
talk-line = 提拔、调整任职的人要参加一次集体廉政谈话；开了会，到会的人自动办结
talk-search = 搜索姓名、单位或职务
talk-person = 姓名
talk-post = 职务
talk-appointment = 变动
talk-appointment-any = 提拔和调整
talk-from = 任职时间
talk-day = 谈话日期
talk-speakers = 谈话人
talk-hold = 登记已谈话
talk-held = 已登记，到会的人都办结了；要改人员或补材料，就在这里改
talk-open = 还没有谈
talk-had = 谈过了
talk-state-open = 还没有谈的
talk-state-done = 谈过的
talk-none = 没有要谈话的人
talk-none-text = 花名册或调动里写了“提拔”“调整”的人，会出现在这里
talk-none-found = 没有符合条件的人
talk-nobody-chosen = 没有选人：先勾选参加谈话的人，再登记
talk-without-day = 谈话日期不对：写成 2026-03-01 这样的日期
