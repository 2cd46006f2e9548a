module "stack" {
  source = "../../modules/stack"

  environment     = "staging"
  image_digests   = var.image_digests
  secrets         = var.secrets
  emails          = var.emails
  slack           = var.slack
  zone            = var.zone
  log_cluster     = var.log_cluster
  admin_addresses = var.admin_addresses
}
