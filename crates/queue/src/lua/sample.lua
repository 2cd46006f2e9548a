-- KEYS[1] job stream; ARGV[1] group. Everything about one stream at one moment, as names and values.
local now = redis.call('TIME')
local out = { 'now', now[1] .. string.format('%06d', now[2]) }
local function put(name, value)
  if value then
    out[#out + 1] = name
    if type(value) == 'number' then
      value = string.format('%.0f', value)
    end
    out[#out + 1] = value
  end
end
local function by_name(flat)
  local named = {}
  for i = 1, #flat, 2 do
    named[flat[i]] = flat[i + 1]
  end
  return named
end
if redis.call('EXISTS', KEYS[1]) == 0 then
  return out
end
local stream = by_name(redis.call('XINFO', 'STREAM', KEYS[1]))
put('length', stream['length'])
put('entries-added', stream['entries-added'])
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = by_name(flat)
  if group['name'] == ARGV[1] then
    for _, name in ipairs({ 'consumers', 'pending', 'last-delivered-id', 'entries-read', 'lag' }) do
      put(name, group[name])
    end
    local unread = redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', 1)
    put('oldest-unread', unread[1] and unread[1][1])
    put('oldest-pending', redis.call('XPENDING', KEYS[1], ARGV[1])[2])
  end
end
return out
