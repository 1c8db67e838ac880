-- Sends somebody out, and keeps him out for so many seconds.
redis.call('SET', KICKED, 1, 'EX', ARGV[7])
return remove('kicked')
