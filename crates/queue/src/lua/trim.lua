-- KEYS[1] job stream. Removes what every group has read and acknowledged. Without a group nothing has been read.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return ms, seq
end
-- Numbers as text, since a sequence may exceed what a Lua number holds exactly.
local function smaller(a, b)
  if #a ~= #b then
    return #a < #b
  end
  return a < b
end
local function before(a, b)
  local a_ms, a_seq = parts(a)
  local b_ms, b_seq = parts(b)
  if a_ms ~= b_ms then
    return smaller(a_ms, b_ms)
  end
  return smaller(a_seq, b_seq)
end
local bound
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = {}
  for i = 1, #flat, 2 do
    group[flat[i]] = flat[i + 1]
  end
  local oldest = redis.call('XPENDING', KEYS[1], group['name'])[2]
  local floor = group['last-delivered-id']
  if oldest and before(oldest, floor) then
    floor = oldest
  end
  if not bound or before(floor, bound) then
    bound = floor
  end
end
if not bound then
  return 0
end
-- The bound itself stays: it is pending, or the one entry that tells how far the group has read.
return redis.call('XTRIM', KEYS[1], 'MINID', '=', bound)
