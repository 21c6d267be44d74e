"""Accounts for every reading that was sent: in each store, in quarantine, among the failures and the alerts.

A store is one reader (`stores.py` says which there are); everything else follows from what a reader yields.
"""
