-- How many anomalies each production line had on each of the past thirty days (UTC), by sensor type.
SELECT
    coalesce(production_line, '-') AS production_line,
    CAST($measured_at AS DATE) AS measured_on,
    sensor_type,
    count(*) AS anomalies,
    sum(CASE WHEN severity = 'critical' THEN 1 ELSE 0 END) AS critical
FROM $verdicts_of_31_days
WHERE is_anomaly AND timestamp_ms >= $now_ms - 2592000000
GROUP BY 1, 2, 3
ORDER BY 2, 1, 3
