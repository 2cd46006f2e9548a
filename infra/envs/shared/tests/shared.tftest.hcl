mock_provider "digitalocean" {}

run "the_registry_is_made" {
  command = apply

  assert {
    condition     = output.registry == "loadsure" && output.zone == null
    error_message = "There is a registry, and no zone unless one is named."
  }
}

run "a_zone_is_made_when_it_is_named" {
  command = apply

  variables {
    zone = "example.com"
  }

  assert {
    condition     = output.zone == "example.com"
    error_message = "The zone is served."
  }
}
