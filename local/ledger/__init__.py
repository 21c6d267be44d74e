"""The ledger: what was sent, compared with what every store has."""
