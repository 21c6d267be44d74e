-- Least, mean and greatest value of each sensor in each hour (UTC) of the past day, without bad values.
SELECT
    device_id, sensor_type, $hour AS hour_of,
    count(*) AS readings, min(value) AS least_value, avg(value) AS mean_value, max(value) AS greatest_value
FROM $readings_of_2_days
WHERE quality <> 'bad' AND timestamp_ms >= $now_ms - $now_ms % 3600000 - 86400000
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
