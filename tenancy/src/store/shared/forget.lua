-- Forgets tenants whose records may have changed, and tells the other processes. For a while nothing that was read before
-- comes back. ARGV: channel, how long in ms, and for each key its tenant's id.
for n, key in ipairs(KEYS) do
    local known = redis.call('HGET', key, 'version') or '0'
    -- First this: a server without room for more takes no other writing for a beginning.
    redis.call('DEL', key)
    redis.call('HSET', key, 'version', known, 'record', '', 'changing', '1')
    redis.call('PEXPIRE', key, ARGV[2])
    redis.call('PUBLISH', ARGV[1], ARGV[n + 2])
end
return #KEYS
