resource "digitalocean_database_cluster" "this" {
  name                 = var.name
  engine               = "valkey"
  version              = var.engine_version
  size                 = var.size
  region               = var.region
  node_count           = var.nodes
  eviction_policy      = var.eviction_policy
  private_network_uuid = var.vpc_id
  project_id           = var.project_id

  maintenance_window {
    day  = var.maintenance.day
    hour = var.maintenance.hour
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_database_valkey_config" "this" {
  cluster_id = digitalocean_database_cluster.this.id
  # Snapshots about every ten minutes. What is lost between two is published again from PostgreSQL.
  persistence = "rdb"
  # Seconds until an idle connection is closed. A blocking read does not count as idle; a pool connects again.
  timeout = 3600
}
