"""The WeChat open platform: logins, tokens, phones, messages, faces, message push, non-tax."""

from __future__ import annotations

from mock_platforms.faults import CALL, FaultKind
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wechat.accounts import Account
from mock_platforms.wechat.codes import Codes
from mock_platforms.wechat.errors import Errcode
from mock_platforms.wechat.face_console import FaceConsole
from mock_platforms.wechat.faces import Faces
from mock_platforms.wechat.nontax import FAULTS as NONTAX_FAULTS
from mock_platforms.wechat.nontax import NOTICES, build_nontax
from mock_platforms.wechat.phone import Phone
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wechat.push_console import PushConsole
from mock_platforms.wechat.pushes import FAULTS as PUSH_FAULTS
from mock_platforms.wechat.pushes import KINDS, Pushes
from mock_platforms.wechat.tokens import Tokens
from mock_platforms.wechat.waybill_desk import WaybillDesk
from mock_platforms.wechat.waybills import Waybills
from mock_platforms.wire import Request, Response, json_response


def build(stage: Stage) -> StandIn:
    chance, keys = stage.randomness, stage.keys
    app_id = "wx" + keys.secret("wechat_app_id", 16, "0123456789abcdef")
    pushes = Pushes(
        stage,
        app_id,
        keys.secret("wechat_push_token", 32),
        # The last of the 43 letters carries two bits that must be nought.
        keys.secret("wechat_encoding_aes_key", 42) + "A",
    )
    official = Account(
        "wx" + keys.secret("wechat_city_app_id", 16, "0123456789abcdef"),
        keys.secret("wechat_city_app_secret", 32, "0123456789abcdef"),
        Tokens(chance),
    )
    platform = OpenPlatform(
        stage,
        app_id=app_id,
        app_secret=keys.secret("wechat_app_secret", 32, "0123456789abcdef"),
        tokens=Tokens(chance),
        logins=Codes(chance, 32, used_errcode=40163),
        phones=Codes(chance, 64, used_errcode=40029),
        faces=Faces(chance),
        official=official,
        pushes=pushes,
    )

    parcels = WaybillDesk(platform, Waybills(chance))
    nontax = build_nontax(stage, platform)

    def trouble(status: int, _: Request) -> Response:
        if status in (429, 500):
            return Errcode(45011 if status == 429 else -1).response(platform.rid())
        return json_response({}, status, why="told to fail")

    return StandIn(
        name="wechat",
        routes=[*platform.routes(), *parcels.calls(), *nontax.routes],
        describe=lambda base_url: {
            "base_url": base_url,
            "app_id": platform.app_id,
            "app_secret": platform.app_secret,
            "parcel_image_url": f"{base_url}/parcel.png",  # ours to choose; nobody fetches it
            "push_token": pushes.token,
            "encoding_aes_key": pushes.encoding_aes_key,
            "city_app_id": official.app_id,
            "city_app_secret": official.secret,
            "nontax": nontax.section,
        },
        control=[
            *Phone(platform).rows(),
            *FaceConsole(platform).rows(),
            *parcels.rows(),
            *PushConsole(pushes).rows(),
            *nontax.control,
        ],
        notices=(*KINDS, *NOTICES),
        faults=[
            *PUSH_FAULTS,
            *NONTAX_FAULTS,
            FaultKind(
                "message_undelivered",
                "A subscribe message is taken, and the system fails to bring it to the phone.",
                CALL,
                frozenset({"subscribe.send"}),
            ),
            FaultKind(
                "token_killed",
                "The access token a call brings is worthless from now on: 40001.",
                CALL,
                frozenset({"access_token"}),
            ),
        ],
        more_operations=["access_token"],
        trouble=trouble,
    )
