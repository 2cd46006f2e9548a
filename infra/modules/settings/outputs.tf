output "settings" {
  description = "The settings of this environment."
  value       = merge(local.common, local.environments[var.environment])
}

output "vpc_ranges" {
  description = "The private ranges of all environments, which may not overlap."
  value       = [for settings in local.environments : settings.vpc_range]
}
