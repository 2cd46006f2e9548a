output "name" {
  description = "Name of the registry."
  value       = digitalocean_container_registry.this.name
}

output "server_url" {
  description = "Server that images are pushed to."
  value       = digitalocean_container_registry.this.server_url
}
