output "app_id" {
  description = "Id of the app."
  value       = module.app.id
}

output "default_ingress" {
  description = "The platform's own address of the app."
  value       = module.app.default_ingress
}

output "vpc_id" {
  description = "Id of the network."
  value       = module.network.id
}

output "database_private_host" {
  description = "Private host of PostgreSQL."
  value       = module.database.cluster.private_host
}

output "queue_private_host" {
  description = "Private host of the queue's Valkey."
  value       = module.queue.cluster.private_host
}

output "cache_private_host" {
  description = "Private host of the cache's Valkey; null where it shares the queue's."
  value       = one([for cache in module.cache : cache.cluster.private_host])
}

output "reports_uri" {
  description = "Private address of the pool for reports, with its password; null without one."
  value       = module.database.reports_uri
  sensitive   = true
}

output "settings" {
  description = "The settings that were applied."
  value       = local.settings
}
