output "check_id" {
  description = "Id of the uptime check."
  value       = digitalocean_uptime_check.ready.id
}
