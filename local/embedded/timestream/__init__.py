"""Amazon Timestream on this machine: moto serves databases and tables; writes and queries are ours.

moto appends whatever it is sent and answers queries only with what a test has put there. A pipeline is judged by what
its store refuses and by what can be read back, so writes, queries and runs of scheduled queries follow AWS's
documentation here.
Not offered: measures other than numbers, and IAM (nothing in this server checks who signed).
"""
