-- Keeps a tenant, unless what is there is as new; a change tells the other processes.
-- KEYS: the tenant, its identifier. ARGV: version, record, id, how long in ms, channel (empty: nothing has changed).
local is_change = ARGV[5] ~= ''
local known = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
local is_newer = tonumber(ARGV[1]) > known
local is_kept = false
if redis.call('HEXISTS', KEYS[1], 'changing') == 1 then
    -- Somebody else's change came to an end before this was written, and which of the two is newer nobody knows.
    if is_change and is_newer then
        redis.call('HSET', KEYS[1], 'version', ARGV[1])
    end
elseif is_newer then
    redis.call('DEL', KEYS[1])
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'record', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    if ARGV[2] ~= '' then
        redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
    end
    is_kept = true
end
if is_change then
    redis.call('PUBLISH', ARGV[5], ARGV[3])
end
return is_kept and 1 or 0
