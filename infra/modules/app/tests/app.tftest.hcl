mock_provider "digitalocean" {}

variables {
  name        = "loadsure-test"
  environment = "production"
  project_id  = "11111111-1111-4111-8111-111111111111"
  region      = "nyc"
  vpc_id      = "22222222-2222-4222-8222-222222222222"
  domain      = "api.example.com"

  image_digests = {
    api           = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    worker        = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    queue_monitor = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
    ctl           = "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
  }
  secrets = { loadsure_api_key = "not-a-real-key", digitalocean_token = "not-a-real-token" }

  api          = { instances = 2, size = "apps-s-1vcpu-1gb" }
  worker       = { min = 2, max = 5, size = "apps-s-1vcpu-1gb", concurrency = 3 }
  monitor_size = "apps-s-1vcpu-0.5gb"
  migrate_size = "apps-s-1vcpu-0.5gb"
  scaling = {
    actuator               = "digitalocean"
    mode                   = "propose"
    policy                 = "predictive"
    target_wait_seconds    = 120
    up                     = 10
    down                   = 2
    check_interval_seconds = 10
    cost_ceiling_usd       = 110
  }
  times = { grace = 120, worker_drain = 60, api_drain = 60 }

  service = {
    insurer_base_url      = "https://insurer.example.com"
    rate_limit_per_minute = 100
    support_data_schedule = "0 0 * * *"
    log_level             = "info"
    database_pool_size    = 5
  }

  database = { name = "c-db", engine = "PG", version = "17", private_host = "db.private", database = "loadsure", user = "loadsure" }
  queue    = { name = "c-queue", engine = "VALKEY", version = "8", private_host = "queue.private" }
  cache    = { name = "c-cache", engine = "VALKEY", version = "8", private_host = "cache.private" }

  alerts = { cpu_percent = 80, memory_percent = 80, restarts = 2 }
  emails = ["operations@example.com"]
}

# P60: each component has the kind that it is deployed as. P68: what runs is named by its digest.
run "the_app_has_its_components" {
  command = apply

  assert {
    condition     = digitalocean_app.this.spec[0].service[*].name == tolist(["api"])
    error_message = "The API is the only service."
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[*].name == tolist(["worker", "queue-monitor"])
    error_message = "The worker must be the first worker: lifecycle names it by its place."
  }

  assert {
    condition     = digitalocean_app.this.spec[0].service[0].image[0].digest == var.image_digests.api && digitalocean_app.this.spec[0].service[0].image[0].tag == null
    error_message = "The image must be named by its digest alone."
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[0].image[0].digest == var.image_digests.worker && digitalocean_app.this.spec[0].worker[1].image[0].digest == var.image_digests.queue_monitor
    error_message = "Each component has the image of its own."
  }

  assert {
    condition     = alltrue([for image in concat(digitalocean_app.this.spec[0].service[0].image, digitalocean_app.this.spec[0].job[0].image) : image.registry == null])
    error_message = "For the platform's own registry the name must be left out."
  }

  # P62: migrations run before new code, and their failure ends the deployment.
  assert {
    condition     = digitalocean_app.this.spec[0].job[0].kind == "PRE_DEPLOY" && digitalocean_app.this.spec[0].job[0].run_command == null
    error_message = "Migrations run before the new code, by what the image does by itself: it has no shell."
  }

  # P58: what has private addresses is in the network.
  assert {
    condition     = digitalocean_app.this.spec[0].vpc[0].id == var.vpc_id
    error_message = "The app must be in the network."
  }

  assert {
    condition     = digitalocean_app.this.spec[0].service[0].http_port == 3000 && digitalocean_app.this.spec[0].service[0].health_check[0].http_path == "/health/ready" && digitalocean_app.this.spec[0].service[0].liveness_health_check[0].http_path == "/health/live"
    error_message = "The API is public on port 3000 and has both checks."
  }
}

# What the platform is told and what the services are told are the same numbers.
run "times_are_told_to_both_sides" {
  command = apply

  variables {
    times = { grace = 200, worker_drain = 90, api_drain = 70 }
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[0].termination[0].grace_period_seconds == 200 && digitalocean_app.this.spec[0].service[0].termination[0].drain_seconds == 70
    error_message = "The platform is told."
  }
}

# S8: neither Terraform nor a deployment sets the number of workers back. ADR 0010: nor touches secrets.
run "what_others_own_is_handed_back" {
  command = apply

  variables {
    worker        = { min = 4, max = 5, size = "apps-s-1vcpu-2gb", concurrency = 9 }
    secrets       = { loadsure_api_key = "another-key-altogether", digitalocean_token = "not-a-real-token" }
    image_digests = merge(var.image_digests, { worker = "sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" })
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[0].instance_count == 2
    error_message = "The queue monitor owns the number of workers."
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[0].image[0].digest == "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    error_message = "Deployments own the images."
  }

  assert {
    condition     = nonsensitive({ for env in digitalocean_app.this.spec[0].worker[0].env : env.key => env.value }.LOADSURE_API_KEY) == "not-a-real-key"
    error_message = "Deployments own the environment, with its secrets."
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[0].instance_size_slug == "apps-s-1vcpu-2gb"
    error_message = "Everything else is Terraform's."
  }
}

run "logs_go_where_they_are_sent" {
  command = apply

  variables {
    log_cluster = "logs"
    slack       = { channel = "#loadsure", url = "https://hooks.slack.com/services/x" }
  }

  assert {
    condition     = digitalocean_app.this.spec[0].worker[0].log_destination[0].open_search[0].cluster_name == "logs"
    error_message = "Logs are forwarded."
  }
}

run "fewer_workers_at_most_than_at_least_are_refused" {
  command = plan

  variables {
    worker = { min = 4, max = 3, size = "apps-s-1vcpu-1gb", concurrency = 3 }
  }

  expect_failures = [var.worker]
}

run "a_size_that_cannot_be_scaled_is_refused" {
  command = plan

  variables {
    worker = { min = 1, max = 3, size = "apps-s-1vcpu-0.5gb", concurrency = 3 }
  }

  expect_failures = [var.worker]
}

run "a_legacy_size_is_refused" {
  command = plan

  variables {
    api = { instances = 1, size = "professional-xs" }
  }

  expect_failures = [var.api]
}

run "a_drain_beyond_the_grace_is_refused" {
  command = plan

  variables {
    times = { grace = 60, worker_drain = 60, api_drain = 60 }
  }

  expect_failures = [var.times]
}

run "thresholds_that_swing_are_refused" {
  command = plan

  variables {
    scaling = {
      actuator               = "digitalocean"
      mode                   = "act"
      policy                 = "threshold"
      target_wait_seconds    = 120
      up                     = 2
      down                   = 2
      check_interval_seconds = 10
      cost_ceiling_usd       = 110
    }
  }

  expect_failures = [var.scaling]
}

run "the_long_form_of_a_region_is_refused" {
  command = plan

  variables {
    region = "nyc3"
  }

  expect_failures = [var.region]
}

run "a_missing_secret_is_refused" {
  command = plan

  variables {
    secrets = { loadsure_api_key = "", digitalocean_token = "not-a-real-token" }
  }

  expect_failures = [var.secrets]
}

run "a_tag_in_place_of_a_digest_is_refused" {
  command = plan

  variables {
    image_digests = { api = "latest", worker = "latest", queue_monitor = "latest", ctl = "latest" }
  }

  expect_failures = [var.image_digests]
}

run "the_address_that_would_double_its_path_is_refused" {
  command = plan

  variables {
    service = {
      insurer_base_url      = "https://insurer.example.com/api"
      rate_limit_per_minute = 100
      support_data_schedule = "0 0 * * *"
      log_level             = "info"
      database_pool_size    = 5
    }
  }

  expect_failures = [var.service]
}

# P61: the service has a database and a user of its own.
run "the_administrator_is_refused" {
  command = plan

  variables {
    database = { name = "c-db", engine = "PG", version = "17", private_host = "db.private", database = "defaultdb", user = "doadmin" }
  }

  expect_failures = [var.database]
}
