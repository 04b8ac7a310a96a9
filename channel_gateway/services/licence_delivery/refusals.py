"""Why something about a delivery is refused."""

from channel_gateway.domain.errors import Conflict, Invalid, NotFound


class NoSuchDelivery(NotFound):
    """There is no such delivery, or it is not yours."""

    code = "no_such_delivery"
    zh = "没有找到这个寄送，请在“我的寄送”中查看。"


class NothingToDeliver(NotFound):
    """There is no service of this code that sends anything this way."""

    code = "nothing_to_deliver"
    zh = "该事项不提供寄送，请到办事大厅领取或提交。"


class NoSuchMatter(NotFound):
    """A case or an appointment of yours, of this service, is wanted."""

    code = "no_such_matter"
    zh = "没有找到对应的办件或预约，请在“我的办件”“我的预约”中查看。"


class NoSuchCourier(Invalid):
    """The service does not send with this courier, or not this way."""

    code = "no_such_courier"
    zh = "该事项不支持这家快递公司，请重新选择。"


class DeliveredAlready(Conflict):
    """There is an open delivery of this matter in this direction, or it is delivered already."""

    code = "delivered_already"
    zh = "该办件已申请过寄送，请在“我的寄送”中查看。"


class AddressFixed(Conflict):
    """A courier has the address, or may have it: it cannot be changed here any more."""

    code = "address_fixed"
    zh = "地址已提交快递公司，不能在此修改，请联系快递公司客服改派，或联系办事大厅。"


class FetchedAlready(Conflict):
    """The parcel is on its way, or has arrived: it cannot be cancelled any more."""

    code = "fetched_already"
    zh = "快递已经取件或已办结，不能取消。如不需要，请在派送时拒收。"


class CancelledAtTheHall(Conflict):
    """The department sent it by a waybill of its own: only the department can take it back."""

    code = "cancelled_at_the_hall"
    zh = "该快递由办理部门自行寄出，请联系办事大厅取消。"


class NothingToConfirm(Conflict):
    """Nobody is said to have signed for it, and its courier is still asked."""

    code = "nothing_to_confirm"
    zh = "快递尚未签收，暂不需要确认。"


class ConsentWithdrawn(Conflict):
    """The citizen has withdrawn a consent to it: their data goes to nobody new."""

    code = "consent_withdrawn"
    zh = "市民已撤回授权，不能再寄送；请联系市民到办事大厅领取或提交。"


class NotSentAgain(Conflict):
    """It is not back, lost or in trouble, or its address is erased, or it was tried too often."""

    code = "not_sent_again"


class WaybillTaken(Conflict):
    """Another delivery has this waybill."""

    code = "waybill_taken"


class HandedOverAlready(Conflict):
    """The delivery has a waybill, or an order for one, already."""

    code = "handed_over_already"


class NotBack(Conflict):
    """The courier has not brought it: there is nothing to receive."""

    code = "not_back"


class NoParcelCard(NotFound):
    """The platform shows nothing of this parcel in its own pages."""

    code = "no_parcel_card"
    zh = "暂无平台物流信息，请在寄送详情中查看。"
