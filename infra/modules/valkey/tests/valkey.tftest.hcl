mock_provider "digitalocean" {}

variables {
  name            = "test-queue"
  region          = "nyc3"
  vpc_id          = "22222222-2222-4222-8222-222222222222"
  project_id      = "11111111-1111-4111-8111-111111111111"
  engine_version  = "8"
  size            = "db-s-1vcpu-2gb"
  nodes           = 2
  carries_queue   = true
  eviction_policy = "noeviction"
  maintenance     = { day = "sunday", hour = "08:00:00" }
}

run "the_queue_never_evicts" {
  command = apply

  assert {
    condition     = digitalocean_database_cluster.this.engine == "valkey" && digitalocean_database_cluster.this.eviction_policy == "noeviction"
    error_message = "Valkey that evicts nothing."
  }
}

run "a_queue_that_evicts_is_refused" {
  command = plan

  variables {
    eviction_policy = "allkeys_lru"
  }

  expect_failures = [var.eviction_policy]
}

run "a_policy_spelt_as_in_redis_is_refused" {
  command = plan

  variables {
    carries_queue   = false
    eviction_policy = "allkeys-lru"
  }

  expect_failures = [var.eviction_policy]
}

run "a_cache_may_evict" {
  command = apply

  variables {
    carries_queue   = false
    eviction_policy = "allkeys_lru"
  }

  assert {
    condition     = digitalocean_database_cluster.this.eviction_policy == "allkeys_lru"
    error_message = "A cache evicts."
  }
}
