-- KEYS[1] stream; ARGV[1] group; ARGV[2] consumer; ARGV[3..] ids.
-- XCLAIM alone would take back what another consumer has rightly taken over, so ownership is checked first.
local lost = {}
for i = 3, #ARGV do
  local ours = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if #ours == 0 then
    lost[#lost + 1] = ARGV[i]
  else
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
  end
end
return lost
