output "id" {
  description = "Id of the cluster."
  value       = digitalocean_database_cluster.this.id
}

output "cluster" {
  description = "What the app needs to reach the server: no password."
  value = {
    name         = digitalocean_database_cluster.this.name
    engine       = "VALKEY"
    version      = digitalocean_database_cluster.this.version
    private_host = digitalocean_database_cluster.this.private_host
  }
}
