"""A service file to start from; every test changes what it is about."""

SERVICE = """\
code = "GA-HZ-01"
name = "普通护照签发、换发"
summary = "首次申领或换发普通护照"
department = "exit_entry"
department_name = "出入境管理局"
regions = ["330100"]
category = "出入境"
keywords = ["护照", "出国"]
form = [
  { name = "id_number", label = "身份证号", kind = "id_number" },
  { name = "mail_to", label = "收件地址", kind = "address", required = false, purpose = "courier" },
]
fees = [{ code = "1030401001", name = "普通护照", unit = "本", standard_fen = 12000 }]

[purposes]
courier = "同意将姓名、电话和地址提供给快递公司"

[appointment.rules]
preset = "service_hall"

[[appointment.halls]]
code = "center"
name = "出入境接待大厅"
address = "人民路1号"
windows = 6
opens = ["09:00", "12:00", "13:30", "17:00"]

[delivery]
couriers = ["ems"]
payer = "citizen"

[delivery.sender]
name = "大厅"
phone = "0571-88880000"
province = "省"
city = "市"
district = "区"
street = "路 1 号"

[messages.booked]
wechat = { template = "t1", fields = { thing1 = "service" } }
"""


def service(*changes: tuple[str, str]) -> bytes:
    """The file with each `old` replaced by its `new`."""
    text = SERVICE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()
