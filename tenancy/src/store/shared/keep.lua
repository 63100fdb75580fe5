-- Keeps a tenant, unless what is there is as new; a change tells the other processes.
-- KEYS: the tenant, its identifier. ARGV: version, record, id, how long in ms, channel (empty: nothing has changed).
local known = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
local version = tonumber(ARGV[1])
local is_newer = version > known
-- What was asked for before somebody changed it may not come afterwards.
if ARGV[5] == '' and redis.call('HEXISTS', KEYS[1], 'changing') == 1 then
    is_newer = false
end
if is_newer then
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'record', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    if ARGV[2] ~= '' then
        redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
    end
end
if ARGV[5] ~= '' then
    redis.call('PUBLISH', ARGV[5], ARGV[3])
end
return is_newer and 1 or 0
