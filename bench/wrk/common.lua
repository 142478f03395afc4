-- wrk -s OPERATION.lua URL -- TOKEN FIRST_ID IDS PROJECTS(comma) [SEED]
local A = {}
function A.init(args)
  A.token, A.first, A.ids = args[1], tonumber(args[2]), tonumber(args[3])
  A.projects = {}
  for p in string.gmatch(args[4], "[^,]+") do A.projects[#A.projects + 1] = p end
  math.randomseed(tonumber(args[5]) or os.time())
  A.get = { ["Authorization"] = "Bearer " .. A.token, ["Accept"] = "application/json" }
  A.post = { ["Authorization"] = "Bearer " .. A.token, ["Accept"] = "application/json", ["Content-Type"] = "application/json" }
  A.n = 0
end
function A.project() return A.projects[math.random(#A.projects)] end
function A.id() return A.first + math.random(0, A.ids - 1) end
-- A task that was loaded as new: of each ten, the first seven.
function A.open_id() local i = math.random(0, A.ids - 1); return A.first + i - (i % 10) + math.random(0, 6) end
local cycle = { [1] = "in_progress", [2] = "waiting", [3] = "testing" }
local at = {}
function A.next_status(id) local k = (at[id] or 0) % 3 + 1; at[id] = k; return cycle[k] end
function A.list() return wrk.format("GET", "/api/v1/tasks?project=" .. A.project() .. "&open=true&sort=due_date&limit=50", A.get) end
function A.one() return wrk.format("GET", "/api/v1/tasks/" .. A.id(), A.get) end
function A.create()
  A.n = A.n + 1
  return wrk.format("POST", "/api/v1/tasks", A.post, '{"title":"Новая заявка из замера ' .. A.n .. '","project_id":' .. A.project() .. ',"description":"Создана под нагрузкой","priority":"high","due_date":"2027-03-01T12:00:00Z"}')
end
function A.status() local id = A.open_id(); return wrk.format("POST", "/api/v1/tasks/" .. id .. "/status", A.post, '{"status":"' .. A.next_status(id) .. '"}') end
function A.search() return wrk.format("GET", "/api/v1/search?q=%D0%BA%D0%B0%D0%BB%D1%8C%D1%86%D0%B8%D0%BD%D0%B0%D1%86%D0%B8%D1%8F&project=" .. A.project(), A.get) end
function A.mix() local k = math.random(10); if k <= 3 then return A.create() elseif k <= 6 then return A.status() elseif k <= 8 then return A.one() else return A.list() end end
return A
