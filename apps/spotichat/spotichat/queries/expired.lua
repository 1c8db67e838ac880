-- Returns some of those whose time is over, as "room person".
local time = redis.call('TIME')
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time[1] * 1000, 'LIMIT', 0, ARGV[1])
