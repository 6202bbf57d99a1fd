-- Posts bodies in turn, each with a number of its own where it has a place for one, and prints the result as one line
-- of JSON (bench/load/load.ts reads it).
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["accept"] = "application/json"

local marker = os.getenv("BENCH_SEQUENCE")
local number = tonumber(os.getenv("BENCH_FROM"))
local bodies = {}

for body in string.gmatch(os.getenv("BENCH_BODIES"), "[^\n]+") do
  local parts, start = {}, 1
  while true do
    local from, to = string.find(body, marker, start, true)
    if not from then break end
    parts[#parts + 1] = string.sub(body, start, from - 1)
    start = to + 1
  end
  parts[#parts + 1] = string.sub(body, start)
  bodies[#bodies + 1] = parts
end

if #bodies == 1 and #bodies[1] == 1 then
  wrk.body = bodies[1][1]
else
  request = function()
    number = number + 1
    local body = table.concat(bodies[number % #bodies + 1], string.format("%d", number))
    return wrk.format(nil, nil, nil, body)
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"errors":%d,"seconds":%.6f,"p50Ms":%.4f,"p99Ms":%.4f,"bytes":%d}\n',
    summary.requests, e.connect + e.read + e.write + e.status + e.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.bytes))
end
