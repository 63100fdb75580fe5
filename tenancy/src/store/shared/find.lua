-- The record of the tenant to which a key leads. KEYS: the tenant, or its identifier. ARGV: what tenants' keys begin with;
-- empty where the key is the tenant's.
local key = KEYS[1]
if ARGV[1] ~= '' then
    local id = redis.call('GET', key)
    if not id then
        return ''
    end
    key = ARGV[1] .. id
end
return redis.call('HGET', key, 'record') or ''
