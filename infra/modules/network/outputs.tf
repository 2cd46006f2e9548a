output "id" {
  description = "Id of the network."
  value       = digitalocean_vpc.this.id
}
