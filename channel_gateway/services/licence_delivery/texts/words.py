"""A delivery's states and history in plain Chinese, and what the citizen can do next. Pure data."""

from collections.abc import Mapping

from channel_gateway.domain.parcels import Stage
from channel_gateway.services.licence_delivery.delivery import State

SAYS: Mapping[State, str] = {
    State.REQUESTED: "已登记寄送，证照制作完成后寄出。",
    State.PACKED: "办理部门正在打包，等待快递下单。",
    State.WAYBILL: "快递已下单，等待快递员取件。",
    State.PICKED_UP: "快递已取件。",
    State.IN_TRANSIT: "快递运输中。",
    State.OUT_FOR_DELIVERY: "正在派送，请保持电话畅通。",
    State.AT_LOCKER: "快递已放入快递柜或驿站，请尽快领取。",
    State.NOT_DELIVERED: "本次派送未成功，快递公司将再次派送。",
    State.PROXY_SIGNED: "快递显示已由他人代签，请确认是否已到您手中。",
    State.SIGNED: "已签收。",
    State.RETURNING: "快递正在退回办理部门。",
    State.RETURNED: "快递已退回办理部门，工作人员将与您联系。",
    State.CANCELLED: "寄送已取消。",
    State.LOST: "快递已确认遗失，办理部门将为您补办或重新寄送。",
    State.EXCEPTION: "寄送出现问题，工作人员正在处理。",
}

SAYS_OF_MATERIALS: Mapping[State, str] = {
    State.PACKED: "正在为您预约快递上门取件。",
    State.WAYBILL: "已预约快递上门取件，请准备好材料并封装。",
    State.PICKED_UP: "快递已取走您的材料。",
    State.IN_TRANSIT: "您的材料运输中。",
    State.OUT_FOR_DELIVERY: "您的材料正在送往办事大厅。",
    State.AT_LOCKER: "您的材料已到办事大厅附近，等待大厅领取。",
    State.NOT_DELIVERED: "材料本次未送达办事大厅，快递公司将再次派送。",
    State.PROXY_SIGNED: "材料已由办事大厅代收。",
    State.SIGNED: "办事大厅已收到您的材料。",
    State.RETURNING: "您的材料正在退回给您。",
    State.RETURNED: "您的材料已退回给您，请联系办事大厅。",
    State.LOST: "快递已确认遗失，请联系办事大厅。",
}

NEXT: Mapping[State, str] = {
    State.REQUESTED: "寄出前可以修改地址或取消。",
    State.PACKED: "快递下单前可以修改地址或取消。",
    State.WAYBILL: "快递取件前可以取消；改地址请联系快递公司客服。",
    State.PICKED_UP: "无需操作，可随时查看物流。",
    State.IN_TRANSIT: "无需操作，可随时查看物流。",
    State.OUT_FOR_DELIVERY: "请准备好身份证件，当面签收。",
    State.AT_LOCKER: "请凭取件码尽快领取，逾期可能退回。",
    State.NOT_DELIVERED: "请联系快递公司客服约定派送时间。",
    State.PROXY_SIGNED: "请点击“已收到”或“未收到”；七天内未答复视为已收到。",
    State.SIGNED: "如未收到，请点击“未收到”。",
    State.RETURNING: "请等待办理部门收到后与您联系，可先修改地址。",
    State.RETURNED: "可先修改地址，办理部门将重新寄送或请您到大厅领取。",
    State.CANCELLED: "可以重新申请寄送，或到办事大厅领取。",
    State.LOST: "请等候办理部门联系，也可拨打办事大厅电话。",
    State.EXCEPTION: "请等候办理部门联系，也可拨打快递公司客服。",
}

NEXT_OF_MATERIALS: Mapping[State, str] = {
    State.PACKED: "请准备好材料；快递下单前可以修改地址或取消。",
    State.WAYBILL: "请将材料当面交给快递员；取件前可以取消。",
    State.OUT_FOR_DELIVERY: "无需操作，可随时查看物流。",
    State.AT_LOCKER: "无需操作，大厅工作人员会领取。",
    State.NOT_DELIVERED: "无需操作，快递公司将再次派送。",
    State.PROXY_SIGNED: "无需操作，请等候办理部门审核。",
    State.SIGNED: "无需操作，请等候办理部门审核。",
    State.RETURNING: "请留意签收退回的材料。",
    State.RETURNED: "可以重新申请上门取件，或到办事大厅提交。",
    State.CANCELLED: "可以重新申请上门取件，或到办事大厅提交。",
}

NEXT_IS_ORDERED = "正在向快递公司下单，可以申请取消；地址已不能修改。"
NEXT_IS_CANCELLING = "请等候快递公司答复；如快递员已取件，寄送将继续。"
NEXT_AT_THE_HALL = "由办理部门自行交寄；如需取消或修改地址，请联系办事大厅。"
CANCELLING = "正在向快递公司申请取消。"
REFUSED = "快递公司未接受下单，工作人员正在处理。"
BACK = "快递已退回，办理部门已收到。"
NEXT_OF_BACK = "请到办事大厅领取，或拨打办事大厅电话。"
CALLED_OFF = "快递公司取消了本次取件，工作人员正在处理。"
DENIED = "您已反映未收到，工作人员正在核实。"

SCANS: Mapping[Stage | None, str] = {
    None: "快递有新的动态",
    Stage.WAYBILL: "快递已下单",
    Stage.PICKED_UP: "快递已取件",
    Stage.IN_TRANSIT: "运输中",
    Stage.OUT_FOR_DELIVERY: "派送中",
    Stage.AT_LOCKER: "已放入快递柜或驿站",
    Stage.NOT_DELIVERED: "派送未成功",
    Stage.PROXY_SIGNED: "他人代签",
    Stage.SIGNED: "已签收",
    Stage.RETURNING: "退回中",
    Stage.RETURNED: "已退回寄件人",
    Stage.CANCELLED: "快递单已取消",
}

EVENTS: Mapping[str, str] = {
    "address_changed": "您修改了地址",
    "cancel_asked": "您申请取消寄送",
    "cancel_refused": "快递已取件，未能取消，寄送继续",
    "received": "您确认已收到",
    "not_received": "您反映未收到",
    "nobody_objected": "超过七天未答复，视为已收到",
    "handed_over": "办理部门已交寄",
    "hall_received": "办理部门已收到",
    "licence_issued": "证照已制作完成",
    "declared_lost": "工作人员确认快递遗失",
    "sent_again": "重新寄送",
    "courier_refused": "快递公司未接受下单",
    "courier_gave_up": "快递公司停止推送，系统继续查询",
    "follow_refused": "快递公司不推送，系统定时查询",
    "moved_to": "快递转由其他公司承运",
    "consent_withdrawn": "您撤回了授权",
}
