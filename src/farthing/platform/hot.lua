-- A household's figures: hashes, each of one version. KEYS the hashes; ARGV[1] most fields; ARGV[2] seconds to live; then for each figure the
-- number of its hash, version, field, value. What is older than what stands is refused; what is newer takes its place whole. Returns how
-- many are kept.
local kept = 0
for n = 3, #ARGV, 4 do
  local key, version = KEYS[tonumber(ARGV[n])], tonumber(ARGV[n + 1])
  local held = tonumber(redis.call('HGET', key, 'version') or '-1')
  if held <= version then
    if held < version or redis.call('HLEN', key) > tonumber(ARGV[1]) then
      redis.call('DEL', key)
      redis.call('HSET', key, 'version', ARGV[n + 1])
    end
    redis.call('HSET', key, ARGV[n + 2], ARGV[n + 3])
    redis.call('EXPIRE', key, ARGV[2])
    kept = kept + 1
  end
end
return kept
