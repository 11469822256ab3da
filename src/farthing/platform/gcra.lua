-- GCRA: one number a key, the time at which the next request would be on schedule. Milliseconds, by the server's own clock.
-- KEYS[1] the key; ARGV[1] interval between requests; ARGV[2] how far ahead of schedule one may be. Returns 0, or the wait in ms.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local due = tonumber(redis.call('GET', KEYS[1]) or now)
if due < now then due = now end
if due - now > tonumber(ARGV[2]) then return due - now - tonumber(ARGV[2]) end
due = due + tonumber(ARGV[1])
redis.call('SET', KEYS[1], due, 'PX', math.ceil(due - now + 1))
return 0
