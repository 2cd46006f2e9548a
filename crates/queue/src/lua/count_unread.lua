-- KEYS[1] job stream; ARGV[1] last delivered id; ARGV[2] bound. Counts here, so that entries need not travel.
return #redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
