# What each component is told. To give it another variable, add one line to each list whose component reads it; a
# test compares these lists with what the programs read (crates/appspec/tests/it/environment.rs).
locals {
  # Password and port are bindings: the platform puts them in when a container starts, so that they stand neither
  # here nor in the state. The host is the private one, which bindings do not promise.
  database_url = "postgresql://$${db.USERNAME}:$${db.PASSWORD}@${var.database.private_host}:$${db.PORT}/$${db.DATABASE}?sslmode=require"
  queue_url    = "rediss://$${queue.USERNAME}:$${queue.PASSWORD}@${var.queue.private_host}:$${queue.PORT}"
  cache_url = (
    var.cache == null
    ? local.queue_url
    : "rediss://$${cache.USERNAME}:$${cache.PASSWORD}@${var.cache.private_host}:$${cache.PORT}"
  )

  # Health of a component without a public port.
  internal_port = 9100

  env = {
    APP_ENV                       = var.environment
    SHUTDOWN_GRACE_MS             = var.times.grace * 1000
    DATABASE_URL                  = local.database_url
    DATABASE_CA_CERT              = "$${db.CA_CERT}"
    DATABASE_POOL_SIZE            = var.service.database_pool_size
    REDIS_URL                     = local.queue_url
    REDIS_CACHE_URL               = local.cache_url
    LOADSURE_BASE_URL             = var.service.insurer_base_url
    LOADSURE_API_KEY              = var.secrets.loadsure_api_key
    PORT                          = 3000
    TRUSTED_PROXIES               = 1
    API_RATE_LIMIT_MAX_REQUESTS   = var.service.rate_limit_per_minute
    API_RATE_LIMIT_WINDOW_MS      = 60 * 1000
    SUPPORT_DATA_REFRESH_SCHEDULE = var.service.support_data_schedule
    WORKER_CONCURRENCY            = var.worker.concurrency
    WORKER_DRAIN_MS               = var.times.worker_drain * 1000
    MIN_WORKERS                   = var.worker.min
    MAX_WORKERS                   = var.worker.max
    SCALE_UP_THRESHOLD            = var.scaling.up
    SCALE_DOWN_THRESHOLD          = var.scaling.down
    CHECK_INTERVAL                = var.scaling.check_interval_seconds * 1000
    SCALING_ACTUATOR              = var.scaling.actuator
    SCALING_COMPONENT             = "worker"
    SCALING_MODE                  = var.scaling.mode
    SCALING_POLICY                = var.scaling.policy
    SCALING_TARGET_WAIT_MS        = var.scaling.target_wait_seconds * 1000
    SCALING_COST_CEILING_USD      = var.scaling.cost_ceiling_usd
    DIGITALOCEAN_APP_ID           = "$${APP_ID}"
    DIGITALOCEAN_TOKEN            = var.secrets.digitalocean_token
    LOG_LEVEL                     = var.service.log_level
    METRICS_ADDR                  = "0.0.0.0:${local.internal_port}"
  }

  # Values that the platform keeps encrypted.
  secret_env = ["LOADSURE_API_KEY", "DIGITALOCEAN_TOKEN"]

  api_env = [
    "APP_ENV",
    "SHUTDOWN_GRACE_MS",
    "DATABASE_URL",
    "DATABASE_CA_CERT",
    "DATABASE_POOL_SIZE",
    "REDIS_URL",
    "REDIS_CACHE_URL",
    "PORT",
    "TRUSTED_PROXIES",
    "API_RATE_LIMIT_MAX_REQUESTS",
    "API_RATE_LIMIT_WINDOW_MS",
    "SUPPORT_DATA_REFRESH_SCHEDULE",
    "LOG_LEVEL",
    "METRICS_ADDR",
  ]

  worker_env = [
    "APP_ENV",
    "SHUTDOWN_GRACE_MS",
    "DATABASE_URL",
    "DATABASE_CA_CERT",
    "DATABASE_POOL_SIZE",
    "REDIS_URL",
    "REDIS_CACHE_URL",
    "LOADSURE_BASE_URL",
    "LOADSURE_API_KEY",
    "SUPPORT_DATA_REFRESH_SCHEDULE",
    "WORKER_CONCURRENCY",
    "WORKER_DRAIN_MS",
    "LOG_LEVEL",
    "METRICS_ADDR",
  ]

  monitor_env = [
    "APP_ENV",
    "SHUTDOWN_GRACE_MS",
    "DATABASE_URL",
    "DATABASE_CA_CERT",
    "DATABASE_POOL_SIZE",
    "REDIS_URL",
    "REDIS_CACHE_URL",
    "MIN_WORKERS",
    "MAX_WORKERS",
    "SCALE_UP_THRESHOLD",
    "SCALE_DOWN_THRESHOLD",
    "CHECK_INTERVAL",
    "SCALING_ACTUATOR",
    "SCALING_COMPONENT",
    "SCALING_MODE",
    "SCALING_POLICY",
    "SCALING_TARGET_WAIT_MS",
    "SCALING_COST_CEILING_USD",
    "DIGITALOCEAN_APP_ID",
    "DIGITALOCEAN_TOKEN",
    "LOG_LEVEL",
    "METRICS_ADDR",
  ]

  # loadsurectl, which needs no more than PostgreSQL to migrate.
  migrate_env = [
    "APP_ENV",
    "DATABASE_URL",
    "DATABASE_CA_CERT",
    "DATABASE_POOL_SIZE",
    "LOG_LEVEL",
  ]
}
