"""Every mail: its words, the outbox, the sender. May import the store; never HTTP."""
