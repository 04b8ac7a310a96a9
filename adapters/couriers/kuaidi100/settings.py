"""The section of the settings: one account; the key is a text or a file, the salts are files."""

import re
from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from adapters.couriers.kuaidi100.account import Account, Carrier
from channel_gateway.addresses import HttpAddress
from channel_gateway.ports import CourierCard
from channel_gateway.sections import Section, need_secret, read_secret, read_text

_SALT = re.compile("[0-9A-Za-z]{16,32}")  # kuaidi100 takes 32 characters; MD5 alone is weak


class CarrierSection(Section):
    com: str = Field(pattern="^[a-z0-9]{2,32}$", description="kuaidi100's code: yuantong")
    name: str = Field(min_length=1, description="as citizens know it: 圆通速递")
    hotline: str = Field(min_length=3)


class Settings(Section):
    base_url: HttpAddress = Field(description="https://poll.kuaidi100.com")
    customer: str
    key: SecretStr | None = None
    key_file: Path | None = None
    salt_files: tuple[Path, ...] = Field(
        min_length=1, description="what pushes are signed with; several in a rotation, newest last"
    )
    carriers: dict[str, CarrierSection] = Field(
        min_length=1, description="by our code, as departments name couriers: com, name, hotline"
    )
    elsewhere: dict[str, str] = Field(
        default_factory=dict,
        description="of couriers with other plug-ins: our code by kuaidi100's",
    )

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("key", self.key, self.key_file)
        codes = [each.com for each in self.carriers.values()]
        if len(set(codes)) != len(codes):
            raise ValueError("carriers: two of ours have one com")
        if self.elsewhere.keys() & set(codes):
            raise ValueError("elsewhere: names a courier that carriers has")
        return self

    def account(self, callback_url: str) -> Account:
        """Read the secrets. Raises `ValueError`, naming the setting."""
        _, key = read_secret("key", self.key, self.key_file)
        return Account(
            self.base_url.rstrip("/"),
            self.customer,
            key.strip(),
            tuple(_salt(file) for file in self.salt_files),
            callback_url,
            {
                code: Carrier(each.com, CourierCard(each.name, each.hotline))
                for code, each in self.carriers.items()
            },
            self.elsewhere,
        )


def _salt(file: Path) -> str:
    salt = read_text("salt_files", file).strip()
    if not _SALT.fullmatch(salt):
        raise ValueError(f"salt_files: {file}: 16 to 32 letters and digits are wanted")
    return salt
