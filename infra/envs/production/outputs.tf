output "app_id" {
  description = "Id of the app."
  value       = module.stack.app_id
}

output "default_ingress" {
  description = "The platform's own address of the app."
  value       = module.stack.default_ingress
}

output "vpc_id" {
  description = "Id of the network."
  value       = module.stack.vpc_id
}

output "database_private_host" {
  description = "Private host of PostgreSQL."
  value       = module.stack.database_private_host
}

output "queue_private_host" {
  description = "Private host of the queue's Valkey."
  value       = module.stack.queue_private_host
}

output "cache_private_host" {
  description = "Private host of the cache's Valkey; null where it shares the queue's."
  value       = module.stack.cache_private_host
}

output "reports_uri" {
  description = "Private address of the pool for reports, with its password; null without one."
  value       = module.stack.reports_uri
  sensitive   = true
}
