locals {
  # 25 connections for each GB of memory, three of which the platform keeps.
  connections = {
    "db-s-1vcpu-1gb"  = 22
    "db-s-1vcpu-2gb"  = 47
    "db-s-2vcpu-4gb"  = 97
    "db-s-4vcpu-8gb"  = 197
    "db-s-6vcpu-16gb" = 397
  }
}

resource "digitalocean_database_cluster" "this" {
  name                 = var.name
  engine               = "pg"
  version              = var.engine_version
  size                 = var.size
  region               = var.region
  node_count           = var.nodes
  private_network_uuid = var.vpc_id
  project_id           = var.project_id

  maintenance_window {
    day  = var.maintenance.day
    hour = var.maintenance.hour
  }

  lifecycle {
    prevent_destroy = true

    precondition {
      condition     = var.service_connections + var.reports_pool <= local.connections[var.size]
      error_message = "The service may open ${var.service_connections} connections and reports ${var.reports_pool}, but ${var.size} has ${local.connections[var.size]}: lower database.pool_size or take a larger size."
    }
  }
}

# Not the default database and not its administrator.
resource "digitalocean_database_db" "service" {
  cluster_id = digitalocean_database_cluster.this.id
  name       = "loadsure"

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_database_user" "service" {
  cluster_id = digitalocean_database_cluster.this.id
  name       = "loadsure"
}

# Reads only; infra/bootstrap/roles.sql says so to the server.
resource "digitalocean_database_user" "reports" {
  cluster_id = digitalocean_database_cluster.this.id
  name       = "loadsure_reports"
}

# The service keeps pools of its own and sets its time limits when it connects, which PgBouncer refuses.
resource "digitalocean_database_connection_pool" "reports" {
  count = var.reports_pool > 0 ? 1 : 0

  cluster_id = digitalocean_database_cluster.this.id
  name       = "reports"
  mode       = "transaction"
  size       = var.reports_pool
  db_name    = digitalocean_database_db.service.name
  user       = digitalocean_database_user.reports.name
}

resource "digitalocean_database_replica" "this" {
  count = var.replica ? 1 : 0

  cluster_id           = digitalocean_database_cluster.this.id
  name                 = "${var.name}-replica"
  size                 = var.size
  region               = var.region
  private_network_uuid = var.vpc_id
}
