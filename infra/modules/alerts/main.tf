locals {
  database_alerts = {
    cpu    = { type = "v1/dbaas/alerts/cpu_alerts", value = var.limits.cpu_percent, text = "CPU" }
    memory = { type = "v1/dbaas/alerts/memory_utilization_alerts", value = var.limits.memory_percent, text = "memory" }
    disk   = { type = "v1/dbaas/alerts/disk_utilization_alerts", value = var.limits.disk_percent, text = "disk" }
  }
  uptime_alerts = {
    down        = { type = "down_global", comparison = null, threshold = null, period = "2m" }
    latency     = { type = "latency", comparison = "greater_than", threshold = var.limits.latency_ms, period = "5m" }
    certificate = { type = "ssl_expiry", comparison = "less_than", threshold = 14, period = "2m" }
  }
  # Whether there is a webhook is no secret; its address is.
  slack = nonsensitive(var.slack != null) ? ["slack"] : []
}

resource "digitalocean_monitor_alert" "database" {
  for_each = local.database_alerts

  description = "${var.name}: ${each.value.text} of a database above ${each.value.value} %"
  type        = each.value.type
  compare     = "GreaterThan"
  value       = each.value.value
  window      = "10m"
  enabled     = true
  entities    = values(var.clusters)

  alerts {
    email = var.emails

    dynamic "slack" {
      for_each = local.slack

      content {
        channel = var.slack.channel
        url     = var.slack.url
      }
    }
  }
}

resource "digitalocean_uptime_check" "ready" {
  name    = "${var.name}-ready"
  target  = var.target
  type    = "https"
  regions = ["us_east", "us_west", "eu_west"]
  enabled = true
}

resource "digitalocean_uptime_alert" "ready" {
  for_each = local.uptime_alerts

  name       = "${var.name}-${each.key}"
  check_id   = digitalocean_uptime_check.ready.id
  type       = each.value.type
  comparison = each.value.comparison
  threshold  = each.value.threshold
  period     = each.value.period

  notifications {
    email = var.emails

    dynamic "slack" {
      for_each = local.slack

      content {
        channel = var.slack.channel
        url     = var.slack.url
      }
    }
  }
}
