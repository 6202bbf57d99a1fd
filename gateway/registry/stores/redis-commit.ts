/**
 * Keeps one revision, atomically.
 *
 * KEYS: head, revisions, versions, version numbers by hash, last version numbers, supergraphs, uses.
 * ARGV: expected revision, the revision's facts as JSON without its closing brace, supergraph hash, supergraph SDL, how
 * many revisions to keep, channel, then for each subgraph its name, hash and content.
 * Returns the revision's JSON, or the number of the newest revision if that is not the expected one.
 *
 * A version is kept as its hash (64 characters) followed by its content; `uses` counts the revisions that have it.
 */
export const COMMIT_SCRIPT = `
local head = tonumber(redis.call('GET', KEYS[1]) or '0')
if head ~= tonumber(ARGV[1]) then return head end
local number = head + 1

local subgraphs = {}
for at = 7, #ARGV, 3 do
  local name, hash, content = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local version = redis.call('HGET', KEYS[4], name .. '@' .. hash)
  if not version then
    version = tostring(redis.call('HINCRBY', KEYS[5], name, 1))
    redis.call('HSET', KEYS[4], name .. '@' .. hash, version)
    redis.call('HSET', KEYS[3], name .. '@' .. version, hash .. content)
  end
  redis.call('HINCRBY', KEYS[7], name .. '@' .. version, 1)
  subgraphs[#subgraphs + 1] = cjson.encode(name) .. ':' .. version
end
redis.call('HSET', KEYS[6], ARGV[3], ARGV[4])
redis.call('HINCRBY', KEYS[7], ARGV[3], 1)
local revision = ARGV[2] .. ',"number":' .. number .. ',"subgraphs":{' .. table.concat(subgraphs, ',')
  .. '},"supergraphHash":"' .. ARGV[3] .. '"}'
redis.call('HSET', KEYS[2], number, revision)
redis.call('SET', KEYS[1], number)

local function unused(key)
  if redis.call('HINCRBY', KEYS[7], key, -1) > 0 then return false end
  redis.call('HDEL', KEYS[7], key)
  return true
end
local last = tostring(number - tonumber(ARGV[5]))
local forgotten = redis.call('HGET', KEYS[2], last)
if forgotten then
  local old = cjson.decode(forgotten)
  for name, version in pairs(old.subgraphs) do
    local key = name .. '@' .. string.format('%d', version)
    if unused(key) then
      local hash = string.sub(redis.call('HGET', KEYS[3], key), 1, 64)
      redis.call('HDEL', KEYS[3], key)
      redis.call('HDEL', KEYS[4], name .. '@' .. hash)
    end
  end
  if unused(old.supergraphHash) then redis.call('HDEL', KEYS[6], old.supergraphHash) end
  redis.call('HDEL', KEYS[2], last)
end

redis.call('PUBLISH', ARGV[6], number)
return revision
`;
