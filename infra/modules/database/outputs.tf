output "id" {
  description = "Id of the cluster."
  value       = digitalocean_database_cluster.this.id
}

output "cluster" {
  description = "What the app needs to reach the database: no administrator, no password."
  value = {
    name         = digitalocean_database_cluster.this.name
    engine       = "PG"
    version      = digitalocean_database_cluster.this.version
    private_host = digitalocean_database_cluster.this.private_host
    database     = digitalocean_database_db.service.name
    user         = digitalocean_database_user.service.name
  }
}

output "reports_uri" {
  description = "Private address of the pool for reports, with its password; null without a pool."
  value       = one(digitalocean_database_connection_pool.reports[*].private_uri)
  sensitive   = true
}

output "replica_id" {
  description = "Id of the read replica; null without one."
  value       = one(digitalocean_database_replica.this[*].uuid)
}
