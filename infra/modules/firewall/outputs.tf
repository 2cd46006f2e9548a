output "ids" {
  description = "Ids of the firewalls, by the names of the clusters."
  value       = { for name, firewall in digitalocean_database_firewall.this : name => firewall.id }
}
