resource "digitalocean_container_registry" "this" {
  name                   = var.name
  region                 = var.region
  subscription_tier_slug = var.tier

  lifecycle {
    # The images that production could be rolled back to.
    prevent_destroy = true
  }
}
