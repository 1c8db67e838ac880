-- Adds what somebody says, once: whoever did not hear the answer may ask again.
local text, key, cost = ARGV[7], ARGV[8], tonumber(ARGV[9])
local points, per_second = tonumber(ARGV[10]), tonumber(ARGV[11])
local room_points, room_per_second = tonumber(ARGV[12]), tonumber(ARGV[13])
local remembered, may_begin = ARGV[14], ARGV[15] -- seconds

local before = key ~= '' and redis.call('GET', SAID)
if before then
  return {'said', before}
end
if redis.call('EXISTS', KICKED) == 1 then
  return {'kicked', redis.call('TTL', KICKED)}
end
if may_begin == '0' and is_empty() then
  return {'empty', 0}
end

local hash = redis.sha1hex(text)
if redis.call('HGET', POINTS, 'last') == hash then
  cost = 2 * cost -- the same again
end
local wait = spend(POINTS, cost, points, per_second)
if wait == 0 then
  wait = spend(ROOM_POINTS, cost, room_points, room_per_second)
end
if wait > 0 then
  return {'flood', wait}
end
redis.call('HSET', POINTS, 'last', hash)

local seq = add('user', '', NICKNAME, text, key)
if redis.call('ZREM', TYPING, PERSON) == 1 then
  tell('people')
end
if key ~= '' then
  redis.call('SET', SAID, seq, 'EX', remembered)
end
return {'said', seq}
