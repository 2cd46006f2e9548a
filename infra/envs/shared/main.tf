# What all environments use: the images, and the DNS zone where the platform serves it.
module "registry" {
  source = "../../modules/registry"

  name   = var.registry
  region = var.region
  tier   = "basic"
}

resource "digitalocean_domain" "this" {
  count = var.zone == null ? 0 : 1

  name = var.zone

  lifecycle {
    prevent_destroy = true
  }
}
