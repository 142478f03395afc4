package.path = package.path .. ";" .. (os.getenv("WRK_LUA") or "bench/wrk") .. "/?.lua"
local A = require("common")
function init(args) A.init(args) end
function request() return A.list() end
