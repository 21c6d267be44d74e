-- The last value of each sensor that has measured anything in the past seven days, without bad values.
SELECT device_id, sensor_type, value, unit, production_line, timestamp_ms, $measured_at AS measured_at
FROM (
    SELECT
        device_id, sensor_type, value, unit, production_line, timestamp_ms,
        row_number() OVER (PARTITION BY device_id, sensor_type ORDER BY timestamp_ms DESC) AS age
    FROM $readings_of_8_days
    WHERE quality <> 'bad' AND timestamp_ms >= $now_ms - 604800000
) AS latest
WHERE age = 1
ORDER BY device_id, sensor_type
