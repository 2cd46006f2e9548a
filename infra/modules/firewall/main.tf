# The platform knows rules for an address, a droplet, a cluster, a tag and an app; there is none for a network.
resource "digitalocean_database_firewall" "this" {
  for_each = var.clusters

  cluster_id = each.value

  rule {
    type  = "app"
    value = var.app_id
  }

  dynamic "rule" {
    for_each = var.admin_addresses

    content {
      type  = "ip_addr"
      value = rule.value
    }
  }
}
