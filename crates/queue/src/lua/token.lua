-- Token bucket by the generic cell rate algorithm; tokens may be booked ahead. All times are whole microseconds: below
-- 2^53, so exact as Lua's numbers.
-- KEYS[1] the bucket; ARGV[1] microseconds per token; ARGV[2] tokens of a full bucket; ARGV[3] how long this caller
-- waits at most; ARGV[4] how long anyone does.
-- Answers  taken (0 or 1), microseconds until the token is there, the server's time
local interval = tonumber(ARGV[1])
local at_once = (tonumber(ARGV[2]) - 1) * interval
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

-- The time at which it is full again. Later than anyone books means that the clock was set back, or the rate raised.
local missing = tonumber(redis.call('GET', KEYS[1]) or now) - now
if missing < 0 or missing > at_once + interval + tonumber(ARGV[4]) then
  missing = 0
end
local wait = math.max(0, missing - at_once)
if wait > tonumber(ARGV[3]) then
  return { 0, wait, now }
end
-- Formatted, because Lua's own form of a large number is not exact.
local full = string.format('%.0f', now + missing + interval)
redis.call('SET', KEYS[1], full, 'PX', math.ceil((missing + interval) / 1000))
return { 1, wait, now }
