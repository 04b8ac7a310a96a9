"""No name and no telephone of a courier's staff is left in a text that is kept."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.licence_delivery.staff import HIDDEN, masked

ROLES = tuple(
    "快递员 投递员 揽投员 派件员 派送员 联系人 业务员 小件员 收件员 揽收员 配送员 派件人".split()  # noqa: SIM905
)
SURNAMES = ("王", "李", "张", "欧阳", "司马", "诸葛", "上官", "夏侯")
GIVEN_NAMES = ("伟", "娜", "建国", "秀英", "志强", "思远", "敏")
LEADS = ("", "：", ":", "【", "（", " ", "姓名：", "[", " : ")
AFTER = (
    "",
    "】",
    "）正在派送",
    "，电话",
    "正在派送途中",
    "已揽收",
    "为您服务",
    " 联系您",
    "将于今日派送",
    "、请签收",
    "的电话",
)
GAPS = st.sampled_from(["", " ", "-", " - ", "－", "."])


@st.composite
def names(draw: st.DrawFn) -> tuple[str, str]:
    return draw(st.sampled_from(SURNAMES)), draw(st.sampled_from(GIVEN_NAMES))


@given(st.sampled_from(ROLES), st.sampled_from(LEADS), names(), st.sampled_from(AFTER))
def test_a_name_after_a_role_is_nowhere_in_the_text(
    role: str, lead: str, name: tuple[str, str], after: str
) -> None:
    surname, given_name = name
    kept = masked(f"【示例市营业部】{role}{lead}{surname}{given_name}{after}")

    assert surname not in kept
    assert given_name not in kept
    assert "示例市营业部" in kept


@st.composite
def telephones(draw: st.DrawFn) -> str:
    """Mobile or landline, with gaps anywhere, country code or not, in either width."""
    mobile = draw(st.booleans())
    if mobile:
        digits = (
            "1"
            + draw(st.sampled_from("3456789"))
            + draw(st.text("0123456789", min_size=9, max_size=9))
        )
    else:
        digits = draw(st.sampled_from(["010", "0571", "0755"])) + draw(
            st.text("23456789", min_size=7, max_size=8)
        )
    written = digits[0] + "".join(draw(GAPS) + digit for digit in digits[1:])
    if draw(st.booleans()):
        written = written.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return draw(st.sampled_from(["", "+86", "86-", "+86 "])) + written


@given(
    st.sampled_from(["电话：", "（", "联系", "手机 ", "/"]),
    telephones(),
    st.sampled_from(["", "）", "派送", "，"]),
)
def test_a_telephone_in_any_spelling_is_nowhere_in_the_text(
    before: str, telephone: str, after: str
) -> None:
    kept = masked(f"已到达{before}{telephone}{after}")

    assert not re.search(r"\d{3}", re.sub(r"\D", "", kept))
    assert HIDDEN in kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("快递员正在派送，请保持电话畅通", "快递员正在派送，请保持电话畅通"),
        ("派件员将于今日上门", "派件员将于今日上门"),
        ("已签收，感谢使用顺丰，客服电话：95338", "已签收，感谢使用顺丰，客服电话：95338"),
        ("运单1135123456789已发出，20260310", "运单1135123456789已发出，20260310"),
        ("【西湖】的张三（135 1234 5678转12）正在第1次派件", "【西湖】的***（***）正在第1次派件"),
        ("揽投员张三、李四 0571-88880000", "揽投员***、*** ***"),
        ("业务员 买买提·艾力 86-13512345678", "业务员 *** ***"),
        ("快递员【张伟】为您派送，工号A123", "快递员【***】为您派送，工号***"),
        ("快件到达【杭州转运中心】", "快件到达【杭州转运中心】"),
        ("投递员:Li Lei 正在派送", "投递员:***正在派送"),
        ("", ""),
    ],
)
def test_what_is_nobodys_name_stays(text: str, kept: str) -> None:
    assert masked(text) == kept


@given(st.text("快递员张三电话135：（）【】 0123456789", max_size=60))
def test_no_text_at_all_breaks_it(text: str) -> None:
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", masked(text))
