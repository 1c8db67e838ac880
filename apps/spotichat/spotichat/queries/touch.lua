-- A sign of life of one tab. The first of a person's tabs lets him in.
local tab, connection, away, most_tabs = ARGV[7], ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10])
local typing, points, per_second, cost = ARGV[11], tonumber(ARGV[12]), tonumber(ARGV[13]), ARGV[14]
local may_begin = ARGV[15]
local SMALL = 25 -- people

if redis.call('EXISTS', KICKED) == 1 then
  return {'kicked', redis.call('TTL', KICKED)}
end
if may_begin == '0' and is_empty() then
  return {'empty', 0}
end

local before = redis.call('HGET', PEOPLE, PERSON)
if not before then
  local wait = spend(POINTS, tonumber(cost), points, per_second)
  if wait > 0 then
    return {'flood', wait}
  end
end

-- Without a connection of its own the sign leaves the tab with the one it has.
local known = redis.call('HGET', TABS, tab)
if connection == '' and known then
  connection = string.match(known, ' (.*)$')
end
if known or redis.call('HLEN', TABS) < most_tabs then
  redis.call('HSET', TABS, tab, digits(NOW + away) .. ' ' .. connection)
end
stay(math.max(NOW + away, latest_tab()))

if before ~= NICKNAME then
  redis.call('HSET', PEOPLE, PERSON, NICKNAME)
  announce(before and 'renamed' or 'came', NICKNAME, before or '')
end

redis.call('EXPIRE', PEOPLE, WEEK)

-- In a small room everybody sees who is typing. It is told again with each sign: who was between two
-- polls has not heard it.
if typing == 'no' then
  if redis.call('ZREM', TYPING, PERSON) == 1 then
    tell('people')
  end
elseif typing ~= '' and redis.call('HLEN', PEOPLE) <= SMALL then
  redis.call('ZADD', TYPING, digits(NOW + tonumber(typing)), PERSON)
  redis.call('PEXPIRE', TYPING, typing)
  tell('people')
end
return {'here', 0}
