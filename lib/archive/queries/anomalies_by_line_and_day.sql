-- How many anomalies each production line had on each of the past thirty days (UTC), by sensor type.
SELECT
    coalesce(production_line, '-') AS production_line,
    CAST($measured_at AS DATE) AS measured_on,
    sensor_type,
    count(*) AS anomalies,
    sum(CASE WHEN severity = 'critical' THEN 1 ELSE 0 END) AS critical
FROM (
    SELECT
        production_line, sensor_type, timestamp_ms, severity, is_anomaly,
        row_number() OVER (
            PARTITION BY device_id, sensor_type, timestamp_ms ORDER BY processed_at DESC
        ) AS place
    FROM $verdicts
    WHERE $arrived_in_31_days AND timestamp_ms >= $now_ms - 2592000000
) AS judged
WHERE place = 1 AND is_anomaly
GROUP BY 1, 2, 3
ORDER BY 2, 1, 3
