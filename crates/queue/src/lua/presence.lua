-- KEYS[1] job stream; ARGV[1] group; ARGV[2..] ids. For each: 1 if it will be, or is being, worked on.
local found = {}
for i = 2, #ARGV do
  found[i - 1] = 0
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  return found
end
local delivered = '0-0'
local grouped = false
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for i = 1, #flat, 2 do
    group[flat[i]] = flat[i + 1]
  end
  if group['name'] == ARGV[1] then
    grouped = true
    delivered = group['last-delivered-id']
  end
end
for i = 2, #ARGV do
  -- Unread, if it lies in the range after the last delivered entry: the server compares the ids.
  local exists = #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) == 1
  if exists and not grouped then
    found[i - 1] = 1
  elseif exists then
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
    if #pending == 1 then
      found[i - 1] = 1
    else
      local after = redis.call('XRANGE', KEYS[1], '(' .. delivered, ARGV[i], 'COUNT', 1)
      found[i - 1] = #after
    end
  end
end
return found
