mock_provider "digitalocean" {}

variables {
  name                = "test-db"
  region              = "nyc3"
  vpc_id              = "22222222-2222-4222-8222-222222222222"
  project_id          = "11111111-1111-4111-8111-111111111111"
  engine_version      = "17"
  size                = "db-s-2vcpu-4gb"
  nodes               = 2
  maintenance         = { day = "sunday", hour = "08:00:00" }
  reports_pool        = 5
  replica             = true
  service_connections = 90
}

run "the_cluster_is_private_and_has_a_standby" {
  command = apply

  assert {
    condition     = digitalocean_database_cluster.this.engine == "pg" && digitalocean_database_cluster.this.node_count == 2 && digitalocean_database_cluster.this.private_network_uuid == var.vpc_id
    error_message = "PostgreSQL with a standby, in the network."
  }

  # P61: what is made for the service is what the service is told.
  assert {
    condition     = output.cluster.database == digitalocean_database_db.service.name && output.cluster.user == digitalocean_database_user.service.name && output.cluster.user != "doadmin"
    error_message = "The service has a database and a user of its own."
  }

  assert {
    condition     = digitalocean_database_connection_pool.reports[0].user == "loadsure_reports" && length(digitalocean_database_replica.this) == 1
    error_message = "Reports have a pool and a user that reads only."
  }
}

run "neither_pool_nor_replica_unless_wanted" {
  command = apply

  variables {
    reports_pool = 0
    replica      = false
  }

  assert {
    condition     = output.replica_id == null && nonsensitive(output.reports_uri) == null
    error_message = "There is neither."
  }
}

run "more_connections_than_the_server_has_are_refused" {
  command = plan

  variables {
    service_connections = 93
  }

  expect_failures = [digitalocean_database_cluster.this]
}

run "a_standby_of_the_development_size_is_refused" {
  command = plan

  variables {
    size                = "db-s-1vcpu-1gb"
    service_connections = 10
  }

  expect_failures = [var.nodes]
}

run "an_unknown_size_is_refused" {
  command = plan

  variables {
    size = "db-large"
  }

  expect_failures = [var.size]
}

run "an_impossible_hour_is_refused" {
  command = plan

  variables {
    maintenance = { day = "sunday", hour = "25:00:00" }
  }

  expect_failures = [var.maintenance]
}
