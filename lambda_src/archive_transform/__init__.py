"""Firehose's transformation: records of the stream into readings that the lake's table can hold."""
