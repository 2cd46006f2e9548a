mock_provider "digitalocean" {}

variables {
  name   = "test-assets"
  region = "nyc3"
  cdn    = true
}

run "the_bucket_is_private_also_behind_the_edge" {
  command = apply

  assert {
    condition     = digitalocean_spaces_bucket.this.acl == "private" && digitalocean_spaces_bucket.this.versioning[0].enabled
    error_message = "The bucket must be private and keep versions."
  }

  assert {
    condition     = output.endpoint == digitalocean_cdn.this[0].endpoint
    error_message = "Files are read at the edge."
  }
}
