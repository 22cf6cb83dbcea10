"""What browsers are asked of passkeys, and whether what they send back is right: no database, no time.

A frame around the `webauthn` package, which does both as W3C Web Authentication has it. Here is what we ask for: a
passkey that names its account itself, and a person whom the device has verified.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import webauthn
from webauthn.helpers import options_to_json, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry.errors import WrongPasskeyError
from registry.store.passkeys import Passkey

MAX_ANSWER: Final = 16_384
"""Characters of what a browser sends for a passkey."""
MAX_CREDENTIAL: Final = 1_023
"""Bytes of the name of a passkey (Web Authentication §4), of which the database takes no more either."""


@dataclass(frozen=True, slots=True)
class MadePasskey:
    """A passkey that a browser has just made."""

    credential: bytes
    key: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Place:
    """The place where passkeys work: our host name (the RP ID), and the origin that browsers report."""

    host: str
    origin: str

    def ask_for_new(
        self, challenge: bytes, account: str, name: str, known: Sequence[Passkey], seconds: int
    ) -> str:
        """Return, as JSON for the page's script, what makes a passkey for `account`, which shows `name`."""
        options = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name=self.host,
            user_name=name,
            user_id=account.encode(),
            challenge=challenge,
            timeout=seconds * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(each.credential) for each in known],
        )
        return options_to_json(options)

    def ask_for_known(self, challenge: bytes, seconds: int) -> str:
        """Return, as JSON for the page's script, what uses any passkey of this place."""
        options = webauthn.generate_authentication_options(
            rp_id=self.host,
            challenge=challenge,
            timeout=seconds * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def made(self, challenge: bytes | None, answer: str) -> MadePasskey:
        """Return the passkey that a browser made. Raises WrongPasskeyError, whatever is wrong."""
        if challenge is None or len(answer) > MAX_ANSWER:
            raise refused()
        try:
            found = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except Exception as error:  # a stranger's bytes: whatever the package raises, the answer is no
            raise refused() from error
        if len(found.credential_id) > MAX_CREDENTIAL:
            raise refused()
        return MadePasskey(found.credential_id, found.credential_public_key, found.sign_count)

    def used(self, challenge: bytes | None, answer: str, find: Callable[[bytes], Passkey | None]) -> Passkey:
        """Return the passkey that an answer was signed with, with its new counter; `find` gives those we know.

        Raises WrongPasskeyError, whatever is wrong.
        """
        if challenge is None or len(answer) > MAX_ANSWER:
            raise refused()
        try:
            credential = parse_authentication_credential_json(answer)
        except Exception as error:  # as above
            raise refused() from error
        kept = find(credential.raw_id)
        if kept is None or credential.response.user_handle not in (None, kept.account.encode()):
            raise refused()
        try:
            found = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=kept.key,
                credential_current_sign_count=kept.counter,
                require_user_verification=True,
            )
        except Exception as error:  # as above
            raise refused() from error
        return replace(kept, counter=found.new_sign_count)


def refused() -> WrongPasskeyError:
    """Return the one refusal: what exactly was wrong is nobody's business."""
    return WrongPasskeyError("this passkey does not sign in here, or it took too long; try again")
