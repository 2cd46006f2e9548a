-- KEYS[1] dead-letter stream; KEYS[2] job stream; ARGV[1] group; ARGV[2] id; ARGV[3] max length; ARGV[4..] fields.
-- A failing XADD (out of memory) raises, and the entry stays pending.
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
return id
