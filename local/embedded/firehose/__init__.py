"""Firehose's delivery as Parquet, corrected in MiniStack.

MiniStack calls the function and writes an object for every single record, inside the call that puts the record into the
stream. This measured eleven records per second, and the producer waits. What the function refuses is lost. Amazon Data
Firehose reads the stream itself, passes buffers to the function, retries a failed call, writes refused records under
the error prefix, and converts a buffer into one object. This package does the same, with the buffer time reduced to
`feed.BUFFER_SECONDS`.

Supported is what the plans use: a Kinesis stream as the source, a function, JSON documents converted to Parquet by a
Glue table, partition keys from the function. Not supported: IAM (MiniStack's own delivery does not check the role
either).
"""
