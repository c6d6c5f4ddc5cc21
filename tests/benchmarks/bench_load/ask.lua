-- Sends the requests of a file in turn: wrk --script ask.lua URL -- FILE WORD
-- FILE holds each request whole, its length in bytes on a line before it; an answer without WORD is
-- counted as hollow. Prints one line of JSON in the end; times in microseconds.

local threads = {}

function setup(thread)
   table.insert(threads, thread)
end

function init(args)
   local file = assert(io.open(args[1], "rb"))
   requests, asked, hollow, word = {}, 0, 0, args[2]
   local length = file:read("*n")
   while length do
      file:read(1)
      table.insert(requests, file:read(length))
      length = file:read("*n")
   end
   file:close()
end

function request()
   asked = asked + 1
   return requests[(asked - 1) % #requests + 1]
end

function response(status, headers, body)
   if not string.find(body, word, 1, true) then
      hollow = hollow + 1
   end
end

function done(summary, latency, requests)
   local hollow = 0
   for _, thread in ipairs(threads) do
      hollow = hollow + thread:get("hollow")
   end
   local errors = summary.errors
   local line = '\n{"requests": %d, "duration_us": %d, "not_ok": %d, "hollow": %d, ' ..
      '"socket_errors": %d, "timeouts": %d, "p50_us": %d, "p90_us": %d, "p99_us": %d, ' ..
      '"max_us": %d}\n'
   io.write(line:format(
      summary.requests, summary.duration, errors.status, hollow,
      errors.connect + errors.read + errors.write, errors.timeout,
      latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
