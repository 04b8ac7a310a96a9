"""Face verification 2.0: what the platform remembers of each session. Pure but for its ids.

Source: developers.weixin.qq.com, `getVerifyId` and `queryVerifyInfo`: fields, limits, `verify_ret`.
Inferred, since no page says it: most errcodes (see errors.py); that a number used before is
refused even with the same parameters; that a session takes one result; what a query is answered
after the session's end.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mock_platforms.id_numbers import is_id_number
from mock_platforms.randomness import Randomness
from mock_platforms.wechat.errors import Errcode

LIFE = timedelta(seconds=3600)
PASSED, ANOTHER_FACE, NOT_DONE = 10000, 10004, 10300

# Every other end an attempt may have.
FAILURES = {
    10001: "参数错误",
    10002: "人脸特征检测失败",
    10003: "身份证号不匹配",
    ANOTHER_FACE: "比对人脸信息不匹配",
    10006: "appid没有权限",
    10007: "后台获取图片失败",
    10008: "系统失败",
    10010: "照片质量较低",
    10012: "比对验证失败",
    10013: "系统错误",
    10014: "系统失败",
    10015: "系统失败",
    10016: "存储用户图片失败",
    10018: "用户信息不存在",
    10020: "认证超时",
    10026: "用户身份数据不在权威源比对库中",
    10029: "请求超时",
    10042: "请求过于频繁",
    10045: "系统失败",
    10052: "请求超时",
    90001: "设备不支持人脸检测",
    90002: "用户取消",
    90003: "用户取消",
    90004: "用户取消",
    90005: "用户取消",
    90006: "用户取消",
    90007: "网络错误",
    90008: "相机权限未授权",
    90009: "麦克风权限未授权",
    90010: "相机和麦克风权限都未授权",
    90011: "人脸数据采集无效",
    90012: "网络错误上传失败",
    90013: "人脸数据采集无效",
    90014: "人脸数据采集无效",
    90017: "识别过程超时",
    90018: "系统错误",
    90104: "获取人脸配置失败",
    90105: "获取确认数据失败",
    90106: "相机失败",
    90107: "用户检测超时",
    90109: "设备不支持人脸检测",
    90110: "获取协议信息失败",
    90199: "用户系统错误",
}

_OUT_SEQ_NO = re.compile(r"[0-9A-Za-z_-]{5,32}", re.ASCII)
_HASHED = ("cert_type", "cert_name", "cert_no")


@dataclass(frozen=True, slots=True)
class Session:
    verify_id: str
    out_seq_no: str
    cert_hash: str  # the certificate itself is not kept
    openid: str
    ends: datetime  # nobody can begin to show a face from then on
    verify_ret: int = NOT_DONE


@dataclass
class Faces:
    randomness: Randomness
    sessions: dict[str, Session] = field(default_factory=dict)  # by verify_id
    _used: set[str] = field(default_factory=set)  # out_seq_no

    def begin(self, body: Mapping[str, Any], citizens: Collection[str], now: datetime) -> Session:
        """Open a session for a citizen and a certificate. Raises Errcode."""
        out_seq_no, certificate = body.get("out_seq_no"), body.get("cert_info")
        if not isinstance(out_seq_no, str) or not _OUT_SEQ_NO.fullmatch(out_seq_no):
            raise Errcode(47001)
        digest = cert_hash(_checked(certificate))
        openid = body.get("openid")
        if not isinstance(openid, str) or openid not in citizens:
            raise Errcode(40003)
        if out_seq_no in self._used:
            raise Errcode(84003)
        self._used.add(out_seq_no)
        verify_id = self.randomness.text(96)
        session = Session(verify_id, out_seq_no, digest, openid, now + LIFE)
        self.sessions[verify_id] = session
        return session

    def result(self, body: Mapping[str, Any]) -> int:
        """Return a session's `verify_ret` to whoever knows all it was begun with. Raises Errcode.

        Whoever names another number, certificate or citizen learns nothing of the result.
        """
        wanted = ("verify_id", "out_seq_no", "cert_hash", "openid")
        if not all(isinstance(body.get(name), str) for name in wanted):
            raise Errcode(47001)
        session = self.sessions.get(body["verify_id"])
        if session is None:
            raise Errcode(84001)
        if any(getattr(session, name) != body[name] for name in wanted):
            raise Errcode(84002)
        return session.verify_ret

    def finish(self, session: Session, verify_ret: int) -> None:
        self.sessions[session.verify_id] = replace(session, verify_ret=verify_ret)


def cert_hash(certificate: Mapping[str, str]) -> str:
    """Return the hex SHA-256 of the certificate's three values, each in Base64, in this order."""
    values = ((name, b64encode(certificate[name].encode()).decode()) for name in _HASHED)
    return hashlib.sha256(
        "&".join(f"{name}={value}" for name, value in values).encode()
    ).hexdigest()


def _checked(certificate: Any) -> Mapping[str, str]:
    if not isinstance(certificate, dict):
        raise Errcode(47001)
    if not all(isinstance(certificate.get(name), str) for name in _HASHED):
        raise Errcode(47001)
    if certificate["cert_type"] != "IDENTITY_CARD":
        raise Errcode(47001)
    if not certificate["cert_name"].strip() or not certificate["cert_no"]:
        raise Errcode(84006)
    if not is_id_number(certificate["cert_no"]):
        raise Errcode(84007)
    return certificate
