"""Amazon Timestream on this machine: databases and tables by moto, writes and queries by this package.

moto accepts every write and answers queries only with what a test has stored. A pipeline must show what its store
rejects and returns, so writes, queries and scheduled queries follow AWS's documentation here. Not supported: measures
other than numbers, and IAM (this server does not check signatures).
"""
