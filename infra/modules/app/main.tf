locals {
  component_alerts = [
    { rule = "CPU_UTILIZATION", value = var.alerts.cpu_percent },
    { rule = "MEM_UTILIZATION", value = var.alerts.memory_percent },
    { rule = "RESTART_COUNT", value = var.alerts.restarts },
  ]
  # A migration that failed ends its deployment, and is told by DEPLOYMENT_FAILED.
  app_alerts = ["DEPLOYMENT_FAILED", "DOMAIN_FAILED"]

  databases = concat(
    [merge(var.database, { component = "db" }), merge(var.queue, { component = "queue", database = null, user = null })],
    var.cache == null ? [] : [merge(var.cache, { component = "cache", database = null, user = null })],
  )

  # Whether there is a webhook is no secret; its address is.
  slack = nonsensitive(var.slack != null) ? ["slack"] : []
}

resource "digitalocean_app" "this" {
  project_id = var.project_id

  spec {
    name   = var.name
    region = var.region

    # Bookings must not be answered from a cache.
    disable_edge_cache = true

    vpc {
      id = var.vpc_id
    }

    domain {
      name = var.domain
      type = "PRIMARY"
      zone = var.zone
    }

    ingress {
      rule {
        match {
          path {
            prefix = "/"
          }
        }

        component {
          name = "api"
        }
      }
    }

    dynamic "alert" {
      for_each = local.app_alerts

      content {
        rule = alert.value

        destinations {
          emails = var.emails

          dynamic "slack_webhooks" {
            for_each = local.slack

            content {
              channel = var.slack.channel
              url     = var.slack.url
            }
          }
        }
      }
    }

    # The clusters of the database modules, attached so that their bindings exist: nothing is made here.
    dynamic "database" {
      for_each = local.databases

      content {
        name         = database.value.component
        engine       = database.value.engine
        version      = database.value.version
        production   = true
        cluster_name = database.value.name
        db_name      = database.value.database
        db_user      = database.value.user
      }
    }

    # Before any new code runs. A failure ends the deployment, and the old code goes on. The image migrates when it is told
    # nothing: a run_command might be run by a shell, which it does not have.
    job {
      name               = "migrate"
      kind               = "PRE_DEPLOY"
      instance_count     = 1
      instance_size_slug = var.migrate_size

      image {
        registry_type = "DOCR"
        repository    = "ctl"
        digest        = var.image_digests.ctl
      }

      termination {
        grace_period_seconds = var.times.grace
      }

      dynamic "env" {
        for_each = local.migrate_env

        content {
          key   = env.value
          value = tostring(local.env[env.value])
          scope = "RUN_TIME"
          type  = contains(local.secret_env, env.value) ? "SECRET" : "GENERAL"
        }
      }

      dynamic "log_destination" {
        for_each = var.log_cluster == null ? [] : [var.log_cluster]

        content {
          name = "opensearch"

          open_search {
            cluster_name = log_destination.value
            index_name   = var.name

            # Asked for by the provider; the platform knows the users of its own clusters.
            basic_auth {}
          }
        }
      }
    }

    # The only public component.
    service {
      name               = "api"
      http_port          = 3000
      instance_count     = var.api.instances
      instance_size_slug = var.api.size

      image {
        registry_type = "DOCR"
        repository    = "api"
        digest        = var.image_digests.api
      }

      health_check {
        http_path             = "/health/ready"
        port                  = 3000
        initial_delay_seconds = 5
        period_seconds        = 10
        timeout_seconds       = 5
        success_threshold     = 1
        failure_threshold     = 6
      }

      liveness_health_check {
        http_path             = "/health/live"
        port                  = 3000
        initial_delay_seconds = 10
        period_seconds        = 10
        timeout_seconds       = 5
        success_threshold     = 1
        failure_threshold     = 6
      }

      termination {
        drain_seconds        = var.times.api_drain
        grace_period_seconds = var.times.grace
      }

      dynamic "alert" {
        for_each = local.component_alerts

        content {
          rule     = alert.value.rule
          operator = "GREATER_THAN"
          value    = alert.value.value
          window   = "TEN_MINUTES"

          destinations {
            emails = var.emails

            dynamic "slack_webhooks" {
              for_each = local.slack

              content {
                channel = var.slack.channel
                url     = var.slack.url
              }
            }
          }
        }
      }

      dynamic "env" {
        for_each = local.api_env

        content {
          key   = env.value
          value = tostring(local.env[env.value])
          scope = "RUN_TIME"
          type  = contains(local.secret_env, env.value) ? "SECRET" : "GENERAL"
        }
      }

      dynamic "log_destination" {
        for_each = var.log_cluster == null ? [] : [var.log_cluster]

        content {
          name = "opensearch"

          open_search {
            cluster_name = log_destination.value
            index_name   = var.name

            # Asked for by the provider; the platform knows the users of its own clusters.
            basic_auth {}
          }
        }
      }
    }

    # Must stay the first worker: lifecycle below names it by its place.
    worker {
      name = "worker"
      # The first number only. From then on the queue monitor owns it.
      instance_count     = var.worker.min
      instance_size_slug = var.worker.size

      image {
        registry_type = "DOCR"
        repository    = "worker"
        digest        = var.image_digests.worker
      }

      liveness_health_check {
        http_path             = "/health/live"
        port                  = local.internal_port
        initial_delay_seconds = 10
        period_seconds        = 10
        timeout_seconds       = 5
        success_threshold     = 1
        failure_threshold     = 6
      }

      termination {
        grace_period_seconds = var.times.grace
      }

      dynamic "alert" {
        for_each = local.component_alerts

        content {
          rule     = alert.value.rule
          operator = "GREATER_THAN"
          value    = alert.value.value
          window   = "TEN_MINUTES"

          destinations {
            emails = var.emails

            dynamic "slack_webhooks" {
              for_each = local.slack

              content {
                channel = var.slack.channel
                url     = var.slack.url
              }
            }
          }
        }
      }

      dynamic "env" {
        for_each = local.worker_env

        content {
          key   = env.value
          value = tostring(local.env[env.value])
          scope = "RUN_TIME"
          type  = contains(local.secret_env, env.value) ? "SECRET" : "GENERAL"
        }
      }

      dynamic "log_destination" {
        for_each = var.log_cluster == null ? [] : [var.log_cluster]

        content {
          name = "opensearch"

          open_search {
            cluster_name = log_destination.value
            index_name   = var.name

            # Asked for by the provider; the platform knows the users of its own clusters.
            basic_auth {}
          }
        }
      }
    }

    worker {
      name               = "queue-monitor"
      instance_count     = 1
      instance_size_slug = var.monitor_size

      image {
        registry_type = "DOCR"
        repository    = "queue-monitor"
        digest        = var.image_digests.queue_monitor
      }

      liveness_health_check {
        http_path             = "/health/live"
        port                  = local.internal_port
        initial_delay_seconds = 10
        period_seconds        = 10
        timeout_seconds       = 5
        success_threshold     = 1
        failure_threshold     = 6
      }

      termination {
        grace_period_seconds = var.times.grace
      }

      dynamic "alert" {
        for_each = local.component_alerts

        content {
          rule     = alert.value.rule
          operator = "GREATER_THAN"
          value    = alert.value.value
          window   = "TEN_MINUTES"

          destinations {
            emails = var.emails

            dynamic "slack_webhooks" {
              for_each = local.slack

              content {
                channel = var.slack.channel
                url     = var.slack.url
              }
            }
          }
        }
      }

      dynamic "env" {
        for_each = local.monitor_env

        content {
          key   = env.value
          value = tostring(local.env[env.value])
          scope = "RUN_TIME"
          type  = contains(local.secret_env, env.value) ? "SECRET" : "GENERAL"
        }
      }

      dynamic "log_destination" {
        for_each = var.log_cluster == null ? [] : [var.log_cluster]

        content {
          name = "opensearch"

          open_search {
            cluster_name = log_destination.value
            index_name   = var.name

            # Asked for by the provider; the platform knows the users of its own clusters.
            basic_auth {}
          }
        }
      }
    }
  }

  lifecycle {
    # What others own once the app exists, and an apply hands back as it found it: the queue monitor the number of
    # workers, deployments the images and the environment with its secrets (docs/adr/0010).
    ignore_changes = [
      spec[0].worker[0].instance_count,
      spec[0].job[0].image,
      spec[0].service[0].image,
      spec[0].worker[0].image,
      spec[0].worker[1].image,
      spec[0].job[0].env,
      spec[0].service[0].env,
      spec[0].worker[0].env,
      spec[0].worker[1].env,
    ]
  }
}
