mock_provider "digitalocean" {
  mock_resource "digitalocean_database_cluster" {
    defaults = {
      private_host = "private.db.example.com"
    }
  }
}

variables {
  image_digests = {
    api           = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    worker        = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    queue_monitor = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    ctl           = "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
  }
  # As the platform answers them, so that the result can be compared as what runs is.
  secrets = { loadsure_api_key = "EV[1:not-a-real-key]", digitalocean_token = "EV[1:not-a-real-token]" }
  emails  = ["operations@example.com"]
}

run "everything_is_made" {
  command = apply

  assert {
    condition     = output.cache_private_host == null && output.queue_private_host == "private.db.example.com"
    error_message = "Staging's cache shares the queue's server."
  }

  assert {
    condition     = output.reports_uri == null
    error_message = "Staging has no pool for reports."
  }
}
