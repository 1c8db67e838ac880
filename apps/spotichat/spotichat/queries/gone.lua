-- A connection has ended, '*' for whichever the tab has. The tab stays for a moment: it may be on its
-- way back, or has a new one.
local tab, connection, grace = ARGV[7], ARGV[8], tonumber(ARGV[9])
local known = redis.call('HGET', TABS, tab)
if known and (connection == '*' or string.match(known, ' (.*)$') == connection) then
  local till = math.min(tonumber(string.match(known, '^%d+')), NOW + grace)
  redis.call('HSET', TABS, tab, digits(till) .. ' ')
  local latest = latest_tab()
  if latest > 0 then
    stay(latest)
  else
    return remove('left')
  end
end
return 0
