variable "name" {
  description = "Name of the app."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}[a-z0-9]$", var.name))
    error_message = "The name must be 2 to 32 small letters, digits and hyphens."
  }
}

variable "environment" {
  description = "What the services are told as APP_ENV."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "The environment must be staging or production."
  }
}

variable "project_id" {
  description = "Project that the app belongs to."
  type        = string

  validation {
    condition     = var.project_id != ""
    error_message = "The id of the project must not be empty."
  }
}

variable "region" {
  description = "Region of the app: the short form, such as nyc."
  type        = string

  validation {
    condition     = contains(["atl", "nyc", "sfo", "tor", "ams", "fra", "lon", "blr", "sgp", "syd"], var.region)
    error_message = "The region must be the short form, such as nyc."
  }
}

variable "vpc_id" {
  description = "Network that the app joins, so that it reaches the databases by private addresses."
  type        = string

  validation {
    condition     = var.vpc_id != ""
    error_message = "Outside the network the private addresses of the databases lead nowhere."
  }
}

variable "domain" {
  description = "Public name of the API."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]+(-[a-z0-9]+)*\\.)+[a-z]{2,}$", var.domain))
    error_message = "The domain must be a host name such as api.example.com."
  }
}

variable "zone" {
  description = "Zone of the domain if the platform serves its DNS, and so makes the record itself; else null."
  type        = string
  default     = null

  validation {
    condition     = var.zone == null ? true : endswith(var.domain, var.zone)
    error_message = "The domain must lie in the zone."
  }
}

variable "image_digests" {
  description = "Digest of the image of each component: what runs is what was tested, and can be returned to."
  type = object({
    api           = string
    worker        = string
    queue_monitor = string
    ctl           = string
  })

  validation {
    condition     = alltrue([for digest in values(var.image_digests) : can(regex("^sha256:[0-9a-f]{64}$", digest))])
    error_message = "Each digest must be sha256: and 64 hexadecimal digits."
  }
}

variable "secrets" {
  description = "Secrets, for the first creation of the app; later values are set by a deployment (docs/adr/0010)."
  type = object({
    loadsure_api_key   = string
    digitalocean_token = string
  })
  sensitive = true

  validation {
    condition     = alltrue([for secret in values(var.secrets) : length(secret) >= 8])
    error_message = "A secret is missing: a container would be given an empty text in its place."
  }
}

variable "api" {
  description = "The REST API: number of instances and their size."
  type = object({
    instances = number
    size      = string
  })

  validation {
    condition     = var.api.instances >= 1 && var.api.instances <= 20
    error_message = "There must be 1 to 20 instances."
  }

  validation {
    condition     = contains(["apps-s-1vcpu-0.5gb", "apps-s-1vcpu-1gb-fixed", "apps-s-1vcpu-1gb", "apps-s-1vcpu-2gb", "apps-s-2vcpu-4gb", "apps-d-1vcpu-1gb", "apps-d-1vcpu-2gb", "apps-d-2vcpu-4gb"], var.api.size)
    error_message = "The size must be one of today's, such as apps-s-1vcpu-1gb; basic-… and professional-… are gone."
  }

  validation {
    condition     = var.api.instances == 1 || !contains(["apps-s-1vcpu-0.5gb", "apps-s-1vcpu-1gb-fixed"], var.api.size)
    error_message = "This size can run one instance only."
  }
}

variable "worker" {
  description = "The worker: fewest and most instances, their size, and jobs of one kind that each does at once."
  type = object({
    min         = number
    max         = number
    size        = string
    concurrency = number
  })

  validation {
    condition     = var.worker.min >= 1 && var.worker.min <= var.worker.max && var.worker.max <= 50
    error_message = "There must be at least 1 worker, at most 50, and no more than the maximum at least."
  }

  validation {
    condition     = contains(["apps-s-1vcpu-0.5gb", "apps-s-1vcpu-1gb-fixed", "apps-s-1vcpu-1gb", "apps-s-1vcpu-2gb", "apps-s-2vcpu-4gb", "apps-d-1vcpu-1gb", "apps-d-1vcpu-2gb", "apps-d-2vcpu-4gb"], var.worker.size)
    error_message = "The size must be one of today's, such as apps-s-1vcpu-1gb; basic-… and professional-… are gone."
  }

  validation {
    condition     = var.worker.max == 1 || !contains(["apps-s-1vcpu-0.5gb", "apps-s-1vcpu-1gb-fixed"], var.worker.size)
    error_message = "This size can run one instance only, so that the queue monitor could never add a worker."
  }

  validation {
    condition     = var.worker.concurrency >= 1 && var.worker.concurrency <= 64
    error_message = "A worker must do 1 to 64 jobs of a kind at once."
  }
}

variable "monitor_size" {
  description = "Size of the queue monitor, of which there is one."
  type        = string

  validation {
    condition     = startswith(var.monitor_size, "apps-s-")
    error_message = "The monitor needs no more than a shared size, apps-s-…."
  }
}

variable "migrate_size" {
  description = "Size of the job that migrates the database."
  type        = string

  validation {
    condition     = startswith(var.migrate_size, "apps-s-")
    error_message = "The job needs no more than a shared size, apps-s-…."
  }
}

variable "scaling" {
  description = "How the queue monitor changes the number of workers: who acts and how far, by which rule, the longest wait, unfinished jobs per worker, time between looks, dollars a month."
  type = object({
    actuator               = string
    mode                   = string
    policy                 = string
    target_wait_seconds    = number
    up                     = number
    down                   = number
    check_interval_seconds = number
    cost_ceiling_usd       = number
  })

  validation {
    condition     = contains(["dry-run", "digitalocean"], var.scaling.actuator)
    error_message = "On the platform the actuator is dry-run or digitalocean."
  }

  validation {
    condition     = contains(["observe", "propose", "act"], var.scaling.mode)
    error_message = "The mode must be observe, propose or act."
  }

  validation {
    condition     = contains(["predictive", "threshold"], var.scaling.policy)
    error_message = "The policy must be predictive or threshold."
  }

  validation {
    condition     = var.scaling.down >= 0 && var.scaling.down < var.scaling.up
    error_message = "The lower threshold must be below the upper one, or the number of workers swings for ever."
  }

  validation {
    condition     = var.scaling.check_interval_seconds >= 1 && var.scaling.check_interval_seconds <= 300
    error_message = "The monitor must look every 1 to 300 seconds."
  }

  validation {
    condition     = var.scaling.target_wait_seconds >= 10 && var.scaling.cost_ceiling_usd >= 10
    error_message = "A wait below 10 s cannot be held by deployments of minutes, and no app costs less than 10 dollars."
  }
}

variable "times" {
  description = "Seconds: from SIGTERM to the kill, for a worker's jobs after SIGTERM, without new requests before SIGTERM."
  type = object({
    grace        = number
    worker_drain = number
    api_drain    = number
  })

  validation {
    condition     = var.times.grace >= 1 && var.times.grace <= 600
    error_message = "The platform allows 1 to 600 seconds of grace."
  }

  validation {
    condition     = var.times.worker_drain > 30 && var.times.worker_drain < var.times.grace
    error_message = "A worker's drain must be longer than a call to the insurer (30 s) and end before the grace does."
  }

  validation {
    condition     = var.times.api_drain > 55 && var.times.api_drain <= 110
    error_message = "The API's drain must be longer than the longest wait of a request (55 s), and the platform allows 110 seconds."
  }
}

variable "service" {
  description = "Settings of the services that differ between environments."
  type = object({
    insurer_base_url      = string
    rate_limit_per_minute = number
    support_data_schedule = string
    log_level             = string
    database_pool_size    = number
  })

  validation {
    condition     = startswith(var.service.insurer_base_url, "https://") && !endswith(var.service.insurer_base_url, "/api")
    error_message = "The insurer's address must begin with https:// and have no /api at its end."
  }

  validation {
    condition     = var.service.rate_limit_per_minute >= 1
    error_message = "The rate limit must allow something."
  }

  validation {
    condition     = length(split(" ", var.service.support_data_schedule)) == 5
    error_message = "The schedule must be a cron expression of five fields."
  }

  validation {
    condition     = contains(["error", "warn", "info", "debug", "trace"], var.service.log_level)
    error_message = "The log level must be error, warn, info, debug or trace."
  }

  validation {
    condition     = var.service.database_pool_size >= 1
    error_message = "A process needs a connection."
  }
}

variable "database" {
  description = "The PostgreSQL cluster, and the database and user in it."
  type = object({
    name         = string
    engine       = string
    version      = string
    private_host = string
    database     = string
    user         = string
  })

  validation {
    condition     = var.database.engine == "PG" && var.database.database != "defaultdb" && var.database.user != "doadmin"
    error_message = "The service has a PostgreSQL database and a user of its own."
  }
}

variable "queue" {
  description = "The Valkey cluster that carries the streams."
  type = object({
    name         = string
    engine       = string
    version      = string
    private_host = string
  })

  validation {
    condition     = var.queue.engine == "VALKEY"
    error_message = "The queue must be a Valkey cluster."
  }
}

variable "cache" {
  description = "The Valkey cluster of the caches; null where they share the queue's."
  type = object({
    name         = string
    engine       = string
    version      = string
    private_host = string
  })
  default = null

  validation {
    condition     = var.cache == null ? true : var.cache.engine == "VALKEY"
    error_message = "The cache must be a Valkey cluster."
  }
}

variable "alerts" {
  description = "When to alert about a component: per cent of CPU and memory, restarts within ten minutes."
  type = object({
    cpu_percent    = number
    memory_percent = number
    restarts       = number
  })

  validation {
    condition     = var.alerts.cpu_percent > 0 && var.alerts.cpu_percent < 100 && var.alerts.memory_percent > 0 && var.alerts.memory_percent < 100
    error_message = "Per cents must be between 0 and 100."
  }

  validation {
    condition     = var.alerts.restarts >= 1
    error_message = "An alert for no restart would never end."
  }
}

variable "emails" {
  description = "Who is told by alerts: members of the account."
  type        = list(string)

  validation {
    condition     = length(var.emails) > 0
    error_message = "There must be at least one address."
  }
}

variable "slack" {
  description = "Slack channel that is told as well, and its webhook; null for none."
  type = object({
    channel = string
    url     = string
  })
  default   = null
  sensitive = true

  validation {
    condition     = var.slack == null ? true : startswith(var.slack.url, "https://hooks.slack.com/")
    error_message = "The webhook must begin with https://hooks.slack.com/."
  }
}

variable "log_cluster" {
  description = "Name of a managed OpenSearch cluster that logs are forwarded to; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.log_cluster != ""
    error_message = "The name of the cluster must not be empty."
  }
}
