"""A party's own server in front of the registry, and ways to let time pass for what is sent to it."""

import pytest

from tests.simulators.receiver import URL


@pytest.fixture
def webhook(studio, receiver):
    return studio.registry.webhooks.add(studio.actor, studio.party.id, URL)


@pytest.fixture
def send(registry, webhook):
    """Sends what waits, in this thread, and returns how the webhook stands then."""

    def send():
        registry.deliveries.serve(webhook.id)
        return look()

    def look():
        with registry.store.read() as database:
            from registry.store.webhooks import find_webhook

            return find_webhook(database, webhook.id)

    return send
