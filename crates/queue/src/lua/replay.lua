-- KEYS[1] dead-letter stream; KEYS[2] job stream; ARGV[1] id of the dead letter; ARGV[2..] fields of the job.
-- Published before it is removed: if the server refuses the first (out of memory), the letter is still there.
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then
  return false
end
local id = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], ARGV[1])
return id
