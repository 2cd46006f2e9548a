module "settings" {
  source = "../settings"

  environment = var.environment
}

locals {
  settings = module.settings.settings
  name     = "${local.settings.name_prefix}-${var.environment}"

  # The monitor is one process more. While a deployment replaces all instances, the old ones still have their
  # connections, and the job that migrates runs beside them.
  processes           = local.settings.api.instances + local.settings.worker.max + 1
  service_connections = 2 * local.processes * local.settings.database.pool_size + 2

  clusters = merge(
    { database = module.database.id, queue = module.queue.id },
    { for name, cache in module.cache : "cache" => cache.id },
  )
}

module "network" {
  source = "../network"

  name         = local.name
  region       = local.settings.region
  ip_range     = local.settings.vpc_range
  other_ranges = module.settings.vpc_ranges
}

module "database" {
  source = "../database"

  name                = "${local.name}-db"
  region              = local.settings.region
  vpc_id              = module.network.id
  project_id          = digitalocean_project.this.id
  engine_version      = local.settings.postgresql_version
  size                = local.settings.database.size
  nodes               = local.settings.database.nodes
  maintenance         = local.settings.database.maintenance
  reports_pool        = local.settings.database.reports_pool
  replica             = local.settings.database.replica
  service_connections = local.service_connections
}

module "queue" {
  source = "../valkey"

  name            = "${local.name}-queue"
  region          = local.settings.region
  vpc_id          = module.network.id
  project_id      = digitalocean_project.this.id
  engine_version  = local.settings.valkey_version
  size            = local.settings.queue.size
  nodes           = local.settings.queue.nodes
  maintenance     = local.settings.database.maintenance
  carries_queue   = true
  eviction_policy = "noeviction"
}

module "cache" {
  source   = "../valkey"
  for_each = local.settings.cache == null ? {} : { cache = local.settings.cache }

  name            = "${local.name}-cache"
  region          = local.settings.region
  vpc_id          = module.network.id
  project_id      = digitalocean_project.this.id
  engine_version  = local.settings.valkey_version
  size            = each.value.size
  nodes           = each.value.nodes
  maintenance     = local.settings.database.maintenance
  carries_queue   = false
  eviction_policy = "allkeys_lru"
}

module "app" {
  source = "../app"

  name        = local.name
  environment = var.environment
  project_id  = digitalocean_project.this.id
  region      = local.settings.app_region
  vpc_id      = module.network.id
  domain      = local.settings.domain
  zone        = var.zone

  image_digests = var.image_digests
  secrets       = var.secrets

  api          = local.settings.api
  worker       = local.settings.worker
  monitor_size = local.settings.monitor.size
  migrate_size = local.settings.migrate.size
  scaling      = local.settings.scaling

  times = {
    grace        = local.settings.grace_seconds
    worker_drain = local.settings.worker_drain_seconds
    api_drain    = local.settings.api_drain_seconds
  }

  service = {
    insurer_base_url      = local.settings.insurer_base_url
    rate_limit_per_minute = local.settings.rate_limit_per_minute
    support_data_schedule = local.settings.support_data_schedule
    log_level             = local.settings.log_level
    database_pool_size    = local.settings.database.pool_size
  }

  database = module.database.cluster
  queue    = module.queue.cluster
  cache    = one([for cache in module.cache : cache.cluster])

  alerts = {
    cpu_percent    = local.settings.alerts.cpu_percent
    memory_percent = local.settings.alerts.memory_percent
    restarts       = local.settings.alerts.restarts
  }
  emails      = var.emails
  slack       = var.slack
  log_cluster = var.log_cluster
}

module "firewall" {
  source = "../firewall"

  clusters        = local.clusters
  app_id          = module.app.id
  admin_addresses = var.admin_addresses
}

module "alerts" {
  source = "../alerts"

  name     = local.name
  clusters = local.clusters
  target   = "https://${local.settings.domain}/health/ready"
  emails   = var.emails
  slack    = var.slack

  limits = {
    cpu_percent    = local.settings.alerts.cpu_percent
    memory_percent = local.settings.alerts.memory_percent
    disk_percent   = local.settings.alerts.disk_percent
    latency_ms     = local.settings.alerts.latency_ms
  }
}

module "assets" {
  source = "../storage"
  count  = local.settings.assets.create ? 1 : 0

  name   = "${local.name}-assets"
  region = local.settings.region
  cdn    = local.settings.assets.cdn
}

resource "digitalocean_project" "this" {
  name        = local.name
  description = "The Loadsure service, ${var.environment}"
  purpose     = "Service or API"
  environment = title(var.environment)

  lifecycle {
    # Resources join by naming their project.
    ignore_changes = [resources]
  }
}
