"""No name and no telephone of anybody is left of what couriers write, however they write it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.services.licence_delivery.texts.known_text import (
    HIDDEN,
    NO_CODE,
    known_code,
    known_place,
    known_text,
    plain_refusal,
)
from channel_gateway.services.licence_delivery.texts.vocabulary import (
    AFTER_A_NAME,
    ROLES,
    STOPS,
    WORDS,
)

SURNAMES = ("王", "李", "张", "胡", "于", "向", "成", "高", "安", "欧阳", "司马", "诸葛", "上官")
GIVEN_NAMES = (
    "伟",
    "娜",
    "备",
    "建国",
    "秀英",
    "悟空",
    "成功",
    "平安",
    "小龙",
    "新民",
    "九州",
    "红旗",
)
WAYS = (
    "{0}",
    "{0}已揽收，联系电话13512345678",
    "邮件已被{0}揽收",
    "门卫{0}大爷",
    "签收人：{0}",
    "【西湖营业部】的【{0}】（电话：135）",
    "配送员，{0}，手机号，13512345678",
    "派送员“{0}”",
    "由【{0}，电话：***】派送",
    "由【{0}】签收",
    "由 {0} 为您派送",
    "由{0}派送",
    "正在派送(小哥姓名:{0},电话:95338转1234)",
    "投遞員：{0}",
    "派件员{0}正在西湖区派送",
    "已放在{0}处",
    "【杭州市】{0}(13512345678) 正在派件",
    "快件交给{0}，正在派送途中",
    "如有疑问请电联快递员【{0}，电话：13512345678】",
    "{0}：13512345678",
    "投递员：{0}，工号：A0012",
    "客户{0}拒收",
    "已代签收（{0}）",
    "投递员\n{0}\n正在派送",
)
names = st.builds(lambda *parts: parts, st.sampled_from(SURNAMES), st.sampled_from(GIVEN_NAMES))
ways = st.sampled_from(WAYS)
blanks = st.sampled_from(["", " ", "\u3000", "\u200b", "\u202e", ".", "·"])


@given(ways, names, blanks)
def test_a_name_is_nowhere_however_it_is_written(way, name, blank):
    surname, given_name = name
    written = blank.join((surname, *given_name))
    kept = known_text(way.format(written))

    assert written not in kept
    assert given_name not in kept


@given(st.sampled_from(ROLES), names, st.sampled_from(["", "：", ":", "【", "，", " ", "姓名："]))
def test_a_name_after_any_role_is_hidden_and_the_rest_is_told(role, name, lead):
    written = "".join(name)
    kept = known_text(f"【示例市营业部】{role}{lead}{written}，正在派送")

    assert written not in kept
    assert name[1] not in kept
    assert kept == "" or (kept.startswith("【示例市营业部】") and HIDDEN in kept)


@given(
    st.text("0123456789０１２三①Ⅷ ٣.-_()（）转+", min_size=1, max_size=20),
    st.sampled_from(["已到达{0}", "电话：{0}，派送", "派件员王建国{0}", "{0}", "运单{0}已发出"]),
)
def test_no_telephone_is_left_in_any_spelling(number, way):
    kept = known_text(way.format(number))

    undated = re.sub(r"20\d\d[-/.]([01]?[1-9]|10)[-/.][0-3]?\d", "", kept)
    digits = re.sub(r"[^\d三①Ⅷ]", "", undated)
    assert len(digits) <= 5  # a hotline, the hour or a day
    assert digits == "" or re.search(r"95\d{3}|1118[35]|\d:\d|[天次件时点日月]", kept)


@given(st.text("派件员王建国正在【】，：由西湖营业已签收 135", max_size=40))
def test_what_is_left_is_known_to_the_last_letter(text):
    """Nothing is shown that would not be shown again."""
    kept = known_text(text)

    assert known_text(kept) == kept
    assert "王" not in kept
    assert "国" not in kept


@given(st.text(max_size=60), st.sampled_from(["", "已签收", "派件员", "【", "由"]))
def test_no_text_brings_along_what_cannot_be_seen_or_clicked(text, before):
    kept = known_text(before + text)

    assert not re.search("[\\x00-\\x1f\u200b-\u202e<>&@\\\\]|[A-Za-z]", kept)


@pytest.mark.parametrize(
    "text",
    [
        "顺丰速运 已收取快件",
        "快件离开 【郑州园博中转场】，已在发往下一站的路上",
        "您的快件已从【丰巢智能柜】取出，感谢您使用顺丰",
        "退回件已由寄件方签收，感谢您使用顺丰",
        "快件在【深圳南山科技园中区营业部】完成分拣,准备发往下一站",
        "我们正在为您的快件分配最合适的快递员，请您稍等。",
        "快件派送不成功（收方客户拒收快件），待进一步处理",
        "妥投,投入智能包裹柜代收",
        "妥投,他人代收:物业",
        "未妥投,收件人不在",
        "【杭州市】快件已发往下一站",
        "快件超时未取，已由快递员取回",
        "派件员将于今日上门",
        "已签收，感谢使用顺丰，客服电话：95338",
        "2026-03-10 09:30 已到达【杭州转运中心】",
        "3天查询无记录",
        "60天无变化",
        "由西湖营业部派送",
    ],
)
def test_what_couriers_say_of_nobody_is_told_as_it_is(text):
    assert known_text(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("投递员：王建国，电话：13512345678正在派送", "投递员：***，电话：***正在派送"),
        ("投递员:王 建 国 13512345678", "投递员:*** ***"),
        ("投递员:Li Lei 正在派送", "投递员:*** 正在派送"),
        ("快件已由王建国派送", "快件已由***派送"),
        ("派件员：王成功正在派送", "派件员：***正在派送"),
        ("王建国已揽收", ""),
        ("放在门卫张大爷处", ""),
        ("请加微信abc123领取赔偿", ""),
        ("已签收<script>", ""),
        ("13512345678", ""),
        ("", ""),
    ],
)
def test_who_it_was_is_hidden_or_the_text_is_not_told(text, kept):
    assert known_text(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("西湖部王建国13512345678", "西湖部"),
        ("文新站 投递员王建国", "文新站"),
        ("浙江省杭州市西湖区", "浙江省 杭州市 西湖区"),
        ("浙江,杭州市,西湖区", "浙江 杭州市 西湖区"),
        ("杭州市文三路90号2幢301室", "杭州市"),
        ("【杭州转运中心】", "杭州转运中心"),
        ("菜鸟驿站", "菜鸟驿站"),
        ("到达文新营业部", "文新营业部"),
        ("杭\0州市", ""),
        ("王建国", ""),
        ("王建国西湖部", ""),
    ],
)
def test_of_a_place_what_is_one_for_certain_is_left(text, kept):
    assert known_place(text) == kept


def test_a_code_that_we_do_not_know_is_kept_when_it_is_plain():
    assert known_code("柜或驿站签收", understood=True) == "柜或驿站签收"
    assert known_code("9517", understood=False) == "9517"
    assert known_code("王建国13512345678", understood=False) == NO_CODE
    assert known_code("13512345678", understood=False) == NO_CODE


def test_a_refusal_is_told_in_an_adapter_s_words_alone():
    assert plain_refusal("EMS: retCode B0001") == "EMS: retCode B0001"
    assert plain_refusal("EMS: 王建国13512345678") == "EMS: ***"


def test_no_known_word_begins_a_name_or_is_one():
    for word in {*WORDS, *STOPS, *ROLES, *AFTER_A_NAME}:
        assert word not in {a + b for a in SURNAMES for b in GIVEN_NAMES}
        assert word not in SURNAMES
