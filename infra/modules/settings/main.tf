# Everything in which the environments differ, side by side. What is the same for both stands in `common`.
locals {
  environments = {
    staging = {
      # Two VPCs of one account may not overlap.
      vpc_range = "10.10.0.0/16"
      domain    = "staging.loadsure-api.example.com"

      api = { instances = 1, size = "apps-s-1vcpu-0.5gb" }
      # Not the smallest size: that one can run one instance only.
      worker  = { min = 1, max = 3, size = "apps-s-1vcpu-1gb", concurrency = 2 }
      monitor = { size = "apps-s-1vcpu-0.5gb" }
      migrate = { size = "apps-s-1vcpu-0.5gb" }

      # The thresholds serve the policy "threshold". The ceiling is what the app alone may cost in a month.
      scaling = {
        actuator               = "digitalocean"
        mode                   = "act"
        policy                 = "predictive"
        target_wait_seconds    = 120
        up                     = 5
        down                   = 1
        check_interval_seconds = 30
        cost_ceiling_usd       = 60
      }

      rate_limit_per_minute = 200
      support_data_schedule = "0 */6 * * *"
      log_level             = "debug"

      database = {
        size         = "db-s-1vcpu-1gb"
        nodes        = 1
        pool_size    = 2 # connections of each process; the smallest server has 22
        reports_pool = 0
        replica      = false
        maintenance  = { day = "saturday", hour = "03:00:00" }
      }
      queue = { size = "db-s-1vcpu-1gb", nodes = 1 }
      # The cache shares the queue's server, which therefore never evicts: every cached value has a time to live.
      cache = null

      alerts = { cpu_percent = 90, memory_percent = 90, restarts = 5, disk_percent = 85, latency_ms = 2000 }
      assets = { create = false, cdn = false }
    }

    production = {
      vpc_range = "10.20.0.0/16"
      domain    = "loadsure-api.example.com"

      api     = { instances = 2, size = "apps-s-1vcpu-1gb" }
      worker  = { min = 2, max = 5, size = "apps-s-1vcpu-1gb", concurrency = 3 }
      monitor = { size = "apps-s-1vcpu-0.5gb" }
      migrate = { size = "apps-s-1vcpu-0.5gb" }

      scaling = {
        actuator               = "digitalocean"
        mode                   = "propose" # a person confirms, until staging has shown enough
        policy                 = "predictive"
        target_wait_seconds    = 120
        up                     = 10
        down                   = 2
        check_interval_seconds = 10
        cost_ceiling_usd       = 110
      }

      rate_limit_per_minute = 100
      support_data_schedule = "0 0 * * *"
      log_level             = "info"

      database = {
        size         = "db-s-2vcpu-4gb"
        nodes        = 2 # one of them stands by
        pool_size    = 5
        reports_pool = 5
        replica      = false
        maintenance  = { day = "sunday", hour = "08:00:00" }
      }
      queue = { size = "db-s-1vcpu-2gb", nodes = 2 }
      cache = { size = "db-s-1vcpu-1gb", nodes = 1 }

      alerts = { cpu_percent = 80, memory_percent = 80, restarts = 2, disk_percent = 75, latency_ms = 1000 }
      assets = { create = false, cdn = false }
    }
  }

  common = {
    # App Platform names its regions shortly, everything else has long ones.
    app_region  = "nyc"
    region      = "nyc3"
    name_prefix = "loadsure"

    postgresql_version = "17"
    valkey_version     = "8"

    insurer_base_url = "https://portal.loadsure.net"

    # Time from SIGTERM to the kill, and the part of it in which a worker may finish its jobs. Both are told to
    # the platform and, as SHUTDOWN_GRACE_MS and WORKER_DRAIN_MS, to the services.
    grace_seconds        = 120
    worker_drain_seconds = 60
    # The balancer stops sending requests this long before SIGTERM; a request may wait 55 s for its result.
    api_drain_seconds = 60
  }
}
