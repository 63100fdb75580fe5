-- Decides about one request in all of its windows, and counts it in every one of them or in none.
--
-- KEYS   a list for each window
-- ARGV   for each window: its length in microseconds, its limit, its grain in microseconds (0: every request has a time)
-- gives  the server's time in microseconds, 1 or 0, and for each window: how many count, how long until the first counts
--        no more, how long until one more is within the limit
--
-- A list is: requests, time of the last of them, requests, time, ..., how many count, by how much its clock is ahead of the
-- server's. The server's clock may be set back: the time of a list goes on from its last request then.

local CHUNK = 64

local told = redis.call('TIME')
local clock = tonumber(told[1]) * 1000000 + tonumber(told[2])

local function whole(number)
  return string.format('%.0f', number)
end

-- Calls visit(requests, time) for each entry from the oldest on, until it gives true.
local function from_oldest(window, visit)
  local from, size = 0, 1
  while from < window.entries do
    local upto = math.min(from + size, window.entries)
    local part = redis.call('LRANGE', window.key, 2 * from, 2 * upto - 1)
    for i = 1, #part, 2 do
      if visit(tonumber(part[i]), tonumber(part[i + 1])) then
        return
      end
    end
    from, size = upto, CHUNK
  end
end

local windows, admitted = {}, true
for i, key in ipairs(KEYS) do
  local window = {
    key = key,
    length = tonumber(ARGV[3 * i - 2]),
    limit = tonumber(ARGV[3 * i - 1]),
    grain = tonumber(ARGV[3 * i]),
    now = clock,
    total = 0,
    ahead = 0,
  }
  local length = redis.call('LLEN', key)
  window.exists = length > 0
  window.entries = math.max(length - 2, 0) / 2
  if window.exists then
    local tail = redis.call('LRANGE', key, -4, -1)
    window.total, window.ahead = tonumber(tail[#tail - 1]), tonumber(tail[#tail])
    window.now = clock + window.ahead
    if window.entries > 0 then
      window.newest, window.last = tonumber(tail[1]), tonumber(tail[2])
      if window.last > window.now then
        window.ahead, window.now = window.last - clock, window.last
        -- Also where the request is refused: its time would stand still until the clock is where it was.
        redis.call('LSET', key, -1, whole(window.ahead))
      end
    end
  end

  local gone = 0
  from_oldest(window, function(requests, time)
    if time + window.length > window.now then
      window.first = time
      return true
    end
    gone = gone + 1
    window.total = window.total - requests
  end)
  if gone > 0 then
    redis.call('LTRIM', key, 2 * gone, -1)
    redis.call('LSET', key, -2, whole(window.total))
    window.entries = window.entries - gone
  end
  admitted = admitted and window.total < window.limit
  windows[i] = window
end

local answer = { clock, admitted and 1 or 0 }
for _, window in ipairs(windows) do
  local key, now = window.key, window.now
  if admitted then
    window.total = window.total + 1
    local shares = window.entries > 0 and window.grain > 0
      and math.floor(now / window.grain) == math.floor(window.last / window.grain)
    if shares then
      redis.call('LSET', key, -4, whole(window.newest + 1))
      redis.call('LSET', key, -3, whole(now))
      redis.call('LSET', key, -2, whole(window.total))
      redis.call('LSET', key, -1, whole(window.ahead))
      if window.entries == 1 then
        window.first = now
      end
    else
      if window.exists then
        redis.call('LTRIM', key, 0, -3)
      end
      redis.call('RPUSH', key, 1, whole(now), whole(window.total), whole(window.ahead))
      window.entries = window.entries + 1
      window.first = window.first or now
    end
    redis.call('PEXPIRE', key, whole(math.ceil(window.length / 1000) + 1000))
  end

  local wait, left = 0, window.total
  if left >= window.limit then
    from_oldest(window, function(requests, time)
      left = left - requests
      if left < window.limit then
        wait = time + window.length - now
        return true
      end
    end)
  end
  local next = window.first and window.first + window.length - now or window.length
  table.insert(answer, window.total)
  table.insert(answer, next)
  table.insert(answer, wait)
end
return answer
