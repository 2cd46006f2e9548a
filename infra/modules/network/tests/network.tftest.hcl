mock_provider "digitalocean" {}

variables {
  name         = "test"
  region       = "nyc3"
  ip_range     = "10.10.0.0/16"
  other_ranges = ["10.10.0.0/16", "10.20.0.0/16"]
}

run "each_environment_has_its_range" {
  command = apply

  assert {
    condition     = digitalocean_vpc.this.ip_range == "10.10.0.0/16"
    error_message = "The network has its range."
  }
}

# P59: two environments with one range could never be in one account.
run "a_range_that_another_environment_has_is_refused" {
  command = plan

  variables {
    other_ranges = ["10.10.0.0/16", "10.10.128.0/17"]
  }

  expect_failures = [var.other_ranges]
}

run "a_public_range_is_refused" {
  command = plan

  variables {
    ip_range = "100.64.0.0/16"
  }

  expect_failures = [var.ip_range]
}
