"""Webhooks: where parties have their events sent, and the sending. Builds on `declarations`."""
