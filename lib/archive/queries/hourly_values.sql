-- Least, mean and greatest value of each sensor in each hour (UTC) of the past day, without bad values.
SELECT
    device_id, sensor_type, $hour AS hour_of,
    count(*) AS readings, min(value) AS least_value, avg(value) AS mean_value, max(value) AS greatest_value
FROM (
    SELECT
        device_id, sensor_type, value, timestamp_ms, quality,
        row_number() OVER (
            PARTITION BY device_id, sensor_type, timestamp_ms ORDER BY arrived_ms, value
        ) AS place
    FROM readings
    WHERE $arrived_in_2_days AND timestamp_ms >= $now_ms - $now_ms % 3600000 - 86400000
) AS arrivals
WHERE place = 1 AND coalesce(quality, 'good') <> 'bad'
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
