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
    condition     = output.cache_private_host != null
    error_message = "Production's cache has a server of its own."
  }

  assert {
    condition     = output.reports_uri != null
    error_message = "Production has a pool for reports."
  }

  assert {
    condition     = module.stack.settings.database.nodes >= 2 && module.stack.settings.queue.nodes >= 2
    error_message = "Production has standbys."
  }

  assert {
    condition     = module.stack.settings.api.instances >= 2 && module.stack.settings.worker.min >= 2
    error_message = "Production survives the loss of an instance."
  }
}
