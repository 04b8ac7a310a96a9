"""The section of the settings: finance's node, ours, the token, and the account that is paid to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from adapters.finance.cnnontax.results import Meaning
from channel_gateway.addresses import HostPort, HostPortOrNot, NetworkText
from channel_gateway.sections import Section, need_secret, read_secret


class Account(Section):
    """Whose account the money is for, as notices name it (RecAcct…)."""

    name: str = Field(description="RecName")
    number: str = Field(description="RecAcct")
    bank: str = Field(description="RecOpBk")
    bank_number: str = Field("", description="RecBankNo")
    kind: str = Field("1", description="RecAcctType")
    inter_bank: bool = Field(False, description="IsInterBank")


class Settings(Section):
    address: HostPort = Field(description="finance's node, host:port")
    listening: HostPortOrNot = Field(
        "127.0.0.1:9596",
        description="where finance's node tells of payments, host:port; empty: nowhere",
    )
    callers: tuple[NetworkText, ...] = Field(
        (), description="networks that may do so, 10.20.0.0/24; empty: whoever reaches the port"
    )
    region: str = Field(pattern=r"^[0-9]{6}$", description="AdmDivCode; 缴款码 begin with it")
    finance_node: str = Field(description="SRC of what finance sends: F320682")
    own_node: str = Field(description="DES of it: K3206820002")
    token: SecretStr | None = None
    token_file: Path | None = None
    account: Account
    phone: str = Field(description="MobilePhone of notices: the unit's own, for drafts have none")
    pay_modes: Mapping[str, str] = Field(
        default_factory=dict, description="PayMode by payment method; 51 unless said"
    )
    results: Mapping[str, Meaning] = Field(
        default_factory=dict, description="the authority's own result codes, over the usual ones"
    )

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        need_secret("token", self.token, self.token_file)
        return self

    def node(self) -> "Node":
        """Raises `ValueError`, naming the setting."""
        setting, token = read_secret("token", self.token, self.token_file)
        if not token.strip():
            raise ValueError(f"{setting}: is empty")
        host, _, port = self.address.rpartition(":")
        return Node(
            host,
            int(port),
            self.region,
            self.finance_node,
            self.own_node,
            token.strip().encode("gbk"),
        )


@dataclass(frozen=True, slots=True)
class Node:
    host: str
    port: int
    region: str
    finance: str
    own: str
    token: bytes = field(repr=False)
