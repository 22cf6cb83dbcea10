"""Roles: given and taken at the command line, and gone with the account."""

import pytest

from registry.errors import NotFoundError
from registry.model.role import Role
from registry.store.audit import actions_on


def test_an_operator_may_do_all_that_a_moderator_may_and_not_the_other_way_round():
    assert Role.OPERATOR.includes(Role.MODERATOR)
    assert Role.OPERATOR.includes(Role.OPERATOR)
    assert not Role.MODERATOR.includes(Role.OPERATOR)


def test_a_role_is_given_by_mail_address_changed_taken_and_written_down(registry, studio):
    assert registry.roles.of(studio.actor) is None
    registry.roles.grant("aoi@example.com", Role.MODERATOR)
    registry.roles.grant(studio.actor.account, Role.OPERATOR)
    assert registry.roles.of(studio.actor) is Role.OPERATOR
    assert [(each.email, each.role) for each in registry.roles.staff()] == [("aoi@example.com", Role.OPERATOR)]
    registry.roles.revoke("aoi@example.com")
    assert registry.roles.of(studio.actor) is None
    with pytest.raises(NotFoundError):
        registry.roles.revoke("aoi@example.com")
    with pytest.raises(NotFoundError):
        registry.roles.grant("nobody@example.com", Role.MODERATOR)
    with registry.store.read() as database:
        done = [(actor, action) for _, actor, action in actions_on(database, studio.actor.account)]
    assert done[-3:] == [
        ("operator", "grant-moderator"),
        ("operator", "grant-operator"),
        ("operator", "revoke-role"),
    ]


def test_a_role_goes_with_the_account(registry, studio):
    registry.roles.grant("aoi@example.com", Role.MODERATOR)
    registry.erasure.erase_account("aoi@example.com")
    assert registry.roles.staff() == []
