"""Firehose's delivery as Parquet, put right in MiniStack.

MiniStack calls the function and writes an object for each single record, inside of the call that puts it into the
stream: eleven records a second, measured, and a producer that waits for all of it. What the function refuses is gone.
Amazon Data Firehose reads the stream by itself, hands buffers to the function, repeats a call that fails, writes what
was refused under the error prefix, and converts a buffer into one object. So does this, with the buffer's time cut
down to `feed.BUFFER_SECONDS`, since nobody waits five minutes for a local run to settle.

Offered is what the plans use: a Kinesis stream as the source, a function, JSON documents by a Glue table to Parquet,
partition keys from the function. Not offered: IAM (as in MiniStack's own delivery, the role's rights are not asked).
"""
