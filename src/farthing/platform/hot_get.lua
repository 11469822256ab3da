-- Figures of a household. KEYS the hashes that they are in; ARGV for each the number of its hash, and its field. Returns each, or nothing.
local found = {}
for n = 1, #ARGV, 2 do
  found[#found + 1] = redis.call('HGET', KEYS[tonumber(ARGV[n])], ARGV[n + 1])
end
return found
