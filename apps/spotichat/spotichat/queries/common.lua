-- What all scripts share. Each of them runs as a whole: nobody comes in between, from whatever process.
--
-- Notice that the clock is Redis's own. Clocks of several machines never agree.

local MESSAGES, ROOMS, PEOPLE, TABS, PRESENT = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local KICKED, TYPING, POINTS, ROOM_POINTS, SAID = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local CHANNEL, ROOM, PERSON, NICKNAME = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local KEPT, CROWD = ARGV[5], tonumber(ARGV[6])
local WEEK = 7 * 24 * 60 * 60 -- seconds
local MEMBER = ROOM .. ' ' .. PERSON

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000) -- milliseconds

local function digits(number)
  return string.format('%.0f', number) -- tostring() would round
end

local function tell(what)
  redis.call('PUBLISH', CHANNEL, cjson.encode({room = ROOM, what = what}))
end

-- Says whether nobody has been here for a week: rooms that are empty are not kept.
local function is_empty()
  return redis.call('EXISTS', MESSAGES, PEOPLE) == 0
end

-- Adds a message to the room and returns its number.
--
-- The first number of a room is the time, so that no number ever comes again, even after Redis has
-- lost everything; from then on it grows by one. The times of two messages differ as well.
local function add(kind, event, nickname, text, key)
  local last = redis.call('XREVRANGE', MESSAGES, '+', '-', 'COUNT', 1)[1]
  local seq, at = NOW, NOW
  if last then
    seq = tonumber(string.match(last[1], '^%d+'))
    at = math.max(NOW, tonumber(last[2][2]) + 1)
  end
  seq = digits(seq + 1)
  redis.call('XADD', MESSAGES, 'MAXLEN', '=', KEPT, seq .. '-0', 'at', digits(at), 'kind', kind,
    'event', event, 'person', PERSON, 'nickname', nickname, 'text', text, 'key', key)
  redis.call('EXPIRE', MESSAGES, WEEK)
  if not string.find(ROOM, '~', 1, true) then
    redis.call('ZADD', ROOMS, digits(NOW), ROOM)
  end
  tell('messages')
  return seq
end

-- Tells of coming and going, unless there are so many that this would be all that one reads.
local function announce(event, nickname, text)
  if redis.call('HLEN', PEOPLE) <= CROWD then
    add('system', event, nickname, text, '')
  end
end

-- Takes points out of a purse that fills again; returns the seconds to wait if there are too few.
local function spend(purse, cost, most, per_second)
  local found = redis.call('HMGET', purse, 'left', 'at')
  local passed = math.max(0, NOW - (tonumber(found[2]) or NOW))
  local left = math.min(most, (tonumber(found[1]) or most) + passed * per_second / 1000)
  if left < cost then
    return math.max(1, math.ceil((cost - left) / per_second))
  end
  redis.call('HSET', purse, 'left', left - cost, 'at', digits(NOW))
  redis.call('EXPIRE', purse, math.ceil(most / per_second) + 1)
  return 0
end

-- Returns until when the person is here, the latest of all tabs; 0 without any. Forgets old ones.
local function latest_tab()
  local latest, tabs = 0, redis.call('HGETALL', TABS)
  for i = 1, #tabs, 2 do
    local till = tonumber(string.match(tabs[i + 1], '^%d+'))
    if till <= NOW then
      redis.call('HDEL', TABS, tabs[i])
    end
    latest = math.max(latest, till > NOW and till or 0)
  end
  return latest
end

local function stay(till)
  redis.call('ZADD', PRESENT, digits(till), MEMBER)
  redis.call('PEXPIREAT', TABS, digits(till))
end

-- Takes the person out of the room; returns 1 if he was there.
local function remove(event)
  local nickname = redis.call('HGET', PEOPLE, PERSON)
  redis.call('ZREM', PRESENT, MEMBER)
  redis.call('ZREM', TYPING, PERSON)
  redis.call('DEL', TABS)
  if not nickname then
    return 0
  end
  redis.call('HDEL', PEOPLE, PERSON)
  announce(event, nickname, '')
  return 1
end

-- Finds out whether the person is still here.
local function settle()
  local latest = latest_tab()
  if latest > 0 then
    stay(latest)
    return 0
  end
  return remove('left')
end
