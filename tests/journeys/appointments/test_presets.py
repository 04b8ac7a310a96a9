"""The five real rule sets, each tried from outside, with the clock moved."""

from datetime import date, timedelta

from tests.journeys.appointments.town import HALL, MONDAY, SERVICE, service_text, slot

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3, 4))
NEXT_MONDAY = MONDAY + timedelta(days=7)
PHONE, ANOTHER, THIRD = "13900139000", "13700137000", "13600136000"


def days(*some: date) -> list[str]:
    return [str(day) for day in some]


async def test_a_citys_service_hall(town_of):
    """A day ahead, the next five working days, one a day, cancelled two hours before."""
    other = "AA-BB-02"
    preset = 'preset = "service_hall"'
    town = await town_of(service_text(preset), service_text(preset, code=other))

    assert await town.bookable_days() == days(TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, NEXT_MONDAY)
    today = await town.book("one", slot(MONDAY, "16:00"))
    assert (today.status, today.code) == (409, "booking_over")
    first = await town.booked("one", slot(TUESDAY, "10:00"))
    second = await town.book("one", slot(TUESDAY, "15:00"), other)
    assert (second.status, second.code) == (409, "limit_reached")
    assert second.message == "每人每天最多预约1次，请选择其他日期，或先取消当天的预约。"
    await town.booked("one", slot(WEDNESDAY), other)

    await town.at(TUESDAY, "08:00:01")
    late = await town.cancel("one", first)
    assert (late.status, late.code) == (409, "cancel_too_late")
    assert "3月10日（周二）08:00" in late.message
    assert (await town.reschedule("one", first, slot(FRIDAY))).code == "cancel_too_late"


async def test_a_citys_service_hall_cancelled_in_time(town_of):
    town = await town_of(service_text('preset = "service_hall"', windows=1))
    first = await town.booked("one", slot(TUESDAY, "10:00"))
    assert (await town.book("two", slot(TUESDAY, "10:00"))).code == "slot_full"

    await town.at(MONDAY, "23:59:59")
    assert (await town.cancel("one", first)).body["state"] == "cancelled_by_citizen"
    await town.booked("two", slot(TUESDAY, "10:00"))
    await town.booked("one", slot(TUESDAY, "11:00"))  # the day's share came back as well


async def test_quanzhou(town_of):
    """Three of one item a day; five cancellations, or two missed, stop for thirty days."""
    town = await town_of(service_text('preset = "quanzhou"'))

    of_one_day = [
        await town.booked("one", slot(TUESDAY, time)) for time in ("09:00", "09:30", "10:00")
    ]
    fourth = await town.book("one", slot(TUESDAY, "10:30"))
    assert fourth.code == "limit_reached"
    assert "每人每天最多预约本事项3次" in fourth.message

    for _ in range(5):
        gone = await town.booked("two", slot(WEDNESDAY), phone=ANOTHER)
        assert (await town.cancel("two", gone)).status == 200
    many = await town.book("two", slot(WEDNESDAY), phone=THIRD)
    assert (many.status, many.code) == (409, "banned")
    assert many.message.startswith("因多次取消预约，4月8日（周三）10:00起可再次预约")

    await town.cancel("one", of_one_day[2])
    await town.at(TUESDAY, "12:00")  # the other two were missed
    assert [await town.state("one", id) for id in of_one_day[:2]] == ["no_show"] * 2
    stopped = await town.book("one", slot(WEDNESDAY))
    assert (stopped.status, stopped.code) == (409, "banned")
    assert "4月9日（周四）10:00起可再次预约" in stopped.message

    await town.at(date(2026, 4, 9), "09:59:59")
    assert (await town.book("one", slot(date(2026, 4, 9), "14:00"))).code == "banned"
    await town.at(date(2026, 4, 9), "10:00")
    await town.booked("one", slot(date(2026, 4, 9), "14:00"))


async def test_quanzhou_by_phone(town_of):
    """The same three, five and two of one phone, whoever writes it."""
    town = await town_of(service_text('preset = "quanzhou"'))

    for who, time in (("one", "09:00"), ("two", "09:30"), ("three", "10:00")):
        await town.booked(who, slot(TUESDAY, time), phone=PHONE)
    fourth = await town.book("four", slot(TUESDAY, "10:30"), phone=PHONE)
    assert (fourth.status, fourth.code) == (409, "limit_reached")
    assert fourth.body["limit"] == "phone_service_day"
    assert "该手机号每天最多预约本事项3次" in fourth.message
    next_day = await town.booked("four", slot(WEDNESDAY, "10:30"), phone=PHONE)
    assert (await town.cancel("four", next_day)).status == 200
    await town.booked("four", slot(TUESDAY, "10:30"), phone=ANOTHER)

    kept = await town.booked("kept", slot(THURSDAY), phone=THIRD)
    for number in range(5):
        gone = await town.booked(f"gone {number}", slot(THURSDAY, "10:00"), phone=THIRD)
        assert (await town.cancel(f"gone {number}", gone)).status == 200
    many = await town.book("five", slot(THURSDAY), phone=THIRD)
    assert many.message.startswith("该手机号因多次取消预约，4月8日（周三）10:00起可再次预约")
    assert (await town.cancel("kept", kept)).status == 200  # one more is taken all the same

    await town.at(TUESDAY, "12:00")  # the first three were missed, one each
    stopped = await town.book("six", slot(FRIDAY), phone=PHONE)
    assert (stopped.status, stopped.code) == (409, "banned")
    assert stopped.message.startswith("该手机号因多次预约未到，4月9日（周四）10:30起可再次预约")
    await town.booked("one", slot(FRIDAY), phone=ANOTHER)  # who missed one alone

    await town.at(date(2026, 4, 9), "10:30")
    await town.booked("six", slot(date(2026, 4, 9), "14:00"), phone=PHONE)


async def test_quanzhou_by_identity_number(town_of):
    """The same three, five and two of one number, from whatever account and phone."""
    town = await town_of(service_text('preset = "quanzhou"'))

    for number, time in enumerate(("09:00", "09:30", "10:00")):
        await town.booked(f"a{number}", slot(TUESDAY, time), phone=f"1390000000{number}", of="one")
    fourth = await town.book("a3", slot(TUESDAY, "10:30"), phone=ANOTHER, of="one")
    assert fourth.body["limit"] == "id_service_day"
    assert "该身份证号每天最多预约本事项3次" in fourth.message
    at_once = await town.book("a3", slot(WEDNESDAY), phone=ANOTHER, of="one")
    assert at_once.status == 201
    twice = await town.book("a4", slot(WEDNESDAY), phone=THIRD, of="one")
    assert twice.message == "该身份证号在该时段已有预约，请选择其他时段。如填写有误，请改正。"

    for number in range(5):
        who, phone = f"b{number}", f"1380000000{number}"
        gone = await town.booked(who, slot(THURSDAY), phone=phone, of="two")
        assert (await town.cancel(who, gone)).status == 200
    many = await town.book("b5", slot(THURSDAY), phone=THIRD, of="two")
    assert many.message.startswith("该身份证号因多次取消预约，4月8日（周三）10:00起可再次预约")

    await town.at(TUESDAY, "12:00")  # three were missed, by three accounts
    stopped = await town.book("a5", slot(FRIDAY), phone=THIRD, of="one")
    assert stopped.message.startswith("该身份证号因多次预约未到，4月9日（周四）10:30起可再次预约")


async def test_renqiu_by_identity_number(town_of):
    town = await town_of(service_text('preset = "renqiu"'))

    await town.booked("one", slot(TUESDAY), phone=PHONE, of="a mother")
    twice = await town.book("two", slot(TUESDAY, "13:30"), phone=ANOTHER, of="a mother")
    assert "该身份证号每天最多预约本事项1次" in twice.message
    own = await town.book("one", slot(TUESDAY, "13:30"), phone=THIRD)
    assert own.body["limit"] == "service_day"  # for whomever: who books has their own limit
    await town.booked("two", slot(TUESDAY, "13:30"), phone=ANOTHER)


async def test_what_the_hall_cancels_counts_of_no_phone(town_of):
    rules = 'preset = "quanzhou"\nlead_workdays = 1\nmost_of_this_a_day = 1'
    town = await town_of(service_text(rules))
    mine = await town.booked("one", slot(TUESDAY), phone=PHONE)
    await town.booked("two", slot(WEDNESDAY), phone=PHONE)
    assert (await town.book("two", slot(TUESDAY), phone=PHONE)).code == "limit_reached"

    closed = f"/services/{SERVICE}/halls/{HALL}/days/{TUESDAY}/cancel"
    assert (await town.hall("POST", closed, {"reason": "停电"})).status == 202
    await town.at(MONDAY, "10:01")

    shown = (await town.citizen("one", "GET", f"/appointments/{mine}")).body
    assert shown["offers"][0]["slot"] == slot(THURSDAY)  # of Wednesday the phone has its share
    assert (await town.reschedule("one", mine, slot(WEDNESDAY))).code == "limit_reached"
    assert (await town.reschedule("one", mine, slot(THURSDAY))).status == 200
    assert (await town.book("three", slot(THURSDAY), phone=PHONE)).code == "limit_reached"


async def test_who_is_sent_away_moves_though_their_phone_is_stopped(town_of):
    town = await town_of(service_text('preset = "quanzhou"'))
    mine = await town.booked("one", slot(FRIDAY), phone=PHONE)
    for who in ("two", "three"):
        await town.booked(who, slot(TUESDAY), phone=PHONE)
    await town.at(TUESDAY, "12:00")

    closed = f"/services/{SERVICE}/halls/{HALL}/days/{FRIDAY}/cancel"
    assert (await town.hall("POST", closed, {"reason": "停电"})).status == 202
    await town.at(TUESDAY, "12:01")

    shown = (await town.citizen("one", "GET", f"/appointments/{mine}")).body
    assert (shown["state"], len(shown["offers"])) == ("cancelled_by_hall", 3)
    assert (await town.book("one", slot(THURSDAY), phone=PHONE)).code == "banned"
    assert (await town.reschedule("one", mine, slot(THURSDAY))).status == 200


async def test_renqiu(town_of):
    """Forty minutes, one or two working days ahead; of this: one a day, two a week, six a month."""
    other = "AA-BB-02"
    preset = 'preset = "renqiu"'
    town = await town_of(service_text(preset), service_text(preset, code=other))

    assert await town.bookable_days() == days(TUESDAY, WEDNESDAY)
    starts = [each["slot"][-5:] for each in (await town.slots(TUESDAY))["slots"]]
    assert starts[:5] == ["09:00", "09:40", "10:20", "11:00", "13:30"]
    for week in range(3):  # of March: six
        monday = MONDAY + timedelta(days=7 * week)
        await town.at(monday, "10:30")
        tuesday, wednesday = monday + timedelta(days=1), monday + timedelta(days=2)
        ids = [await town.booked("one", slot(tuesday)), await town.booked("one", slot(wednesday))]
        assert (await town.book("one", slot(wednesday, "13:30"))).code == "limit_reached"
        await town.serve(ids[0], tuesday, "09:00")
        third = await town.book("one", slot(monday + timedelta(days=3)))
        assert "每人每周最多预约本事项2次" in third.message
        elsewhere = await town.booked("one", slot(monday + timedelta(days=3)), other)
        await town.serve(ids[1], wednesday, "09:00")
        await town.serve(elsewhere, monday + timedelta(days=3), "09:00")
    last = date(2026, 3, 30)
    await town.at(last, "10:00")
    seventh = await town.book("one", slot(last + timedelta(days=1)))
    assert "每人每月最多预约本事项6次" in seventh.message
    await town.booked("one", slot(last + timedelta(days=2)))  # which is April's


async def test_renqius_two_missed_stop_for_three_months(town_of):
    town = await town_of(service_text('preset = "renqiu"'))
    await town.booked("one", slot(TUESDAY))
    await town.booked("one", slot(WEDNESDAY))
    await town.at(WEDNESDAY, "12:00")

    stopped = await town.book("one", slot(THURSDAY))
    assert "6月11日（周四）09:40起可再次预约" in stopped.message


async def test_renqiu_by_phone(town_of):
    """One a day, two a week, six a month of one phone, whoever writes it."""
    town = await town_of(service_text('preset = "renqiu"'))

    for week in range(3):  # of March: six, by six people
        monday = MONDAY + timedelta(days=7 * week)
        await town.at(monday, "10:30")
        tuesday, wednesday = monday + timedelta(days=1), monday + timedelta(days=2)
        one = await town.booked(f"tuesday {week}", slot(tuesday), phone=PHONE)
        twice = await town.book("late", slot(tuesday, "13:30"), phone=PHONE)
        assert "该手机号每天最多预约本事项1次" in twice.message
        two = await town.booked(f"wednesday {week}", slot(wednesday), phone=PHONE)
        await town.serve(one, tuesday, "09:00")
        third = await town.book("late", slot(monday + timedelta(days=3)), phone=PHONE)
        assert "该手机号每周最多预约本事项2次" in third.message
        await town.serve(two, wednesday, "09:00")
    last = date(2026, 3, 30)
    await town.at(last, "10:00")
    seventh = await town.book("late", slot(last + timedelta(days=1)), phone=PHONE)
    assert "该手机号每月最多预约本事项6次" in seventh.message
    await town.booked("late", slot(last + timedelta(days=2)), phone=PHONE)  # which is April's


async def test_renqius_two_missed_of_a_phone_stop_for_three_months(town_of):
    town = await town_of(service_text('preset = "renqiu"'))
    await town.booked("one", slot(TUESDAY), phone=PHONE)
    await town.booked("two", slot(WEDNESDAY), phone=PHONE)
    await town.at(WEDNESDAY, "12:00")

    stopped = await town.book("three", slot(THURSDAY), phone=PHONE)
    assert "该手机号因多次预约未到，6月11日（周四）09:40起可再次预约" in stopped.message
    await town.booked("three", slot(THURSDAY), phone=ANOTHER)


async def test_nanjing(town_of):
    """The next four working days, an item once in that window, four missed stop for thirty days."""
    town = await town_of(service_text('preset = "nanjing"'))

    assert await town.bookable_days() == days(TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
    assert (await town.book("one", slot(MONDAY, "14:00"))).code == "booking_over"
    for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        await town.booked("one", slot(day))
        twice = await town.book("one", slot(day, "14:00"))
        assert twice.code == "limit_reached"
        assert "每人同时最多有1个本事项的预约" in twice.message
        await town.at(day, "10:00")  # missed: the share is free again
    stopped = await town.book("one", slot(NEXT_MONDAY))
    assert stopped.code == "banned"
    assert "4月12日（周日）09:30起" in stopped.message


async def test_nanjings_item_done_can_be_booked_again(town_of):
    town = await town_of(service_text('preset = "nanjing"'))
    first = await town.booked("one", slot(TUESDAY))
    await town.serve(first, TUESDAY, "09:00")

    await town.booked("one", slot(WEDNESDAY))


async def test_tianjin(town_of):
    """Released at the district's hour; until four the next working day; places back at random."""
    text = service_text('preset = "tianjin"', windows=1, hall='released_at = "15:00"')
    town = await town_of(text)
    newest = MONDAY + timedelta(days=9)  # the seventh working day

    early = await town.book("one", slot(newest))
    assert (early.code, early.body["opens_at"]) == ("not_released", "2026-03-09T07:00:00+00:00")
    assert "3月9日（周一）15:00放出" in early.message
    await town.at(MONDAY, "15:00")
    await town.booked("one", slot(newest))

    await town.at(MONDAY, "15:59:59")
    await town.booked("two", slot(TUESDAY))
    await town.at(MONDAY, "16:00")
    assert (await town.book("three", slot(TUESDAY, "10:00"))).code == "booking_over"
    given_up = await town.booked("three", slot(THURSDAY))

    await town.cancel("three", given_up)
    assert (await town.book("four", slot(THURSDAY))).code == "slot_full"
    assert (await town.slots(THURSDAY))["slots"][0]["left"] == 0
    await town.at(TUESDAY, "16:00")  # at most a day later
    await town.booked("four", slot(THURSDAY))


async def test_tianjins_place_given_up_in_the_last_minute_is_handed_to_nobody(town_of):
    town = await town_of(service_text('preset = "tianjin"', windows=1))
    mine = await town.booked("one", slot(TUESDAY))

    await town.at(MONDAY, "15:59:10")
    assert (await town.cancel("one", mine)).status == 200
    for time in ("15:59:10", "15:59:59"):
        await town.at(MONDAY, time)
        assert (await town.book("two", slot(TUESDAY))).code == "slot_full"


async def test_tianjins_place_left_by_moving_does_not_come_back_at_once_either(town_of):
    town = await town_of(service_text('preset = "tianjin"', windows=1))
    mine = await town.booked("one", slot(THURSDAY))

    assert (await town.reschedule("one", mine, slot(FRIDAY))).status == 200
    assert (await town.book("two", slot(THURSDAY))).code == "slot_full"
    again = await town.reschedule("one", mine, slot(FRIDAY, "10:00"))
    assert again.code == "just_moved"


async def test_the_presets_are_told_in_words_beside_the_slots(town_of):
    town = await town_of(service_text('preset = "tianjin"'))

    rules = (await town.call("GET", f"/services/{SERVICE}")).body["appointment"]["rules"]
    assert "工作日16:00后及休息日预约，须再多提前1个工作日" in rules


async def test_that_a_phone_counts_is_told_before_it_does(town_of):
    town = await town_of(service_text('preset = "renqiu"'))

    rules = (await town.call("GET", f"/services/{SERVICE}")).body["appointment"]["rules"]
    assert "预约、未到的次数，按所填身份证号、手机号也同样计算" in rules


async def test_where_no_phone_counts_one_may_be_written_by_everybody(town_of):
    town = await town_of(service_text('preset = "service_hall"'))
    for who in ("one", "two"):
        await town.booked(who, slot(TUESDAY), phone=PHONE)
