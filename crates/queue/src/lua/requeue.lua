-- KEYS[1] stream; ARGV[1] group; ARGV[2] consumer; ARGV[3..] ids.
-- Adds each entry that is ours anew and acknowledges the old one, in one step: never lost, never there twice.
for i = 3, #ARGV do
  local ours = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if #ours == 1 and entry then
    redis.call('XADD', KEYS[1], '*', unpack(entry[2]))
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  end
end
return 0
