-- Generic cell rate algorithm. All times are whole microseconds: below 2^53, so exact as Lua's numbers.
-- KEYS[1]  the caller
-- ARGV     requests per window, microseconds per request, time now (0: the server's)
-- Answers  allowed (0 or 1), requests left, microseconds until all are back, microseconds until the next one
local limit = tonumber(ARGV[1])
local interval = tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if now == 0 then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local window = limit * interval

-- The time at which everything that was spent is back. It is never more than a window away: a clock that was set
-- back would otherwise lock callers out for as long as it jumped.
local full = tonumber(redis.call('GET', KEYS[1]) or now)
full = math.min(math.max(full, now), now + window)

local after = full + interval
if after - window > now then
    return { 0, 0, full - now, after - window - now }
end
-- Formatted, because Lua's own form of a large number is not exact.
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return { 1, math.floor((now + window - after) / interval), after - now, 0 }
