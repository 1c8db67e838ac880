-- A tab, or the person with all tabs, leaves.
local tab = ARGV[7]
if tab == '' then
  return remove('left')
end
redis.call('HDEL', TABS, tab)
return settle()
