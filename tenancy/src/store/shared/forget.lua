-- Forgets tenants whose records may have changed, and tells the other processes. For a while nothing that was read before
-- comes back. ARGV: channel, how long in ms, and for each key its tenant's id.
for n, key in ipairs(KEYS) do
    redis.call('HSET', key, 'version', redis.call('HGET', key, 'version') or '0', 'record', '', 'changing', '1')
    redis.call('PEXPIRE', key, ARGV[2])
    redis.call('PUBLISH', ARGV[1], ARGV[n + 2])
end
return #KEYS
