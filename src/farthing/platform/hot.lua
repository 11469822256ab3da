-- A household's figures: one hash, of one version. KEYS[1] the hash; ARGV[1] version; ARGV[2] field; ARGV[3] value; ARGV[4] most fields;
-- ARGV[5] seconds to live. What is older than what stands is refused; what is newer takes its place whole. Returns 1 where it is kept.
local held = tonumber(redis.call('HGET', KEYS[1], 'version') or '-1')
local version = tonumber(ARGV[1])
if held > version then return 0 end
if held < version or redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'version', ARGV[1])
end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
