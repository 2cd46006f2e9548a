output "registry" {
  description = "Name of the registry."
  value       = module.registry.name
}

output "registry_server" {
  description = "Server that images are pushed to."
  value       = module.registry.server_url
}

output "zone" {
  description = "DNS zone that the platform serves; null where there is none."
  value       = one(digitalocean_domain.this[*].name)
}
