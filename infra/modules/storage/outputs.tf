output "endpoint" {
  description = "Where files are read: the edge if there is one, else the bucket."
  value       = var.cdn ? one(digitalocean_cdn.this[*].endpoint) : digitalocean_spaces_bucket.this.bucket_domain_name
}
