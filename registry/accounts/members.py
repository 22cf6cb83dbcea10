"""Members of a party: invited by mail, in a role, until they leave or an owner removes them.

A party never loses its last owner. Whom an agent acts for may be invited as well: that person then owns the party,
which confirms the agent, and can remove the agent at any time.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from registry.accounts.email_address import normalised
from registry.config import Config
from registry.errors import (
    ConflictError,
    FieldError,
    GoneError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
)
from registry.mail.member_letters import invitation_letter, joined_letter, removed_letter
from registry.mail.outbox import Outbox
from registry.model.credentials import digest, new_secret
from registry.model.declaration import Actor
from registry.model.durations import DAY
from registry.model.membership import Invitation, Invited, Member, MemberRole, Right
from registry.model.party import Capacity, Party
from registry.rate_limits import CODES_BY_ADDRESS, INVITATIONS, RateLimiter
from registry.store import invitations as invited_store
from registry.store import parties as store
from registry.store.accounts import account_of, addresses_of_account
from registry.store.audit import record_action
from registry.store.database import Store
from registry.store.events import has_feed, set_feed
from registry.store.queued_mail import insert_letter
from registry.store.rights import require_right, require_rule
from registry.store.writer import Writer

INVITATION_SECONDS: Final = 7 * DAY
MOST_MEMBERS: Final = 100
"""Members of one party, invited ones included."""


class Members:
    """Invites, changes and removes members of parties. `clock` gives unix seconds."""

    def __init__(
        self,
        config: Config,
        writer: Writer,
        reader: Store,
        outbox: Outbox,
        limiter: RateLimiter,
        *,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._public_url = config.public_url
        self._writer = writer
        self._reader = reader
        self._outbox = outbox
        self._limiter = limiter
        self._clock = clock
        self._entropy = entropy

    def of(self, actor: Actor, party: str) -> Sequence[Member]:
        """Return who acts for a party or may look at it. Raises NotFoundError."""
        with self._reader.read() as database:
            require_right(database, actor.account, party, Right.SEE)
            return store.members_of(database, party)

    def invitations(self, actor: Actor, party: str) -> Sequence[Invitation]:
        """Return the invitations that may still be accepted, for owners. Raises NotAuthorisedError."""
        with self._reader.read() as database:
            require_right(database, actor.account, party, Right.RULE)
            return invited_store.invitations_of(database, party, self._clock())

    def invite(self, actor: Actor, party: str, email: str, invited: Invited) -> Invitation:
        """Mail somebody an invitation, for owners; it can be accepted for seven days, by that address alone.

        Raises InvalidRequestError, ConflictError, RateLimitedError, NotFoundError or NotAuthorisedError.
        """
        address, secret = normalised(email), new_secret(self._entropy)
        now = self._clock()
        invitation = Invitation(
            encode_id(self._entropy(ID_BYTES)),
            party,
            address,
            invited,
            actor.account,
            now,
            now + INVITATION_SECONDS,
        )
        with self._reader.read() as reading:
            require_rule(reading, actor.account, party)
        self._limiter.take(INVITATIONS, actor.account)
        self._limiter.take(CODES_BY_ADDRESS, address)

        def inviting(database: Database) -> None:
            own = require_rule(database, actor.account, party)
            self._check_new(database, own, address, invited)
            invited_store.replace_invitation(database, invitation, digest(secret))
            record_action(database, now, actor.account, f"invited-{invited}", party)
            url = f"{self._public_url}/invitation/{secret}"
            insert_letter(
                database, party, "", *invitation_letter(self._public_url, url, own, invited), now, address
            )

        self._writer.run(inviting)
        self._outbox.send()
        return invitation

    def cancel(self, actor: Actor, party: str, invitation: str) -> None:
        """Take an invitation back, for owners. Raises NotFoundError or NotAuthorisedError."""

        def cancelling(database: Database) -> None:
            require_rule(database, actor.account, party)
            if not invited_store.delete_invitation(database, invitation, party):
                raise NotFoundError("there is no such invitation")
            record_action(database, self._clock(), actor.account, "invitation-cancelled", party)

        self._writer.run(cancelling)

    def invitation(self, actor: Actor, secret: str) -> tuple[Invitation, Party]:
        """Return what a mailed link invites to, for the address it was mailed to.

        Raises GoneError where it cannot be accepted any more, NotAuthorisedError for another address.
        """
        with self._reader.read() as database:
            return self._usable(database, actor, secret)

    def accept(self, actor: Actor, secret: str) -> Party:
        """Become a member. Raises as `invitation` does."""

        def accepting(database: Database) -> Party:
            invitation, party = self._usable(database, actor, secret)
            now = self._clock()
            before = store.role_in(database, actor.account, party.id)
            if before is not MemberRole.OWNER:
                store.put_member(database, party.id, actor.account, invitation.invited.role, now)
            if invitation.invited is Invited.PRINCIPAL:
                self._confirm(database, actor, party, now)
            invited_store.delete_invitation(database, invitation.id, party.id)
            record_action(database, now, actor.account, f"joined-{invitation.invited}", party.id)
            self._tell_owners(database, party, invitation.email, invitation.invited, actor.account)
            return party

        party = self._writer.run(accepting)
        self._outbox.send()
        return party

    def decline(self, actor: Actor, secret: str) -> None:
        """Refuse an invitation. Raises as `invitation` does."""

        def declining(database: Database) -> None:
            invitation, party = self._usable(database, actor, secret)
            invited_store.delete_invitation(database, invitation.id, party.id)
            record_action(database, self._clock(), actor.account, "invitation-declined", party.id)

        self._writer.run(declining)

    def change_role(self, actor: Actor, party: str, account: str, role: MemberRole) -> None:
        """Give a member another role, for owners. Raises NotFoundError, NotAuthorisedError or ConflictError."""

        def changing(database: Database) -> None:
            require_rule(database, actor.account, party)
            _require_member(database, party, account)
            if role is not MemberRole.OWNER:
                _require_another_owner(database, party, account)
            store.put_member(database, party, account, role, self._clock())
            if role is not MemberRole.OWNER:
                invited_store.delete_invitations_by(database, account, party)
            record_action(database, self._clock(), actor.account, f"made-{role}", party)

        self._writer.run(changing)

    def remove(self, actor: Actor, party: str, account: str) -> None:
        """End a membership: an owner anybody's, everybody their own.

        What was declared stays. What would let them in again, or read on, ends: invitations of theirs, and the
        party's feed, whose address they may know.

        Raises NotFoundError, NotAuthorisedError, and ConflictError for the last owner.
        """

        def removing(database: Database) -> None:
            if account == actor.account:
                own = require_right(database, actor.account, party, Right.SEE)
            else:
                own = require_rule(database, actor.account, party)
            _require_member(database, party, account)
            _require_another_owner(database, party, account)
            store.delete_member(database, party, account)
            invited_store.delete_invitations_by(database, account, party)
            if has_feed(database, party):
                set_feed(database, party, None)
            action = "left" if account == actor.account else "member-removed"
            record_action(database, self._clock(), actor.account, action, party)
            if account != actor.account:
                letter = removed_letter(self._public_url, own)
                for address in addresses_of_account(database, account):
                    insert_letter(database, party, "", *letter, self._clock(), address)

        self._writer.run(removing)
        self._outbox.send()

    def forget_expired(self, now: int) -> None:
        """Remove invitations that can no longer be accepted; the scheduler calls it."""
        self._writer.run(lambda database: invited_store.delete_expired(database, now))

    def _usable(self, database: Database, actor: Actor, secret: str) -> tuple[Invitation, Party]:
        invitation = invited_store.find_invitation(database, digest(secret))
        party = None if invitation is None else store.find_party(database, invitation.party)
        if invitation is None or party is None or invitation.expires <= self._clock():
            raise GoneError("this invitation was used, taken back, or is older than seven days")
        if invitation.email not in addresses_of_account(database, actor.account):
            raise NotAuthorisedError("this invitation is for another address; sign in with the one that got it")
        return invitation, party

    def _check_new(self, database: Database, party: Party, address: str, invited: Invited) -> None:
        if invited is Invited.PRINCIPAL and party.capacity is not Capacity.AGENT:
            error = FieldError("/role", "only an agent invites whom it acts for")
            raise InvalidRequestError("the invitation cannot be sent as it is", errors=(error,))
        members = store.members_of(database, party.id)
        holder = account_of(database, address)
        if any(member.account == holder for member in members):
            raise ConflictError("this address belongs to a member already")
        if len(members) + len(invited_store.invitations_of(database, party.id, self._clock())) >= MOST_MEMBERS:
            raise ConflictError("a party has at most %(most)s members", most=MOST_MEMBERS)

    def _confirm(self, database: Database, actor: Actor, party: Party, now: int) -> None:
        """Let whom an agent acts for own the party alone; those who owned it are agents from now on."""
        for member in store.members_of(database, party.id):
            if member.role is MemberRole.OWNER and member.account != actor.account:
                store.put_member(database, party.id, member.account, MemberRole.AGENT, now)
                invited_store.delete_invitations_by(database, member.account, party.id)
        store.set_confirmed(database, party.id, now)

    def _tell_owners(self, database: Database, party: Party, email: str, invited: Invited, but: str) -> None:
        letter = joined_letter(self._public_url, party, email, invited)
        for member in store.members_of(database, party.id):
            if member.account != but and member.role in (MemberRole.OWNER, MemberRole.AGENT):
                insert_letter(database, party.id, "", *letter, self._clock(), member.email)


def _require_member(database: Database, party: str, account: str) -> None:
    if store.role_in(database, account, party) is None:
        raise NotFoundError("there is no such member")


def _require_another_owner(database: Database, party: str, account: str) -> None:
    """Raise ConflictError where this member is the last owner."""
    owners = [each.account for each in store.members_of(database, party) if each.role is MemberRole.OWNER]
    if owners == [account]:
        raise ConflictError("a party keeps an owner: make somebody else an owner first, or close the party")
