mock_provider "digitalocean" {}

variables {
  name     = "test"
  clusters = { database = "a", queue = "b" }
  target   = "https://api.example.com/health/ready"
  emails   = ["operations@example.com"]
  limits   = { cpu_percent = 80, memory_percent = 80, disk_percent = 75, latency_ms = 1000 }
}

run "databases_and_address_are_watched" {
  command = apply

  assert {
    condition     = alltrue([for alert in digitalocean_monitor_alert.database : alert.entities == toset(["a", "b"])])
    error_message = "Every database is watched."
  }

  assert {
    condition     = length(digitalocean_uptime_alert.ready) == 3
    error_message = "Down, slow, and a certificate that ends."
  }
}

run "slack_is_told_as_well" {
  command = apply

  variables {
    slack = { channel = "#loadsure", url = "https://hooks.slack.com/services/x" }
  }

  assert {
    condition     = alltrue([for alert in digitalocean_uptime_alert.ready : alert.notifications[0].slack[0].channel == "#loadsure"])
    error_message = "The channel is told."
  }
}

run "nobody_to_tell_is_refused" {
  command = plan

  variables {
    emails = []
  }

  expect_failures = [var.emails]
}
