resource "digitalocean_vpc" "this" {
  name        = var.name
  description = "App, databases and nothing else."
  region      = var.region
  ip_range    = var.ip_range
}
