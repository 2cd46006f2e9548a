resource "digitalocean_spaces_bucket" "this" {
  name   = var.name
  region = var.region
  acl    = "private"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    id      = "old-versions"
    enabled = true

    abort_incomplete_multipart_upload_days = 1

    noncurrent_version_expiration {
      days = 30
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "digitalocean_cdn" "this" {
  count = var.cdn ? 1 : 0

  origin = digitalocean_spaces_bucket.this.bucket_domain_name
  ttl    = 3600
}
