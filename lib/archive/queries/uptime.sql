-- How much of the past day each device was heard of, in per cent: a reading vouches for $silent_intervals of the
-- device's usual intervals, and $silence_seconds s at least.
WITH moments AS (
    SELECT DISTINCT device_id, timestamp_ms
    FROM readings_stored
    WHERE $arrived_in_2_days AND timestamp_ms BETWEEN $now_ms - 86400000 AND $now_ms
),
steps AS (
    SELECT
        device_id, timestamp_ms,
        lead(timestamp_ms) OVER (PARTITION BY device_id ORDER BY timestamp_ms) AS next_ms
    FROM moments
),
measured AS (
    SELECT
        device_id, timestamp_ms,
        coalesce(next_ms, $now_ms) - timestamp_ms AS silent_ms,
        coalesce(avg(next_ms - timestamp_ms) OVER (PARTITION BY device_id), 0) AS usual_ms
    FROM steps
)
SELECT
    device_id,
    count(*) AS moments,
    round(
        100e0 * sum(least(silent_ms, greatest($silence_ms, $silent_intervals * usual_ms))) / 86400000, 2
    ) AS uptime_percent
FROM measured
GROUP BY device_id
ORDER BY uptime_percent, device_id
