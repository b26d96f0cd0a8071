"""Who may do what, and the record of who did: scopes, tokens, the gate before every route, and the audit chain."""
