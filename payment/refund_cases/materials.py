"""The files of refund cases: bounded, named by their SHA-256, and sealed at rest."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

from channel_gateway.ports import Collection, DuplicateKey, Sealing, Store
from payment.refund_cases.case import Actor, Material, MaterialKind
from payment.refund_cases.refusals import NoSuchRefundCase, WrongMaterial

MATERIALS = Collection("refund_materials", bulk=True)
MOST_BYTES = 40 * 1024  # as base64 in a call of ours, which may have 64 KiB
_CONTENT, _NAME = "refund_materials.content", "refund_materials.name"


class Materials:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def keep(
        self, case_id: str, kind: MaterialKind, name: str, content: str, by: Actor, now: datetime
    ) -> Material:
        """Keep a file given as base64; the same file of the same kind again is the same material.

        Raises `WrongMaterial`.
        """
        raw = _bytes(content)
        digest = sha256(raw).hexdigest()
        id = sha256(f"{case_id}\n{kind}\n{digest}".encode()).hexdigest()[:24]
        sealed = self._vault.seal(b64encode(raw).decode(), _CONTENT)
        with suppress(DuplicateKey):
            await self._store.insert(MATERIALS.name, {"_id": id, "content": sealed})
        name = self._vault.seal(name, _NAME)
        return Material(id, kind, name, digest, len(raw), now, by.name)

    async def content(self, material: Material) -> bytes:
        """Raises `NoSuchRefundCase`; `Forged` where it is not what was handed in."""
        document = await self._store.get(MATERIALS.name, material.id)
        if document is None:
            raise NoSuchRefundCase(field="material_id")
        return b64decode(self._vault.open(document["content"], _CONTENT))

    def name(self, material: Material) -> str:
        return self._vault.open(material.name, _NAME)


def _bytes(content: str) -> bytes:
    try:
        raw = b64decode(content, validate=True)
    except (NotBase64, ValueError):
        raise WrongMaterial("the content is no base64", field="content") from None
    if not raw or len(raw) > MOST_BYTES:
        raise WrongMaterial(f"a file has 1 to {MOST_BYTES} bytes", field="content")
    return raw
