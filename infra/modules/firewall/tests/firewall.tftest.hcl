mock_provider "digitalocean" {}

variables {
  clusters = { database = "a", queue = "b" }
  app_id   = "33333333-3333-4333-8333-333333333333"
}

# P57: only types that the platform knows.
run "only_the_app_may_connect" {
  command = apply

  assert {
    condition     = alltrue([for firewall in digitalocean_database_firewall.this : [for rule in firewall.rule : "${rule.type}=${rule.value}"] == ["app=${var.app_id}"]])
    error_message = "The app and nobody else."
  }

  assert {
    condition     = length(digitalocean_database_firewall.this) == 2
    error_message = "Every cluster is protected."
  }
}

run "an_administrator_is_let_in_by_address" {
  command = apply

  variables {
    admin_addresses = ["203.0.113.7"]
  }

  assert {
    condition     = alltrue([for firewall in digitalocean_database_firewall.this : alltrue([for rule in firewall.rule : contains(["ip_addr", "droplet", "k8s", "tag", "app"], rule.type)])])
    error_message = "Only types that the platform knows."
  }
}

run "a_range_is_refused" {
  command = plan

  variables {
    admin_addresses = ["0.0.0.0/0"]
  }

  expect_failures = [var.admin_addresses]
}
