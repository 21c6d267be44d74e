-- When a sensor was silent for $silent_intervals of its usual intervals, and $silence_seconds s at least, in the past day.
WITH moments AS (
    SELECT DISTINCT device_id, sensor_type, timestamp_ms
    FROM readings_stored
    WHERE $arrived_in_2_days AND timestamp_ms BETWEEN $now_ms - 86400000 AND $now_ms
),
steps AS (
    SELECT
        device_id, sensor_type, timestamp_ms,
        lead(timestamp_ms) OVER (PARTITION BY device_id, sensor_type ORDER BY timestamp_ms) AS next_ms
    FROM moments
),
measured AS (
    SELECT
        device_id, sensor_type, timestamp_ms, next_ms,
        coalesce(next_ms, $now_ms) - timestamp_ms AS silent_ms,
        coalesce(avg(next_ms - timestamp_ms) OVER (PARTITION BY device_id, sensor_type), 0) AS usual_ms
    FROM steps
)
SELECT
    device_id, sensor_type, $measured_at AS silent_from,
    CASE WHEN next_ms IS NULL THEN 'silent' ELSE 'back' END AS state,
    CAST((silent_ms - silent_ms % 1000) / 1000 AS BIGINT) AS silent_seconds
FROM measured
WHERE silent_ms > greatest($silence_ms, $silent_intervals * usual_ms)
ORDER BY device_id, sensor_type, timestamp_ms
